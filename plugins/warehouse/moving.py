"""What the papers of a warehouse do: from state to state, with the ledger in step."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError

from . import issuing, ledger, reserving, stocks
from .ledger import Movement
from .models import TRANSIT, Entry, Stock, Warehouse
from .preparing import takes_average
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
NEXT = {
    NEW.value: {APPROVED.value, SENT.value, CANCELLED.value},
    APPROVED.value: {CANCELLED.value},
    SENT.value: {RECEIVED.value, CANCELLED.value},
    RECEIVED.value: {CANCELLED.value},
    CANCELLED.value: set[str](),
}
"""From which state a slip comes into which."""
MOVED = frozenset((APPROVED.value, SENT.value, RECEIVED.value))
CODES = re.compile(r"[,;\n]+")


def guard(_context: Context, record: Slip | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What has moved goods stays as it is, until it is cancelled; but for its note, which says nothing of the goods."""
    before = record.state if record else NEW.value
    state = values.get("state", before)
    if set(values) == {"note"}:
        return
    if record is not None and before != NEW.value and (set(values) - {"state"} or state == before):
        yield "", _("What has moved goods is not changed: cancel it and make another.")
    elif state != before and state not in NEXT[before]:
        yield "state", _("It cannot become this now.")


def follow(context: Context, slips: Sequence[Slip], event: str) -> None:
    """Bring the ledger into step with slips that were written."""
    if event == "deleted" and any(one.state in MOVED for one in slips):
        raise InvalidError({"": [_("It has moved goods: cancel it first.")]})
    if len(slips) > 1:  # locked together: two who approve the same slips in another order do not wait for each other
        stocks.lock(context, {key for one in slips if one.state in MOVED for key in _keys(context, one)})
    moved = _moved(context, slips)
    for one in slips:
        if isinstance(one, GoodsIssue) and one.state not in MOVED:
            _keep(context, one, gone=event == "deleted")
        if one.state == CANCELLED.value and moved.get(one.id):
            ledger.take_back(context, one.reference)
        elif one.state in MOVED:
            _move(context, one, moved.get(one.id, set()))


def _keep(context: Context, slip: GoodsIssue, *, gone: bool) -> None:
    """What was asked for by a document is kept for it until it leaves."""
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    if slip.document and slip.state == NEW.value and not gone:
        for line in slip.goods:
            wanted[line.product_id] += line.base
    documents = [issuing.named(slip.document)] if slip.document and wanted else []
    reserving.reserve(context, slip.reference, slip.warehouse_id, wanted, instead_of=documents)


def _keys(context: Context, slip: Slip) -> set[stocks.Key]:
    """What a slip moves, and where."""
    warehouses = [*slip.warehouses.values(), *([transit(context)] if isinstance(slip, Transfer) else [])]
    return {(line.product_id, one) for line in slip.goods for one in warehouses}


def _move(context: Context, one: Slip, moved: set[UUID]) -> None:
    if isinstance(one, GoodsReceipt) and one.warehouse_id not in moved:
        ledger.post(context, one.reference, one.number, one.on, [_came(one, line) for line in one.goods])
    elif isinstance(one, GoodsIssue) and one.warehouse_id not in moved:
        ledger.post(context, one.reference, one.number, one.on, [_went(line, one.warehouse_id) for line in one.goods])
    elif isinstance(one, Transfer):
        if one.source_id not in moved:
            goods = [_went(line, one.source_id, transit(context)) for line in one.goods]
            ledger.post(context, one.reference, one.number, one.on, goods)
        if one.state == RECEIVED.value and one.target_id not in moved:
            one.received_on = max(context.today(), one.on)
            ledger.arrive(context, one.reference, one.number, one.received_on, one.target_id)


def _came(slip: GoodsReceipt, line: ReceiptLine) -> Movement:
    return Movement(
        product=line.product_id, warehouse=slip.warehouse_id, quantity=line.base, line=line.id,
        value=None if takes_average(slip, line) else line.cost, lots=codes(line), expires_on=line.expires_on,
        location=line.location_id,
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
    ids = [one.id for one in slips if one.state != NEW.value]
    if not ids:
        return found
    wanted = (
        sa.select(Entry.record_id, Stock.warehouse_id)
        .join(Stock, sa.and_(Stock.tenant_id == Entry.tenant_id, Stock.id == Entry.stock_id))
        .where(Entry.tenant_id == context.tenant, Entry.entity == slips[0].reference[0], Entry.record_id.in_(ids))
        .distinct()
    )
    for record, warehouse in context.session.execute(wanted):
        found.setdefault(record, set()).add(warehouse)
    return found
