"""Writing an e-mail from a record: to whom, from which template, and how it looks on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError
from core.entity.reference import Reference
from core.entity.tables import StoredFile
from core.entity.values import value_of
from core.files.service import own as own_file
from core.i18n import Label, Text, translator
from core.mail.message import address_of, as_html, one_line
from core.mailbox.addresses import Person, line, read_people
from core.mailbox.models import INCOMING, LONGEST_ID, Mail
from core.messages.compose import Message, compose
from core.messages.models import EMAIL, MessageTemplate
from core.privacy.channels import EMAIL as BY_EMAIL
from core.privacy.contactable import address_refusals, contact_refusals
from core.privacy.purposes import SERVICE, purposes

_ = translator("core")

MOST_FILES, MOST_BYTES = 20, 18 << 20
"""What goes with an e-mail; most providers take 25 MB, of which writing files as text costs a third."""
_SEPARATOR = "\n\n-- \n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """An e-mail as somebody writes it."""

    to: str = ""
    cc: str = ""
    subject: str = ""
    body: str = ""
    about: Reference | None = None
    """The record it is written from."""
    purpose: str = SERVICE
    template: UUID | None = None
    """What its text was taken from: while nobody changes it, the formatting of the template is sent with it."""
    answers: UUID | None = None
    """The e-mail it answers."""
    files: Sequence[UUID] = ()
    """What the person has just uploaded."""


def subject_of(context: Context, about: Reference) -> Entity:
    """The record somebody writes from. Raises :class:`MissingError` where there is none that they see."""
    try:
        resource = context.resource(about.entity)
    except LookupError:
        raise MissingError(about.entity, about.id) from None
    if not resource.activities and not resource.person:
        raise MissingError(about.entity, about.id)
    return service.get(context, resource.model, about.id)


def begin(context: Context, record: Entity) -> Letter:
    """An empty e-mail to a record's own addresses, with one's signature below."""
    about = Reference(context.resource(type(record)).name, record.id)
    return Letter(
        to=line(addresses(context, record)[:1]), body=signature(context), about=about, purpose=usual_purpose(context)
    )


def usual_purpose(context: Context) -> str:
    """What people are mostly written to for: what was agreed with them."""
    codes = [one.code for one in purposes(context)]
    return SERVICE if SERVICE in codes or not codes else codes[0]


def answer(context: Context, mail: Mail) -> Letter:
    """An e-mail that answers another one, with what that said below."""
    quoted = "\n".join(f"> {one}" for one in mail.body.splitlines()[:200])
    begun = mail.subject.lower().startswith(("re:", "trả lời:"))
    return Letter(
        to=(mail.sender or "") if mail.direction == INCOMING.value else mail.to,
        subject=(mail.subject if begun else f"Re: {mail.subject}")[:250],
        body=f"{signature(context)}\n\n{quoted}",
        about=filed_with(mail),
        purpose=usual_purpose(context),
        answers=mail.id,
    )


def filed_with(mail: Mail) -> Reference | None:
    """The record an e-mail stands at."""
    if mail.about:
        return Reference.read(mail.about)
    customer: UUID | None = mail.customer_id  # type: ignore[attr-defined] # the link's own column
    return Reference("core.customer", customer) if customer else None


def addresses(context: Context, record: Entity) -> list[Person]:
    """The e-mail addresses a record is known by, the main one first."""
    found: dict[str, Person] = {}
    for spec in context.fields(context.resource(type(record))).values():
        value = value_of(record, spec) if spec.kind.identity == "email" else None
        for one in spec.kind.identities(value) if value else ():
            found.setdefault(one, Person("", one))
    return list(found.values())


def signature(context: Context) -> str:
    """What stands below a person's e-mails."""
    if context.user is None:
        return ""
    statement = sa.select(User.signature).where(User.tenant_id == context.tenant, User.id == context.user.id)
    text = context.session.scalar(statement)
    return f"{_SEPARATOR}{text.strip()}" if text and text.strip() else ""


def templates_for(context: Context, entity: str) -> list[MessageTemplate]:
    """The templates of e-mails for an entity's records, by name."""
    if not context.can("core.message_template", "see"):
        return []
    statement = sa.select(MessageTemplate).where(
        MessageTemplate.tenant_id == context.tenant, MessageTemplate.deleted_at.is_(None),
        MessageTemplate.channel == EMAIL.value, MessageTemplate.entity == entity,
    )  # fmt: skip
    return list(context.session.scalars(statement.order_by(MessageTemplate.name)))


def filled(context: Context, letter: Letter) -> Letter:
    """The e-mail with the text of its template, filled in for its record.

    Raises :class:`~core.messages.language.TemplateError`, and :class:`MissingError` where there is no such template.
    """
    message = _from_template(context, letter)
    if message is None:
        return letter
    return replace(letter, subject=message.subject[:250], body=message.text + signature(context))


def html_of(context: Context, letter: Letter) -> str | None:
    """The formatting of the template, while its text is as it came out of it; None for plain text."""
    message = _from_template(context, letter)
    if message is None or message.html == as_html(message.text):
        return None
    mark, below = signature(context), letter.body
    if " ".join(below.split()) != " ".join((message.text + mark).split()):
        return None
    return message.html + (as_html(mark.removeprefix(_SEPARATOR)) if mark else "")


def _from_template(context: Context, letter: Letter) -> Message | None:
    if letter.template is None or letter.about is None:
        return None
    record = subject_of(context, letter.about)
    template = next((one for one in templates_for(context, letter.about.entity) if one.id == letter.template), None)
    if template is None:
        raise MissingError("core.message_template", letter.template)
    return compose(context, template, record)


def write(context: Context, letter: Letter) -> Mail:
    """Keep an e-mail as a draft. Raises :class:`InvalidError` naming what is wrong."""
    values: dict[str, object] = {"to": letter.to, "subject": letter.subject, "body": letter.body}
    if letter.cc.strip():
        values["cc"] = letter.cc
    if letter.about is not None:
        values["about"] = str(letter.about)
    problems: list[tuple[str, Label]] = []
    files = [one for key in dict.fromkeys(letter.files) if (one := own_file(context, key)) is not None]
    if len(files) > MOST_FILES or sum(one.size for one in files) > MOST_BYTES:
        problems.append(("files", _("At most %(n)s files of %(mb)s MB together.", n=MOST_FILES, mb=MOST_BYTES >> 20)))
    try:
        values["to"] = line(read_people(letter.to))
        values |= {"cc": line(read_people(letter.cc))} if letter.cc.strip() else {}
    except ValueError as error:
        problems.append(("to", error.args[0]))
    if wrong := InvalidError.of(problems):
        raise wrong
    before = service.get(context, Mail, letter.answers) if letter.answers else None
    mail = service.create(context, Mail, values)
    mail.purpose, mail.html, mail.thread_id = letter.purpose[:40], html_of(context, letter), mail.id
    if before is not None:
        mail.in_reply_to, mail.thread_id = before.message_id, before.thread_id or before.id
    for one in files:
        one.entity, one.record_id = context.resource(Mail).name, mail.id
    context.session.flush()
    return mail


def files_of(context: Context, mail_id: UUID) -> list[StoredFile]:
    """What goes with an e-mail."""
    statement = sa.select(StoredFile).where(
        StoredFile.tenant_id == context.tenant, StoredFile.entity == context.resource(Mail).name,
        StoredFile.record_id == mail_id,
    )  # fmt: skip
    return list(context.session.scalars(statement.order_by(StoredFile.name, StoredFile.id)))


def refusal(context: Context, about: Reference | None, people: Sequence[Person], purpose: str) -> Text | None:
    """Why the person of a record, or somebody with one of these addresses, may not be written to; None if they may."""
    resource = context.hooks.registry.resources.get(about.entity) if about else None
    if about is not None and resource is not None and resource.person and resource.plugin in context.active:
        found = contact_refusals(context, resource.model, [about.id], BY_EMAIL.value, purpose)
        if reason := found.get(about.id):
            return reason
    refused = address_refusals(context, [one.address for one in people], BY_EMAIL.value)
    for address, reason in sorted(refused.items()):
        return _("%(address)s: %(reason)s", address=address, reason=reason)
    return None


def envelope(
    mail: Mail, sender: Address, files: Mapping[str, tuple[str, bytes]], thread: Sequence[str], reply_to: str = ""
) -> EmailMessage:
    """The message of an e-mail as it is sent. ``files`` are media type and content by name."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    for header, text in (("To", mail.to), ("Cc", mail.cc or "")):
        if people := read_people(text):
            message[header] = [address_of(one.address, one.name) for one in people]
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = mail.message_id
    if reply_to:
        message["Reply-To"] = [address_of(reply_to)]
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
        message["References"] = " ".join(dict.fromkeys((*thread, mail.in_reply_to)))
    message.set_content(mail.body, cte="quoted-printable")
    message.add_alternative(mail.html or as_html(mail.body), subtype="html", cte="quoted-printable")
    for name, (media_type, content) in files.items():
        main, _slash, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=name)
    return message


def thread_of(context: Context, mail: Mail) -> list[str]:
    """The ids of the messages before, the first and the last of them."""
    statement = (
        sa.select(Mail.message_id)
        .where(Mail.tenant_id == context.tenant, Mail.thread_id == mail.thread_id, Mail.id != mail.id)
        .where(Mail.message_id.is_not(None))
        .order_by(Mail.created_at.desc())
        .limit(20)
    )
    return [one for one in reversed(context.session.scalars(statement).all()) if one and len(one) <= LONGEST_ID]
