"""Orders and the warehouse: goods leave once, what is not there is not promised, and what is cancelled comes back."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.sdk import Context, Customer, InvalidError, create, update
from plugins.catalog.api import Product, Unit
from plugins.sales.documents import Order
from plugins.sales.stock_out import costs
from plugins.warehouse import api as warehouse
from plugins.warehouse.beginning import furnish


@pytest.fixture
def water(context: Context) -> Product:
    """Ten bottles, sold in cases of six too."""
    furnish(context)
    case = create(context, Unit, {"name": "Thùng"})
    units = [{"unit": case.id, "factor": Decimal(6)}]
    made = create(context, Product, {"name": "Nước suối", "code": "NS", "price": Decimal(5000), "units": units})
    goods = [{"product": made.id, "quantity": Decimal(10), "price": Decimal(3000)}]
    values = {"warehouse": warehouse.default_warehouse(context), "state": "approved", "goods": goods}
    create(context, warehouse.GoodsReceipt, values)
    context.session.commit()
    return made


def left(context: Context, product: Product) -> Decimal | None:
    context.session.flush()
    mine = sa.select(warehouse.Stock.on_hand).where(
        warehouse.Stock.tenant_id == context.tenant, warehouse.Stock.product_id == product.id
    )
    return context.session.scalar(mine)


def test_goods_leave_with_the_stock_out_and_come_back_with_it(
    context: Context, customer: Customer, water: Product
) -> None:
    goods = [
        {"product": water.id, "unit": "Thùng", "quantity": Decimal(1)},
        {"product": water.id, "quantity": Decimal(2)},
    ]
    order = create(context, Order, {"customer": customer.id, "goods": goods})
    assert left(context, water) == 10
    update(context, order, {"stock": "approved"})
    update(context, order, {"note": "Giao buổi sáng"})
    assert left(context, water) == 2
    assert [(row.id, row.amount) for row in context.session.execute(costs(context))] == [(order.id, Decimal(24_000))]
    with pytest.raises(InvalidError, match="goods"):
        update(context, order, {"goods": [{"product": water.id, "quantity": Decimal(3)}]})
    context.session.rollback()


def test_what_is_cancelled_comes_back_and_what_is_not_there_is_refused(
    context: Context, customer: Customer, water: Product
) -> None:
    goods = [{"product": water.id, "quantity": Decimal(8)}]
    order = create(context, Order, {"customer": customer.id, "goods": goods, "stock": "approved"})
    assert left(context, water) == 2
    context.session.commit()
    with pytest.raises(InvalidError):
        create(context, Order, {"customer": customer.id, "goods": goods, "stock": "approved"})
    context.session.rollback()
    update(context, order, {"stock": "cancelled"})
    assert left(context, water) == 10
