"""What the papers of a warehouse do: amounts and units before they are saved, the ledger after."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog import api as catalog

from . import ledger, reserving
from .ledger import Movement
from .models import TRANSIT, Entry, Stock, Warehouse
from .slips import (
    APPROVED,
    CANCELLED,
    NEW,
    RECEIVED,
    SENT,
    GoodsIssue,
    GoodsReceipt,
    ReceiptLine,
    Slip,
    StockLine,
    Transfer,
)

_ = sdk.translator("plugins.warehouse")
NOTHING = Decimal(0)
NEXT = {
    NEW.value: {APPROVED.value, SENT.value, CANCELLED.value},
    APPROVED.value: {CANCELLED.value},
    SENT.value: {RECEIVED.value, CANCELLED.value},
    RECEIVED.value: {CANCELLED.value},
    CANCELLED.value: set[str](),
}
"""From which state a slip comes into which."""
CODES = re.compile(r"[,;\n]+")


def guard(_context: Context, record: Slip | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What has moved goods stays as it is, until it is cancelled."""
    before = record.state if record else NEW.value
    state = values.get("state", before)
    if record is not None and before != NEW.value and (set(values) - {"state"} or state == before):
        yield "", _("What has moved goods is not changed: cancel it and make another.")
    elif state != before and state not in NEXT[before]:
        yield "state", _("It cannot become this now.")


def prepare(context: Context, slips: Sequence[Slip]) -> None:
    """Quantities in products' own units, just before slips are written."""
    every = [line for slip in slips for line in slip.goods]
    factors = catalog.factors(context, {(one.product_id, one.unit_id) for one in every if one.unit_id})
    for line in every:
        if line.unit_id and (line.product_id, line.unit_id) not in factors:
            raise InvalidError({"goods": [_("One of the products is not sold in the unit that was chosen.")]})
        factor = factors[line.product_id, line.unit_id] if line.unit_id else Decimal(1)
        line.base = line.quantity * factor


def prepare_receipts(context: Context, receipts: Sequence[GoodsReceipt]) -> None:
    """What goods that come in amount to, each line with its part of what bringing them cost."""
    prepare(context, receipts)
    for one in receipts:
        lines: list[ReceiptLine] = one.goods
        for line in lines:
            line.amount = sdk.rounded(context, line.quantity * (line.price or NOTHING))
        one.subtotal = sum((line.amount for line in lines), NOTHING)
        by = [line.amount for line in lines] if one.subtotal else [line.base for line in lines]
        for line, part in zip(lines, sdk.spread(context, one.costs, by), strict=True):
            line.cost = line.amount + part
        one.total = one.subtotal + one.costs + one.vat


def follow(context: Context, slips: Sequence[Slip], event: str) -> None:
    """Bring the ledger into step with slips that were written."""
    moved = _moved(context, slips)
    for one in slips:
        if event == "deleted" and one.state not in {NEW.value, CANCELLED.value}:
            raise InvalidError({"": [_("It has moved goods: cancel it first.")]})
        if isinstance(one, GoodsIssue) and one.state in {NEW.value, CANCELLED.value}:
            _keep(context, one, event)
        if one.state == CANCELLED.value and moved.get(one.id):
            ledger.take_back(context, one.reference)
        elif one.state in {APPROVED.value, SENT.value, RECEIVED.value}:
            _move(context, one, moved.get(one.id, set()))


def _keep(context: Context, slip: GoodsIssue, event: str) -> None:
    """What was asked for by a document is kept for it until it leaves."""
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    if slip.document and slip.state == NEW.value and event != "deleted":
        for line in slip.goods:
            wanted[line.product_id] += line.base
    reserving.reserve(context, slip.reference, slip.warehouse_id, wanted)


def _move(context: Context, one: Slip, moved: set[UUID]) -> None:
    if isinstance(one, GoodsReceipt) and one.warehouse_id not in moved:
        ledger.post(context, one.reference, one.number, one.on, [_came(one, line) for line in one.goods])
    elif isinstance(one, GoodsIssue) and one.warehouse_id not in moved:
        ledger.post(context, one.reference, one.number, one.on, [_went(line, one.warehouse_id) for line in one.goods])
    elif isinstance(one, Transfer):
        way = transit(context)
        if one.source_id not in moved:
            goods = [_went(line, one.source_id, way) for line in one.goods]
            ledger.post(context, one.reference, one.number, one.on, goods)
        if one.state == RECEIVED.value and one.target_id not in moved:
            one.received_on = max(context.today(), one.on)
            goods = [_went(line, way, one.target_id) for line in one.goods]
            ledger.post(context, one.reference, one.number, one.received_on, goods)


def _came(slip: GoodsReceipt, line: ReceiptLine) -> Movement:
    return Movement(
        product=line.product_id, warehouse=slip.warehouse_id, quantity=line.base, line=line.id, value=line.cost,
        lots=codes(line), expires_on=line.expires_on, location=line.location_id,
    )  # fmt: skip


def _went(line: StockLine, warehouse: UUID, onward: UUID | None = None) -> Movement:
    return Movement(
        product=line.product_id, warehouse=warehouse, quantity=-line.base, line=line.id, lots=codes(line),
        location=getattr(line, "location_id", None), onward=onward,
    )  # fmt: skip


def codes(line: StockLine) -> tuple[str, ...]:
    """The lots or serial numbers that were written on a line."""
    return tuple(dict.fromkeys(code.strip() for code in CODES.split(line.lot or "") if code.strip()))


def transit(context: Context) -> UUID:
    """The warehouse of what is on its way."""
    found = context.session.scalar(
        sa.select(Warehouse.id).where(Warehouse.tenant_id == context.tenant, Warehouse.kind == TRANSIT.value)
    )
    if found is None:
        raise LookupError(TRANSIT.value)
    return found


def _moved(context: Context, slips: Sequence[Slip]) -> dict[UUID, set[UUID]]:
    """The warehouses in which slips have moved goods already."""
    found: dict[UUID, set[UUID]] = {}
    entity = slips[0].reference[0]
    wanted = (
        sa.select(Entry.record_id, Stock.warehouse_id)
        .join(Stock, sa.and_(Stock.tenant_id == Entry.tenant_id, Stock.id == Entry.stock_id))
        .where(
            Entry.tenant_id == context.tenant, Entry.entity == entity, Entry.record_id.in_([one.id for one in slips])
        )
        .distinct()
    )
    for record, warehouse in context.session.execute(wanted):
        found.setdefault(record, set()).add(warehouse)
    return found
