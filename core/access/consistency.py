"""What visibility is derived from, compared with what it copies; mended while people work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.shares import Share
from core.context import Context
from core.entity.entity import Resource
from core.i18n import translator
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")
BATCH = 1000
MEND = "core.access.mend"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the shares of one entity."""

    entity: str
    late: int
    """Shares whose copy of the record's last change is not that of the record: lists may leave the record out."""
    orphaned: int
    """Shares of records that are no more."""


def handlers() -> Iterable[Handler]:
    """The mending, as a worker does it."""
    return [Handler(topic=MEND, run=mend_by_night, title=_("Put the order of shares right"))]


def schedules() -> Iterable[Schedule]:
    """In the small hours: a share made in the moment in which its record is changed may miss that change."""
    return [Schedule(name="mend_shares", topic=MEND, every=timedelta(days=1), at_hour=3)]


def mend_by_night(context: Context, work: Work) -> None:
    """One comparison per entity where all is in order; otherwise a part a transaction."""
    mended = 0
    for count in mend(context):
        mended += count
        work.progress(mended)
        work.result(mended=mended)
        work.checkpoint()


def check(context: Context) -> list[Finding]:
    """What is not in order in a company, by entity; shares of modules that are off are not looked at."""
    found = []
    for resource in context.resources():
        if resource.owned:
            late, orphaned = (_count(context, one) for one in (_late(context, resource), _orphaned(context, resource)))
            if late or orphaned:
                found.append(Finding(resource.name, late, orphaned))
    return found


def mend(context: Context) -> Iterator[int]:
    """Put right what :func:`check` finds, a thousand shares at a time: commit after each. Gives how many."""
    shares = Share.__table__
    for resource in context.resources():
        if not resource.owned:
            continue
        table = resource.model.__table__
        right = (
            sa.select(table.c.updated_at)
            .where(table.c.tenant_id == shares.c.tenant_id, table.c.id == shares.c.record_id)
            .scalar_subquery()
        )
        while ids := _ids(context, _orphaned(context, resource)):
            yield context.session.connection().execute(sa.delete(shares).where(*_these(context, ids))).rowcount
        while ids := _ids(context, _late(context, resource)):
            renewed = sa.update(shares).where(*_these(context, ids)).values(sort_at=right)
            yield context.session.connection().execute(renewed).rowcount


def _late(context: Context, resource: Resource) -> sa.Select[UUID]:
    shares, table = Share.__table__, resource.model.__table__
    same = sa.and_(table.c.tenant_id == shares.c.tenant_id, table.c.id == shares.c.record_id)
    return _of(context, resource).join_from(shares, table, same).where(shares.c.sort_at != table.c.updated_at)


def _orphaned(context: Context, resource: Resource) -> sa.Select[UUID]:
    shares, table = Share.__table__, resource.model.__table__
    there = sa.exists().where(table.c.tenant_id == shares.c.tenant_id, table.c.id == shares.c.record_id)
    return _of(context, resource).where(~there)


def _of(context: Context, resource: Resource) -> sa.Select[UUID]:
    shares = Share.__table__
    return sa.select(shares.c.id).where(shares.c.tenant_id == context.tenant, shares.c.entity == resource.name)


def _count(context: Context, found: sa.Select[UUID]) -> int:
    counted: int = (
        context.session.connection().execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
    )
    return counted


def _ids(context: Context, found: sa.Select[UUID]) -> list[UUID]:
    return list(context.session.connection().execute(found.limit(BATCH)).scalars())


def _these(context: Context, ids: list[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    shares = Share.__table__
    return shares.c.tenant_id == context.tenant, shares.c.id == sa.any_(sa.literal(ids, ARRAY(sa.Uuid)))
