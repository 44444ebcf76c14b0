"""Costing what was entered: at once where it is the latest of its stock, and all that follows anew where it is not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, Work

from . import policy
from .costing import Pool, layers_left
from .models import FIFO, Entry, Stock
from .spent import note_costs
from .stocks import locked, save

_ = sdk.translator("plugins.warehouse")
NOTHING = Decimal(0)
SOME = 50
"""Entries that are looked at first for what is left of them; mostly fewer are needed."""
_COLUMNS = tuple(column.name for column in Entry.__table__.columns)
Values = dict[UUID, Decimal]
"""What entries are worth."""


def enter(context: Context, stocks: Sequence[Stock], made: Sequence[Entry]) -> dict[UUID, date]:
    """Give entries their values and write them; stocks are locked, and as they are after them but for their values.

    Of stocks in which something was entered before other entries: the first day on which less than nothing was there.
    """
    by_id = {one.id: one for one in stocks}
    moved: Values = {}
    first: dict[UUID, date] = {}
    for one in made:
        moved[one.stock_id] = moved.get(one.stock_id, NOTHING) + one.quantity
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
        stock = by_id[one.stock_id]
        stock.last_on = max(one.on, stock.last_on or one.on)
    save(context, stocks)
    rows = [{name: getattr(one, name) for name in _COLUMNS} for one in made]
    sdk.bulk.insert(context.session, Entry.__table__, rows)
    note_costs(context, {(one.entity, one.record_id) for one in made})
    return recost(context, by_id, {one: first[one] for one in late})


def _cost_latest(
    context: Context, stocks: Mapping[UUID, Stock], made: Sequence[Entry], moved: Mapping[UUID, Decimal]
) -> None:
    """Those that nothing follows: from what their stocks are worth."""
    pools = _pools(context, {stocks[one.stock_id] for one in made}, moved)
    values: Values = {}
    onward = {one.follows_id for one in made}
    for one in made:
        followed = values.get(one.follows_id, -one.value) if one.follows_id else None
        values[one.id], added = _cost(pools[one.stock_id], one.id, one.quantity, one.given, followed)
        if one.id in onward:
            _insist_covered(pools[one.stock_id], stocks[one.stock_id], one.id, one.on)
        for key, cost in added.items():
            values[key] -= cost
    for one in made:
        one.value = values[one.id]
    for stock, pool in pools.items():
        stocks[stock].value = pool.value


def _cost(
    pool: "Pool[UUID]", key: UUID, quantity: Decimal, given: Decimal | None, followed: Decimal | None
) -> tuple[Decimal, Values]:
    """What an entry is worth: as it is said, as the opposite of the one it follows, or by what is there.

    With what it adds to the costs of entries that were not covered.
    """
    if quantity > 0:
        value = given if given is not None else pool.at_cost(quantity) if followed is None else -followed
        return value, pool.enter(quantity, value)
    if followed is None:
        return -pool.leave(key, -quantity), {}
    pool.pass_on(-quantity, followed)
    return -followed, {}


def _insist_covered(pool: "Pool[UUID]", stock: Stock, entry: UUID, day: date) -> None:
    """What goes on to another warehouse was there, also where a company overdraws its stock.

    Its cost there could come to depend on itself otherwise.
    """
    if pool.uncovered and pool.uncovered[-1][0] == entry:
        raise InvalidError({"goods": [too_little(stock, day)]})


def too_little(stock: Stock, day: date) -> sdk.Text:
    """Why something cannot be entered for an earlier day."""
    return _("%(product)s: less than nothing would be left on %(day)s.", product=stock.name, day=sdk.show_day(day))


def _pools(context: Context, stocks: Iterable[Stock], moved: Mapping[UUID, Decimal]) -> "dict[UUID, Pool[UUID]]":
    """Stocks before what moves."""
    found: dict[UUID, Pool[UUID]] = {}
    for one in stocks:
        pool = found[one.id] = _empty(context)
        pool.quantity, pool.value = one.on_hand - moved[one.id], one.value
        _layer(context, pool, one.id, None)
    return found


def _empty(context: Context) -> "Pool[UUID]":
    return Pool(policy.of(context).method, partial(sdk.rounded, context))


def _layer(context: Context, pool: "Pool[UUID]", stock: UUID, before: date | None) -> None:
    """Find out of which entries the goods are that are in a pool."""
    if pool.method == FIFO.value and pool.quantity > 0:
        newest = ((quantity, value) for _id, quantity, value in _newest(context, stock, before, Entry.quantity > 0))
        pool.layers = layers_left(pool.quantity, pool.value, newest)


def _newest(
    context: Context, stock: UUID, before: date | None, which: sa.ColumnElement[bool]
) -> Iterator[tuple[UUID, Decimal, Decimal]]:
    """What came into a stock, or left it, the latest first, without what was taken back on its own day."""
    table = Entry.__table__
    wanted = (
        sa.select(table.c.id, table.c.quantity, table.c.value)
        .where(table.c.tenant_id == context.tenant, table.c.stock_id == stock, which)
        .where(~_apart(), table.c.on < before if before else sa.true())
        .order_by(table.c.on.desc(), table.c.position.desc())
    )
    at = 0
    while rows := context.session.connection().execute(wanted.offset(at).limit(SOME)).all():
        yield from ((row[0], row[1], row[2]) for row in rows)
        at += len(rows)


def _apart() -> sa.ColumnElement[bool]:
    """Whether an entry takes back another of its day, or is taken back by one: as if it had never been."""
    table, back = Entry.__table__, Entry.__table__.alias("back")
    taken_back = sa.exists().where(
        back.c.tenant_id == table.c.tenant_id, back.c.takes_back_id == table.c.id, back.c.reverses
    )
    return sa.or_(table.c.reverses, taken_back)


@dataclass(slots=True)
class _Line:
    """An entry as the replay reads it."""

    id: UUID
    on: date
    quantity: Decimal
    given: Decimal | None
    value: Decimal
    follows_id: UUID | None
    followed: Decimal | None
    onward: bool
    """Whether entries in other warehouses take its value over."""


def recost(context: Context, locked: dict[UUID, Stock], days: dict[UUID, date]) -> dict[UUID, date]:
    """Cost stocks anew from a day on, and whatever took their values over into other stocks of the same products.

    All stocks of these products are locked. Of each the first day on which less than nothing was there, if there is one.
    """
    touched: set[tuple[str, UUID]] = set()
    overdrawn: dict[UUID, date] = {}
    while days:
        stock_id, day = days.popitem()
        if stock_id not in locked:
            locked[stock_id] = context.session.get_one(Stock, (context.tenant, stock_id))
        changed, empty_on = _replay(context, locked[stock_id], day)
        if empty_on:
            overdrawn[stock_id] = empty_on
        if not changed:
            continue
        touched |= _correct(context, changed)
        followers = sa.select(Entry.stock_id, sa.func.min(Entry.on)).where(
            Entry.tenant_id == context.tenant, Entry.follows_id.in_(changed), Entry.stock_id != stock_id,
            ~Entry.reverses,
        )  # fmt: skip
        for other, since in context.session.execute(followers.group_by(Entry.stock_id)):
            days[other] = min(since, days.get(other, since))
    note_costs(context, touched)
    return overdrawn


def recost_all(context: Context, work: Work) -> None:
    """Cost whatever is not closed by the method that holds now; some products at a time, each part committed."""
    closed = policy.of(context).closed_until
    first = closed + timedelta(days=1) if closed else date.min
    after = UUID(work.cursor["after"]) if "after" in work.cursor else None
    done = work.done
    while products := _products(context, after):
        stocks = locked(context, Stock.product_id.in_(products))
        recost(context, {one.id: one for one in stocks}, {one.id: first for one in stocks})
        done, after = done + len(products), products[-1]
        work.progress(done, done + len(_products(context, after)))
        work.checkpoint(after=str(after))


def _products(context: Context, after: UUID | None) -> Sequence[UUID]:
    """The next of those of which there are stocks."""
    found = sa.select(Stock.product_id).where(Stock.tenant_id == context.tenant).distinct()
    found = found.where(Stock.product_id > after) if after else found
    return context.session.scalars(found.order_by(Stock.product_id).limit(SOME)).all()


def _correct(context: Context, values: Values) -> set[tuple[str, UUID]]:
    """Write what entries are worth now; the documents they are of."""
    given = sdk.bulk.given({"id": Entry.__table__.c.id.type, "value": Entry.__table__.c.value.type})
    update = (
        sa.update(Entry)
        .where(Entry.tenant_id == context.tenant, Entry.id == given.c.id)
        .values(value=given.c.value)
        .returning(Entry.entity, Entry.record_id)
        .execution_options(synchronize_session=False)
    )
    rows = [{"id": key, "value": value} for key, value in values.items()]
    return {(row[0], row[1]) for row in context.session.execute(update, sdk.bulk.sent(rows))}


def _replay(context: Context, stock: Stock, day: date) -> tuple[Values, date | None]:
    """The values of the entries of a stock that are others now, costed anew from a day on; and when it was overdrawn."""
    pool, old, new = _before(context, stock, day)
    overdrawn: date | None = None
    for one in _lines(context, stock.id, day):
        followed = new.get(one.follows_id, one.followed) if one.follows_id else None
        old[one.id] = one.value
        new[one.id], added = _cost(pool, one.id, one.quantity, one.given, followed)
        if one.onward:
            _insist_covered(pool, stock, one.id, one.on)
        for key, cost in added.items():
            new[key] -= cost
        if pool.quantity < 0:
            overdrawn = overdrawn or one.on
    stock.value = pool.value
    return {key: value for key, value in new.items() if value != old[key]}, overdrawn


def _before(context: Context, stock: Stock, day: date) -> "tuple[Pool[UUID], Values, Values]":
    """A stock as a day began; and of what had left without being there, what it costs by now and what it cost by then."""
    pool = _empty(context)
    sums = sa.select(sa.func.coalesce(sa.func.sum(Entry.quantity), 0), sa.func.coalesce(sa.func.sum(Entry.value), 0))
    mine = (Entry.tenant_id == context.tenant, Entry.stock_id == stock.id)
    pool.quantity, pool.value = context.session.execute(sums.where(*mine, Entry.on < day)).one()
    _layer(context, pool, stock.id, day)
    now, then = Values(), Values()
    missing = -pool.quantity
    if missing <= 0:
        return pool, now, then
    known, pool.value = pool.value, NOTHING
    for key, quantity, value in _newest(context, stock.id, day, Entry.quantity < 0):
        now[key], then[key], known = value, NOTHING, known - value
        pool.uncovered.appendleft((key, min(-quantity, missing)))
        missing += quantity
        if missing <= 0:  # the oldest was there in part: it cost what came in before and nothing else cost
            then[key] = -known
            break
    return pool, now, then


def _lines(context: Context, stock: UUID, since: date) -> Iterator[_Line]:
    table, followed = Entry.__table__, Entry.__table__.alias("followed")
    columns = (table.c.id, table.c.on, table.c.quantity, table.c.given, table.c.value, table.c.follows_id)
    follower = Entry.__table__.alias("follower")
    onward = sa.exists().where(
        follower.c.tenant_id == table.c.tenant_id, follower.c.follows_id == table.c.id,
        follower.c.stock_id != table.c.stock_id, ~follower.c.reverses,
    )  # fmt: skip
    wanted = (
        sa.select(*columns, followed.c.value, onward)
        .outerjoin(
            followed, sa.and_(followed.c.tenant_id == table.c.tenant_id, followed.c.id == table.c.follows_id)
        )
        .where(table.c.tenant_id == context.tenant, table.c.stock_id == stock, table.c.on >= since, ~_apart())
        .order_by(table.c.on, table.c.position)
    )  # fmt: skip
    for row in context.session.connection().execute(wanted):
        yield _Line(*row)
