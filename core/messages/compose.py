"""A message from a template: subject, text and HTML for one record."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Protocol

from core.context import Context
from core.entity.entity import Entity
from core.i18n import use_locale
from core.mail.message import as_html
from core.messages import fields, templates
from core.messages.models import EMAIL

_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")
_BREAKING = frozenset(("p", "br", "div", "tr", "li", "h1", "h2", "h3"))


class Template(Protocol):
    """What a message is made from: a saved template, or one that is being written."""

    @property
    def channel(self) -> str:
        """E-mail or plain text."""

    @property
    def subject(self) -> str | None:
        """Of an e-mail."""

    @property
    def body(self) -> str:
        """The message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    subject: str
    text: str
    html: str
    """Of an e-mail; empty for what is plain text."""


def compose(context: Context, template: Template, record: Entity) -> Message:
    """A template filled in for a record, in the company's language and with what this turn may see of it.

    Raises :class:`~core.messages.templates.TemplateError`.
    """
    is_mail = template.channel == EMAIL.value
    parts = [template.body, *([template.subject or ""] if is_mail else [])]
    with use_locale(context.company.locale):
        found = fields.values(context, context.resource(type(record)), record, _named(parts))
        if not is_mail:
            return Message("", templates.render(context, template.body, found), "")
        subject = " ".join(templates.render(context, template.subject or "", found).split())
        if not _MARKUP.search(template.body):
            text = templates.render(context, template.body, found)
            return Message(subject, text, as_html(text))
        html = templates.render(context, template.body, found, html=True)
        return Message(subject, text_of(html), html)


def _named(parts: Iterable[str]) -> list[str]:
    return [name for part in parts for name in templates.fields_of(part)]


class _Reader(HTMLParser):
    """Keeps what is there to read."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", data))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKING:
            self.parts.append("\n")


def text_of(html: str) -> str:
    """What programs that show no HTML have to read."""
    reader = _Reader()
    reader.feed(html)
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return "\n".join(lines).strip()
