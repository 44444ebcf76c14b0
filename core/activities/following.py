"""Activities of a record as a whole: let them go over to another one, and say when it was first answered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import CUSTOMER
from core.activities.models import Activity, Call, Meeting
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.reference import Reference
from core.mailbox.models import SENT, Mail


def move_activities(context: Context, source: Entity, target: Entity) -> None:
    """Let everything that was done and planned for a record be about another one, a statement for each entity.

    What is about a customer, or about something that hangs on one, stands in that customer's timeline.
    """
    resource = context.resource(type(target))
    to = Reference(resource.name, target.id)
    customer = (
        target.id if to.entity == CUSTOMER else target.link_id(resource.follows.name) if resource.follows else None
    )
    values: dict[str, Any] = {"about": None if to.entity == CUSTOMER else str(to), "customer_id": customer}
    was = str(Reference(context.resource(type(source)).name, source.id))
    for model in _activities(context):
        table = model.__table__
        statement = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.about == was)
        context.session.execute(statement.values(**values, version=table.c.version + 1))


def _activities(context: Context) -> Iterator[type[Activity]]:
    """Those of modules that are off too: nothing may be left behind."""
    for resource in context.hooks.registry.resources.values():
        if issubclass(resource.model, Activity):
            yield resource.model


def first_answers(context: Context, resource: Resource, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When somebody first called, met or wrote to each of these records; those nobody did are left out."""
    about = [str(Reference(resource.name, one)) for one in ids]
    calls, meetings, mails = Call.__table__, Meeting.__table__, Mail.__table__
    answers = sa.union_all(
        *(
            sa.select(table.c.about, moment.label("at")).where(
                table.c.tenant_id == context.tenant, table.c.about.in_(about), table.c.deleted_at.is_(None), happened
            )
            for table, moment, happened in (
                (calls, Call.happened(), calls.c.ended.is_not(None)),
                (meetings, Meeting.happened(), meetings.c.ended.is_not(None)),
                (mails, mails.c.sent_at, mails.c.state == SENT.value),
            )
        )
    ).subquery()
    rows = context.session.execute(sa.select(answers.c.about, sa.func.min(answers.c.at)).group_by(answers.c.about))
    return {Reference.read(about).id: at for about, at in rows}
