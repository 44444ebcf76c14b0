"""Every night: owners are told what nobody touched for long, and what they were told of in vain is taken back."""

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from core.bulk.models import BulkOperation
from core.bulk.parts import run
from core.bulk.service import note
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.query import Query
from core.i18n import translator
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule
from core.rules import reading
from core.rules.models import RecallNotice
from core.rules.notices import announce, withdraw
from core.rules.reading import RECALL, Active
from core.rules.recalling import HANDLERS, RECALL_OPERATION, due, homes

_ = translator("core")

TOPIC = "core.rules.recall"
HOUR = 4
"""Of the company's day: nobody is working."""


def handlers() -> Iterable[Handler]:
    """The work itself."""
    return [Handler(topic=TOPIC, run=recall, title=_("Take back what nobody looks after"), retries=4)]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="recall", topic=TOPIC, every=timedelta(days=1), at_hour=HOUR)]


def recall(context: Context, work: Work) -> None:
    """First what an earlier night was stopped in, then entity by entity; each part is committed whole."""
    for operation in context.session.scalars(_unfinished(context)).all():
        run(context, operation, HANDLERS[RECALL_OPERATION], work)
    told = taken = 0
    for resource in [one for one in context.resources() if one.owned]:
        rule = next(iter(reading.active(context, resource, RECALL)), None)
        withdraw(context, resource, rule)
        if rule is not None:
            told += announce(context, resource, rule)
            work.checkpoint()
            taken += _take(context, resource, rule, work)
    work.result(told=told, taken=taken)


def _unfinished(context: Context) -> sa.Select[BulkOperation]:
    return sa.select(BulkOperation).where(
        BulkOperation.tenant_id == context.tenant,
        BulkOperation.kind == RECALL_OPERATION,
        BulkOperation.state.in_(["waiting", "running"]),
    )


def _take(context: Context, resource: Resource, rule: Active, work: Work) -> int:
    """Take what is due, as a bulk operation that an administrator can take back; how many records were taken."""
    wanted = Query(resource, conditions=[due(context, resource, rule, homes(context, rule))])
    before = now() - timedelta(days=rule.terms.days or 0)
    asked = {"rule": str(rule.id), "rules": [rule.name], "before": before.isoformat()}
    operation = note(context, resource, RECALL_OPERATION, HANDLERS[RECALL_OPERATION], wanted, asked)
    if not operation.total:
        context.session.delete(operation)
        return 0
    run(context, operation, HANDLERS[RECALL_OPERATION], work)
    gone = sa.delete(RecallNotice).where(
        RecallNotice.tenant_id == context.tenant, RecallNotice.entity == resource.name, RecallNotice.due <= now()
    )
    context.session.execute(gone)
    return operation.done
