"""Reading what arrives: any bytes that call themselves an e-mail, however broken, become plain data or nothing."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import default as policy
from email.utils import getaddresses, parsedate_to_datetime

from core import parse
from core.db.base import now
from core.entity.kinds import PAGES
from core.mailbox.addresses import Person, line, plain
from core.mailbox.cleaning import clean
from core.mailbox.models import LONGEST_ID
from core.messages.compose import text_of

MOST_PARTS, MOST_FILES, MOST_REFERENCES = 200, 20, 50
SMALL_PICTURE = 20_000
"""Bytes; what stands in the text and is smaller is a logo."""
_ID = re.compile(r"<[^<>\s]{1,400}>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PEOPLE = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What an e-mail says of itself."""

    message_id: str
    answers: tuple[str, ...]
    """The e-mails it answers, the nearest first."""
    sender: Person
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """An e-mail as it is kept."""

    head: Head
    subject: str
    to: str
    cc: str
    text: str
    html: str
    files: list[tuple[str, bytes]] = field(default_factory=list)


def read_head(raw: bytes) -> Head:
    """The headers of an e-mail; never raises."""
    message = BytesParser(policy=policy).parsebytes(raw, headersonly=True)
    return _head(message, raw)


def read(raw: bytes) -> Received:
    """A whole e-mail; of one that cannot be read what can. Never raises."""
    try:
        message = BytesParser(policy=policy).parsebytes(raw)
        parts = list(_parts(message))
    except Exception:  # noqa: BLE001 # the parser has its own errors for hostile structures, RecursionError among them
        message, parts = BytesParser(policy=policy).parsebytes(raw, headersonly=True), []
    text, html, files = _contents(parts)
    return Received(
        head=_head(message, raw),
        subject=_header(message, "Subject")[:250],
        to=line(_people(message, "To"))[:_PEOPLE],
        cc=line(_people(message, "Cc"))[:_PEOPLE],
        text=text,
        html=html,
        files=files,
    )


def _head(message: Message, raw: bytes) -> Head:
    ids = _ID.findall(_header(message, "Message-ID"))
    nearest = _ID.findall(_header(message, "In-Reply-To"))
    before = _ID.findall(_header(message, "References"))[-MOST_REFERENCES:]
    people = _people(message, "From") or [Person("", "")]
    own = ids[0] if ids and len(ids[0]) <= LONGEST_ID else f"<{hashlib.sha256(raw[:4096]).hexdigest()}@unnamed>"
    answers = tuple(one for one in dict.fromkeys([*nearest, *reversed(before)]) if len(one) <= LONGEST_ID)
    return Head(message_id=own, answers=answers, sender=people[0], at=_moment(_header(message, "Date")))


def _header(message: Message, name: str) -> str:
    """A header in one line, decoded where that is possible."""
    try:
        found = message[name]
    except Exception:  # noqa: BLE001 # malformed headers break the library's own parser in many ways
        found = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join(_tidy(str(found or "")).split())


def _people(message: Message, name: str) -> list[Person]:
    found = []
    for called, written in getaddresses([_header(message, name)])[:100]:
        try:
            address = parse.email(written)
        except ValueError:
            continue
        if address:
            found.append(Person(plain(called), address))
    return found


def _moment(text: str) -> datetime:
    """When it was written, which is not later than now, whatever its clock says."""
    try:
        found = parsedate_to_datetime(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return min(found.astimezone(UTC), now())
    except (ValueError, TypeError, OverflowError, IndexError):
        return now()


def _parts(message: Message) -> Iterator[Message]:
    """The parts in their order; what is an e-mail of its own stays one part."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(reversed([one for one in inner if isinstance(one, Message)]))
        else:
            yield part


def _contents(parts: list[Message]) -> tuple[str, str, list[tuple[str, bytes]]]:
    """Text, cleaned HTML and files."""
    texts: list[str] = []
    pages: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in parts:
        try:
            kind, name = part.get_content_type(), _tidy(part.get_filename() or "")
            if kind in {"text/plain", "text/html"} and not name and not _is_attached(part):
                (pages if kind == "text/html" else texts).append(_tidy(_decoded(part)))
            elif len(files) < MOST_FILES and (content := _content(part)) and not _is_logo(part, content):
                files.append((name or _named(kind, len(files)), content))
        except Exception:  # noqa: BLE001, S112 # one part that cannot be read leaves the others
            continue
    html = clean("\n".join(pages)) if pages else ""
    text = "\n\n".join(texts).strip() or text_of(html)
    return text.replace("\r\n", "\n")[:PAGES], html, files


def _is_logo(part: Message, content: bytes) -> bool:
    return bool(part["Content-ID"]) and part.get_content_maintype() == "image" and len(content) < SMALL_PICTURE


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _content(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):  # an e-mail that was attached
        return b"".join(one.as_bytes() for one in inner[:1] if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _named(kind: str, place: int) -> str:
    return f"email-{place + 1}.eml" if kind == "message/rfc822" else f"file-{place + 1}"


def _tidy(text: str) -> str:
    """Text that can be stored: whole characters, and none that steer a terminal."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))
