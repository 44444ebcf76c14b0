"""Putting values into a record: which may be set, whether they fit, and what changed."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.entity.declaring import DeclaredRow
from core.entity.entity import Entity
from core.entity.fields import Field
from core.i18n import Label, translator
from core.text import digits, normalize

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

Pair = tuple[str, Label]
_SEARCH_LENGTH = 2000
_NATIONAL_DIGITS = 9


def value_of(record: DeclaredRow, spec: Field) -> Any:
    """A field's value, wherever it lies."""
    if spec.key:
        own = getattr(record, "custom", None)
        return spec.kind.from_json(own.get(spec.key)) if own else None
    return getattr(record, spec.column, None)


def is_changed(record: Entity, column: str) -> bool:
    """Whether a value differs from what is kept; of a new record whether there is one. For rules before saving."""
    state = sa.inspect(record)
    if not state.has_identity:
        return getattr(record, column) is not None
    return bool(state.attrs[column].history.has_changes())


def put(record: DeclaredRow, spec: Field, value: Any) -> None:
    """Set a field's value, wherever it lies; fields of a company's own are for records alone."""
    if not spec.key or not isinstance(record, Entity):
        setattr(record, spec.column, value)
        return
    rest = {key: one for key, one in (record.custom or {}).items() if key != spec.key}
    record.custom = rest if value is None else {**rest, spec.key: spec.kind.to_json(value)}


def apply(context: "Context", record: DeclaredRow, fields: dict[str, Field], values: dict[str, Any]) -> list[Pair]:
    """Set the values that fit and give what is wrong with the others, as ``(field, message)``."""
    problems: list[Pair] = []
    for name, value in values.items():
        spec = fields.get(name)
        if (refusal := unsettable(spec)) is not None:
            problems.append((name, refusal))
        elif spec is not None:
            clean, problem = settled(context, spec, value)
            if problem is None and clean is None and spec.default is not None and not spec.key:
                problem = _("This field is needed.")  # only a new record takes the default
            if problem is not None:
                problems.append((name, problem))
            elif spec.kind.name != "links":
                put(record, spec, clean)
    return problems


def unsettable(spec: Field | None) -> Label | None:
    """Why nobody can set a field, or None."""
    if spec is None or spec.hidden:
        return _("There is no such field.")
    return None if spec.writable else _("This field cannot be set.")


def settled(context: "Context", spec: Field, value: Any) -> tuple[Any, Label | None]:
    """A value as the column will hold it, and what is wrong with it or None."""
    clean = _blank(value)
    problem = _problem(context, spec, clean)
    return (None if problem else spec.kind.tidy(_rounded(spec, clean))), problem


def _blank(value: Any) -> Any:
    """Empty text and an empty address are no value."""
    if isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, dict):
        return {key: one.strip() for key, one in value.items() if one and one.strip()} or None
    return value


def _problem(context: "Context", spec: Field, value: Any) -> Label | None:
    if value is None or value == []:
        return _("This field is needed.") if spec.required else None
    if not isinstance(value, spec.kind.python) or (isinstance(value, bool) and spec.kind.python is int):
        return _("This is not a valid value.")
    if spec.kind.name == "money" and round(value, context.company.money_places) != value:
        return _("An amount in %(currency)s has no decimals.", currency=context.company.currency)
    return spec.kind.check(value, spec)


def _rounded(spec: Field, value: Any) -> Any:
    """The value as the column will hold it, so that what is compared and logged is what is stored."""
    places = getattr(spec.kind, "places", None)
    if value is None and spec.kind.name == "boolean":
        return False
    if isinstance(value, Decimal) and places is not None:
        return round(value, places)
    return [] if value is None and spec.kind.many else value


def search_text(record: Entity, fields: dict[str, Field]) -> str:
    """What the search box looks through of a record."""
    return searchable((spec, value_of(record, spec)) for spec in fields.values() if spec.search)


def searchable(values: Iterable[tuple[Field, Any]]) -> str:
    """The values of searchable fields without accents, phone numbers in both forms."""
    parts: list[str] = []
    for spec, value in values:
        if not value:
            continue
        if spec.kind.name in {"phone", "phones"}:
            for number in map(digits, spec.kind.identities(value)):
                parts += [number, f"0{number[-_NATIONAL_DIGITS:]}"]
        elif spec.kind.name == "emails":
            parts += map(normalize, spec.kind.identities(value))
        else:
            parts.append(normalize(str(value)))
    return " ".join(parts)[:_SEARCH_LENGTH]


def json_value(spec: Field, value: Any) -> Any:
    """A value as the change log keeps it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list) and spec.kind.name == "links":
        return [str(one) for one in value]
    return spec.kind.to_json(value)
