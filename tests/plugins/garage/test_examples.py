"""The demo of a workshop: a month that adds up."""

from datetime import timedelta

import sqlalchemy as sa

from core.sdk import Context, Customer, Days, create_many
from plugins.cash.models import Fund
from plugins.cash.results import Wanted, results
from plugins.garage.documents import RepairOrder, Settlement
from plugins.garage.examples import VISITS, load
from plugins.warehouse.api import Stock


def test_a_month_of_a_workshop_adds_up(context: Context) -> None:
    load(context)
    create_many(context, Fund, [{"name": "Quỹ tiền mặt"}])
    create_many(context, Customer, [{"name": f"Khách {number}"} for number in range(4)])
    load(context)
    slips = list(context.session.scalars(sa.select(Settlement).where(Settlement.tenant_id == context.tenant)))
    assert {one.state for one in slips} == {"settled"}
    assert len(slips) == sum(one.reached in {"paid", "owed", "insured"} for one in VISITS)
    states = set(context.session.scalars(sa.select(RepairOrder.state).where(RepairOrder.tenant_id == context.tenant)))
    assert states == {"delivered", "waiting", "working", "parts", "done"}
    assert all(
        one.on_hand > 0 for one in context.session.scalars(sa.select(Stock).where(Stock.tenant_id == context.tenant))
    )
    today = context.today()
    total = results(context, Wanted(days=Days(today - timedelta(days=40), today), by="garage.settlement")).total.figures
    assert total.profit > 0 < total.debt
    assert total.revenue == sum(one.total for one in slips)
