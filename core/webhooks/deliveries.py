"""What was sent to an endpoint: the log, what was given up, and sending it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.errors import MissingError
from core.jobs import service as jobs
from core.jobs.models import Job
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.outbox import SPREAD
from core.webhooks.pausing import rouse
from core.webhooks.spreading import write_deliveries

PAGE = 50
TAKEN, WAITING, GIVEN_UP = "done", "waiting", "given_up"
STATES = (TAKEN, WAITING, GIVEN_UP)
_OPEN = ("new", "running")
_FORGET_CHANGES = sa.text("""
UPDATE core_job SET payload = jsonb_set(payload, '{changes}', (
  SELECT jsonb_agg(CASE WHEN one->>'id' = ANY(:ids) THEN one || '{"changed": {}}' ELSE one END)
  FROM jsonb_array_elements(payload->'changes') one))
WHERE tenant_id = :tenant AND topic = :topic AND state <> 'running'
  AND EXISTS (SELECT FROM jsonb_array_elements(payload->'changes') one WHERE one->>'id' = ANY(:ids))
""")
"""Old and new values in what is still to be told, or was."""
_UNSYNCHRONISED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with its job's state."""

    row: WebhookDelivery
    state: str
    """done, waiting or given_up."""

    @property
    def can_repeat(self) -> bool:
        """Whether it was given up and is still known."""
        return self.state == GIVEN_UP and bool(self.row.body)


def listed(
    context: Context, webhook: Webhook, *, state: str = "", before: UUID | None = None, limit: int = PAGE
) -> list[Delivery]:
    """The newest messages to an endpoint, of all states or one; from ``before``, the last one's id, those before it."""
    statement = _statement(context, webhook).order_by(WebhookDelivery.id.desc()).limit(limit)
    if state:
        statement = statement.where(_in_state(state))
    if before is not None:
        statement = statement.where(WebhookDelivery.id < before)
    return [Delivery(row, _state(job)) for row, job in context.session.execute(statement)]


def get(context: Context, webhook: Webhook, delivery_id: UUID) -> Delivery:
    """One message. Raises :class:`MissingError`."""
    found = context.session.execute(_statement(context, webhook).where(WebhookDelivery.id == delivery_id)).one_or_none()
    if found is None:
        raise MissingError("core.webhook_delivery", delivery_id)
    return Delivery(found[0], _state(found[1]))


def count_given_up(context: Context, webhooks: Sequence[Webhook]) -> dict[UUID, int]:
    """How many messages to each endpoint were given up."""
    table = WebhookDelivery
    statement = (
        sa.select(table.webhook_id, sa.func.count())
        .join(Job, sa.and_(Job.tenant_id == table.tenant_id, Job.id == table.job_id))
        .where(table.tenant_id == context.tenant, table.webhook_id.in_([one.id for one in webhooks]))
        .where(_in_state(GIVEN_UP))
        .group_by(table.webhook_id)
    )
    return {row[0]: row[1] for row in context.session.execute(statement)}


def repeat(context: Context, webhook: Webhook, delivery_id: UUID | None = None) -> int:
    """Send what was given up once more, one message or all; how many. Raises :class:`MissingError`."""
    table = WebhookDelivery
    wanted = sa.select(table.job_id).where(
        table.tenant_id == context.tenant, table.webhook_id == webhook.id, table.body != ""
    )
    if delivery_id is not None:
        get(context, webhook, delivery_id)
        wanted = wanted.where(table.id == delivery_id)
    rouse(context, webhook.id)
    return jobs.retry_all(context, wanted)


def test(context: Context, webhook: Webhook) -> UUID:
    """Send an event that means nothing, also to an endpoint that is switched off; the message's id."""
    context.require("*", "admin")
    event: dict[str, Any] = {
        "entity": "",
        "event": "ping",
        "id": None,
        "version": None,
        "at": now().isoformat(),
        "changed": {},
        "record": None,
    }
    return write_deliveries(context, webhook, [event], test=True)[0]


def forget(context: Context, ids: Sequence[UUID]) -> None:
    """Empty what tells of these records: a person is erased."""
    table, erased = WebhookDelivery, sa.literal(list(ids), sa.ARRAY(sa.Uuid))
    statement = sa.update(table).where(table.tenant_id == context.tenant, table.record_ids.overlap(erased))
    context.session.execute(statement.values(body="", answer=""), execution_options=_UNSYNCHRONISED)
    given = {"tenant": context.tenant, "topic": SPREAD, "ids": [str(one) for one in ids]}
    context.session.execute(_FORGET_CHANGES, given)


def _statement(context: Context, webhook: Webhook) -> sa.Select[WebhookDelivery, str]:
    context.require("*", "admin")
    table = WebhookDelivery
    return (
        sa.select(table, Job.state)
        .join(Job, sa.and_(Job.tenant_id == table.tenant_id, Job.id == table.job_id))
        .where(table.tenant_id == context.tenant, table.webhook_id == webhook.id)
        .execution_options(populate_existing=True)
    )


def _in_state(state: str) -> sa.ColumnElement[bool]:
    if state == WAITING:
        return Job.state.in_(_OPEN)
    return Job.state == "done" if state == TAKEN else Job.state.not_in((*_OPEN, "done"))


def _state(job: str) -> str:
    return TAKEN if job == "done" else WAITING if job in _OPEN else GIVEN_UP
