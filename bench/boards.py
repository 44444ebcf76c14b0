"""The board of a pipeline with 100,000 opportunities: its page, against the two statements one would write by hand."""

from collections.abc import Iterator

import sqlalchemy as sa

from bench.alone import served_alone
from bench.company import switched_on
from bench.measure import Cost, Line, Meter
from bench.pages import Caller, against, browser
from bench.server import served
from core.app import Platform
from core.context import Context
from core.entity import service
from core.entity.entity import Entity

CARDS = 100_000
BOARD = "/sales/opportunities?mode=board"
_FIGURES = """
SELECT stage_id, count(*), sum(amount) FROM sales_opportunity
WHERE tenant_id = :tenant AND deleted_at IS NULL AND pipeline_id = :pipeline GROUP BY stage_id
"""
_FIRST = """
SELECT o.id, o.version, o.name, o.amount, o.customer_id, c.name, o.expected_on
FROM (SELECT id FROM sales_stage WHERE tenant_id = :tenant AND pipeline_id = :pipeline ORDER BY position) s,
LATERAL (SELECT * FROM sales_opportunity o WHERE o.tenant_id = :tenant AND o.stage_id = s.id AND o.deleted_at IS NULL
  ORDER BY o.updated_at DESC, o.id DESC LIMIT 21) o
LEFT JOIN core_customer c ON c.tenant_id = :tenant AND c.id = o.customer_id
"""
# Each is a copy of one that was saved in the ordinary way, so that what fields come to be needed it has.
_COPIES = """
INSERT INTO sales_opportunity ({columns})
SELECT {columns} FROM (SELECT r.* FROM sales_opportunity t, generate_series(1, CAST(:cards AS bigint)) n, LATERAL jsonb_populate_record(t,
  jsonb_build_object('id', md5(CAST(:salt AS text) || n)::uuid, 'number', NULL, 'name', 'Bán hàng ' || n,
    'stage_id', (:stages)[1 + n % :lanes], 'amount', (n % 997) * 100000, 'deposit', 0,
    'updated_at', timestamptz '2026-01-01' + n * interval '7 seconds')) r
WHERE t.tenant_id = :tenant AND t.id = :template) copies
"""


def lines(platform: Platform, meter: Meter, context: Context, *, bare: Cost, cards: int = CARDS) -> Iterator[Line]:
    """The page's rows of the table: the application against a bare route, the database against its SQL alone."""
    pipeline = _fill(platform, context, cards)
    alone = [served_alone(meter, context.tenant, text, pipeline=pipeline) for text in (_FIGURES, _FIRST)]
    with served("core.wsgi:app") as server:
        page = Caller(server, meter, browser(context)).cost(BOARD)
    name = f"pipeline board with {cards:,} records"
    yield against(f"{name}, database", page.database, "its SQL alone", sum(one.database for one in alone), 1.5)
    yield against(f"{name}, app", page.app, "bare Flask route", bare.app, None)


def _fill(platform: Platform, context: Context, cards: int) -> object:
    """Opportunities in every stage of the company's first pipeline; gives its id."""
    switched_on(platform, context, "sales")
    known = context.hooks.registry.resources
    stages = _all(context, known["sales.stage"].model)
    [pipeline] = {stage.pipeline_id for stage in stages}  # type: ignore[attr-defined] # of a plugin
    values = {"name": "Mẫu", "stage": stages[0].id, "expected_on": context.today(), "customer": _customer(context)}
    template = service.create(context, known["sales.opportunity"].model, values)
    parameters = {
        "tenant": context.tenant, "salt": f"{context.tenant}-opportunity-", "cards": cards, "template": template.id, "lanes": len(stages),
        "stages": [one.id for one in stages],
    }  # fmt: skip
    context.session.commit()
    engine = sa.create_engine(platform.database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        columns = ", ".join(one.name for one in type(template).__table__.columns if one.computed is None)
        copies = sa.text(_COPIES.format(columns=columns)).bindparams(sa.bindparam("stages", type_=sa.ARRAY(sa.Uuid)))
        connection.execute(copies, parameters)
        connection.exec_driver_sql("VACUUM ANALYZE sales_opportunity")
    engine.dispose()
    return pipeline


def _customer(context: Context) -> object:
    table = context.hooks.registry.resources["core.customer"].model.__table__
    return context.session.scalar(sa.select(table.c.id).where(table.c.tenant_id == context.tenant).limit(1))


def _all(context: Context, model: type[Entity]) -> list[Entity]:
    return list(context.session.scalars(sa.select(model).where(model.tenant_id == context.tenant)))
