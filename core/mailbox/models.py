"""A person's e-mail account, and e-mails as activities of the records they are about."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.activities.models import Activity
from core.db.base import TenantRow, now, reference
from core.entity.fields import Choice, choice, field
from core.entity.kinds import LongText
from core.i18n import Label, translator

_ = translator("core")

TLS, STARTTLS = Choice("tls", _("TLS")), Choice("starttls", _("STARTTLS"))
PLAIN = Choice("none", _("None, within this machine"))
SECURITIES = (TLS, STARTTLS)
ON, OFF, REFUSED = "on", "off", "refused"
"""States of an account; *refused* is one whose server lets us in no more."""

DRAFT = Choice("draft", _("Draft"), "secondary")
QUEUED = Choice("queued", _("About to be sent"), "blue")
SENT = Choice("sent", _("E-mail sent"), "green", final=True)
FAILED = Choice("failed", _("Not sent"), "red", final=True)
UNKNOWN = Choice("unknown", _("Not known whether it was sent"), "orange", final=True)
CANCELLED = Choice("cancelled", _("Sending cancelled"), "secondary", final=True)
RECEIVED = Choice("received", _("Received"), "teal", final=True)
OUTGOING, INCOMING = Choice("out", _("Going out"), "blue"), Choice("in", _("Coming in"), "green")

LONGEST_ID = 250
"""Characters of a Message-ID; mail servers give up at a thousand, and nobody writes more than a hundred."""
_PEOPLE = 4000


class MailAccount(TenantRow):
    """Where a person's e-mails are sent from and come in; each has one at most."""

    __tablename__ = "core_mail_account"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )

    user_id: Mapped[UUID]
    address: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    login: Mapped[str] = mapped_column(sa.String(254))
    password: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Sealed (:mod:`core.access.vault`)."""
    smtp_host: Mapped[str] = mapped_column(sa.String(253))
    smtp_port: Mapped[int]
    smtp_security: Mapped[str] = mapped_column(sa.String(8))
    imap_host: Mapped[str] = mapped_column(sa.String(253), default="")
    """Empty where nothing is fetched."""
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[str] = mapped_column(sa.String(8), default=TLS.value)
    state: Mapped[str] = mapped_column(sa.String(8), default=ON)
    error: Mapped[str] = mapped_column(sa.String(500), default="")
    checked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    """When its servers last let us in."""
    since: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    """What arrived before this is not looked at."""
    folder: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The UIDVALIDITY of its INBOX: while it stays, no message changes its number."""
    seen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The UID of the last message that was looked at."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes of its settings, so that what was read with the old ones is not kept with the new."""


class Mail(Activity):
    """One e-mail, written here or received."""

    __tablename__ = "core_email"
    __table_args__ = (
        sa.Index("uq_core_email_message", "tenant_id", "account_id", "message_id", unique=True),
        sa.Index("ix_core_email_message", "tenant_id", "message_id"),
        sa.Index("ix_core_email_thread", "tenant_id", "thread_id"),
    )

    subject: Mapped[str] = field(_("Subject"), search=True, personal=True, length=250, aliases=("chủ đề",))
    state: Mapped[str] = choice(_("State"), DRAFT, QUEUED, SENT, FAILED, UNKNOWN, CANCELLED, RECEIVED, readonly=True)
    direction: Mapped[str] = choice(_("Way of the e-mail"), OUTGOING, INCOMING, readonly=True)
    sender: Mapped[str | None] = field(_("Sender"), search=True, personal=True, readonly=True, length=400)
    to: Mapped[str] = field(_("Recipients"), personal=True, length=_PEOPLE)
    cc: Mapped[str | None] = field(_("Cc"), personal=True, listed=False, length=_PEOPLE)
    body: Mapped[LongText] = field(_("Text"), personal=True, listed=False)
    sent_at: Mapped[datetime | None] = field(_("Sent on"), sort=True, readonly=True)
    remark: Mapped[str | None] = field(_("Remark"), listed=False, readonly=True, length=500)

    html: Mapped[str | None] = mapped_column(sa.Text, sort_order=70)
    """As it is shown, cleaned (:mod:`core.mailbox.cleaning`); None where the text says it all."""
    message_id: Mapped[str | None] = mapped_column(sa.String(LONGEST_ID), sort_order=71)
    in_reply_to: Mapped[str | None] = mapped_column(sa.String(LONGEST_ID), sort_order=72)
    thread_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=73)
    """The first e-mail of the conversation."""
    account_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=74)
    """The account it goes through or came by; None is the company's own server."""
    purpose: Mapped[str | None] = mapped_column(sa.String(40), sort_order=75)
    """What somebody is written to for, by its code."""

    @classmethod
    def happened(cls) -> sa.ColumnElement[Any]:
        """When it was sent, by its own date."""
        return sa.func.coalesce(cls.__table__.c.sent_at, cls.__table__.c.created_at)

    def check(self) -> Iterable[tuple[str, Label]]:
        """It goes to addresses that can be written to."""
        from core.mailbox.addresses import read_people

        if self.direction == OUTGOING.value:
            for name in ("to", "cc"):
                try:
                    read_people(getattr(self, name) or "")
                except ValueError as error:
                    yield name, error.args[0]
