"""Building a message: what is given is text and addresses, and none of it can become a header of its own."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from core.db.base import now
from core.settings import Settings

_LONGEST_SUBJECT = 200
_PRODUCT = "Ghép"


def compose(
    settings: Settings, to: Sequence[str], subject: str, text: str, *, html: str = "", reply_to: str = ""
) -> EmailMessage:
    """A message to addresses that were checked (:func:`core.parse.email`), as plain text and as HTML beside it.

    Without ``html`` the text itself is shown, its addresses as links.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender(settings)
    message["To"] = [address_of(one) for one in to]
    message["Subject"] = one_line(subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(now())
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = [address_of(reply_to)]
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html or as_html(text), subtype="html", cte="quoted-printable")
    return message


def sender(settings: Settings) -> Address:
    """Whom the installation's messages come from."""
    name, address = parseaddr(settings.mail_from)
    return address_of(address or f"no-reply@{settings.domain}", name or _PRODUCT)


def address_of(text: str, name: str = "") -> Address:
    """An address that was checked, as a header holds it."""
    user, _at, host = text.rpartition("@")
    return Address(one_line(name), username=user, domain=host.encode("idna").decode("ascii"))


def one_line(text: str) -> str:
    """A text that can be no header of its own."""
    return " ".join(text.split())


def as_html(text: str) -> str:
    """Paragraphs of a text; a line that is an address on its own becomes a link."""
    blocks = [_paragraph(block) for block in text.strip().split("\n\n")]
    return f'<!doctype html><html><meta charset="utf-8"><body>{"".join(blocks)}</body></html>'


def _paragraph(block: str) -> str:
    lines = [
        f'<a href="{escape(line)}">{escape(line)}</a>' if line.startswith(("https://", "http://")) else escape(line)
        for line in block.split("\n")
    ]
    return f"<p>{'<br>'.join(lines)}</p>"
