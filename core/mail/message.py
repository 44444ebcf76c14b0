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
    message["To"] = [_address(one) for one in to]
    message["Subject"] = _line(subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(now())
    message["Auto-Submitted"] = "auto-generated"
    if reply_to:
        message["Reply-To"] = [_address(reply_to)]
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html or as_html(text), subtype="html", cte="quoted-printable")
    return message


def sender(settings: Settings) -> Address:
    """Whom the installation's messages come from."""
    name, address = parseaddr(settings.mail_from)
    return _address(address or f"no-reply@{settings.domain}", name or _PRODUCT)


def _address(text: str, name: str = "") -> Address:
    user, _at, host = text.rpartition("@")
    return Address(_line(name), username=user, domain=host.encode("idna").decode("ascii"))


def _line(text: str) -> str:
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
