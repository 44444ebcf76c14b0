"""A warehouse with millions of entries: what is on hand, the card of a stock, and a slip of a hundred lines."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench.alone import sql
from bench.company import switched_on
from bench.measure import Line, Meter
from bench.pages import against
from core.app import Platform
from core.context import Context
from core.entity import service
from core.entity.query import Query, read_page
from core.reports.periods import Days
from plugins.catalog.api import Product
from plugins.warehouse import figures
from plugins.warehouse.api import GoodsIssue, GoodsReceipt, Stock, default_warehouse
from plugins.warehouse.models import Entry

STOCKS, LINES, SLIPS = 1000, 100, 6
FIRST = date(2025, 1, 1)
PERIOD = Days(date(2025, 12, 1), date(2025, 12, 31))
# Behind the receipt that opened each stock: ten come in, five go out, a few a day for a year, a slip for each round, all of one price.
_ENTRIES = """
INSERT INTO warehouse_entry (tenant_id, id, stock_id, "on", position, at, quantity, given, value, reverses, entity, record_id, number)
SELECT s.tenant_id, gen_random_uuid(), s.id, date '2025-01-02' + CAST(n * 360 / :each AS int), n + 1, now(), q.quantity,
  CASE WHEN q.quantity > 0 THEN q.quantity * 1000 END, q.quantity * 1000, false, 'warehouse.goods_receipt', CAST(md5(n::text) AS uuid), 'NK-' || n
FROM warehouse_stock s, generate_series(1, CAST(:each AS bigint)) n, LATERAL (SELECT CASE n % 2 WHEN 0 THEN 10 ELSE -5 END) q (quantity)
WHERE s.tenant_id = :tenant
"""
_STOCKS = """
UPDATE warehouse_stock s SET on_hand = e.quantity, value = e.value, entries = e.many, last_on = e.last_on
FROM (SELECT stock_id, sum(quantity) quantity, sum(value) AS value, count(*) many, max("on") last_on
  FROM warehouse_entry WHERE tenant_id = :tenant GROUP BY stock_id) e
WHERE s.tenant_id = :tenant AND s.id = e.stock_id
"""
_PARTS = """
UPDATE warehouse_stock_part p SET quantity = s.on_hand FROM warehouse_stock s
WHERE p.tenant_id = :tenant AND s.tenant_id = :tenant AND s.id = p.stock_id
"""
_ON_HAND = """
SELECT s.id, s.on_hand, s.reserved, s.available, s.value, s.level, s.product_id, p.name, s.warehouse_id, w.name, s.updated_at
FROM warehouse_stock s JOIN catalog_product p ON p.tenant_id = s.tenant_id AND p.id = s.product_id
JOIN warehouse_warehouse w ON w.tenant_id = s.tenant_id AND w.id = s.warehouse_id
WHERE s.tenant_id = :tenant AND s.deleted_at IS NULL ORDER BY s.updated_at DESC, s.id DESC LIMIT 51
"""
_CARD = """
SELECT "on", entity, record_id, number, quantity, value,
  (SELECT sum(quantity) FROM warehouse_entry b WHERE b.tenant_id = :tenant AND b.stock_id = :stock AND b."on" < :first)
  + sum(quantity) OVER (ORDER BY "on", position)
FROM warehouse_entry WHERE tenant_id = :tenant AND stock_id = :stock AND "on" BETWEEN :first AND :last
ORDER BY "on", position LIMIT 501
"""
# What a slip does in the fewest statements that one would write by hand: lock, enter at the average, take off, note costs.
_BY_HAND = (
    """
SELECT s.id FROM warehouse_stock s WHERE s.tenant_id = :tenant AND s.id IN (SELECT s.id FROM warehouse_stock s
  JOIN warehouse_issue_line l ON l.tenant_id = s.tenant_id AND l.product_id = s.product_id AND l.document_id = :slip)
ORDER BY s.id FOR UPDATE""",
    """
INSERT INTO warehouse_entry (tenant_id, id, stock_id, "on", position, at, quantity, value, reverses, entity, record_id, line_id, number)
SELECT s.tenant_id, gen_random_uuid(), s.id, current_date, s.entries + 1, now(), -l.base, -round(s.value * l.base / s.on_hand),
  false, 'warehouse.goods_issue', :slip, l.id, 'XK' FROM warehouse_issue_line l
JOIN warehouse_stock s ON s.tenant_id = l.tenant_id AND s.product_id = l.product_id
WHERE l.tenant_id = :tenant AND l.document_id = :slip AND s.on_hand - s.reserved >= l.base""",
    """
UPDATE warehouse_stock s SET on_hand = s.on_hand + e.quantity, value = s.value + e.value, entries = s.entries + 1,
  last_on = current_date, version = version + 1
FROM warehouse_entry e WHERE e.tenant_id = :tenant AND e.entity = 'warehouse.goods_issue' AND e.record_id = :slip AND s.tenant_id = :tenant AND s.id = e.stock_id""",
    """
UPDATE warehouse_stock_part p SET quantity = p.quantity + e.quantity
FROM warehouse_entry e WHERE e.tenant_id = :tenant AND e.entity = 'warehouse.goods_issue' AND e.record_id = :slip AND p.tenant_id = :tenant AND p.stock_id = e.stock_id""",
    """
UPDATE warehouse_issue_line l SET cost = -e.value
FROM warehouse_entry e WHERE e.tenant_id = :tenant AND e.entity = 'warehouse.goods_issue' AND e.record_id = :slip AND e.line_id = l.id
  AND l.tenant_id = :tenant AND l.document_id = :slip""",
    "UPDATE warehouse_goods_issue SET state = 'approved', version = version + 1 WHERE tenant_id = :tenant AND id = :slip",
)


def lines(platform: Platform, meter: Meter, context: Context, *, entries: int) -> Iterator[Line]:
    """The rows of the table."""
    stocks = _fill(platform, context, entries)
    name = f"{entries:,} entries"
    resource = context.resource(Stock)
    columns = [spec for spec in context.fields(resource).values() if spec.listed]
    ours = meter.cost(_rolled_back(context, lambda: read_page(context, Query(resource, columns=columns))))
    alone = meter.cost(sql(platform, context.tenant, _ON_HAND))
    yield against(f"stock on hand, {name}, database", ours.database, "its SQL alone", alone.database, 1.5)
    one = context.session.get_one(Stock, (context.tenant, stocks[0]))
    ours = meter.cost(_rolled_back(context, lambda: figures.card(context, one, PERIOD)))
    asked = {"stock": stocks[0], "first": PERIOD.first, "last": PERIOD.last}
    alone = meter.cost(sql(platform, context.tenant, _CARD, **asked))
    yield against(f"stock card, {name}, database", ours.database, "its SQL alone", alone.database, 1.5)
    slips = _slips(context)
    mine = meter.best([_approval(context, slip) for slip in slips[::2]])
    theirs = meter.best([_by_hand(platform, context.tenant, slip) for slip in slips[1::2]])
    yield against(f"issue of {LINES} lines approved, both", mine.both, "the same in SQL by hand", theirs.both, None)
    yield against(f"issue of {LINES} lines approved, database", mine.database, "by hand", theirs.database, None)


def _rolled_back(context: Context, call: Callable[[], Any]) -> Callable[[], object]:
    def run() -> object:
        try:
            return call()
        finally:
            context.session.rollback()

    return run


def _approval(context: Context, slip: UUID) -> Callable[[], object]:
    def approve() -> None:
        service.update(context, service.get(context, GoodsIssue, slip, lock=True), {"state": "approved"})
        context.session.commit()

    return approve


def _by_hand(platform: Platform, tenant: int, slip: UUID) -> Callable[[], object]:
    def approve() -> None:
        with platform.database.session(tenant) as session:
            for statement in _BY_HAND:
                session.connection().execute(sa.text(statement), {"tenant": tenant, "slip": slip})
            session.commit()

    return approve


def _slips(context: Context) -> list[UUID]:
    """New slips, each with its own hundred products."""
    place = default_warehouse(context)
    products = list(
        context.session.scalars(sa.select(Stock.product_id).where(Stock.tenant_id == context.tenant).order_by(Stock.id))
    )
    made = []
    for at in range(SLIPS):
        chosen = products[at * LINES : (at + 1) * LINES]
        goods = [{"product": product, "quantity": Decimal(2)} for product in chosen]
        made.append(service.create(context, GoodsIssue, {"warehouse": place, "goods": goods}).id)
    context.session.commit()
    return made


def _fill(platform: Platform, context: Context, entries: int) -> Sequence[UUID]:
    """A thousand stocks, opened by a slip as people write it, and a year of entries behind each."""
    for name in ("catalog", "warehouse"):
        switched_on(platform, context, name)
    rows = [{"name": f"Phụ tùng {at}", "code": f"PT-{at}"} for at in range(STOCKS)]
    products = service.create_many(context, Product, rows)
    goods = [{"product": one.id, "quantity": Decimal(1000), "price": Decimal(1000)} for one in products]
    values = {"warehouse": default_warehouse(context), "state": "approved", "on": FIRST, "goods": goods}
    service.create(context, GoodsReceipt, values)
    given = {"tenant": context.tenant, "each": entries // STOCKS}
    context.session.commit()
    engine = sa.create_engine(platform.database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (_ENTRIES, _STOCKS, _PARTS):
            used = {name: value for name, value in given.items() if f":{name}" in statement}
            connection.execute(sa.text(statement), used)
        for table in (Entry, Stock):
            connection.exec_driver_sql(f"VACUUM ANALYZE {table.__tablename__}")
    engine.dispose()
    context.session.expire_all()
    found = sa.select(Stock.id).where(Stock.tenant_id == context.tenant).order_by(Stock.id)
    return list(context.session.scalars(found))
