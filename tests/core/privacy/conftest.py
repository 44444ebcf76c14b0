"""A person with everything that can hang on one, and a worker."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core.context import Context
from core.customers.models import BankAccount, Contact, Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.jobs.drain import Drain
from core.privacy import purposes
from core.privacy.consent import Given, give
from core.settings import Settings
from core.testing.throwaway import SECRET

PHONE, EMAIL = "+84912345678", "ba.bay@example.com"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Where this test keeps its files."""
    return Settings(var=tmp_path, database_url=database_url, redis_url="", secret_key=SECRET)


@pytest.fixture
def drain(database: Database, context: Context, settings: Settings) -> Drain:
    """A worker in this process."""
    return Drain(database, context.hooks, settings=settings)


@pytest.fixture
def company(context: Context, make_user: Callable[..., Context]) -> Context:
    """The administrator, known to the database, whose company has its first purposes."""
    make_user(context)
    purposes.furnish(context)
    context.session.commit()
    return context


def person(context: Context, name: str = "Bà Nguyễn Thị Bảy", **values: object) -> Customer:
    """A customer who is a human being, committed."""
    given = {"name": name, "kind": "individual", "mobile": PHONE, "email": EMAIL, **values}
    made = service.create(context, Customer, given)
    context.session.commit()
    return made


def contact(context: Context, customer: UUID, name: str = "Anh Tám", **values: object) -> Contact:
    """Somebody at a customer, committed."""
    made = service.create(context, Contact, {"name": name, "customer": customer, **values})
    context.session.commit()
    return made


def account(context: Context, customer: UUID, number: str = "0071001234567") -> BankAccount:
    """A bank account, which is part of the customer; committed."""
    made = service.create(
        context,
        BankAccount,
        {"number": number, "customer": customer, "bank": "Vietcombank", "holder": "NGUYEN THI BAY"},
    )
    context.session.commit()
    return made


def agree(context: Context, record: Customer | Contact, purpose: str = "marketing", channel: str = "zalo") -> UUID:
    """Somebody said yes; committed."""
    yes = Given([purpose], [channel], "paper", now() - timedelta(days=1), "Phiếu ở quầy số 7")
    (made,) = give(context, record, yes)
    context.session.commit()
    return made.id
