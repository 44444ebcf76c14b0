"""A company with a department of three, its head, and people elsewhere; rules are made by its administrator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from core.access.models import User
from core.access.organisation import Department
from core.context import Context
from core.customers.models import Customer, Source
from core.db.database import Database
from core.entity import service
from core.jobs.drain import Drain
from core.rules import reading
from core.rules.models import Rule
from core.rules.reading import Terms
from core.rules.service import Draft, make
from core.testing import limited_to

NOBODY = UUID(int=0)


def me(person: Context) -> UUID:
    """Somebody's id."""
    assert person.user is not None
    return person.user.id


@dataclass
class Office:
    """Who there is."""

    admin: Context
    seller: Context
    """Sees what is theirs, and is in no department."""
    people: dict[str, UUID] = field(default_factory=dict)
    department: UUID = NOBODY
    facebook: UUID = NOBODY
    zalo: UUID = NOBODY

    def rule(self, kind: str = "owner", *, entity: Any = Customer, name: str = "Quy tắc", **said: Any) -> Rule:
        """Make a rule; what is no name of a draft's is one of its terms."""
        about = {key: said.pop(key) for key in ("events", "conditions", "active") if key in said}
        made = make(self.admin, self.admin.resource(entity), kind, Draft(name=name, terms=Terms(**said), **about))
        self.commit()
        return made

    def customer(self, name: str = "Khách", *, by: Context | None = None, **values: Any) -> Customer:
        """A customer that somebody just made."""
        made = service.create(by or self.seller, Customer, {"name": name, **values})
        (by or self.seller).session.commit()
        return made

    def owner(self, record: Any) -> str:
        """Whose a record is, by name."""
        self.fresh()
        names = {one: name for name, one in self.people.items()} | {me(self.seller): "Người bán", me(self.admin): "Sếp"}
        return names[service.get(self.admin, type(record), record.id).owner_id]

    def commit(self) -> None:
        """Let the others see it."""
        self.admin.session.commit()
        self.fresh()

    def fresh(self) -> None:
        """A new turn for everybody."""
        for context in (self.admin, self.seller):
            context.session.rollback()
            context.session.expire_all()
            reading.forget(context)


@pytest.fixture
def office(context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]) -> Office:
    """An, Bình and Chi in a department that Chi heads; a seller beside it."""
    make_user(context)
    grants = limited_to("own", **{"*": ["see", "create", "edit", "import", "transfer"], "core_source": ["see"]})
    made = Office(context, make_user(make_context(context.company, grants=grants, name="Người bán"), grants=grants))
    for name in ("An", "Bình", "Chi"):
        user = User(name=name, email=f"{name.encode().hex()}-{context.tenant}@example.com")
        context.session.add(user)
        context.session.flush()
        made.people[name] = user.id
    department = service.create(context, Department, {"name": "Kinh doanh", "head": made.people["Chi"]})
    made.department = department.id
    for name in made.people:
        service.update(context, service.get(context, User, made.people[name]), {"department": department.id})
    made.facebook = service.create(context, Source, {"name": "Facebook"}).id
    made.zalo = service.create(context, Source, {"name": "Zalo"}).id
    made.commit()
    return made


@pytest.fixture
def drain(database: Database, context: Context) -> Drain:
    """A worker in this process."""
    return Drain(database, context.hooks)
