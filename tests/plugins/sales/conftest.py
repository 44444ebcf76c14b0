"""A company that sells, with a customer and something to offer."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any

import pytest

from core.db.database import Database
from core.sdk import Context, Customer, create
from plugins.sales.documents import Quote
from plugins.sales.pipelines import furnish

Again = Callable[[Context], AbstractContextManager[Context]]
GOODS = [
    {"name": "Máy in laser", "quantity": Decimal(2), "price": Decimal(3_490_000), "rate": "8", "cut": Decimal(5)},
    {"name": "Công lắp đặt", "quantity": Decimal(1), "price": Decimal(500_000), "rate": "10"},
]


@pytest.fixture
def context(context: Context) -> Context:
    """A company that sells by the stages it began with."""
    furnish(context)
    return context


@pytest.fixture
def customer(context: Context) -> Customer:
    return create(context, Customer, {"name": "Công ty Sao Mai"})


@pytest.fixture
def make_quote(context: Context, customer: Customer) -> Callable[..., Quote]:
    """Quotes of the goods above: ``make_quote(discount=…)``."""

    def make(**values: Any) -> Quote:
        return create(context, Quote, {"customer": customer.id, "goods": GOODS} | values)

    return make


@pytest.fixture
def again(database: Database) -> Again:
    """Let a person act in a transaction of its own, committed at the end."""

    @contextmanager
    def turn(context: Context) -> Iterator[Context]:
        with database.session(context.tenant) as session:
            yield Context(session, context.company, context.hooks, context.active, context.grants, context.user)
            session.commit()

    return turn
