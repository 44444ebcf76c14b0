"""A person with a password in this test's company, and a gate that hashes cheaply."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from core.access.attempts import Attempts
from core.access.login import Gate, SignedIn, sign_in
from core.access.passwords import Passwords
from core.access.people import create_user
from core.access.roles import ADMINISTRATOR, furnish
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.i18n import use_locale

PASSWORD = "mật khẩu của Lan"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: UUID
    email: str
    company: CompanyInfo


@pytest.fixture
def gate() -> Gate:
    """Parameters as small as argon2 takes: these tests are not about its cost."""
    return Gate(Passwords(time_cost=1, memory_kib=8), Attempts())


@pytest.fixture
def person(context: Context, gate: Gate) -> Person:
    """An administrator."""
    with use_locale("vi"):
        furnish(context)
        roles = [str(ADMINISTRATOR)]
    user = create_user(context, "Lan@Example.com", PASSWORD, passwords=gate.passwords, name="Lan", roles=roles)
    context.session.commit()
    return Person(user.id, user.email, context.company)


@pytest.fixture
def enter(database: Database, gate: Gate, person: Person) -> Callable[..., SignedIn]:
    """Sign the person in: ``enter(password=…, email=…, address=…)``."""

    def do(
        email: str = person.email, password: str = PASSWORD, *, address: str = "192.0.2.7", agent: str = "Firefox"
    ) -> SignedIn:
        with database.session(person.company.id) as session:
            done = sign_in(session, person.company, email, password, gate=gate, agent=agent, address=address)
            session.commit()
        assert isinstance(done, SignedIn)
        return done

    return do
