"""A report over every customer, against the same figures in SQL by hand."""

from collections.abc import Callable, Iterator

from bench.alone import sql
from bench.measure import Line, Meter
from bench.pages import against
from core.app import Platform
from core.context import Context
from core.reports.definition import Definition
from core.reports.running import run

_BY_HAND = """
SELECT source_id, date_trunc('month', created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*), sum(revenue)
FROM core_customer WHERE tenant_id = :tenant AND deleted_at IS NULL
GROUP BY GROUPING SETS ((1, 2), (1), (2), ())
"""
_ONE_BY_HAND = "SELECT kind, count(*) FROM core_customer WHERE tenant_id = :tenant AND deleted_at IS NULL GROUP BY 1"
_BY_SOURCE = Definition(entity="core.customer", by=("source", "created_at:month"), show=("count", "sum:revenue"))


def lines(platform: Platform, meter: Meter, context: Context) -> Iterator[Line]:
    """The rows of the table that are about reports."""
    for name, definition, statement in (
        ("report, one group", Definition(entity="core.customer", by=("kind",)), _ONE_BY_HAND),
        ("report, two groups with totals", _BY_SOURCE, _BY_HAND),
    ):
        alone = meter.cost(sql(platform, context.tenant, statement))
        ours = meter.cost(worked_out(context, definition))
        yield against(f"{name}, database", ours.database, "SQL by hand", alone.database, 2)


def worked_out(context: Context, definition: Definition) -> Callable[[], object]:
    """A report as a call that can be measured."""

    def call() -> object:
        try:
            return run(context, definition)
        finally:
            context.session.rollback()

    return call
