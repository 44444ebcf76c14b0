"""A savepoint that is set when there is something to undo."""

from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy.orm import SessionTransaction

if TYPE_CHECKING:
    from core.db.session import TenantSession


class Savepoint:
    """Undoes what happens in its block if that raises, like ``session.begin_nested()``.

    A page asks many plugins for what they have to add to it, and few of them ask the database anything: the savepoint
    is set when the block first does, or adds a record.
    """

    __slots__ = ("_outer", "_session", "_set")

    def __init__(self, session: "TenantSession") -> None:
        self._session = session
        self._outer: Savepoint | None = None
        self._set: SessionTransaction | None = None

    def __enter__(self) -> None:
        session = self._session
        self._outer, session.ahead = session.ahead, self
        if session.identity_map.check_modified() or session.new or session.deleted:
            session.set_savepoints()  # what waits to be written is not the block's

    def set(self) -> None:
        """Set it, after those around it that are not set yet."""
        if self._outer is not None:
            self._outer.set()
        self._set = self._session.begin_nested()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        session = self._session
        session.ahead = self._outer if self._set is None else None
        if self._set is not None:
            self._set.__exit__(kind, error, traceback)
        elif error is not None:
            for record in session.dirty:
                session.expire(record)
