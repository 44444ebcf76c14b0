"""Bringing the ledger to what was counted, part by part.

What is left to do follows from the ledger itself: a line that differs and has no entry. So it does not matter how often
this is begun, or where it was broken off.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, Work
from plugins.catalog.api import Product

from . import ledger
from .counting import Count, Stocktake
from .ledger import Movement
from .models import Entry, Lot, Stock
from .slips import APPROVED

_ = sdk.translator("plugins.warehouse")
NOTHING = Decimal(0)
ADJUST = "warehouse.adjust"
TOGETHER = 200
"""Lines in a transaction: their stocks are locked for so long."""
SHOWN = 20
"""Lines that could not be adjusted of which the job says why."""


def open_lines(context: Context, stocktake: UUID) -> sa.ColumnElement[bool]:
    """Lines that differ from the ledger, and have no entry there."""
    count, entry = Count.__table__, Entry.__table__
    done = sa.exists().where(
        entry.c.tenant_id == context.tenant, entry.c.entity == "warehouse.stocktake",
        entry.c.record_id == stocktake, entry.c.line_id == count.c.id,
    )  # fmt: skip
    return sa.and_(count.c.difference != 0, ~done)


def ask(context: Context, stocktake: Stocktake) -> None:
    """Have what is left of it done."""
    title = str(_("Adjust the stock by %(number)s", number=stocktake.number))
    sdk.enqueue(context, ADJUST, {"stocktake": str(stocktake.id)}, title=title)


def adjust(context: Context, work: Work) -> None:
    """Do what is left; each part is committed. Lines that cannot be done stay open, and the job says why."""
    key = UUID(work.payload["stocktake"])
    after = UUID(work.cursor["after"]) if "after" in work.cursor else None
    done, problems = work.done, list(work.outcome.get("problems", ()))
    while counts := _some(context, key, after):
        problems += _post(context, key, counts)
        done, after = done + len(counts), counts[-1].id
        work.progress(done, done + _rest(context, key, after))
        work.result(problems=problems[:SHOWN])
        work.checkpoint(after=str(after))


def _some(context: Context, key: UUID, after: UUID | None) -> Sequence[Count]:
    """The next lines of a stocktake that stands, which nobody cancels meanwhile."""
    standing = sa.select(Stocktake.id).where(
        Stocktake.tenant_id == context.tenant, Stocktake.id == key, Stocktake.state == APPROVED.value
    )
    if context.session.scalar(standing.with_for_update()) is None:
        return ()
    return context.session.scalars(_open(context, key, after).order_by(Count.id).limit(TOGETHER)).all()


def _open(context: Context, key: UUID, after: UUID | None) -> sa.Select[Count]:
    wanted = sa.select(Count).where(
        Count.tenant_id == context.tenant, Count.stocktake_id == key, Count.deleted_at.is_(None),
        open_lines(context, key),
    )  # fmt: skip
    return wanted.where(Count.id > after) if after else wanted


def _rest(context: Context, key: UUID, after: UUID) -> int:
    rest = sa.select(sa.func.count()).select_from(_open(context, key, after).subquery())
    return context.session.scalar(rest) or 0


def _post(context: Context, key: UUID, counts: Sequence[Count]) -> list[str]:
    """Write them together, or if one is in the way each by itself; what is wrong with those that could not be written."""
    stocktake = context.session.get_one(Stocktake, (context.tenant, key))
    codes, costs = _codes(context, counts), _costs(context, stocktake, counts)
    movements = [_movement(context, stocktake, one, codes, costs) for one in counts]
    try:
        _write(context, stocktake, movements)
    except InvalidError as error:
        if len(counts) == 1:
            return [str(text) for texts in error.errors.values() for text in texts]
        return [text for one in counts for text in _post(context, key, [one])]
    _note_values(context, [one.id for one in counts])
    return []


def _write(context: Context, stocktake: Stocktake, movements: Sequence[Movement]) -> None:
    """In a part of the transaction that leaves nothing behind when it fails."""
    with context.session.begin_nested():
        ledger.post(context, stocktake.reference, stocktake.number, stocktake.on, movements)


def _movement(
    context: Context, stocktake: Stocktake, one: Count, codes: dict[UUID, str], costs: dict[UUID, Decimal]
) -> Movement:
    quantity = one.difference or NOTHING
    value = sdk.rounded(context, quantity * costs[one.product_id]) if quantity > 0 and one.product_id in costs else None
    return Movement(
        product=one.product_id, warehouse=stocktake.warehouse_id, quantity=quantity, line=one.id, value=value,
        lots=(codes[one.lot_id],) if one.lot_id else (), location=one.location_id,
    )  # fmt: skip


def _costs(context: Context, stocktake: Stocktake, counts: Sequence[Count]) -> dict[UUID, Decimal]:
    """What one costs of goods that were found though none are on hand: as when some last came in, or as their product says.

    Of others the ledger knows what they are worth.
    """
    found = {one.product_id for one in counts if (one.difference or NOTHING) > 0}
    if not found:
        return {}
    stock, entry, product = Stock.__table__, Entry.__table__, Product.__table__
    back = entry.alias("back")
    gone = sa.exists().where(back.c.tenant_id == entry.c.tenant_id, back.c.takes_back_id == entry.c.id)
    last = (
        sa.select(entry.c.value / entry.c.quantity)
        .join(stock, sa.and_(stock.c.tenant_id == entry.c.tenant_id, stock.c.id == entry.c.stock_id))
        .where(stock.c.tenant_id == product.c.tenant_id, stock.c.product_id == product.c.id)
        .where(entry.c.quantity > 0, entry.c.value > 0, entry.c.takes_back_id.is_(None), ~gone)
        .order_by((stock.c.warehouse_id == stocktake.warehouse_id).desc(), entry.c.on.desc(), entry.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    there = sa.exists().where(
        stock.c.tenant_id == product.c.tenant_id, stock.c.product_id == product.c.id,
        stock.c.warehouse_id == stocktake.warehouse_id, stock.c.on_hand > 0,
    )  # fmt: skip
    cost = sa.func.coalesce(last, product.c.cost)
    wanted = sa.select(product.c.id, cost).where(product.c.tenant_id == context.tenant, product.c.id.in_(found), ~there)
    return {key: worth for key, worth in context.session.connection().execute(wanted) if worth}


def _codes(context: Context, counts: Sequence[Count]) -> dict[UUID, str]:
    lots = {one.lot_id for one in counts if one.lot_id}
    wanted = sa.select(Lot.id, Lot.code).where(Lot.tenant_id == context.tenant, Lot.id.in_(lots))
    return {row[0]: row[1] for row in context.session.execute(wanted)} if lots else {}


def _note_values(context: Context, lines: Sequence[UUID]) -> None:
    """What the differences are worth by the ledger, kept beside them."""
    entry, count = Entry.__table__, Count.__table__
    worth = (
        sa.select(entry.c.line_id, sa.func.sum(entry.c.value).label("value"))
        .where(entry.c.tenant_id == context.tenant, entry.c.line_id.in_(lines))
        .where(entry.c.entity == "warehouse.stocktake")
        .group_by(entry.c.line_id)
        .subquery()
    )
    context.session.connection().execute(
        sa.update(count)
        .where(count.c.tenant_id == context.tenant, count.c.id == worth.c.line_id)
        .values(value=worth.c.value)
    )
