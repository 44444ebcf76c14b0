"""What repeats a person's data beside their records: jobs, messages, imports, public links, bulk operations."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from core.access.request_models import AccessRequest
from core.automation.models import AutomationRun, AutomationStep
from core.bulk.models import BulkItem, BulkOperation
from core.context import Context
from core.entity import identity
from core.jobs.models import Job
from core.mail.outbox import SEND
from core.privacy.contactable import identities
from core.privacy.models import Consent
from core.public.models import PublicLink
from core.public.sending import SEND as SEND_LINK
from core.sheets.models import ImportRow
from core.webhooks import deliveries as webhooks

_UNSYNCHRONISED = {"synchronize_session": False}


def forget(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Empty it all; counts and dates stay, and the proof that somebody once agreed to something."""
    wanted = sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))
    _letters(context, ids)
    _deeds(context, entity, ids)
    for statement in (
        sa.update(ImportRow)
        .where(ImportRow.tenant_id == context.tenant, ImportRow.record_id == wanted)
        .values(before={}, cells=[]),
        sa.update(AccessRequest)
        .where(AccessRequest.tenant_id == context.tenant, AccessRequest.record_id == wanted)
        .values(about=""),
        sa.update(AutomationRun)
        .where(AutomationRun.tenant_id == context.tenant, AutomationRun.record_id == wanted)
        .values(input={}, record_title="", error=""),
        sa.update(AutomationStep)
        .where(AutomationStep.tenant_id == context.tenant, AutomationStep.run_id == AutomationRun.id)
        .where(AutomationRun.tenant_id == context.tenant, AutomationRun.record_id == wanted)
        .values(result={}, error=""),
        sa.update(Consent)
        .where(Consent.tenant_id == context.tenant, Consent.record_id == wanted)
        .values(evidence="", withdrawal="", file_id=None),
        sa.update(PublicLink)
        .where(PublicLink.tenant_id == context.tenant, PublicLink.record_id == wanted)
        .values(
            revoked_at=sa.func.coalesce(PublicLink.revoked_at, sa.func.now()),
            sent_to="",
            name="",
            reason="",
            signature=sa.null(),
        ),
        _cleared(context)
        .where(Job.topic == SEND_LINK)
        .where(Job.payload["record"].astext == sa.any_(sa.literal([str(one) for one in ids], sa.ARRAY(sa.Text)))),
        sa.update(Job)
        .where(Job.tenant_id == context.tenant, Job.state != "running", Job.payload.has_key("values"))
        .where(Job.payload["id"].astext == sa.any_(sa.literal([str(one) for one in ids], sa.ARRAY(sa.Text))))
        .values(payload=Job.payload.op("||")(sa.literal({"values": {}}, JSONB)), title="", last_error=""),
    ):
        context.session.execute(statement, execution_options=_UNSYNCHRONISED)
    webhooks.forget(context, ids)
    identity.forget(context, ids)


def _letters(context: Context, ids: Sequence[UUID]) -> None:
    """Messages that went to the person's addresses; those still to be sent are no longer."""
    found = identities(context, ids, ["email"]).values()
    if addresses := sorted(set[str]().union(*found)):
        to = Job.payload["to"].op("?|")(sa.literal(addresses, sa.ARRAY(sa.Text)))
        context.session.execute(_cleared(context).where(Job.topic == SEND, to), execution_options=_UNSYNCHRONISED)


def _cleared(context: Context) -> sa.Update:
    """Jobs that say and do nothing any more."""
    return (
        sa.update(Job)
        .where(Job.tenant_id == context.tenant, Job.state != "running")
        .values(
            payload={}, title="", last_error="",
            state=sa.case((Job.state == "new", "cancelled"), else_=Job.state),
            done_at=sa.func.coalesce(Job.done_at, sa.func.now()),
        )
    )  # fmt: skip


def _deeds(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """A merge keeps the values that the survivor had before; bulk operations name their first record."""
    mine = sa.select(BulkItem.operation_id).where(
        BulkItem.tenant_id == context.tenant, BulkItem.record_id.in_(ids), BulkItem.place == ""
    )
    named = sa.update(BulkOperation).where(
        BulkOperation.tenant_id == context.tenant, BulkOperation.entity == entity, BulkOperation.id.in_(mine)
    )
    context.session.execute(named.values(title=""), execution_options=_UNSYNCHRONISED)
    keep = BulkOperation.asked["keep"].astext.in_([str(one) for one in ids])
    merges = sa.update(BulkOperation).where(
        BulkOperation.tenant_id == context.tenant, BulkOperation.entity == entity, BulkOperation.kind == "merge", keep
    )
    emptied = BulkOperation.asked.op("||")(sa.literal({"values": {}, "kept": []}, JSONB))
    context.session.execute(merges.values(title="", asked=emptied), execution_options=_UNSYNCHRONISED)
