"""The stock ledger, whatever is entered in whatever order: nothing is lost, nothing is made up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from core.sdk import Context, InvalidError, create, update
from plugins.catalog.api import Product
from plugins.warehouse.models import Entry, Policy, Stock, StockPart, Warehouse
from plugins.warehouse.slips import GoodsIssue, GoodsReceipt, Transfer

FIRST = date(2026, 1, 1)
Move = Callable[..., Any]


@dataclass(frozen=True)
class Deed:
    """Something somebody does in a warehouse."""

    kind: str
    where: int
    day: int
    quantity: int
    price: int


deeds = st.lists(
    st.builds(
        Deed,
        kind=st.sampled_from(["receive", "receive", "receive", "issue", "issue", "send", "bring", "cancel", "cancel", "close"]),
        where=st.integers(0, 1), day=st.integers(0, 6), quantity=st.integers(1, 30), price=st.integers(0, 997),
    ),
    min_size=3, max_size=10,
)  # fmt: skip


class Company:
    """Two warehouses, a product, and the slips that were made."""

    def __init__(self, context: Context, warehouse: Warehouse, product: Product, policy: Policy) -> None:
        self.context, self.product, self.policy = context, product, policy
        self.places = [warehouse, create(context, Warehouse, {"name": "Chi nhánh"})]
        self.slips: list[Any] = []

    def do(self, deed: Deed) -> None:
        """What is refused changes nothing."""
        before = self.context.session.begin_nested()
        try:
            getattr(self, f"_{deed.kind}")(deed)
            self.context.session.flush()
        except InvalidError:
            before.rollback()
            self.context.session.expire_all()
        else:
            before.commit()

    def _values(self, deed: Deed) -> dict[str, Any]:
        line = {"product": self.product.id, "quantity": Decimal(deed.quantity)}
        return {"on": FIRST + timedelta(days=deed.day), "goods": [line]}

    def _receive(self, deed: Deed) -> None:
        values = self._values(deed) | {"warehouse": self.places[deed.where].id, "state": "approved"}
        values["goods"][0]["price"] = Decimal(deed.price)
        self.slips.append(create(self.context, GoodsReceipt, values))

    def _issue(self, deed: Deed) -> None:
        values = self._values(deed) | {"warehouse": self.places[deed.where].id, "state": "approved"}
        self.slips.append(create(self.context, GoodsIssue, values))

    def _send(self, deed: Deed) -> None:
        source, target = self.places[deed.where], self.places[1 - deed.where]
        values = self._values(deed) | {"source": source.id, "target": target.id, "state": "sent"}
        self.slips.append(create(self.context, Transfer, values))

    def _bring(self, deed: Deed) -> None:
        sent = [one for one in self.slips if isinstance(one, Transfer) and one.state == "sent"]
        if sent:
            update(self.context, sent[deed.quantity % len(sent)], {"state": "received"})

    def _cancel(self, deed: Deed) -> None:
        standing = [one for one in self.slips if one.state != "cancelled"]
        if standing:
            update(self.context, standing[deed.quantity % len(standing)], {"state": "cancelled"})

    def _close(self, deed: Deed) -> None:
        self.policy.closed_until = max(self.policy.closed_until or FIRST, FIRST + timedelta(days=deed.day % 4))


def balances(context: Context) -> None:
    """What has to hold whatever happened."""
    session, mine = context.session, Entry.tenant_id == context.tenant
    session.flush()
    session.expire_all()
    sums: dict[Any, tuple[Decimal, Decimal]] = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            sa.select(Entry.stock_id, sa.func.sum(Entry.quantity), sa.func.sum(Entry.value))
            .where(mine)
            .group_by(Entry.stock_id)
        )
    }
    parts = dict(
        session.execute(
            sa.select(StockPart.stock_id, sa.func.sum(StockPart.quantity)).group_by(StockPart.stock_id)
        ).all()
    )
    for stock in session.scalars(sa.select(Stock).where(Stock.tenant_id == context.tenant)):
        assert sums.get(stock.id, (0, 0)) == (stock.on_hand, stock.value)
        assert parts.get(stock.id, 0) == stock.on_hand
        assert stock.on_hand > 0 or stock.value == 0
        assert stock.value >= 0
    followed = sa.orm.aliased(Entry)
    odd = sa.select(Entry.id).join(followed, followed.id == Entry.follows_id).where(Entry.value != -followed.value)
    assert session.scalars(odd).all() == [], "what follows an entry is worth the same"
    for slip in session.scalars(sa.select(GoodsIssue).where(GoodsIssue.tenant_id == context.tenant)):
        cost = session.scalar(
            sa.select(-sa.func.sum(Entry.value)).where(mine, Entry.record_id == slip.id, Entry.takes_back_id.is_(None))
        )
        assert slip.cost == sum(line.cost for line in slip.goods) == cost


@pytest.mark.parametrize("overdraws", [False, True], ids=["there", "overdrawn"])
@pytest.mark.parametrize("method", ["average", "fifo"])
def test_value_in_is_value_out_and_value_left(
    context: Context, warehouse: Warehouse, oil: Product, method: str, overdraws: bool
) -> None:
    policy = Policy(tenant_id=context.tenant, method=method, overdraws=overdraws, law="", closed_until=None)
    context.session.add(policy)
    context.session.flush()

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deeds)
    def whatever_is_done(some: list[Deed]) -> None:
        whole = context.session.begin_nested()
        context.cache.clear()
        try:
            company = Company(context, warehouse, oil, policy)
            for one in some:
                company.do(one)
            balances(context)
        finally:
            whole.rollback()
            context.session.expire_all()

    whatever_is_done()
