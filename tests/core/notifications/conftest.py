"""Somebody who sees their own customers, somebody who sees all, and a worker of an installation with a mail server."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.jobs.drain import Drain
from core.notifications.inbox import Told, listed
from core.settings import Settings
from core.testing import limited_to
from tests.core.mail.conftest import MailServer, mail_server

__all__ = ["mail_server"]


@dataclass(frozen=True)
class Staff:
    """An sees her own customers, Bình all; both are known to the database."""

    an: Context
    binh: Context

    def customer(self, name: str = "Công ty Sao Mai") -> Customer:
        """A customer of An's, committed."""
        made = service.create(self.an, Customer, {"name": name})
        self.an.session.commit()
        return made


def me(person: Context) -> Any:
    """Somebody's id."""
    assert person.user is not None
    return person.user.id


def told(person: Context) -> list[Told]:
    """What somebody finds behind their bell now."""
    person.session.rollback()
    return listed(person)


def speak(person: Context, locale: str, timezone: str = "") -> None:
    """Give somebody a language and a clock."""
    assert person.user is not None
    own = sa.update(User).where(User.tenant_id == person.tenant, User.id == person.user.id)
    person.session.execute(own.values(locale=locale, timezone=timezone or None))
    person.session.commit()
    person.user = replace(person.user, timezone=timezone)


@pytest.fixture
def staff(context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]) -> Staff:
    def person(name: str, reach: str) -> Context:
        grants = limited_to(reach, **{"*": ["see", "create", "edit", "delete"]})
        return make_user(make_context(context.company, grants=grants, name=name), grants=grants)

    return Staff(person("Nguyễn An", "own"), person("Trần Bình", "all"))


@pytest.fixture
def settings(tmp_path: Path, mail_server: MailServer) -> Settings:
    """An installation with a mail server."""
    return Settings(var=tmp_path, secret_key="bí mật", domain="crm.vn", url="https://crm.vn", smtp_url=mail_server.url)


@pytest.fixture
def work(database: Database, context: Context, settings: Settings) -> Callable[[], int]:
    """Let a worker do what this company has to do now."""

    def go() -> int:
        context.session.rollback()
        return Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=30)

    return go
