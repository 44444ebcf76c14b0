"""The driver's connection: what every request does with it, at the price of the work itself."""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.pq import ExecStatus

R = TypeVar("R")
Cursor = psycopg.Cursor[tuple[Any, ...]]
PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_END = b"COMMIT"
_MOST_CURSORS = 50
"""Each holds what it read last, up to some tens of kilobytes."""


class Connection(psycopg.Connection[Any]):
    """A connection that goes on while the server begins a transaction, and while it ends one that only read.

    To wait puts the process to sleep, and going to sleep and waking up cost more than either takes.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.in_turn = False
        """Whether :meth:`begin` has begun a transaction that is not over."""
        self.as_text = False
        """Whether all of the transaction's statements so far were run by :meth:`run`."""
        self._only_read = False
        self._sent = b""
        self._cursors: dict[str, Cursor] = {}

    def begin(self, tenant: int | None) -> None:
        """Begin a transaction and announce its company, in one message to the server.

        The utility form and not set_config(): a distributed database forwards no other. It ends with the transaction,
        so a pooled connection carries nothing over.
        """
        announced = "" if tenant is None else f"; SET LOCAL ghep.tenant TO '{tenant:d}'"
        self._send(f"BEGIN{announced}".encode())
        self.in_turn = self.as_text = self._only_read = True

    def run(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Cursor:
        """Run a statement with its parameters as ``%(name)s``, by the cursor that ran it here before.

        That one knows how to write and read its values.
        """
        cursor = self._cursors.get(statement)
        if cursor is None:
            if len(self._cursors) == _MOST_CURSORS:
                self._cursors.clear()
            cursor = self._cursors[statement] = psycopg.RawCursor(self)
        known = _numbered(statement)
        self._only_read = self._only_read and known.reads
        return cursor.execute(known.text, [parameters[name] for name in known.names] if parameters else None)

    def commit(self) -> None:
        """End the transaction; how that goes with one that only read concerns nobody."""
        reads, self.in_turn = self.in_turn and self.as_text and self._only_read, False
        if reads:
            with suppress(psycopg.OperationalError):  # the pool finds out that it is lost
                self._send(_END)
        else:
            super().commit()

    def rollback(self) -> None:
        """Undo the transaction, unless it has been told to end already."""
        self.in_turn = False
        if self._sent != _END:
            super().rollback()

    def settle(self) -> None:
        """Wait for the answer to what was sent and not waited for. Raises its error."""
        if self._sent:
            self._sent = b""
            for result in super().wait(generators.execute(self.pgconn)):
                if result.status != ExecStatus.COMMAND_OK:
                    raise psycopg.errors.error_from_result(result)

    def wait(self, gen: PQGen[R], *args: Any, **options: Any) -> R:
        """All that the driver does with the server it does in here; what was sent before is answered first."""
        self.settle()
        return super().wait(gen, *args, **options)

    def _send(self, command: bytes) -> None:
        """Send what gives no rows, and go on; its error is raised by whatever is done with the connection next."""
        self.settle()
        self.pgconn.send_query(command)
        self._sent = command


class _Numbered(NamedTuple):
    """A statement as the server takes it."""

    text: bytes
    """With ``$1`` for a parameter."""
    names: tuple[str, ...]
    """What the parameters are called, in the order of their numbers."""
    reads: bool
    """Whether it can only read; of one that begins with WITH nobody has looked."""


@lru_cache(maxsize=2000)
def _numbered(statement: str) -> _Numbered:
    """The driver would look for the parameters in every long statement each time it is run."""
    places: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${places.setdefault(found[1], len(places) + 1)}"

    text = PARAMETER.sub(place, statement).encode()
    return _Numbered(text, tuple(places), statement.lstrip().startswith("SELECT"))
