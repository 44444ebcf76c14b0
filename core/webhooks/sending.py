"""Sending a message: signed, again and again until it is taken or given up, always under the same id."""

import time
from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.access.vault import Vault
from core.context import Context
from core.i18n import Text, translator
from core.jobs.work import NotSentError, Work
from core.plugin.manifest import Handler
from core.webhooks import pausing
from core.webhooks.address import Network, TargetError, networks
from core.webhooks.http import Answer, UnreachableError, post
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.outbox import SPREAD
from core.webhooks.service import secrets_of
from core.webhooks.signing import headers
from core.webhooks.spreading import SEND, spread

_ = translator("core")

RETRIES = 16
"""Twice as late each time, an hour at most: six hours in all."""
KEPT = 4000
"""Characters that are kept of a message that was taken, and of an answer."""
AGENT = "Ghep-Webhooks/1"
_GONE = 410
_UNSYNCHRONISED = {"synchronize_session": False}


class RefusedError(NotSentError):
    """The other side answered, and did not take it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(_("The endpoint answered with status %(status)s.", status=answer.status)))
        self.answer = answer


def handlers() -> Iterable[Handler]:
    """Core's handlers of webhooks."""
    return [
        Handler(topic=SPREAD, run=spread, title=_("Prepare messages to other programs")),
        Handler(topic=SEND, run=send, title=_("Send a message to another program"), retries=RETRIES),
    ]


def send(context: Context, work: Work) -> None:
    """Send one message. Of an endpoint that is switched off the message is kept and not sent."""
    delivery_id = UUID(work.payload["delivery"])
    row = context.session.execute(
        sa.select(Webhook, WebhookDelivery.body)
        .join(WebhookDelivery, _same(context))
        .where(WebhookDelivery.tenant_id == context.tenant, WebhookDelivery.id == delivery_id)
    ).one_or_none()
    if row is None:
        return
    webhook, body = row
    if not body or not (webhook.active or work.payload.get("test")):
        work.cancelled = True
        return
    if not work.payload.get("test") and (rest := pausing.rest_of(context, webhook.id)):
        work.postpone(rest)
    allow, secrets = networks(work.settings.webhook_allow), secrets_of(_vault(work), webhook)
    webhook_id, url, rests = webhook.id, webhook.url, webhook.rests
    try:
        said = work.outward("post", lambda _attempt: _post(url, body, secrets, delivery_id, allow), idempotent=True)
    except (RefusedError, UnreachableError) as error:
        answer = error.answer if isinstance(error, RefusedError) else None
        _note(context, delivery_id, answer, str(error))
        pausing.failed(context, webhook_id, rests, gone=answer is not None and answer.status == _GONE)
        work.checkpoint()
        raise
    _note(context, delivery_id, Answer(said["status"], said["text"], said["seconds"]), "")
    pausing.taken(context, webhook_id)


def _same(context: Context) -> sa.ColumnElement[bool]:
    return sa.and_(Webhook.tenant_id == context.tenant, Webhook.id == WebhookDelivery.webhook_id)


def _vault(work: Work) -> Vault:
    return Vault(work.settings.secret_key, *work.settings.secret_fallback)


def _post(
    url: str, body: str, secrets: Sequence[str], delivery_id: UUID, allow: Sequence[Network]
) -> dict[str, object]:
    """One attempt; what to remember of it."""
    content = body.encode()
    given = {"Content-Type": "application/json", "User-Agent": AGENT}
    given |= headers(secrets, str(delivery_id), int(time.time()), content)
    try:
        answer = post(url, content, given, allow=allow)
    except TargetError as error:
        raise UnreachableError(_text(error)) from None
    if not answer.is_good:
        raise RefusedError(answer)
    return {"status": answer.status, "text": answer.text[:KEPT], "seconds": round(answer.seconds, 3)}


def _text(error: TargetError) -> Text:
    return error.reason


def _note(context: Context, delivery_id: UUID, answer: Answer | None, problem: str) -> None:
    """Keep what became of an attempt; of a message that was taken its beginning is enough."""
    table = WebhookDelivery
    values = {
        "attempts": table.attempts + 1,
        "status": answer.status if answer else None,
        "answer": answer.text[:KEPT] if answer else "",
        "seconds": answer.seconds if answer else None,
        "error": problem,
        "sent_at": sa.func.clock_timestamp(),
    }
    if not problem:
        values["body"] = sa.func.left(table.body, KEPT)
    statement = sa.update(table).where(table.tenant_id == context.tenant, table.id == delivery_id).values(values)
    context.session.execute(statement, execution_options=_UNSYNCHRONISED)
