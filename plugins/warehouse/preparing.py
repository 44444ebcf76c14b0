"""What is filled in and held of slips just before they are written: quantities, amounts, and that they fit the warehouse."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog import api as catalog

from .models import STORE, Location, Stock, Warehouse
from .slips import CANCELLED, NEW, PURCHASE, GoodsIssue, GoodsReceipt, ReceiptLine, Slip, StockLine

_ = sdk.translator("plugins.warehouse")
S = TypeVar("S", bound=Slip)
NOTHING = Decimal(0)
SMALLEST = Decimal("0.0001")
"""Of a quantity, as it is kept."""


def prepare(context: Context, slips: Sequence[Slip]) -> None:
    """Quantities in products' own units. Raises InvalidError for what cannot be kept, or not there."""
    alive = _moving(slips)
    every = [line for slip in alive for line in slip.goods]
    factors = catalog.factors(context, {(one.product_id, one.unit_id) for one in every if one.unit_id})
    unsold = [one for one in every if one.unit_id and (one.product_id, one.unit_id) not in factors]
    _refuse(unsold, "unit", _("This product is not sold in this unit."))
    for line in every:
        factor = factors[line.product_id, line.unit_id] if line.unit_id else Decimal(1)
        line.base = (line.quantity * factor).quantize(SMALLEST)
    _insist_kept(context, every)
    _insist_in_use(context, alive)


def prepare_receipts(context: Context, receipts: Sequence[GoodsReceipt]) -> None:
    """What goods that come in amount to, each line with its part of what bringing them cost."""
    prepare(context, receipts)
    for one in _moving(receipts):
        lines: list[ReceiptLine] = one.goods
        for line in lines:
            line.amount = sdk.rounded(context, line.quantity * (line.price or NOTHING))
        one.subtotal = sum((line.amount for line in lines), NOTHING)
        by = [line.amount for line in lines] if one.subtotal else [line.base for line in lines]
        for line, part in zip(lines, sdk.spread(context, one.costs, by), strict=True):
            line.cost = line.amount + part
        one.total = one.subtotal + one.costs + one.vat


def prepare_issues(context: Context, issues: Sequence[GoodsIssue]) -> None:
    """What goods that shall leave will cost about; once they have left the ledger knows it."""
    prepare(context, issues)
    new = [one for one in issues if one.state == NEW.value]
    averages = _averages(
        context, {one.warehouse_id for one in new}, {line.product_id for one in new for line in one.goods}
    )
    for one in new:
        for line in one.goods:
            average = averages.get((line.product_id, one.warehouse_id), NOTHING)
            line.cost = sdk.rounded(context, line.base * average)
        one.cost = sum((line.cost for line in one.goods), NOTHING)


def _moving(slips: Sequence[S]) -> list[S]:
    """Those whose goods are about to move, or shall once: of what has moved them only the note is changed."""
    return [one for one in slips if one.state == NEW.value or (one.state != CANCELLED.value and _steps(one))]


def _steps(slip: Slip) -> bool:
    """Whether it is made in its state, or comes into it now."""
    known = sa.inspect(slip)
    return not known.persistent or known.attrs["state"].history.has_changes()


def takes_average(slip: GoodsReceipt, line: ReceiptLine) -> bool:
    """Whether goods come in for what the others cost: nobody said what they are worth, and they were not bought."""
    return line.price is None and slip.kind != PURCHASE.value


def _averages(context: Context, warehouses: set[UUID], products: set[UUID]) -> dict[tuple[UUID, UUID], Decimal]:
    """What a unit of products is worth in warehouses."""
    if not products:
        return {}
    table = Stock.__table__
    worth = sa.select(table.c.product_id, table.c.warehouse_id, table.c.value / table.c.on_hand).where(
        table.c.tenant_id == context.tenant, table.c.product_id.in_(products), table.c.warehouse_id.in_(warehouses),
        table.c.on_hand > 0,
    )  # fmt: skip
    return {(row[0], row[1]): row[2] for row in context.session.connection().execute(worth)}


def _insist_kept(context: Context, lines: Iterable[StockLine]) -> None:
    """Services are not kept, and a combo is kept as what is in it."""
    product = catalog.Product
    wanted = sa.select(product.id).where(
        product.tenant_id == context.tenant, product.id.in_({one.product_id for one in lines}),
        product.kind != catalog.GOODS.value,
    )  # fmt: skip
    others = set(context.session.scalars(wanted))
    _refuse(
        [one for one in lines if one.product_id in others], "product", _("This is not kept in stock: only goods are.")
    )


def _insist_in_use(context: Context, slips: Sequence[Slip]) -> None:
    """Goods move in warehouses that are in use, and lie on the shelves of these; until the commit nobody deletes them."""
    places = {key for slip in slips for key in slip.warehouses.values()}
    wanted = sa.select(Warehouse.id).where(
        Warehouse.tenant_id == context.tenant, Warehouse.id.in_(places), Warehouse.kind == STORE.value,
        Warehouse.active, Warehouse.deleted_at.is_(None),
    )  # fmt: skip
    open_ = set(context.session.scalars(wanted.order_by(Warehouse.id).with_for_update(read=True)))
    if closed := {name for slip in slips for name, key in slip.warehouses.items() if key not in open_}:
        raise InvalidError({name: [_("This warehouse is not in use: choose another.")] for name in closed})
    shelved = [(slip, line) for slip in slips for line in slip.goods if getattr(line, "location_id", None)]
    if not shelved:
        return
    shelves = sa.select(Location.id, Location.warehouse_id).where(
        Location.tenant_id == context.tenant, Location.id.in_({line.location_id for _slip, line in shelved}),
        Location.active, Location.deleted_at.is_(None),
    )  # fmt: skip
    open_shelves = context.session.execute(shelves.order_by(Location.id).with_for_update(read=True))
    theirs = {row[0]: row[1] for row in open_shelves}
    elsewhere = [line for slip, line in shelved if theirs.get(line.location_id) not in slip.warehouses.values()]
    _refuse(elsewhere, "location", _("This location is in another warehouse, or not in use."))


def _refuse(lines: Iterable[StockLine], field: str, text: sdk.Label) -> None:
    """Say of a field of each of these lines what is wrong; of none, nothing."""
    if errors := {f"goods.{one.position}.{field}": [text] for one in lines}:
        raise InvalidError(errors)
