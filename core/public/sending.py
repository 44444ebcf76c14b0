"""Sending a link by e-mail, with the document attached; the worker that sends it makes it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from core import parse
from core.context import Context
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.files.storage import storage_of
from core.i18n import translator, use_locale
from core.jobs.queue import enqueue
from core.jobs.work import Work
from core.mail.message import compose
from core.mail.outbox import post
from core.plugin.manifest import Handler
from core.printing import drawing
from core.printing.documents import documents, file_name, print_of
from core.public.links import LONGEST, PATH, give, page_of

_ = translator("core")

SEND = "core.public.send"
MOST_TEXT = 4000


def handlers() -> Iterable[Handler]:
    """Core's handler of the message."""
    return [Handler(topic=SEND, run=mail, title=_("Send a link to a document"))]


def send(context: Context, record: Entity, *, to: str, days: int, text: str = "") -> str:
    """Have a link to a record sent; where to. Raises :class:`InvalidError` naming what is wrong."""
    resource = context.resource(type(record))
    page_of(resource)
    context.require(resource.name, "edit")
    try:
        address = parse.email(to)
    except ValueError as error:
        raise InvalidError({"to": [error.args[0]]}) from None
    if address is None:
        raise InvalidError({"to": [_("This field is needed.")]})
    if not 1 <= days <= LONGEST:
        raise InvalidError({"days": [_("A whole number from 1 to %(most)s.", most=LONGEST)]})
    enqueue(
        context,
        SEND,
        {
            "entity": resource.name, "record": str(record.id), "to": address, "days": days, "text": text[:MOST_TEXT],
            "hidden": context.grants.fields,
        },
        title=str(_("Send “%(title)s” to %(to)s", title=record.title, to=address)),
    )  # fmt: skip
    return address


def mail(context: Context, work: Work) -> None:
    """Make the link and send it, in the company's language."""
    said = work.payload
    turn = replace(context, grants=replace(context.grants, fields=said["hidden"]), cache={})
    resource = turn.resource(said["entity"])
    record = service.get(turn, resource.model, UUID(said["record"]))
    page = page_of(resource)
    key = give(turn, record, days=said["days"], to=said["to"])
    with use_locale(turn.company.locale):
        link = f"{work.settings.address_of(turn.company.slug)}{PATH}/{key}"
        subject = f"{resource.title} {record.title} – {turn.company.name}"
        words = {"company": turn.company.name, "link": link, "days": said["days"]}
        text = said["text"].strip() or _("Hello,\n\nPlease find the document at the address below.")
        text = _(
            "%(text)s\n\nLook at it and answer here, within %(days)s days:\n%(link)s\n\n%(company)s", text=text, **words
        )
        message = compose(
            work.settings, [said["to"]], subject, str(text), reply_to=turn.user.email if turn.user else ""
        )
        if page.print:
            wanted = print_of(resource, page.print)
            pages = documents(turn, storage_of(work.settings), resource, wanted, [record])
            content, called = drawing.pdf(pages, wanted.size, str(wanted.title)), file_name(wanted, record)
            message.add_attachment(content, maintype="application", subtype="pdf", filename=f"{called}.pdf")
    post(work, message)
