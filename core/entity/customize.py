"""Adding, changing, retiring and ordering the fields of a company's own.

A field's key is made from its first title and never changes: files, programs and saved views go on meaning it.
Retiring hides a field and keeps its values; it can be brought back.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.db.base import now
from core.entity.colors import COLORS
from core.entity.custom import CUSTOM_KINDS, PREFIX, forget
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.history import note
from core.entity.tables import CustomField
from core.i18n import Label, Text, translator
from core.text import normalize

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

KIND_TITLES: dict[str, Text] = {
    "text": _("Line of text"),
    "long_text": _("Text of several lines"),
    "integer": _("Whole number"),
    "decimal": _("Number with decimals"),
    "money": _("Amount of money"),
    "date": _("Date"),
    "boolean": _("Yes or no"),
    "choice": _("Choice of one"),
    "multi_choice": _("Choice of several"),
    "link": _("Link to a record"),
}
MOST = 60
_KEY, _TITLE, _HELP, _CHOICES = 40, 80, 200, 100


def own_fields(context: "Context", resource: Resource, *, retired: bool = False) -> list[CustomField]:
    """The company's fields of one entity, in their order."""
    state = CustomField.retired_at.is_not(None) if retired else CustomField.retired_at.is_(None)
    statement = (
        sa.select(CustomField)
        .where(CustomField.tenant_id == context.tenant, CustomField.entity == resource.name, state)
        .order_by(CustomField.position, CustomField.id)
    )
    return list(context.session.scalars(statement))


def counts(context: "Context") -> dict[str, int]:
    """How many fields each entity has."""
    statement = (
        sa.select(CustomField.entity, sa.func.count().label("number"))
        .where(CustomField.tenant_id == context.tenant, CustomField.retired_at.is_(None))
        .group_by(CustomField.entity)
    )
    return {row.entity: row.number for row in context.session.execute(statement)}


def get_field(context: "Context", field_id: UUID) -> CustomField:
    """One field, for an administrator. Raises :class:`MissingError`."""
    context.require("*", "admin")
    row = context.session.scalar(
        sa.select(CustomField).where(CustomField.tenant_id == context.tenant, CustomField.id == field_id)
    )
    if row is None:
        raise MissingError("field", field_id)
    return row


def add_field(context: "Context", resource: Resource, title: str, kind: str, **values: Any) -> CustomField:
    """Add a field. ``values``: required, listed, help, choices (titles), target (an entity's name).

    Raises InvalidError naming what is wrong.
    """
    context.require("*", "admin")
    everything = [*own_fields(context, resource), *own_fields(context, resource, retired=True)]
    title = _line(title)
    problems = list(_problems(context, resource, everything, title, {**values, "kind": kind}))
    if len(everything) >= MOST:
        problems.append(("", _("An entity can have %(n)s fields of your own.", n=MOST)))
    if error := InvalidError.of(problems):
        raise error
    row = CustomField(
        entity=resource.name,
        key=_key(title, {one.key for one in everything}),
        title=title,
        kind=kind,
        position=len(everything),
        options=_options(kind, values, {}),
    )
    _set(row, values)
    context.session.add(row)
    return _saved(context, row, "field_added")


def change_field(context: "Context", row: CustomField, title: str, **values: Any) -> CustomField:
    """Change everything of a field but its key and kind. Choices keep their values where their titles stay."""
    context.require("*", "admin")
    resource = context.resource(row.entity)
    title = _line(title)
    everything = [*own_fields(context, resource), *own_fields(context, resource, retired=True)]
    others = [one for one in everything if one is not row]
    if error := InvalidError.of(
        _problems(context, resource, others, title, {**row.options, **values, "kind": row.kind})
    ):
        raise error
    row.title, row.options = title, _options(row.kind, values, row.options)
    _set(row, values)
    return _saved(context, row, "field_changed")


def retire_field(context: "Context", row: CustomField) -> None:
    """Take a field off every page; its values stay."""
    context.require("*", "admin")
    row.retired_at = now()
    _saved(context, row, "field_retired")


def revive_field(context: "Context", row: CustomField) -> None:
    """Bring a retired field back, values and all."""
    context.require("*", "admin")
    row.retired_at = None
    _saved(context, row, "field_revived")


def order_fields(context: "Context", resource: Resource, ids: Sequence[UUID]) -> None:
    """Put the fields into this order; those not named follow as they were."""
    context.require("*", "admin")
    rows = own_fields(context, resource)
    wanted = {one: place for place, one in enumerate(ids)}
    for place, row in enumerate(sorted(rows, key=lambda row: wanted.get(row.id, len(wanted)))):
        row.position = place
    context.session.flush()
    forget(context)


def _saved(context: "Context", row: CustomField, action: str) -> CustomField:
    context.session.flush()
    note(context, row.entity, action, title=row.title, values={"field": row.title})
    forget(context)
    return row


def _set(row: CustomField, values: dict[str, Any]) -> None:
    row.required, row.listed = bool(values.get("required")), bool(values.get("listed", True))
    row.help = _line(values.get("help", ""))


def _problems(
    context: "Context", resource: Resource, others: Iterable[CustomField], title: str, values: dict[str, Any]
) -> Iterable[tuple[str, Label]]:
    kind = values["kind"]
    if not title:
        yield "title", _("This field is needed.")
    elif len(title) > _TITLE:
        yield "title", _("At most %(n)s characters.", n=_TITLE)
    elif not normalize(title):
        yield "title", _("A title has at least one letter or digit.")
    elif normalize(title) in _titles(resource, others):
        yield "title", _("There is a field of this name already.")
    if len(_line(values.get("help", ""))) > _HELP:
        yield "help", _("At most %(n)s characters.", n=_HELP)
    if kind not in CUSTOM_KINDS:
        yield "kind", _("Choose one of the listed values.")
    elif kind in {"choice", "multi_choice"}:
        yield from _choice_problems(values)
    elif kind == "link":
        yield from _target_problems(context, values)


def _titles(resource: Resource, others: Iterable[CustomField]) -> set[str]:
    own = {normalize(one.title) for one in others if one.retired_at is None}
    return own | {normalize(str(spec.title)) for spec in resource.fields.values()}


def _choice_problems(values: dict[str, Any]) -> Iterable[tuple[str, Label]]:
    given = _choice_titles(values)
    if not given:
        yield "choices", _("Write at least one choice, each on a line of its own.")
    elif len(given) > _CHOICES:
        yield "choices", _("At most %(n)s choices.", n=_CHOICES)
    elif any(len(one) > _TITLE or not normalize(one) for one in given):
        yield "choices", _("A choice has 1 to %(n)s characters.", n=_TITLE)
    elif len({normalize(one) for one in given}) < len(given):
        yield "choices", _("Two choices are the same.")


def _target_problems(context: "Context", values: dict[str, Any]) -> Iterable[tuple[str, Label]]:
    try:
        context.resource(str(values.get("target", "")))
    except LookupError:
        yield "target", _("Choose what the field links to.")


def _choice_titles(values: dict[str, Any]) -> list[str]:
    return [line for one in values.get("choices") or () if (line := _line(one))]


def _options(kind: str, values: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What only some kinds have. A choice that is still there keeps its value and colour."""
    if kind == "link":
        return {"target": before.get("target") or str(values["target"])}
    if kind not in {"choice", "multi_choice"}:
        return {}
    earlier, given = before.get("choices", []), _choice_titles(values)
    known = {normalize(one["title"]): one for one in earlier}
    if len(earlier) == len(given):
        # As many as before: a new title in an old one's place is that one, renamed.
        kept = {normalize(title) for title in given}
        known |= {
            normalize(new): old for new, old in zip(given, earlier, strict=True) if normalize(old["title"]) not in kept
        }
    taken = {one["value"] for one in earlier}
    made: list[dict[str, str]] = []
    for place, title in enumerate(given):
        old = known.get(normalize(title))
        value = old["value"] if old else _key(title, taken)
        taken.add(value)
        color = old["color"] if old and old.get("color") else COLORS[place % len(COLORS)].value
        made.append({"value": value, "title": title, "color": color})
    return {"choices": made}


def _line(text: Any) -> str:
    return " ".join(str(text or "").replace("\x00", "").split())


def _key(title: str, taken: set[str]) -> str:
    """A name for programs: ``bien_so_xe`` of “Biển số xe”, with a number where it is taken."""
    stem = "_".join(word for word in normalize(title).split() if word.isascii())[:_KEY] or "field"
    found, number = stem, 2
    while found in taken:
        ending = f"_{number}"
        found, number = f"{stem[: _KEY - len(ending)]}{ending}", number + 1
    return found


__all__ = [
    "KIND_TITLES", "PREFIX", "add_field", "change_field", "counts", "get_field", "order_fields", "own_fields",
    "retire_field", "revive_field",
]  # fmt: skip
