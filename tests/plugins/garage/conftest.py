"""A workshop with a car in front of it, and the goods it works with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.sdk import Context, Customer, create, update
from plugins.catalog.api import Product, Unit
from plugins.garage import quoting, repairing
from plugins.garage.documents import Quote, RepairOrder
from plugins.garage.models import Norm, Reception, Vehicle
from plugins.warehouse import api as warehouse
from plugins.warehouse.beginning import furnish

Again = Callable[[Context], AbstractContextManager[Context]]
Shelf = Callable[..., tuple[int, int]]


@pytest.fixture
def context(context: Context) -> Context:
    """A company with the warehouse it began with."""
    furnish(context)
    return context


@pytest.fixture
def customer(context: Context) -> Customer:
    return create(context, Customer, {"name": "Anh Tuấn", "email": "tuan@example.com"})


@pytest.fixture
def car(context: Context, customer: Customer) -> Vehicle:
    return create(context, Vehicle, {"plate": "30a12345", "customer": customer.id, "brand": "Toyota", "model": "Vios"})


@pytest.fixture
def oil_change(context: Context) -> Product:
    """A piece of work with a standard: half an hour, a fifth for the technician."""
    work = create(context, Product, {"name": "Công thay dầu", "code": "CV-DAU", "kind": "service"})
    create(context, Norm, {"product": work.id, "hours": Decimal("0.5"), "pay": Decimal(20)})
    return work


@pytest.fixture
def oil(context: Context) -> Product:
    return create(context, Product, {"name": "Dầu máy 5W-30", "code": "DAU-5W30", "price": Decimal(250_000)})


@pytest.fixture
def cans(context: Context, oil: Product) -> Product:
    """The oil, which is sold in cans of four litres too."""
    litre, can = (create(context, Unit, {"name": name}) for name in ("lít", "can"))
    update(context, oil, {"unit": litre.id, "units": [{"unit": can.id, "factor": Decimal(4)}]})
    return oil


@pytest.fixture
def reception(context: Context, car: Vehicle) -> Reception:
    values = {"vehicle": car.id, "kind": "insurance", "km": 45_200, "claim": "BV-77", "wishes": "Thay dầu"}
    return create(context, Reception, values)


@pytest.fixture
def make_quote(
    context: Context, reception: Reception, customer: Customer, oil: Product, oil_change: Product
) -> Callable[..., Quote]:
    """Quotes of an oil change for the car that was received: ``make_quote(discount=…)``."""

    def make(**values: Any) -> Quote:
        goods = [
            {"product": oil_change.id, "price": Decimal(200_000), "rate": "8"},
            {"product": oil.id, "quantity": Decimal(4), "rate": "8", "payer": "insurer"},
            {"name": "Phí rửa xe", "price": Decimal(50_000), "rate": "8"},
        ]
        begun = {"reception": reception.id, "vehicle": reception.vehicle_id, "customer": customer.id, "goods": goods}
        return create(context, Quote, begun | values)

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


@pytest.fixture
def shelf(context: Context, oil: Product) -> Shelf:
    """The warehouse has so many litres of oil: ``shelf(10)``; gives how many are left and kept for somebody."""

    def fill(quantity: int = 0) -> tuple[int, int]:
        place = warehouse.default_warehouse(context)
        if quantity:
            goods = [{"product": oil.id, "quantity": Decimal(quantity), "price": Decimal(180_000)}]
            create(context, warehouse.GoodsReceipt, {"warehouse": place, "state": "approved", "goods": goods})
        stock = sa.select(warehouse.Stock.on_hand, warehouse.Stock.reserved).where(
            warehouse.Stock.tenant_id == context.tenant, warehouse.Stock.product_id == oil.id
        )
        context.session.flush()
        on_hand, reserved = context.session.execute(stock).one()
        return int(on_hand), int(reserved)

    return fill


@pytest.fixture
def order(context: Context, make_quote: Callable[..., Quote]) -> RepairOrder:
    """The repair order of an oil change that was agreed to."""
    quote = make_quote()
    quoting.accept(context, quote.id)
    return repairing.order_of_quote(context, quote.id)
