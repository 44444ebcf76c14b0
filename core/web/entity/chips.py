"""The conditions of a list in words, each with the address of the list without it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.context import Context
from core.entity.entity import Entity, target_class
from core.entity.filters import OPERATORS, Filter, typed
from core.entity.format import show, show_day
from core.entity.presets import PRESETS
from core.entity.titles import reference_titles, titles
from core.i18n import Label, translator
from core.web.entity.address import Address

_ = translator("core")

LINKS = frozenset(("link", "links"))
_DAY = len("2026-01-31")


def chips(turn: Context, found: Address) -> list[dict[str, str]]:
    """One chip for each condition in force."""
    if not found.filters:
        return []
    names = link_titles(turn, found.filters)
    return [
        {"label": str(label(turn, one, names)), "remove_url": found.url(**{one.parameter: ""})} for one in found.filters
    ]


def link_titles(turn: Context, filters: Iterable[Filter]) -> dict[Any, str]:
    """What the records are called that conditions name."""
    wanted: dict[type[Entity], set[UUID]] = {}
    for one in filters:
        if one.field.kind.name in LINKS and one.operator != "empty":
            wanted.setdefault(target_class(one.field), set()).update(UUID(part) for part in parts(one))
    named = [one.text for one in filters if one.field.kind.name == "record" and one.operator != "empty"]
    return {**titles(turn, wanted), **reference_titles(turn, ",".join(named).split(","))}


def label(turn: Context, one: Filter, names: dict[Any, str]) -> Label:
    """A condition in words: ``Customer kind: Organisation``."""
    title = one.field.title
    if one.operator == "empty":
        empty = one.text.lower() in {"true", "1"}
        return _("%(field)s is empty", field=title) if empty else _("%(field)s is filled in", field=title)
    if one.operator == "preset":
        return _("%(field)s: %(value)s", field=title, value=PRESETS[one.text][0])
    if one.operator == "province":
        return _("%(field)s: %(value)s", field=title, value=one.text.replace(",", ", "))
    value = ", ".join(_said(turn, one, names, part) for part in parts(one))
    if one.operator in {"eq", "in", "has"}:
        return _("%(field)s: %(value)s", field=title, value=value)
    return _("%(field)s %(operator)s %(value)s", field=title, operator=OPERATORS[one.operator], value=value)


def parts(one: Filter) -> list[str]:
    """The values of a condition."""
    several = one.operator in {"in", "has"} or one.field.kind.name in {"choice", *LINKS}
    return [part for part in one.text.split(",") if part] if several else [one.text]


def _said(turn: Context, one: Filter, names: dict[UUID, str], part: str) -> str:
    kind = one.field.kind.name
    if kind in LINKS:
        return names.get(UUID(part)) or "—"
    if kind in {"choice", "multi_choice"}:
        known = one.field.choice(part)
        return str(known.title) if known else part
    if one.operator in {"contains", "starts"}:
        return f"“{part}”"
    if kind in {"phones", "emails"}:
        return part
    if kind == "datetime" and len(part) == _DAY:
        return show_day(date.fromisoformat(part))
    return show(turn, one.field, _zoned(turn, typed(one.field, part))).text


def _zoned(turn: Context, value: Any) -> Any:
    naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=turn.company.zone) if naive else value
