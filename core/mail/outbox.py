"""The outbox: a message is a job of the transaction that wants it, so that a lost server loses none."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from core import parse
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.jobs.queue import enqueue
from core.mail.message import compose
from core.mail.transport import deliver
from core.plugin.manifest import Handler

if TYPE_CHECKING:
    from email.message import EmailMessage

    from core.context import Context
    from core.jobs.work import Work

_ = translator("core")

SEND = "core.mail.send"
RETRIES = 12
MOST = 50
"""People one message may go to; more than that is a campaign."""


def handlers() -> "Iterable[Handler]":
    """Core's handler of the outbox."""
    return [Handler(topic=SEND, run=send, title=_("Send an e-mail"), retries=RETRIES)]


def send_mail(
    context: "Context",
    to: str | Sequence[str],
    subject: Label,
    text: Label,
    *,
    html: str = "",
    reply_to: str = "",
    dedupe_key: str | None = None,
) -> list[Any]:
    """Send a message once the caller's transaction is committed; the job's id.

    What is given is kept in the database for as long as jobs are: nothing that opens a door belongs into it.
    Raises :class:`~core.entity.errors.InvalidError` naming ``to`` for what is no address, or for too many.
    """
    addresses = [_checked(one, "to") for one in ([to] if isinstance(to, str) else to)]
    if not 1 <= len(addresses) <= MOST:
        raise InvalidError({"to": [_("Write between 1 and %(n)s addresses.", n=MOST)]})
    payload = {"to": addresses, "subject": str(subject), "text": str(text), "html": html}
    payload["reply_to"] = _checked(reply_to, "reply_to") if reply_to else ""
    title = _("E-mail: %(subject)s", subject=subject)
    return enqueue(context, SEND, payload, title=str(title), dedupe_key=dedupe_key)


def send(_context: "Context", work: "Work") -> None:
    """Send what a job holds."""
    said = work.payload
    message = compose(
        work.settings, said["to"], said["subject"], said["text"], html=said["html"], reply_to=said["reply_to"]
    )
    post(work, message)


def post(work: "Work", message: "EmailMessage") -> None:
    """Hand a message over from within a job, once: for messages whose text must not lie in the database."""
    settings = work.settings
    work.result(**work.outward("message", lambda attempt: deliver(settings, message, attempt), idempotent=False))


def _checked(text: str, name: str) -> str:
    try:
        address = parse.email(text)
    except ValueError as error:
        raise InvalidError({name: [error.args[0]]}) from None
    if address is None:
        raise InvalidError({name: [_("This field is needed.")]})
    return address
