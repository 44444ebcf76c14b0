"""What goods cost: the worked figures, by both methods, in whatever order the slips are entered."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa

from core.sdk import Context, InvalidError, update
from plugins.catalog.api import Product
from plugins.warehouse.models import Entry, Policy, Stock

DAYS = [date(2026, 1, day) for day in range(1, 6)]
FIGURES = {
    "average": ([Decimal(1_440_000), Decimal(1_125_000)], Decimal(1_575_000)),
    "fifo": ([Decimal(1_260_000), Decimal(1_300_000)], Decimal(1_580_000)),
}
"""What the two issues cost, and what is left."""
Move = Callable[..., Any]


def stock_of(context: Context, product: Product) -> Stock:
    found = context.session.scalar(
        sa.select(Stock).where(Stock.tenant_id == context.tenant, Stock.product_id == product.id)
    )
    assert found is not None
    return found


@pytest.mark.parametrize("order", list(permutations(range(5)))[::17], ids=str)
@pytest.mark.parametrize("method", FIGURES)
def test_the_worked_figures_whatever_is_entered_first(
    context: Context, oil: Product, receive: Move, issue: Move, method: str, order: tuple[int, ...]
) -> None:
    context.session.add(Policy(tenant_id=context.tenant, method=method, overdraws=True, law="", closed_until=None))
    slips: dict[int, Any] = {}
    for at in order:
        if at in {2, 4}:
            slips[at] = issue(oil, {2: 12, 4: 10}[at], on=DAYS[at])
        else:
            quantity, price = {0: (10, 100_000), 1: (20, 130_000), 3: (6, 90_000)}[at]
            slips[at] = receive(oil, quantity, price, on=DAYS[at])
    costs, left = FIGURES[method]
    for slip in slips.values():
        context.session.refresh(slip)
    assert [slips[2].cost, slips[4].cost] == costs
    stock = stock_of(context, oil)
    assert (stock.on_hand, stock.value) == (Decimal(14), left)
    total = context.session.scalar(sa.select(sa.func.sum(Entry.value)).where(Entry.stock_id == stock.id))
    assert total == left


@pytest.mark.parametrize("method", FIGURES)
def test_what_is_cancelled_is_as_if_it_had_never_been(
    context: Context, oil: Product, receive: Move, issue: Move, method: str
) -> None:
    context.session.add(Policy(tenant_id=context.tenant, method=method, overdraws=False, law="", closed_until=None))
    receive(oil, 10, 100_000, on=DAYS[0])
    dear = receive(oil, 10, 300_000, on=DAYS[1])
    taken = issue(oil, 4, on=DAYS[2])
    receive(oil, 10, 120_000, on=DAYS[3])
    last = issue(oil, 15, on=DAYS[4])
    update(context, taken, {"state": "cancelled"})
    update(context, dear, {"state": "cancelled"})
    context.session.refresh(last)
    left = stock_of(context, oil)
    assert left.on_hand == 5
    assert last.cost == {"average": Decimal(1_650_000), "fifo": Decimal(1_600_000)}[method]
    assert left.value == Decimal(2_200_000) - last.cost


def test_nothing_leaves_that_is_not_there(context: Context, oil: Product, receive: Move, issue: Move) -> None:
    receive(oil, 10, 100_000)
    context.session.commit()
    with pytest.raises(InvalidError, match="Dầu máy"):
        issue(oil, 11)
    context.session.rollback()
    assert stock_of(context, oil).on_hand == 10
