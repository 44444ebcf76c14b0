"""Where places are: the provinces and wards of Vietnam since July 2025, and what became of those before.

The names come from the ``vietnam-provinces`` package, what old wards became part of from the table inside
``vietnam-address-converter``. Both are read once, when somebody first asks, and kept as little more than the names.
"""

import importlib.util
import re
import runpy
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from core.text import normalize

_CITY = "TP. Hồ Chí Minh"
_CALLED = {
    "hcm": "ho chi minh",
    "tphcm": "ho chi minh",
    "sai gon": "ho chi minh",
    "saigon": "ho chi minh",
    "hn": "ha noi",
}
"""Names that are no official ones."""
_TYPES = re.compile(
    r"(?:thanh pho|tinh|phuong|thi tran|thi xa|xa|dac khu|quan|huyen|tp|tt|tx|[tpqxh](?=[ \d]))(?: |(?=\d))"
)
"""What a place is, in front of its name, as :func:`normalize` sees it: ``phuong``, ``p``, ``tp`` …"""
_WARD = re.compile(r"(?:phuong|p|xa|x|dac khu|thi tran|tt)(?: |(?=\d))")
_BETWEEN = re.compile(r"\s*[,;\n]\s*")
_DASHES = re.compile(r"\s+[-–]\s+")
_COUNTRY = frozenset(("viet nam", "vietnam", "vn"))
_LEAST, _MOST = 2, 8
"""Parts that an address is told by, and wards proposed for one."""


class Place(NamedTuple):
    """A ward and its province."""

    ward: str
    province: str


class Read(NamedTuple):
    """An address in one line, taken apart."""

    street: str
    before: tuple[str, str, str] | None
    """Province, district and ward of before 2025, as the table of what became of them has them."""
    now: Place | None


def provinces() -> list[str]:
    """The names of the provinces, in the order of the alphabet."""
    return list(_wards())


def wards(province: str) -> Sequence[str]:
    """The names of a province's wards; none for what is no province."""
    return _wards().get(province, ())


def province_named(text: str) -> str | None:
    """The province that a text names, however it is written: ``tp hcm``, ``Thành phố Hồ Chí Minh``."""
    return _provinces().get(_name(text))


def ward_named(text: str, province: str) -> str | None:
    """The ward of a province that a text names."""
    if text in wards(province):
        return text
    named = [ward for ward in wards(province) if _name(ward) == _name(text)]
    alike = [ward for ward in named if normalize(ward) == normalize(text)] or named
    return alike[0] if len(alike) == 1 else None


def search_wards(q: str, province: str = "", most: int = 50) -> list[Place]:
    """Wards whose name contains a text, those that begin with it first; of one province or of all."""
    wanted = normalize(q)
    among = {province: wards(province)} if province else _wards()
    found = [Place(ward, name) for name, some in among.items() for ward in some if wanted in normalize(ward)]
    begins = [
        place for place in found if normalize(place.ward).startswith(wanted) or _name(place.ward).startswith(wanted)
    ]
    return list(dict.fromkeys([*begins, *found]))[:most]


def read(text: str) -> Read:
    """Take an address in one line apart: from its end, province, then ward, or district and ward as before 2025."""
    between = _BETWEEN if _BETWEEN.search(text.strip()) else _DASHES
    parts = [part for part in between.split(text.strip()) if part]
    while parts and normalize(parts[-1]) in _COUNTRY:
        parts.pop()
    if len(parts) >= _LEAST:
        province = province_named(parts[-1])
        ward = ward_named(parts[-2], province) if province and _WARD.match(normalize(parts[-2])) else None
        if province and ward:
            return Read(", ".join(parts[:-2]), None, Place(ward, province))
        if before := _before(parts):
            return Read(", ".join(parts[: -len(before)]), before, None)
    return Read(text.strip(), None, None)


def _before(parts: Sequence[str]) -> tuple[str, str, str] | None:
    """Old province, district and ward at the end of an address, if the table knows them."""
    if len(parts) <= _LEAST:
        return None
    province, district, ward = (_name(part) for part in reversed(parts[-3:]))
    path = (province, district, ward)
    return path if path in _became() else None


def became(path: tuple[str, str, str]) -> list[Place]:
    """What an old ward is part of now: several where it was divided."""
    return list(_became().get(path, ()))


def _name(text: str) -> str:
    """The name alone, to compare: without what the place is; a number without its zeros."""
    key = normalize(text)
    name = key[found.end() :] if (found := _TYPES.match(key)) else key
    return (name.lstrip("0") or name) if name.isdigit() else _CALLED.get(name, name)


def _named(name: str) -> str:
    short = name.removeprefix("Thành phố ").removeprefix("Thành Phố ").removeprefix("Tỉnh ")
    return _CITY if normalize(short) == "ho chi minh" else short


@cache
def _wards() -> dict[str, tuple[str, ...]]:
    """Provinces to their wards, both in the order of the alphabet."""
    from vietnam_provinces import NESTED_DIVISIONS_JSON_PATH

    found = {_named(one["name"]): one["wards"] for one in orjson.loads(NESTED_DIVISIONS_JSON_PATH.read_bytes())}
    return {name: _in_order(ward["name"] for ward in found[name]) for name in _in_order(found)}


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (_name(name), name)))


@cache
def _provinces() -> dict[str, str]:
    """The provinces by their names; those that are no more by what they are part of now."""
    old = {path[0]: {place.province for place in places} for path, places in _became().items()}
    alone = {name: next(iter(into)) for name, into in old.items() if len(into) == 1}
    return alone | {_name(name): name for name in _wards()}


@cache
def _became() -> dict[tuple[str, str, str], tuple[Place, ...]]:
    """Old province, district and ward, to what they are part of now.

    The table's own module is run and dropped: kept whole, as the package does, it takes fifty times the memory.
    """
    spec = importlib.util.find_spec("vietnam_address_converter")
    folder = (spec.submodule_search_locations if spec else None) or []
    rows: list[dict[str, Any]] = runpy.run_path(str(Path(next(iter(folder)), "data.py")))["DEFAULT_DATA"]["mapping"][
        "rows"
    ]
    known = {normalize(name): name for name in _wards()}
    current = {(name, normalize(ward)): ward for name, some in _wards().items() for ward in some}
    found: dict[tuple[str, str, str], dict[Place, None]] = defaultdict(dict)
    for row in rows:
        old, new = row["old"], row["new"]
        # Spelled as the list of today spells them.
        province = known[normalize(_named(new["province_name"]))]
        ward = current.get((province, normalize(new["ward_name"])), new["ward_name"])
        path = (_name(old["province_name"]), _name(old["district_name"]), _name(old["ward_name"]))
        found[path][Place(ward, province)] = None
    return {path: tuple(places)[:_MOST] for path, places in found.items()}
