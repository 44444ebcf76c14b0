"""From what happened to messages: for each endpoint the changes it wants to know of, as far as its owner sees them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.rights import rights_of_person
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.filters import read_filters
from core.entity.history import without
from core.entity.query import Query, read_page
from core.entity.schema import dumper, record_fields
from core.i18n import translator
from core.jobs.models import Job
from core.jobs.queue import Wish, enqueue_many
from core.jobs.turn import begin
from core.jobs.work import Work
from core.rules.reading import fields_of
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.outbox import CREATED
from core.webhooks.pausing import PERSON, pause
from core.webhooks.service import Subscription, subscriptions

_ = translator("core")

SEND = "core.webhooks.send"
AT_ONCE = 100
"""Events of one message."""

Json = dict[str, Any]


def spread(context: Context, work: Work) -> None:
    """Write a message to each endpoint that wants to know of these changes."""
    entity, changes = work.payload.get("entity", ""), work.payload.get("changes", [])
    if not changes or entity not in {one.name for one in context.resources()}:
        return  # the module was switched off meanwhile
    statement = sa.select(Webhook).where(Webhook.tenant_id == context.tenant, Webhook.active).order_by(Webhook.id)
    for webhook in context.session.scalars(statement).all():
        one = next((found for found in subscriptions(webhook) if found.entity == entity), None)
        if one is not None and (wanted := [change for change in changes if set(change["events"]) & set(one.events)]):
            owner = _owner(context, webhook)
            if owner is None or not owner.can(entity, "see"):
                pause(context, webhook.id, PERSON)
                continue
            events = _events(owner, owner.resource(entity), one, wanted, work.payload["at"])
            write_deliveries(context, webhook, events)


def _owner(context: Context, webhook: Webhook) -> Context | None:
    """A turn of the endpoint's owner, with their rights as they are now; None where they have left."""
    found, _locale = begin(context.session, context.company, context.hooks, webhook.owner_id)
    if found.user is None:
        return None
    found.grants = rights_of_person(found)
    return found


def _events(owner: Context, resource: Resource, one: Subscription, changes: Sequence[Json], moment: str) -> list[Json]:
    records, hidden = _records(owner, resource, one, [UUID(change["id"]) for change in changes]), owner.hidden(resource)
    return [
        {
            "entity": resource.name,
            "event": event,
            "id": change["id"],
            "version": change["version"] or records[change["id"]]["version"],
            "at": moment,
            "changed": {} if event == CREATED else without(resource, change["changed"], hidden),
            "record": records[change["id"]],
        }
        for change in changes
        if change["id"] in records
        for event in change["events"]
        if event in one.events
    ]


def _records(owner: Context, resource: Resource, one: Subscription, ids: Sequence[UUID]) -> dict[str, Json]:
    """The records as the API gives them to the owner, by their ids; those in the recycle bin too."""
    try:
        filters = read_filters(fields_of(owner, resource), one.conditions)
        columns = tuple(record_fields(resource).values())
        own = tuple(spec.key for spec in owner.fields(resource).values() if spec.key)
        dump = dumper(columns, lambda: own)
        found: dict[str, Json] = {}
        named = [resource.model.__table__.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))]
        for deleted in (False, True):
            query = Query(resource, columns, filters, named, limit=len(ids), deleted=deleted, titles=False)
            found |= {str(row["id"]): dump(row) for row in read_page(owner, query).rows}
    except InvalidError:
        return {}  # a condition compares a field that is gone: nothing fits
    return found


def write_deliveries(context: Context, webhook: Webhook, events: Sequence[Json], *, test: bool = False) -> list[UUID]:
    """Write the messages that tell of these events, and ask for their sending; the messages' ids."""
    made = {uuid7(): events[begin : begin + AT_ONCE] for begin in range(0, len(events), AT_ONCE)}
    if not made:
        return []
    title = str(_("Webhook: %(name)s", name=webhook.name))
    jobs = enqueue_many(context, [Wish(SEND, {"delivery": str(one), "test": test}, title) for one in made])
    asked = sa.select(Job.id, Job.payload["delivery"].astext).where(
        Job.tenant_id == context.tenant, Job.id == sa.any_(sa.literal(jobs, sa.ARRAY(sa.Uuid)))
    )
    job_of = {UUID(delivery): job for job, delivery in context.session.execute(asked)}
    rows = [
        {
            "tenant_id": context.tenant,
            "id": one,
            "webhook_id": webhook.id,
            "job_id": job_of[one],
            "title": _title(some),
            "record_ids": list({UUID(event["id"]) for event in some if event.get("id")}),
            "body": _body(context, one, some),
        }
        for one, some in made.items()
    ]
    context.session.execute(sa.insert(WebhookDelivery), rows)
    return list(made)


def _title(events: Sequence[Json]) -> str:
    names = dict.fromkeys(
        f"{event['entity']}.{event['event']}" if event["entity"] else event["event"] for event in events
    )
    return ", ".join(names)[:200]


def _body(context: Context, delivery_id: UUID, events: Sequence[Json]) -> str:
    said = {"id": str(delivery_id), "company": context.company.slug, "events": list(events)}
    return orjson.dumps(said, default=str).decode()
