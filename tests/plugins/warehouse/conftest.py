"""A company with a warehouse and something to keep in it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.sdk import Context, create
from plugins.catalog.api import Product
from plugins.warehouse.beginning import furnish
from plugins.warehouse.models import Warehouse
from plugins.warehouse.slips import GoodsIssue, GoodsReceipt

Move = Callable[..., Any]


@pytest.fixture
def context(context: Context) -> Context:
    """A company with the warehouse it began with."""
    furnish(context)
    return context


@pytest.fixture
def warehouse(context: Context) -> Warehouse:
    found = context.session.scalar(
        sa.select(Warehouse).where(Warehouse.tenant_id == context.tenant, Warehouse.kind == "store")
    )
    assert found is not None
    return found


@pytest.fixture
def oil(context: Context) -> Product:
    return create(context, Product, {"name": "Dầu máy 5W-30", "code": "DAU-5W30"})


@pytest.fixture
def receive(context: Context, warehouse: Warehouse) -> Move:
    """Goods come in: ``receive(oil, 10, 100_000, on=…)``."""

    def make(product: Product, quantity: Any, price: Any = 0, *, on: date | None = None, **more: Any) -> GoodsReceipt:
        line = {"product": product.id, "quantity": Decimal(quantity), "price": Decimal(price)} | more.pop("line", {})
        values = {"warehouse": warehouse.id, "state": "approved", "on": on or context.today(), "goods": [line]}
        return create(context, GoodsReceipt, values | more)

    return make


@pytest.fixture
def issue(context: Context, warehouse: Warehouse) -> Move:
    """Goods leave: ``issue(oil, 12, on=…)``."""

    def make(product: Product, quantity: Any, *, on: date | None = None, **more: Any) -> GoodsIssue:
        line = {"product": product.id, "quantity": Decimal(quantity)} | more.pop("line", {})
        values = {"warehouse": warehouse.id, "state": "approved", "on": on or context.today(), "goods": [line]}
        return create(context, GoodsIssue, values | more)

    return make
