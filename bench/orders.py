"""Reports over a million lines of orders, against the same figures in SQL by hand."""

from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa

from bench.alone import sql
from bench.company import switched_on
from bench.measure import Line, Meter
from bench.pages import against
from bench.reports import worked_out
from core.app import Platform
from core.context import Context
from core.entity import service
from core.reports.definition import Definition

EACH = 10
"""Lines of an order."""
_ORDER = "sales.order"
# Each is a copy of one that was saved in the ordinary way, so that what fields come to be needed it has.
_ORDERS = """
INSERT INTO sales_order ({columns})
SELECT {columns} FROM (SELECT r.* FROM sales_order t, generate_series(1, CAST(:orders AS bigint)) n, LATERAL jsonb_populate_record(t,
  jsonb_build_object('id', md5(CAST(:salt AS text) || n)::uuid, 'number', NULL,
    'ordered_on', date '2025-01-01' + CAST(n % 365 AS int), 'total', (n % 997) * 100000)) r
WHERE t.tenant_id = :tenant AND t.id = :template) copies
"""
_LINES = """
INSERT INTO sales_order_line ({columns})
SELECT {columns} FROM (SELECT r.* FROM sales_order_line t, generate_series(1, CAST(:orders AS bigint)) n,
  generate_series(1, CAST(:each AS bigint)) m, LATERAL jsonb_populate_record(t,
  jsonb_build_object('id', md5(CAST(:salt AS text) || n || 'line' || m)::uuid, 'document_id', md5(CAST(:salt AS text) || n)::uuid,
    'position', m, 'name', 'Hàng ' || (n * 7 + m) % 200, 'quantity', 1 + m, 'amount', (n % 997) * 1000)) r
WHERE t.tenant_id = :tenant AND t.document_id = :template) copies
"""
_BY_GOODS = """
SELECT l.name, count(*), sum(l.quantity), sum(l.amount)
FROM sales_order o JOIN sales_order_line l ON l.tenant_id = o.tenant_id AND l.document_id = o.id
WHERE o.tenant_id = :tenant AND o.deleted_at IS NULL GROUP BY GROUPING SETS ((1), ())
"""
_BY_GOODS_AND_MONTH = """
SELECT l.name, date_trunc('month', o.ordered_on::timestamp)::date, sum(l.amount)
FROM sales_order o JOIN sales_order_line l ON l.tenant_id = o.tenant_id AND l.document_id = o.id
WHERE o.tenant_id = :tenant AND o.deleted_at IS NULL GROUP BY GROUPING SETS ((1, 2), (1), (2), ())
"""


def lines(platform: Platform, meter: Meter, context: Context, *, most: int) -> Iterator[Line]:
    """The rows of the table: the database alone, for the rest is nothing beside it."""
    _fill(platform, context, most // EACH)
    show = ("count:goods", "sum:goods.quantity", "sum:goods.amount")
    for name, definition, statement in (
        ("by goods", Definition(entity=_ORDER, by=("goods.name",), show=show), _BY_GOODS),
        (
            "by goods and month",
            Definition(entity=_ORDER, by=("goods.name", "ordered_on:month"), show=("sum:goods.amount",)),
            _BY_GOODS_AND_MONTH,
        ),
    ):
        alone = meter.cost(sql(platform, context.tenant, statement))
        ours = meter.cost(worked_out(context, definition))
        yield against(f"report over {most:,} lines, {name}, database", ours.database, "SQL by hand", alone.database, 2)


def _fill(platform: Platform, context: Context, orders: int) -> None:
    """Orders of a year with ten lines each."""
    switched_on(platform, context, "sales")
    customers = context.hooks.registry.resources["core.customer"].model.__table__
    customer = context.session.scalar(sa.select(customers.c.id).where(customers.c.tenant_id == context.tenant).limit(1))
    goods = [{"name": "Hàng mẫu", "quantity": Decimal(1), "price": Decimal(1000), "rate": "8"}]
    model = context.hooks.registry.resources[_ORDER].model
    template = service.create(context, model, {"customer": customer, "goods": goods})
    parameters = {
        "tenant": context.tenant, "salt": f"{context.tenant}-order-", "orders": orders, "each": EACH,
        "template": template.id,
    }  # fmt: skip
    context.session.commit()
    engine = sa.create_engine(platform.database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement, table in ((_ORDERS, model.__table__), (_LINES, model.__lines__["goods"].target.__table__)):
            columns = ", ".join(f'"{one.name}"' for one in table.columns if one.computed is None)
            text = sa.text(statement.format(columns=columns))
            used = {name: value for name, value in parameters.items() if f":{name}" in statement}
            connection.execute(text, used)
            connection.exec_driver_sql(f"VACUUM ANALYZE {table.name}")
    engine.dispose()
