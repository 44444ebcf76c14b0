"""A company that sells, takes money and rewards its customers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core import sdk
from core.db.database import Database
from core.jobs.drain import Drain
from core.plugin.facade import Hooks
from core.sdk import Context, Customer, Tier
from core.testing.automation import have_modules
from plugins.cash.models import Fund, Receipt
from plugins.loyalty.models import TierRule
from plugins.loyalty.policy import policy_of
from plugins.sales.documents import Contract, ContractStatus, Order
from plugins.sales.pipelines import furnish

DAY = date(2026, 3, 1)
MILLION = 1_000_000


@dataclass
class Shop:
    """What there is, and what happens in it."""

    context: Context
    lan: Customer
    tiers: dict[str, Tier]
    work: Callable[[], None]
    """Do the jobs that wait."""

    def policy(self, **values: Any) -> None:
        """How tiers and points work."""
        sdk.update(self.context, policy_of(self.context), values)
        self.context.session.commit()

    def contract(self, million: int, status: str = "Đã ký", customer: UUID | None = None) -> Contract:
        """A contract of so much."""
        goods = [{"name": "Máy in", "price": Decimal(million * MILLION)}]
        values = {"customer": customer or self.lan.id, "status": self.status(status), "starts_on": DAY, "goods": goods}
        made = sdk.create(self.context, Contract, values)
        self.context.session.commit()
        return made

    def status(self, name: str) -> UUID:
        """A status of contracts by its name."""
        mine = (ContractStatus.tenant_id == self.context.tenant, ContractStatus.name == name)
        return self.context.session.scalars(sa.select(ContractStatus.id).where(*mine)).one()

    def receipt(self, million: Decimal | int, state: str = "paid") -> Receipt:
        """Money that came in."""
        fund = self.context.session.scalars(sa.select(Fund.id).where(Fund.tenant_id == self.context.tenant)).first()
        fund = fund or sdk.create(self.context, Fund, {"name": "Quỹ tiền mặt"}).id
        values = {"customer": self.lan.id, "amount": Decimal(million * MILLION), "fund": fund, "state": state}
        made = sdk.create(self.context, Receipt, values)
        self.context.session.commit()
        return made

    def order(self, thousand: int = 1000) -> Order:
        """An order of so much."""
        goods = [{"name": "Giấy A4", "price": Decimal(thousand * 1000)}]
        made = sdk.create(self.context, Order, {"customer": self.lan.id, "goods": goods})
        self.context.session.commit()
        return made

    def tier(self, customer: Customer | None = None) -> str | None:
        """The tier a customer is in now, once the jobs are done."""
        self.work()
        found = customer or self.lan
        self.context.session.rollback()
        self.context.session.refresh(found)
        return next((name for name, tier in self.tiers.items() if tier.id == found.link_id("tier")), None)


@pytest.fixture
def shop(context: Context, database: Database, hooks: Hooks) -> Shop:
    """Silver from 50 million on, gold from 100 million on, diamond from three contracts on; nothing moves by itself."""
    furnish(context)
    lan = sdk.create(context, Customer, {"name": "Chị Lan"})
    tiers = {name: sdk.create(context, Tier, {"name": name, "rank": rank}) for rank, name in enumerate(("Bạc", "Vàng", "Kim cương"), 1)}  # fmt: skip
    for name, mark in (("Bạc", {"amount": Decimal(50 * MILLION)}), ("Vàng", {"amount": Decimal(100 * MILLION)}),
                       ("Kim cương", {"contracts": 3})):  # fmt: skip
        sdk.create(context, TierRule, {"tier": tiers[name].id, **mark})
    policy_of(context)
    have_modules(context, database)
    context.session.commit()

    def work() -> None:
        while Drain(database, hooks).company(context.tenant):
            pass

    return Shop(context, lan, tiers, work)


@pytest.fixture
def again(database: Database) -> Callable[[Context], AbstractContextManager[Context]]:
    """Let a person act in a transaction of its own, committed at the end."""

    @contextmanager
    def turn(context: Context) -> Iterator[Context]:
        with database.session(context.tenant) as session:
            yield Context(session, context.company, context.hooks, context.active, context.grants, context.user)
            session.commit()

    return turn
