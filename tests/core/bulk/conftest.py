"""An owner, a colleague, and somebody whose role reaches everybody's records; each in a session of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.context import Context
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.jobs.drain import Drain
from core.testing import limited_to

WORK = ["see", "create", "edit", "delete", "share", "transfer"]


@dataclass(frozen=True)
class People:
    """Who there is; every one of them known to the database."""

    an: Context
    binh: Context
    boss: Context

    def customer(self, owner: Context, name: str, **values: object) -> UUID:
        """A customer of somebody, committed."""
        made = service.create(owner, Customer, {"name": name, **values}).id
        owner.session.commit()
        return made


def me(person: Context) -> UUID:
    """Somebody's id."""
    assert person.user is not None
    return person.user.id


@pytest.fixture
def people(context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]) -> People:
    """An and Bình see their own, the boss sees all."""

    def person(name: str, reach: str) -> Context:
        grants = limited_to(reach, **{"*": WORK})
        return make_user(make_context(context.company, grants=grants, name=name), grants=grants)

    return People(person("Nguyễn An", "own"), person("Trần Bình", "own"), person("Lê Sếp", "all"))


@pytest.fixture
def drain(database: Database, context: Context) -> Drain:
    """A worker in this process."""
    return Drain(database, context.hooks)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that a session sends meanwhile."""
    found: list[str] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not text.startswith(("SAVEPOINT", "RELEASE", "BEGIN")):
            found.append(text)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(engine, "before_cursor_execute", note)
