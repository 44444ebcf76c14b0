"""Writing to people: an action that uses any message channel, and core's own channel, e-mail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.automation import outward
from core.automation.actions import needed
from core.automation.contract import Message, MessageChannel, Outcome, Task, WorkflowAction
from core.automation.outward import Parcel
from core.automation.values import Book
from core.context import Context
from core.entity.entity import Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.service import get
from core.i18n import translator
from core.jobs.work import Work
from core.mail import message as mail
from core.mail.transport import deliver
from core.messages.compose import compose
from core.messages.language import TemplateError
from core.messages.models import MessageTemplate
from core.privacy.channels import EMAIL, IDENTITY
from core.privacy.contactable import contact_refusals
from core.rules.reading import fields_of

_ = translator("core")

MESSAGE = "message"


def message_actions() -> Iterable[WorkflowAction]:
    """One action for all channels."""
    return [WorkflowAction(name=MESSAGE, title=_("Send a message"), run=outward.ask, icon="send", weight=10)]


def channels(context: Context) -> Mapping[str, MessageChannel]:
    """The ways to reach people, with the modules that are on."""
    return {one.name: one for one in context.hooks.message_channels(context)}


def email() -> MessageChannel:
    """E-mail by the installation's server."""
    return MessageChannel(
        name="email", title=_("E-mail"), channel=EMAIL.value, prepare=by_email, subject=True, icon="mail", weight=1
    )


def by_email(_context: Context, work: Work, message: Message) -> Callable[[UUID], Any]:
    """A letter to one person."""
    letter = mail.compose(work.settings, [message.to], message.subject, message.text, html=message.html)
    return lambda key: deliver(work.settings, letter, key)


def reached_by(spec: Field, channel: MessageChannel) -> bool:
    """Whether a field holds addresses of a channel."""
    return spec.kind.identity == IDENTITY[channel.channel]


def prepare(context: Context, work: Work, task: Task) -> Parcel | Outcome:
    """A message to whom a step names, unless they may not be contacted."""
    said = task.settings
    channel = channels(context).get(said["channel"])
    if channel is None:
        raise InvalidError({"channel": [_("There is no such channel any more.")]})
    book = Book(context, [task], [said["to"]])
    to = _address(book, task, said["to"])
    if not to:
        return Outcome({"to": "", "reason": str(_("There is no number or address."))}, "skipped")
    if reason := _refusal(context, book, task, said, channel):
        return Outcome({"to": to, "reason": reason}, "skipped")
    send = channel.prepare(context, work, _written(context, task, channel, to))
    return Parcel(send, channel.idempotent, {"to": to, "channel": channel.name})


def _written(context: Context, task: Task, channel: MessageChannel, to: str) -> Message:
    """The message, in the company's language: of a template, or as the step says."""
    said = task.settings
    template: Any = Inline(EMAIL.value if channel.subject else "text", said.get("subject", ""), said.get("text", ""))
    if said.get("template"):
        template = get(context, MessageTemplate, UUID(said["template"]))
    try:
        found = compose(context, template, needed(task))
    except TemplateError as error:
        raise InvalidError({"text": [one.label for one in error.problems]}) from None
    return Message(to=to, subject=found.subject, text=found.text, html=found.html, key=task.key)


@dataclass(frozen=True, slots=True)
class Inline:
    """A message that is written in its step."""

    channel: str
    subject: str
    body: str


def _address(book: Book, task: Task, path: str) -> str:
    """The number or address of a field; of several the first."""
    _spec, value = book.value(task, path)
    if isinstance(value, list):
        value = value[0]["value"] if value and isinstance(value[0], Mapping) else None
    return str(value) if value else ""


def _refusal(context: Context, book: Book, task: Task, said: Mapping[str, Any], channel: MessageChannel) -> str:
    """Why the person may not be contacted; colleagues may."""
    there: tuple[Resource, Any] | None = book.record(task, said["to"])
    if there is None or not there[0].person:
        return ""
    resource, record = there
    found = contact_refusals(context, resource.model, [record.id], channel.channel, said["purpose"])
    return str(found[record.id]) if record.id in found else ""


def address_fields(context: Context, resource: Resource, channel: MessageChannel) -> list[str]:
    """The paths of an entity's fields that hold addresses of a channel: its own, then those of its links."""
    found = []
    for name, spec in fields_of(context, resource).items():
        if reached_by(spec, channel):
            found.append(name)
        if spec.kind.name == "link":
            try:
                other = context.resource(target_class(spec))
            except LookupError:
                continue
            found += [f"{name}.{one}" for one, inner in other.fields.items() if reached_by(inner, channel)]
    return found
