"""Sending: an e-mail waits as a job of the transaction that wants it, and goes out once, by the person's own account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.fields import Choice
from core.entity.values import search_text
from core.files.storage import storage_of
from core.i18n import Label, Text, translator
from core.jobs.queue import enqueue
from core.jobs.work import NotSentError, OutcomeUnknownError, Work
from core.mail.message import address_of
from core.mail.message import sender as company_sender
from core.mail.transport import deliver, hand_over
from core.mailbox.accounts import own
from core.mailbox.addresses import Person, read_people
from core.mailbox.models import CANCELLED, DRAFT, FAILED, ON, QUEUED, SENT, UNKNOWN, Mail, MailAccount
from core.mailbox.notices import failed
from core.mailbox.reach import UnreachableError
from core.mailbox.servers import Access, Server, SignInError, smtp
from core.mailbox.writing import envelope, filed_with, files_of, refusal, thread_of
from core.plugin.manifest import Handler
from core.privacy.purposes import SERVICE
from core.settings import Settings

_ = translator("core")

SEND = "core.mailbox.send"
RETRIES = 8
_SENDABLE = {DRAFT.value, FAILED.value, UNKNOWN.value, CANCELLED.value}
_WAITING = (QUEUED.value, CANCELLED.value)
"""States of what a job may send: a person can have one that was cancelled done all the same."""
_FOR_GOOD = 500


class _FailedError(Exception):
    """It cannot be sent; the argument says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Parcel:
    """All that is needed to send, so that nothing of the database is."""

    message: EmailMessage
    server: Server | None
    """The person's own; None is the company's."""


def handlers() -> Iterable[Handler]:
    """Core's handler of people's e-mails."""
    return [Handler(topic=SEND, run=send, title=_("Send an e-mail"), retries=RETRIES, given_up=given_up)]


def queue(context: Context, settings: Settings, mail_id: UUID) -> Mail:
    """Have an e-mail sent once this transaction is committed, by the account of whoever asks, or the company's.

    Raises :class:`InvalidError` where it may not be, or is being sent already.
    """
    mail = service.get(context, Mail, mail_id, lock=True)
    context.require("core.email", "edit")
    if mail.state not in _SENDABLE:
        raise InvalidError({"": [_("This e-mail is not a draft any more.")]})
    if not read_people(mail.to):
        raise InvalidError({"to": [_("Write to whom it goes.")]})
    if reason := _refused(context, mail):
        raise InvalidError({"": [reason]})
    account = own(context)
    account = account if account is not None and account.state == ON else None
    mail.account_id = account.id if account else None
    mail.sender = str(_sender_of(settings, account))
    domain = account.address.rpartition("@")[2] if account else settings.domain
    mail.message_id = mail.message_id or f"<{uuid4().hex}@{domain}>"
    mail.thread_id = mail.thread_id or mail.id
    mail.state, mail.remark = QUEUED.value, None
    mail.search_norm = search_text(mail, context.all_fields(context.resource(Mail)))
    context.session.flush()
    enqueue(context, SEND, {"mail": str(mail.id)})
    return mail


def _sender_of(settings: Settings, account: MailAccount | None) -> Person:
    if account is not None:
        return Person(account.name, account.address)
    name, address = parseaddr(str(company_sender(settings)))
    return Person(name, address)


def _refused(context: Context, mail: Mail) -> Text | None:
    people = [*read_people(mail.to), *read_people(mail.cc or "")]
    return refusal(context, filed_with(mail), people, mail.purpose or SERVICE)


def send(context: Context, work: Work) -> None:
    """Send what a job names, once; what became of it is written down with the e-mail."""
    mail_id = UUID(work.payload["mail"])
    mail = _queued(context, mail_id)
    if mail is None:
        return
    try:
        parcel = _parcel(context, work.settings, mail)
    except _FailedError as error:
        _settle(context, mail_id, FAILED, error.reason)
        return
    try:
        answer = work.outward("message", partial(_submit, work.settings, parcel), idempotent=False)
    except OutcomeUnknownError:
        text = _("It was sent, and nobody said whether it arrived. Look there before you try again.")
        _settle(context, mail_id, UNKNOWN, text)
        work.checkpoint()
        raise
    except NotSentError as error:
        _not_sent(context, work, mail_id, error)
        return
    refused = ", ".join(answer["refused"])
    _settle(context, mail_id, SENT, _("Not taken for: %(people)s", people=refused[:300]) if refused else "")


def given_up(context: Context, payload: Mapping[str, Any], how: str) -> None:
    """The job of an e-mail ended without it: say so, for nothing else will."""
    dead = _("The job that was to send it ended early.")
    state, remark = (FAILED, dead) if how == "dead" else (CANCELLED, _("Somebody cancelled its job."))
    _settle(context, UUID(payload["mail"]), state, remark if how != "skipped" else "")


def _submit(settings: Settings, parcel: _Parcel, attempt: UUID) -> dict[str, Any]:
    if parcel.server is None:
        return {"refused": [], **deliver(settings, parcel.message, attempt)}
    with smtp(parcel.server) as connection:
        return {"server": parcel.server.host, "refused": hand_over(connection, parcel.message)}


def _parcel(context: Context, settings: Settings, mail: Mail) -> _Parcel:
    """The message and how it goes. Raises :class:`_FailedError`: people withdraw, accounts are switched off."""
    if reason := _refused(context, mail):
        raise _FailedError(reason)
    account = _account(context, mail.account_id) if mail.account_id else None
    if mail.account_id and (account is None or account.state != ON):
        raise _FailedError(_("The e-mail account it was to go through is switched off. Send it again."))
    try:
        server = Access.of(account, settings).smtp if account else None
    except SignInError as error:
        raise _FailedError(error.reason) from None
    who = _sender_of(settings, account)
    reply_to = "" if account or context.user is None else context.user.email
    storage, files = storage_of(settings), {}
    for place, one in enumerate(files_of(context, mail.id)):
        try:
            with storage.open(context.tenant, one.id).stream as stream:
                content = stream.read()
        except FileNotFoundError:
            raise _FailedError(_("The file “%(name)s” is not there any more.", name=one.name)) from None
        name = one.name if one.name not in files else f"{place}-{one.name}"
        files[name] = (one.media_type, content)
    sender = address_of(who.address, who.name)
    return _Parcel(envelope(mail, sender, files, thread_of(context, mail), reply_to), server)


def _not_sent(context: Context, work: Work, mail_id: UUID, error: NotSentError) -> None:
    """Write down why; raise the error again where trying later may help."""
    reason: Label = error.reason if isinstance(error, UnreachableError) else str(error)
    if isinstance(error, SignInError):
        mail = _queued(context, mail_id)
        account = _account(context, mail.account_id) if mail and mail.account_id else None
        if account is not None:
            failed(context, account, error)
    for_good = isinstance(error, SignInError) or _is_for_good(error.__cause__)
    _settle(context, mail_id, FAILED if for_good or work.attempt >= RETRIES else QUEUED, reason)
    if not for_good:
        work.checkpoint()
        raise error


def _is_for_good(cause: BaseException | None) -> bool:
    """Whether the server's no will be the same tomorrow."""
    if isinstance(cause, SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _text in cause.recipients.values())
    return isinstance(cause, SMTPResponseException) and cause.smtp_code >= _FOR_GOOD


def _queued(context: Context, mail_id: UUID) -> Mail | None:
    """The e-mail, while it waits to be sent."""
    statement = sa.select(Mail).where(
        Mail.tenant_id == context.tenant, Mail.id == mail_id, Mail.state.in_(_WAITING), Mail.deleted_at.is_(None)
    )
    return context.session.scalar(statement.with_for_update(), execution_options={"populate_existing": True})


def _account(context: Context, account_id: UUID) -> MailAccount | None:
    statement = sa.select(MailAccount).where(MailAccount.tenant_id == context.tenant, MailAccount.id == account_id)
    return context.session.scalar(statement, execution_options={"populate_existing": True})


def _settle(context: Context, mail_id: UUID, state: Choice, remark: Label) -> None:
    mail = _queued(context, mail_id)
    if mail is not None:
        mail.state, mail.remark = state.value, str(remark)[:500] or None
        mail.sent_at = now() if state is SENT else mail.sent_at
        context.session.flush()
