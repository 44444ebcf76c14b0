"""The list of whoever sees 200 customers of a million, 20,000 or all: against the winning SQL, and among themselves."""

from collections.abc import Iterator

import orjson
import sqlalchemy as sa

from bench.alone import served_alone
from bench.company import Staff, Viewer
from bench.measure import Cost, Line, Meter
from bench.pages import LIST, Caller, against, bare_route, page_cursor
from bench.server import served
from core.access.sharing import Targets, Terms
from core.app import Platform
from core.bulk.sharing import share, transfer
from core.context import Context
from core.customers.models import Customer
from core.jobs.drain import Drain

# The winning shape, written by hand: each way of seeing walked by its own index and cut at the page.
_COLUMNS = (
    "c.id, c.version, c.name, c.kind, c.mobile, c.email, c.sector, c.revenue, c.owner_id, c.created_at, c.updated_at"
)
_WINNING = f"""
WITH k AS (
  (SELECT c.id FROM unnest(CAST(:owners AS uuid[])) o CROSS JOIN LATERAL (SELECT c.id FROM core_customer c
    WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL AND c.owner_id = o
    ORDER BY c.updated_at DESC, c.id DESC LIMIT 51) c)
  UNION
  (SELECT s.record_id FROM unnest(CAST(:principals AS uuid[])) p CROSS JOIN LATERAL (SELECT s.record_id FROM core_share s
    JOIN core_customer c ON c.tenant_id = :tenant AND c.id = s.record_id AND c.deleted_at IS NULL
    WHERE s.tenant_id = :tenant AND s.entity = 'core.customer' AND s.principal_id = p
      AND (s.until IS NULL OR s.until > now())
    ORDER BY s.sort_at DESC, s.record_id DESC LIMIT 51) s))
SELECT {_COLUMNS} FROM core_customer c WHERE c.tenant_id = :tenant AND c.id IN (SELECT id FROM k)
ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""  # this module's own text
_ALL = f"""
SELECT {_COLUMNS} FROM core_customer c WHERE c.tenant_id = :tenant AND c.deleted_at IS NULL
ORDER BY c.updated_at DESC, c.id DESC LIMIT 51
"""  # as above
FAR = 200
MANY = 10_000


def lines(platform: Platform, meter: Meter, context: Context, staff: Staff) -> Iterator[Line]:
    """The rows of the table that depend on who looks."""
    with served("core.wsgi:app") as server:
        costs: dict[str, Cost] = {}
        for viewer in staff.viewers:
            caller = Caller(server, meter, {"Authorization": f"Bearer {viewer.token}"})
            bare = bare_route(meter)  # beside each: a machine is not equally fast for minutes
            costs[viewer.name] = cost = caller.cost(LIST)
            alone = _alone(meter, context.tenant, viewer)
            yield against(f"list, {viewer.name}, app", cost.app, "bare Flask route", bare.app, 8)
            yield against(f"list, {viewer.name}, database", cost.database, "winning SQL alone", alone.database, 1.5)
            if orjson.loads(caller.get(LIST))["next_cursor"]:
                far = caller.cost(f"{LIST}&cursor={page_cursor(caller, FAR)}")
                yield against(f"list, {viewer.name}, page {FAR}", far.both, "page 1", cost.both, 1.3)
            for what, query in (
                ("part of a name", "q=thao+trang"),
                ("last digits", "q=63841"),
                ("a count", "count=capped"),
                ("filter by tag, tier and date", f"count=none&{staff.narrowed}"),
            ):
                found = caller.cost(f"{LIST.replace('&count=none', '')}&{query}")
                yield against(f"{what}, {viewer.name}, database", found.database, "page 1", cost.database, None)
        slowest, fastest = (pick(one.both for one in costs.values()) for pick in (max, min))
        yield against("list, slowest viewer", slowest, "fastest", fastest, 2)
    yield from _bulk_operations(platform, meter, context, staff)


def _alone(meter: Meter, tenant: int, viewer: Viewer) -> Cost:
    if not viewer.owners:
        return served_alone(meter, tenant, _ALL)
    return served_alone(meter, tenant, _WINNING, owners=list(viewer.owners), principals=list(viewer.principals))


def _bulk_operations(platform: Platform, meter: Meter, context: Context, staff: Staff) -> Iterator[Line]:
    """Ten thousand customers passed on, and shared with a department."""
    table = Customer.__table__
    chosen = sa.select(table.c.id).where(table.c.tenant_id == context.tenant).order_by(table.c.created_at).limit(MANY)
    ids = list(context.session.connection().execute(chosen).scalars())
    drain = Drain(platform.database, platform.hooks, settings=platform.settings)
    bare = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))

    def plainly() -> None:
        context.session.connection().execute(bare.values(owner_id=staff.people[5], updated_at=sa.func.now()))
        context.session.commit()

    def passed_on() -> None:
        transfer(context, Customer, ids, Targets(users=(staff.people[7],)))
        context.session.commit()
        drain.drain()  # so many are a job's

    def shared() -> None:
        share(context, Customer, ids, Targets(departments=(staff.departments[5],)), "add", Terms(aspects=("*",)))
        context.session.commit()
        drain.drain()

    alone = meter.best([plainly])
    yield against(f"transfer of {MANY:,}", meter.best([passed_on]).both, "bare UPDATE", alone.both, 2)
    yield against(f"share of {MANY:,}", meter.best([shared]).both, "bare UPDATE", alone.both, None)
    context.session.rollback()
