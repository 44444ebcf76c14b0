"""Which column of a file is which field, guessed from their names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from core.text import normalize

THRESHOLD: Final = 0.85
"""Likeness below which two spellings are of different words."""
_WORD_THRESHOLD: Final = 0.7
"""The same for each word alone: a slip changes a letter, another field changes a word (mã and tên khách hàng)."""
_MIN_FUZZY: Final = 6
"""Letters below which only equal names match: without accents, phòng and phường are one slip apart."""

_SAME, _ALIAS, _CONTAINED, _FUZZY = 4.0, 3.0, 2.0, 1.0
"""A worse kind of likeness never beats a better one; inside a kind, its degree from 0 to 1 decides."""

_ABBREVIATIONS: Final = {
    "sdt": "so dien thoai",
    "dt": "dien thoai",
    "dtdd": "dien thoai di dong",
    "dd": "di dong",
    "mst": "ma so thue",
    "kh": "khach hang",
    "nv": "nhan vien",
    "ncc": "nha cung cap",
    "cty": "cong ty",
    "ct": "cong ty",
    "dc": "dia chi",
    "ns": "ngay sinh",
    "sl": "so luong",
    "dg": "don gia",
    "tt": "thanh tien",
    "hd": "hop dong",
    "sp": "san pham",
    "stt": "so thu tu",
    "gt": "gioi tinh",
    "tp": "thanh pho",
    "mail": "email",
    "tel": "dien thoai",
    "dob": "date of birth",
}
_NOISE: Final = frozenset(("cua", "the", "of", "bat buoc", "required"))
_EMAIL: Final = re.compile(r"\be mail\b")
_COUNTER: Final = re.compile(r" (?:2|3|4|5|6|7|8|9|[1-9][0-9])$")
_NOTE: Final = re.compile(r"\([^()]*[^\W\d][^()]*\)|\[[^\[\]]*\]|\*")


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column may fill: its name, its labels in every language, and other names people use."""

    name: str
    labels: Sequence[str]
    aliases: Sequence[str] = field(default=())


def propose(headers: Sequence[str], targets: Iterable[Target]) -> dict[int, str]:
    """Give the target of each header that has one, by the header's index. The best likeness is settled first.

    No target is used twice and no header either; a header that is like none of them is left out.
    """
    known = list(targets)
    pairs = [
        (score, -index, -order)
        for index, header in enumerate(headers)
        for order, target in enumerate(known)
        if (score := likeness(header, target)) > 0
    ]
    chosen: dict[int, str] = {}
    for _score, index, order in sorted(pairs, reverse=True):
        if -index not in chosen and known[-order].name not in chosen.values():
            chosen[-index] = known[-order].name
    return dict(sorted(chosen.items()))


def likeness(header: str, target: Target) -> float:
    """Score a header against all names of a target; 0 where they have nothing to do with each other."""
    labels = [(label, _SAME) for label in (*target.labels, target.name)]
    names = [*labels, *((alias, _ALIAS) for alias in target.aliases)]
    return max((_compare(header, name, same) for name, same in names), default=0.0)


def _compare(header: str, name: str, same: float) -> float:
    left, right = _spoken(header), _spoken(name)
    if not left or not right:
        return 0.0
    if left == right:
        exact = normalize(header) == normalize(name)
        return same + (1.0 if exact else 0.5)
    words, others = set(left.split()), set(right.split())
    if (words < others or others < words) and min(len(words), len(others)) > 1:
        return _CONTAINED + len(words & others) / len(words | others)
    return _FUZZY + ratio if (ratio := _slip(left, right)) else 0.0


def _slip(left: str, right: str) -> float:
    """Likeness of two spellings of one name, 0 where they are two names; blanks between syllables may be missing."""
    if min(len(left), len(right)) < _MIN_FUZZY:
        return 0.0
    words, others = left.split(), right.split()
    if len(words) == len(others) and not all(
        _ratio(*pair) >= _WORD_THRESHOLD for pair in zip(words, others, strict=True)
    ):
        return 0.0
    ratio = _ratio("".join(words), "".join(others))
    return ratio if ratio >= THRESHOLD else 0.0


def _ratio(left: str, right: str) -> float:
    return 1.0 if left == right else SequenceMatcher(None, left, right, autojunk=False).ratio()


def _spoken(name: str) -> str:
    """Write a name out: no case, accents, notes in brackets or stars; abbreviations in full."""
    text = normalize(_NOTE.sub(" ", name)) or normalize(name)
    text = _EMAIL.sub("email", _COUNTER.sub("", text))
    words = (_ABBREVIATIONS.get(word, word) for word in text.split())
    return " ".join(word for word in words if word not in _NOISE)
