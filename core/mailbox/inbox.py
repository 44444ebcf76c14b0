"""A person's INBOX: which messages are new, what they say of themselves, and a whole one of them. Nothing is changed."""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from core.i18n import translator
from core.mailbox.reach import UnreachableError
from core.mailbox.servers import Server, imap

_ = translator("core")

LARGEST = 26 << 20
"""Bytes of a message that is read whole; of a larger one the beginning is."""
BEGINNING = 256 << 10
_HEAD = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM DATE MESSAGE-ID IN-REPLY-TO REFERENCES)])"
_UID, _SIZE = re.compile(rb"\bUID (\d{1,10})\b"), re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the list."""

    uid: int
    size: int
    head: bytes


class Inbox:
    """An open one."""

    def __init__(self, connection: imaplib.IMAP4, host: str) -> None:
        self._connection, self._host = connection, host
        self._ask("select", "INBOX", True)  # imaplib takes it so: to read only
        found = self._connection.response("UIDVALIDITY")[1]
        self.validity = _number(found[0] if found else None)
        """While it stays the same, so do the numbers of messages."""

    def after(self, uid: int) -> list[int]:
        """The numbers of messages that came after one."""
        # “n:*” always names the last message, even where n is larger.
        return [one for one in self._search(f"UID {uid + 1}:*") if one > uid]

    def since(self, day: date) -> list[int]:
        """The numbers of messages that came on a day or later."""
        day -= timedelta(days=1)  # the server's day may be another
        return self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def entries(self, uids: Sequence[int]) -> Iterator[Entry]:
        """What these messages say of themselves, in their order."""
        wanted = set(uids)
        found: dict[int, Entry] = {}
        for about, content in self._fetch(",".join(map(str, uids)), _HEAD):
            uid, size = _UID.search(about), _SIZE.search(about)
            if uid and (number := int(uid[1])) in wanted:
                found[number] = Entry(number, int(size[1]) if size else 0, content)
        yield from (found[uid] for uid in sorted(found))

    def message(self, entry: Entry) -> bytes:
        """A whole message, or the beginning of one that is too large."""
        what = "BODY.PEEK[]" if entry.size <= LARGEST else f"BODY.PEEK[]<0.{BEGINNING}>"
        return next((content for _about, content in self._fetch(str(entry.uid), f"(UID {what})")), b"")

    def _search(self, what: str) -> list[int]:
        found = self._ask("uid", "SEARCH", what)
        words = b" ".join(one for one in found if isinstance(one, bytes)).split()
        return sorted({int(one) for one in words if one.isdigit()})

    def _fetch(self, uids: str, what: str) -> Iterator[tuple[bytes, bytes]]:
        """Pairs of what stands around a literal, and the literal."""
        answer = self._ask("uid", "FETCH", uids, what)
        for place, one in enumerate(answer):
            if isinstance(one, tuple):
                tail = answer[place + 1] if place + 1 < len(answer) else b""
                yield one[0] + b" " + (tail if isinstance(tail, bytes) else b""), one[1]

    def _ask(self, command: str, *arguments: object) -> list[bytes | tuple[bytes, bytes]]:
        try:
            state, answer = getattr(self._connection, command)(*arguments)
        except (imaplib.IMAP4.error, OSError) as error:
            said = " ".join(str(error).split())[:200]
            text = _("“%(host)s” breaks off: %(error)s", host=self._host, error=said or type(error).__name__)
            raise UnreachableError(text) from None
        if state != "OK":
            said = " ".join(str(answer[0] if answer else "").split())[:200]
            raise UnreachableError(_("“%(host)s” breaks off: %(error)s", host=self._host, error=said or command))
        return [one for one in answer if one is not None]


@contextmanager
def opened(server: Server) -> Iterator[Inbox]:
    """The INBOX of an account. Raises :class:`UnreachableError`."""
    with imap(server) as connection:
        yield Inbox(connection, server.host)


def _number(text: bytes | None) -> int:
    return int(text) if text and text.isdigit() else 0
