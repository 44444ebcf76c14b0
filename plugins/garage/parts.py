"""Parts for a repair order: asked of the warehouse, issued, and taken back where nobody wants them any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Handler, MissingError, Work
from plugins.catalog import api as catalog
from plugins.warehouse import api as warehouse

from .documents import (
    AGREED,
    CANCELLED,
    FOR_PARTS,
    STOCK_APPROVED,
    WAITING,
    WORKING,
    PartLine,
    RepairOrder,
    Settlement,
)

_ = sdk.translator("plugins.garage")
ENTITY = "garage.repair_order"
ISSUE = "warehouse.goods_issue"
_REFERENCE = f"{ENTITY}/"
NOTHING = Decimal(0)
Needs = Mapping[UUID, Mapping[UUID, Decimal]]
"""By line, how much of which goods."""


def request(context: Context, order_id: UUID) -> warehouse.GoodsIssue | None:
    """Ask the warehouse for the parts that were agreed to and have not left yet; None where nothing is missing."""
    order = _wanting(context, order_id)
    slip = warehouse.request_goods(context, *_wanted(context, order), **_said(order))
    note_issued(context, [order])
    return slip


def issue(context: Context, order_id: UUID) -> warehouse.GoodsIssue | None:
    """Let them leave now. Raises InvalidError where one of them is not there."""
    order = _wanting(context, order_id)
    slip = warehouse.issue_goods(context, *_wanted(context, order), **_said(order))
    note_issued(context, [order])
    return slip


def take_back(context: Context, orders: Iterable[RepairOrder]) -> None:
    """Bring back what was issued for orders that are no more, and ask for nothing any longer."""
    gone = list(orders)
    if sum(warehouse.take_back(context, (ENTITY, one.id)) for one in gone):
        note_issued(context, gone)


def take_back_surplus(context: Context, order_id: UUID) -> bool:
    """Bring back what has left and is not wanted any more, and ask again for what was asked for; whether there was any.

    Slips are not changed once goods have left with them: they are cancelled, and the rest leaves with a new one.
    """
    order = _wanting(context, order_id)
    if not surplus(order):
        return False
    had, asked = warehouse.issued(context, ENTITY, [order.id]).get(order.id, {}), _asked(context, [order])
    document, place, wanted = _wanted(context, order)
    needed = catalog.contents(context, {one.product: one.quantity for one in wanted})
    kept = [warehouse.GoodsOut(product, min(left, needed.get(product, NOTHING))) for product, left in had.items()]
    warehouse.take_back(context, document)
    warehouse.issue_goods(context, document, place, kept, **_said(order))
    if asked:
        warehouse.request_goods(context, document, place, wanted, **_said(order))
    note_issued(context, [order])
    return True


def surplus(order: RepairOrder) -> list[tuple[PartLine, Decimal]]:
    """The parts that have left and are not wanted, with how much of each, in the unit of the line."""
    over = ((line, line.issued - _needed(line)) for line in order.parts)
    return [(line, quantity) for line, quantity in over if quantity > 0]


def are_missing(order: RepairOrder) -> bool:
    """Whether parts were agreed to and have not left."""
    return order.state != CANCELLED.value and any(
        line.issued < _needed(line) for line in order.parts if line.product_id
    )


def _needed(line: PartLine) -> Decimal:
    return line.quantity if line.agreed == AGREED.value else NOTHING


def guard(context: Context, order: RepairOrder | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What has left stays on the order until it is taken back: nobody would ask for it any more."""
    if order is None or "parts" not in values or values.get("state", order.state) == CANCELLED.value:
        return
    rows = {str(row.get("id")): row for row in values["parts"] or ()}
    lost = [
        line
        for line in order.parts
        if line.issued
        and str(rows.get(str(line.id), {"product": None}).get("product", line.product_id)) != str(line.product_id)
    ]
    needs = _needs(context, [order]) if lost else {}
    for line in lost:
        if needs.get(line.id):
            yield (
                "parts",
                _("%(name)s has left the warehouse: mark it as not wanted, and take it back.", name=line.name),
            )


def note_issued(context: Context, orders: Sequence[RepairOrder]) -> None:
    """Note on the lines what has left, and whether the car still waits for something."""
    left = warehouse.issued(context, ENTITY, [one.id for one in orders])
    asked = _asked(context, orders)
    needs = _needs(context, orders)
    for order in orders:
        _spread(order, needs, left.get(order.id, {}))
        state = _state(order, waits=order.id in asked)
        if state != order.state:
            sdk.update(context.unrestricted(), order, {"state": state})
    context.session.flush()


def _needs(context: Context, orders: Sequence[RepairOrder]) -> Needs:
    """The goods that leave for one of each line, in its unit; none for what is not kept."""
    lines = [line for order in orders for line in order.parts if line.product_id]
    goods = catalog.contents_of_one(context, {line.product_id for line in lines if line.product_id})
    return {
        line.id: {one: quantity * factor for one, quantity in goods[line.product_id].items()}
        for line, factor in zip(lines, catalog.line_factors(context, lines), strict=True)
        if line.product_id
    }


def _spread(order: RepairOrder, needs: Needs, left: Mapping[UUID, Decimal]) -> None:
    """Note what has left on the lines that want it, in their units; what nobody wants on the last that is about it."""
    rest = defaultdict(Decimal, left)

    def take(line: PartLine, most: Decimal | None) -> Decimal:
        goods = needs.get(line.id)
        if not goods:
            return most or NOTHING
        there = min(rest[one] / quantity for one, quantity in goods.items())
        taken = there if most is None else min(most, there)
        for one, quantity in goods.items():
            rest[one] -= taken * quantity
        return taken

    for line in order.parts:
        line.issued = take(line, _needed(line))
    for line in reversed(order.parts):
        line.issued += take(line, None)


def _state(order: RepairOrder, *, waits: bool) -> str:
    """A car in the workshop waits while the warehouse has been asked for something, and goes on once it is there."""
    if waits and order.state in {WAITING.value, WORKING.value}:
        return FOR_PARTS.value
    if not waits and order.state == FOR_PARTS.value and not are_missing(order):
        return WORKING.value if order.started_at else WAITING.value
    return order.state


def _asked(context: Context, orders: Sequence[RepairOrder]) -> set[UUID]:
    """Those orders for which the warehouse was asked for something that has not left."""
    table = warehouse.GoodsIssue.__table__
    names = {f"{_REFERENCE}{one.id}": one.id for one in orders}
    found = sa.select(table.c.document).where(
        table.c.tenant_id == context.tenant, table.c.document.in_(names), table.c.state == warehouse.NEW.value,
        table.c.deleted_at.is_(None),
    )  # fmt: skip
    return {names[row[0]] for row in context.session.connection().execute(found)}


def _wanting(context: Context, order_id: UUID) -> RepairOrder:
    order = sdk.get(context, RepairOrder, order_id, lock=True)
    if order.state == CANCELLED.value:
        raise sdk.InvalidError({"state": [_("This repair order is cancelled.")]})
    taken = sa.select(Settlement.number).where(
        Settlement.tenant_id == context.tenant, Settlement.order_id == order.id, Settlement.deleted_at.is_(None),
        Settlement.stock == STOCK_APPROVED.value,
    )  # fmt: skip
    if (number := context.session.scalar(taken.limit(1))) is not None:
        raise sdk.InvalidError({"": [_("Its parts left with settlement %(number)s.", number=number)]})
    return order


def _wanted(context: Context, order: RepairOrder) -> tuple[tuple[str, UUID], UUID, list[warehouse.GoodsOut]]:
    """For what, from where, and which goods in all."""
    agreed = [line for line in order.parts if line.agreed == AGREED.value]
    goods = [warehouse.GoodsOut(*each) for each in catalog.in_own_units(context, agreed).items()]
    return (ENTITY, order.id), order.warehouse_id or warehouse.default_warehouse(context), goods


def _said(order: RepairOrder) -> warehouse.Said:
    reason = _("Repair order %(number)s, %(plate)s", number=order.number, plate=order.vehicle.plate)
    return {"customer": order.customer_id, "kind": warehouse.REPAIR.value, "reason": str(reason)}


def handlers() -> Iterable[Handler]:
    """What the storekeeper does with a slip is noted on the order it is for."""
    title = _("Note which parts have left for a repair order")
    return [Handler(topic=f"{ISSUE}.{one}", run=_follow, title=title) for one in ("changed", "deleted", "restored")]


def _follow(context: Context, work: Work) -> None:
    table = warehouse.GoodsIssue.__table__
    mine = sa.select(table.c.document).where(
        table.c.tenant_id == context.tenant, table.c.id == UUID(work.payload["id"])
    )
    document = context.session.connection().execute(mine).scalar() or ""
    if not document.startswith(_REFERENCE):
        return
    try:
        order = sdk.get(context, RepairOrder, UUID(document.removeprefix(_REFERENCE)), lock=True)
    except MissingError:
        return  # it was deleted meanwhile
    note_issued(context, [order])
