"""The rules of a stocktake: what is counted against what the ledger says, until the ledger says what was counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core import sdk
from core.sdk import Context, InvalidError
from plugins.catalog.api import Product

from . import adjusting, ledger, policy, stocks
from .counting import Count, Stocktake
from .groups import below
from .models import Stock, StockPart
from .slips import APPROVED, CANCELLED, NEW

_ = sdk.translator("plugins.warehouse")
NOTHING = Decimal(0)
ENDED = _("This stocktake is closed: what was counted stays as it is.")


def guard(_context: Context, record: Stocktake | None, values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What was approved or cancelled stays as it is; what was approved can still be cancelled."""
    before = record.state if record else NEW.value
    state = values.get("state", before)
    if before == NEW.value:
        return
    if before == CANCELLED.value or set(values) - {"state"} or state != CANCELLED.value:
        yield "", ENDED


def follow(context: Context, stocktakes: Sequence[Stocktake], event: str) -> None:
    """Have the ledger adjusted once a stocktake is approved, and take that back when it is cancelled."""
    for one in stocktakes:
        if event == "deleted" and one.state == APPROVED.value:
            raise InvalidError({"": [_("It has moved goods: cancel it first.")]})
        if one.state == CANCELLED.value:
            ledger.take_back(context, one.reference)
        elif one.state == APPROVED.value and event in {"created", "changed"}:
            policy.insist_open(context, one.on)
            adjusting.ask(context, one)


def prepare(context: Context, counts: Sequence[Count]) -> None:
    """Just before counts are written: how the product is called, and what the ledger says now of what was counted now.

    So whatever moves between this count and the approval is not taken for a difference.
    """
    insist_open(context, counts)
    names = stocks.names(context, {one.product_id for one in counts})
    fresh = [one for one in counts if sa.inspect(one).attrs["counted"].history.has_changes() or not one.version]
    books = _books(context, fresh)
    for one in counts:
        one.name = names.get(one.product_id, "")
    for one in fresh:
        one.book = books.get((one.stocktake_id, one.product_id, one.lot_id, one.location_id), NOTHING)


def follow_counts(context: Context, counts: Sequence[Count], event: str) -> None:
    """What an approved stocktake counted is not taken out of it."""
    if event in {"deleted", "restored"}:
        insist_open(context, counts)


def insist_open(context: Context, counts: Sequence[Count]) -> None:
    """Raise InvalidError where counts belong to a stocktake that has ended; until the commit none of them ends."""
    ended = (
        sa.select(Stocktake.id)
        .where(Stocktake.tenant_id == context.tenant, Stocktake.id.in_({one.stocktake_id for one in counts}))
        .with_for_update(read=True)
        .with_only_columns(Stocktake.state)
    )
    if any(state != NEW.value for state in context.session.scalars(ended)):
        raise InvalidError({"": [ENDED]})


def _books(context: Context, counts: Sequence[Count]) -> dict[tuple[UUID | None, ...], Decimal]:
    """What the ledger says there is of each, where it lies."""
    if not counts:
        return {}
    wanted = (
        sa.select(Stocktake.id, Stock.product_id, StockPart.lot_id, StockPart.location_id, StockPart.quantity)
        .join(Stock, sa.and_(Stock.tenant_id == Stocktake.tenant_id, Stock.warehouse_id == Stocktake.warehouse_id))
        .join(StockPart, sa.and_(StockPart.tenant_id == Stock.tenant_id, StockPart.stock_id == Stock.id))
        .where(Stocktake.tenant_id == context.tenant, Stocktake.id.in_({one.stocktake_id for one in counts}))
        .where(Stock.product_id.in_({one.product_id for one in counts}))
    )
    return {tuple(row[:4]): row[4] for row in context.session.execute(wanted)}


def fill(context: Context, stocktake: Stocktake, group: UUID | None = None) -> int:
    """List what the ledger says lies in the warehouse, of a group of products or all; how many lines there are now.

    Asked again it adds what came since, and renews what the ledger says of lines that nobody has counted. The
    stocktake is locked by the caller.
    """
    if stocktake.state != NEW.value:
        raise InvalidError({"": [ENDED]})
    count, stock, part, product = (one.__table__ for one in (Count, Stock, StockPart, Product))
    by = context.user.id if context.user else None
    columns = {
        "tenant_id": stock.c.tenant_id, "id": sa.func.gen_random_uuid(), "name": sa.func.left(product.c.name, 400),
        "stocktake_id": sa.literal(stocktake.id), "product_id": stock.c.product_id, "lot_id": part.c.lot_id,
        "location_id": part.c.location_id, "book": part.c.quantity, "value": sa.literal(0),
        "created_at": sa.func.now(), "updated_at": sa.func.now(), "created_by_id": sa.literal(by, sa.Uuid),
        "updated_by_id": sa.literal(by, sa.Uuid), "search_norm": product.c.search_norm, "version": sa.literal(1),
    }  # fmt: skip
    found = (
        sa.select(*columns.values())
        .join(part, sa.and_(part.c.tenant_id == stock.c.tenant_id, part.c.stock_id == stock.c.id))
        .join(product, sa.and_(product.c.tenant_id == stock.c.tenant_id, product.c.id == stock.c.product_id))
        .where(stock.c.tenant_id == context.tenant, stock.c.warehouse_id == stocktake.warehouse_id)
        .where(part.c.quantity != 0)
    )
    if group is not None:
        found = found.where(product.c.group_id.in_(below(context, group)))
    made = insert(count).from_select(list(columns), found, include_defaults=False)
    place = [count.c[name] for name in ("tenant_id", "stocktake_id", "product_id", "lot_id", "location_id")]
    context.session.connection().execute(
        made.on_conflict_do_update(
            index_elements=place,
            index_where=count.c.deleted_at.is_(None),
            set_={"book": made.excluded.book, "version": count.c.version + 1},
            where=sa.and_(count.c.tenant_id == context.tenant, count.c.counted.is_(None)),
        )
    )
    return progress(context, stocktake.id).lines


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stocktake has come."""

    lines: int
    counted: int
    surplus: int
    """Lines of which there is more than the ledger says."""
    short: int
    left: int
    """Lines that differ and that the ledger has not followed yet."""


def progress(context: Context, stocktake: UUID) -> Progress:
    """Worked out in one statement."""
    table = Count.__table__
    mine = sa.select(
        sa.func.count(), sa.func.count(table.c.counted), sa.func.count().filter(table.c.difference > 0),
        sa.func.count().filter(table.c.difference < 0), sa.func.count().filter(adjusting.open_lines(context, stocktake)),
    ).where(table.c.tenant_id == context.tenant, table.c.stocktake_id == stocktake, table.c.deleted_at.is_(None))  # fmt: skip
    return Progress(*context.session.connection().execute(mine).one())
