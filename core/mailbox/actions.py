"""What can be done with e-mails, and with whoever one is written to."""

from collections.abc import Iterable

from core.context import Context
from core.entity.entity import Entity
from core.entity.reference import Reference
from core.i18n import translator
from core.mailbox.models import CANCELLED, DRAFT, FAILED, RECEIVED, SENT, UNKNOWN, Mail
from core.mailbox.writing import addresses
from core.plugin.manifest import RecordAction

_ = translator("core")

ENTITY = "core.email"


def email_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Write an e-mail to whoever has an address; answer one, or send one that was not sent yet."""
    if not context.can(ENTITY, "create"):
        return
    if isinstance(record, Mail):
        yield from _of_mail(context, record)
    elif context.resource(type(record)).activities and addresses(context, record):
        about = Reference(context.resource(type(record)).name, record.id)
        yield RecordAction(
            name="email", title=_("Send an e-mail"), url=f"/write-email?about={about}", icon="mail", method="dialog"
        )


def _of_mail(context: Context, mail: Mail) -> Iterable[RecordAction]:
    if mail.state in {RECEIVED.value, SENT.value}:
        url = f"/write-email?answers={mail.id}"
        yield RecordAction(
            name="answer", title=_("Answer"), url=url, icon="arrow-back-up", method="dialog", primary=True
        )
    elif mail.state in {DRAFT.value, FAILED.value, UNKNOWN.value, CANCELLED.value} and context.can(ENTITY, "edit"):
        title = _("Send") if mail.state == DRAFT.value else _("Send again")
        yield RecordAction(
            name="send", title=title, url=f"/emails/{mail.id}/send", icon="send", method="post", primary=True
        )
