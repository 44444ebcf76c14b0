"""Names and addresses as people write them into *To* and *Cc*."""

import re
from collections.abc import Iterable
from email.utils import getaddresses
from typing import NamedTuple

from core import parse
from core.i18n import translator
from core.mail.outbox import MOST

_ = translator("core")

_BETWEEN = re.compile(r"[;\n]+")
_ODD = re.compile(r'[\x00-\x1f\x7f<>",;]+')


class Person(NamedTuple):
    """Somebody who is written to."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def read_people(text: str) -> list[Person]:
    """Those of a line, parted by commas, semicolons or lines, each once. Raises ValueError with a text."""
    found: dict[str, Person] = {}
    for name, written in getaddresses([_BETWEEN.sub(",", text)]):
        if not name and not written:
            continue
        try:
            address = parse.email(written)
        except ValueError:
            address = None
        if address is None:
            raise ValueError(_("“%(text)s” is no e-mail address.", text=(written or name)[:80]))
        found.setdefault(address, Person(plain(name), address))
    if text.strip(" ,;\n") and not found:
        raise ValueError(_("“%(text)s” is no e-mail address.", text=text.strip()[:80]))
    if len(found) > MOST:
        raise ValueError(_("Write to at most %(n)s addresses at once.", n=MOST))
    return list(found.values())


def plain(name: str) -> str:
    """A name that cannot be mistaken for anything else in a line of addresses."""
    return " ".join(_ODD.sub(" ", name).split())[:100]


def line(people: Iterable[Person]) -> str:
    """They all, as they are kept and shown."""
    return ", ".join(map(str, people))
