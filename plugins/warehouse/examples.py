"""A month of a warehouse for the demo: shelves, goods that come and go, some on their way, a stocktake under way."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer
from plugins.catalog.api import GOODS, Product

from . import taking_stock
from .beginning import furnish
from .counting import Count, Stocktake
from .models import LOTS, Location, Rule, Warehouse
from .slips import APPROVED, OPENING, OWN_USE, PURCHASE, RECEIVED, SENT, GoodsIssue, GoodsReceipt, Transfer
from .stocks import default_warehouse

_SHELVES = ("Kệ A1", "Kệ A2", "Kệ B1")
_BEGAN, _BOUGHT, _YESTERDAY = 40, 18, 1
"""Days ago."""
_SOLD = ((30, "Bán lẻ tại quầy", 2), (22, "Giao khách hàng", 4), (12, "Bán lẻ tại quầy", 3), (5, "Giao khách hàng", 5))
_COUNTED = 4


def load(context: Context) -> None:
    """On top of the products that the company has; without any there is nothing to keep."""
    furnish(context)
    products = _products(context)
    if not products:
        return
    main = default_warehouse(context)
    branch = sdk.create(context, Warehouse, {"name": "Kho chi nhánh Thủ Đức"}).id
    shelves = sdk.create_many(context, Location, [{"name": name, "warehouse": main} for name in _SHELVES])
    _rules(context, products)
    _come(context, products, main, [one.id for one in shelves])
    _leave(context, products, main)
    _bring(context, products, main, branch)
    _count(context, main)


def _products(context: Context) -> list[Product]:
    wanted = sa.select(Product).where(
        Product.tenant_id == context.tenant, Product.kind == GOODS.value, Product.cost > 0, Product.deleted_at.is_(None)
    )
    return list(context.session.scalars(wanted.order_by(Product.code)))


def _rules(context: Context, products: Iterable[Product]) -> None:
    """How little is too little, where nobody has said it; the first of them is told apart by lots."""
    said = set(context.session.scalars(sa.select(Rule.product_id).where(Rule.tenant_id == context.tenant)))
    rows = [
        {"product": one.id, "minimum": Decimal(8), "maximum": Decimal(60)} for one in products if one.id not in said
    ]
    for row in rows[:1]:
        row["tracked"] = LOTS.value
    sdk.create_many(context, Rule, rows)


def _come(context: Context, products: list[Product], main: UUID, shelves: list[UUID]) -> None:
    """What was there, what was bought since, and what waits to be approved."""
    suppliers = sdk.read_page(context, sdk.Query(context.resource(Customer), limit=1)).rows
    supplier = suppliers[0]["id"] if suppliers else None
    began = {"kind": OPENING.value, "reason": "Tồn kho khi bắt đầu dùng phần mềm", "on": _ago(context, _BEGAN)}
    bought = {
        "kind": PURCHASE.value, "customer": supplier, "deliverer": "Anh Tài", "invoice": "0000457",
        "invoiced_on": _ago(context, _BOUGHT), "on": _ago(context, _BOUGHT), "costs": Decimal(350_000),
        "reason": "Nhập hàng theo hóa đơn", "enclosed": "01 hóa đơn GTGT",
    }  # fmt: skip
    waiting = {"kind": PURCHASE.value, "customer": supplier, "reason": "Hàng về chờ kiểm", "on": _ago(context, 0)}
    sdk.create_many(
        context,
        GoodsReceipt,
        [
            {**began, **_lines(products, 20, shelves), "warehouse": main, "state": APPROVED.value},
            {
                **bought,
                **_lines(products[::2], 12, shelves, Decimal("1.06")),
                "warehouse": main,
                "state": APPROVED.value,
            },
            {**waiting, **_lines(products[:2], 6, shelves), "warehouse": main},
        ],
    )


def _lines(
    products: list[Product], quantity: int, shelves: list[UUID], dearer: Decimal = Decimal(1)
) -> Mapping[str, Any]:
    """The first product has its lot on each line."""
    return {
        "goods": [
            {
                "product": one.id, "quantity": Decimal(quantity), "price": round((one.cost or 0) * dearer, -3),
                "location": shelves[place % len(shelves)], "lot": f"L{quantity:03}" if place == 0 else None,
            }
            for place, one in enumerate(products)
        ]
    }  # fmt: skip


def _leave(context: Context, products: list[Product], main: UUID) -> None:
    """What was sold; of some so much that they run low."""
    rows = [
        {
            "warehouse": main, "on": _ago(context, days), "reason": reason, "state": APPROVED.value,
            "goods": [{"product": one.id, "quantity": Decimal(each)} for one in products[place:]],
        }
        for place, (days, reason, each) in enumerate(_SOLD)
    ]  # fmt: skip
    used = {"kind": OWN_USE.value, "reason": "Dùng cho văn phòng", "receiver": "Phòng kế toán", "warehouse": main}
    goods = [{"product": products[-1].id, "quantity": Decimal(1)}]
    sdk.create_many(context, GoodsIssue, [*rows, {**used, "on": _ago(context, 0), "goods": goods}])


def _bring(context: Context, products: list[Product], main: UUID, branch: UUID) -> None:
    """One transfer that has arrived, one that is on its way."""
    for days, state, some in ((15, RECEIVED.value, products[1:4]), (_YESTERDAY, SENT.value, products[2:4])):
        goods = [{"product": one.id, "quantity": Decimal(2)} for one in some]
        values = {"source": main, "target": branch, "reason": "Bổ sung chi nhánh", "carrier": "Anh Tú", "goods": goods}
        moved = sdk.create(context, Transfer, {**values, "on": _ago(context, days)})
        sdk.update(context, moved, {"state": SENT.value})
        if state == RECEIVED.value:
            sdk.update(context, moved, {"state": state})


def _count(context: Context, main: UUID) -> None:
    """A stocktake of which the first lines are counted; of one there is less than the ledger says."""
    values = {"warehouse": main, "reason": "Kiểm kê cuối tháng", "committee": "Trần Hạnh, trưởng ban\nLê Minh, thủ kho"}
    stocktake = sdk.create(context, Stocktake, values)
    taking_stock.fill(context, stocktake)
    wanted = sa.select(Count).where(Count.tenant_id == context.tenant, Count.stocktake_id == stocktake.id)
    first = context.session.scalars(wanted.order_by(Count.name, Count.id).limit(_COUNTED)).all()
    for place, one in enumerate(first):
        sdk.update(context, one, {"counted": max(one.book - (place == 1), Decimal(0))})


def _ago(context: Context, days: int) -> date:
    return context.today() - timedelta(days=days)
