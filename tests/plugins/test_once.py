"""What happens once, though two people do it at the same moment: a lead converted, a quote agreed to, an order paid.

The suite does it a few dozen times each, ``make once`` a thousand times.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.sdk import Contact, Context, Customer, InvalidError, create, create_many
from plugins.cash.models import Allocation, Fund, Receipt
from plugins.leads.converting import convert
from plugins.leads.models import Lead
from plugins.sales import selling
from plugins.sales.documents import Contract, Order, Quote
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import furnish

PAIRS = int(os.environ.get("GHEP_TEST_PAIRS", "40"))
GOODS = [{"name": "Máy in laser", "quantity": Decimal(2), "price": Decimal(3_490_000), "rate": "8"}]
Turn = Callable[[], AbstractContextManager[Context]]
Deed = Callable[[Context, UUID], bool]


@pytest.fixture
def turn(context: Context, database: Database) -> Turn:
    """Transactions of two clients' own, committed at the end."""
    furnish(context)

    @contextmanager
    def begin() -> Iterator[Context]:
        with database.session(context.tenant) as session:
            yield Context(session, context.company, context.hooks, context.active, context.grants, context.user)
            session.commit()

    return begin


def twice(turn: Turn, ids: Sequence[UUID], deed: Deed) -> list[int]:
    """Let two do it to each at the same moment; of each record how many of the two say that they did."""
    start = Barrier(2)

    def one(_who: int) -> list[bool]:
        done = []
        for record_id in ids:
            start.wait(60)
            with turn() as mine:
                done.append(deed(mine, record_id))
        return done

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    return [a + b for a, b in zip(first, second, strict=True)]


def count(context: Context, model: type[Any]) -> int:
    table = model.__table__
    found = sa.select(sa.func.count()).select_from(table).where(table.c.tenant_id == context.tenant)
    return context.session.execute(found).scalar_one()


def test_a_lead_is_converted_once(context: Context, turn: Turn) -> None:
    firm = {"kind": "organisation", "company": "Công ty An Phát"}
    leads = create_many(context, Lead, [{**firm, "name": f"Anh Nam {n}"} for n in range(PAIRS)])
    ids = [one.id for one in leads]
    context.session.commit()

    def drag(mine: Context, lead: UUID) -> bool:
        convert(mine, lead)
        return True

    twice(turn, ids, drag)
    assert [count(context, model) for model in (Customer, Contact, Opportunity)] == [PAIRS] * 3


def test_a_quote_is_agreed_to_once_and_becomes_one_contract_and_one_order(context: Context, turn: Turn) -> None:
    customer = create(context, Customer, {"name": "Công ty Sao Mai"})
    quotes = create_many(context, Quote, [{"customer": customer.id, "goods": GOODS} for _n in range(PAIRS)])
    ids = [one.id for one in quotes]
    context.session.commit()

    def agree(mine: Context, quote: UUID) -> bool:
        done = selling.accept(mine, quote)
        selling.order_of(mine, selling.contract_of(mine, quote))
        return done

    assert twice(turn, ids, agree) == [1] * PAIRS
    assert [count(context, model) for model in (Contract, Order)] == [PAIRS] * 2


def test_the_rest_of_an_order_is_received_once(context: Context, turn: Turn) -> None:
    customer = create(context, Customer, {"name": "Công ty Sao Mai"})
    orders = create_many(context, Order, [{"customer": customer.id, "goods": GOODS} for _n in range(PAIRS)])
    fund, ids, total = create(context, Fund, {"name": "Quỹ tiền mặt"}).id, [one.id for one in orders], orders[0].total
    context.session.commit()

    def pay(mine: Context, order: UUID) -> bool:
        try:
            create(mine, Receipt, {"document": f"sales.order/{order}", "fund": fund, "state": "paid"})
        except InvalidError:
            mine.session.rollback()
            return False
        return True

    assert twice(turn, ids, pay) == [1] * PAIRS
    assert [count(context, model) for model in (Receipt, Allocation)] == [PAIRS] * 2
    paid = sa.select(Order.payment, Order.paid).where(Order.tenant_id == context.tenant)
    assert set(context.session.execute(paid).all()) == {("paid", total)}
