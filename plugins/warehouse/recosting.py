"""Costing what was entered: at once where it is the latest of its stock, and all that follows anew where it is not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from . import policy
from .costing import Pool, layers_left
from .models import FIFO, Entry, Stock
from .spent import note_costs

NOTHING = Decimal(0)
SOME = 50
"""Entries that are looked at first for what is left of them; mostly fewer are needed."""
_COLUMNS = tuple(column.name for column in Entry.__table__.columns)


def enter(context: Context, stocks: Sequence[Stock], made: Sequence[Entry]) -> None:
    """Give entries their values and write them; stocks are locked, and as they are after them but for their values."""
    by_id = {one.id: one for one in stocks}
    moved: dict[UUID, Decimal] = {}
    for one in made:
        moved[one.stock_id] = moved.get(one.stock_id, NOTHING) + one.quantity
    first: dict[UUID, date] = {}
    for one in made:
        first[one.stock_id] = min(one.on, first.get(one.stock_id, one.on))
    late = {
        one.stock_id
        for one in made
        if one.reverses or one.on < (by_id[one.stock_id].last_on or one.on)
        or by_id[one.stock_id].on_hand - moved[one.stock_id] < 0
    }  # fmt: skip
    late |= {one.stock_id for one in made if one.follows_id and late}
    _cost_latest(context, by_id, [one for one in made if one.stock_id not in late], moved)
    for one in made:
        one.value = one.value or NOTHING
        stock = by_id[one.stock_id]
        stock.last_on = max(one.on, stock.last_on or one.on)
    rows = [{name: getattr(one, name) for name in _COLUMNS} for one in made]
    sdk.bulk.insert(context.session, Entry.__table__, rows)
    note_costs(context, {(one.entity, one.record_id) for one in made})
    if late:
        _recost(context, by_id, {one: first[one] for one in late})


def _cost_latest(
    context: Context, stocks: Mapping[UUID, Stock], made: Sequence[Entry], moved: Mapping[UUID, Decimal]
) -> None:
    """Those that nothing follows: from what their stocks are worth."""
    pools = _pools(context, {stocks[one.stock_id] for one in made}, moved)
    values: dict[UUID, Decimal] = {}
    for one in made:
        pool = pools[one.stock_id]
        if one.quantity < 0:
            one.value = -pool.leave(one.id, -one.quantity)
        else:
            one.value = _coming(pool, one.quantity, one.given, values.get(one.follows_id) if one.follows_id else None)
            pool.enter(one.quantity, one.value)
        values[one.id] = one.value
    for stock, pool in pools.items():
        stocks[stock].value = pool.value


def _coming(pool: "Pool[UUID]", quantity: Decimal, given: Decimal | None, followed: Decimal | None) -> Decimal:
    """What something that comes in is worth: as it is said, as the entry it follows, or as what is there."""
    if given is not None:
        return given
    return -followed if followed is not None else pool.at_cost(quantity)


def _pools(context: Context, stocks: Iterable[Stock], moved: Mapping[UUID, Decimal]) -> "dict[UUID, Pool[UUID]]":
    """Stocks before what moves."""
    method, rounded = policy.of(context).method, partial(sdk.rounded, context)
    found: dict[UUID, Pool[UUID]] = {}
    for one in stocks:
        found[one.id] = Pool(method, rounded, one.on_hand - moved[one.id], one.value)
    if method == FIFO.value:
        for key, pool in found.items():
            pool.layers = layers_left(pool.quantity, pool.value, _newest(context, key, None))
    return found


def _newest(context: Context, stock: UUID, before: date | None) -> Iterator[tuple[Decimal, Decimal]]:
    """What came into a stock, the latest first, without what was taken back on its own day."""
    table, back = Entry.__table__, Entry.__table__.alias("back")
    taken_back = sa.exists().where(
        back.c.tenant_id == table.c.tenant_id, back.c.follows_id == table.c.id, back.c.reverses
    )
    wanted = (
        sa.select(table.c.quantity, table.c.value)
        .where(table.c.tenant_id == context.tenant, table.c.stock_id == stock, table.c.quantity > 0)
        .where(~table.c.reverses, ~taken_back, table.c.on < before if before else sa.true())
        .order_by(table.c.on.desc(), table.c.position.desc())
    )
    at = 0
    while rows := context.session.connection().execute(wanted.offset(at).limit(SOME)).all():
        yield from ((row[0], row[1]) for row in rows)
        at += len(rows)


@dataclass(slots=True)
class _Line:
    """An entry as the replay reads it."""

    id: UUID
    quantity: Decimal
    given: Decimal | None
    value: Decimal
    follows_id: UUID | None
    followed: Decimal | None
    apart: bool
    """It takes back another of its day, or is taken back by one: as if it had never been."""


def _recost(context: Context, locked: dict[UUID, Stock], days: dict[UUID, date]) -> None:
    """Cost stocks anew from a day on, and whatever took their values over into other stocks."""
    touched: set[tuple[str, UUID]] = set()
    while days:
        stock_id, day = days.popitem()
        if stock_id not in locked:
            locked[stock_id] = context.session.get_one(Stock, (context.tenant, stock_id), with_for_update=True)
        changed = _replay(context, locked[stock_id], day)
        if not changed:
            continue
        values = {"id": Entry.__table__.c.id.type, "value": Entry.__table__.c.value.type}
        given = sdk.bulk.given(values)
        rows = [{"id": key, "value": value} for key, value in changed.items()]
        update = (
            sa.update(Entry)
            .where(Entry.tenant_id == context.tenant, Entry.id == given.c.id)
            .values(value=given.c.value)
            .returning(Entry.entity, Entry.record_id)
            .execution_options(synchronize_session=False)
        )
        touched |= {(row[0], row[1]) for row in context.session.execute(update, sdk.bulk.sent(rows))}
        followers = sa.select(Entry.stock_id, sa.func.min(Entry.on)).where(
            Entry.tenant_id == context.tenant, Entry.follows_id.in_(changed), Entry.stock_id != stock_id,
            ~Entry.reverses,
        )  # fmt: skip
        for other, since in context.session.execute(followers.group_by(Entry.stock_id)):
            days[other] = min(since, days.get(other, since))
    note_costs(context, touched)


def _replay(context: Context, stock: Stock, day: date) -> dict[UUID, Decimal]:
    """The values of the entries of a stock from a day on that are others now."""
    before = sa.select(sa.func.coalesce(sa.func.sum(Entry.quantity), 0), sa.func.coalesce(sa.func.sum(Entry.value), 0))
    mine = (Entry.tenant_id == context.tenant, Entry.stock_id == stock.id)
    quantity, value = context.session.execute(before.where(*mine, Entry.on < day)).one()
    whole = quantity < 0  # something left before it came: its cost is still to be found
    pool: Pool[UUID] = Pool(policy.of(context).method, partial(sdk.rounded, context))
    if not whole:
        pool.quantity, pool.value = quantity, value
        if pool.method == FIFO.value:
            pool.layers = layers_left(quantity, value, _newest(context, stock.id, day))
    old: dict[UUID, Decimal] = {}
    new: dict[UUID, Decimal] = {}
    for one in _lines(context, stock.id, None if whole else day):
        old[one.id] = one.value
        if one.apart:
            new[one.id] = -new.get(one.follows_id, -one.value) if one.follows_id else one.value
        elif one.quantity < 0:
            new[one.id] = -pool.leave(one.id, -one.quantity)
        else:
            followed = new.get(one.follows_id, one.followed) if one.follows_id else None
            new[one.id] = _coming(pool, one.quantity, one.given, followed)
            for key, cost in pool.enter(one.quantity, new[one.id]).items():
                new[key] -= cost
    stock.value = pool.value
    return {key: value for key, value in new.items() if value != old[key]}


def _lines(context: Context, stock: UUID, since: date | None) -> Iterator[_Line]:
    table, followed, back = Entry.__table__, Entry.__table__.alias("followed"), Entry.__table__.alias("back")
    taken_back = sa.exists().where(
        back.c.tenant_id == table.c.tenant_id, back.c.follows_id == table.c.id, back.c.reverses
    )
    wanted = (
        sa.select(
            table.c.id, table.c.quantity, table.c.given, table.c.value, table.c.follows_id, followed.c.value,
            sa.or_(table.c.reverses, taken_back),
        )
        .outerjoin(
            followed, sa.and_(followed.c.tenant_id == table.c.tenant_id, followed.c.id == table.c.follows_id)
        )
        .where(table.c.tenant_id == context.tenant, table.c.stock_id == stock)
        .where(table.c.on >= since if since else sa.true())
        .order_by(table.c.on, table.c.position)
    )  # fmt: skip
    for row in context.session.connection().execute(wanted):
        yield _Line(*row)
