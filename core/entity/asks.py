"""What a change takes besides: the reason a deal is lost, the customer that a lead becomes.

An entity says so by ``Resource.asks``. Whoever drags a card or changes a field where it stands is asked in a dialog; a
form says it beside the field; programs, files and automations are told which fields are missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.fields import Field
from core.entity.values import Pair, settled, value_of
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

_NOTHING: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What a change takes besides: ``fields`` to be filled in by the same save, or a dialog that makes the change."""

    fields: tuple[str, ...] = ()
    url: str = ""
    """The address of a dialog that does it in place of whoever wanted to; when it is closed nothing was done."""
    title: Label = ""
    """What the dialog of the fields is called."""
    text: Label = ""
    """Why they are asked for, or why there is a dialog."""


def asked(context: "Context", record: Entity, values: Mapping[str, Any]) -> Ask | None:
    """What a change of a record still takes; None where it can be saved as it is."""
    resource = context.resource(type(record))
    if resource.asks is None:
        return None
    changes = _changes(context, context.all_fields(resource), record, values)
    try:
        ask = resource.asks(context, record, changes) if changes else None
    except MissingError:
        return None  # what the change points at is not there: saving says so
    return ask if ask is not None and (ask.url or missing(ask, values)) else None


def unanswered(context: "Context", resource: Resource, record: Entity, values: Mapping[str, Any]) -> list[Pair]:
    """What is wrong with values that leave open what the change takes; asked before they are put into the record."""
    ask = asked(context, record, values) if resource.asks else None
    if ask is None:
        return []
    if ask.url:
        return [(next(iter(values)) if len(values) == 1 else "", ask.text or _("This is done by a dialog of its own."))]
    return [(name, ask.text or _("This field is needed.")) for name in missing(ask, values)]


def missing(ask: Ask, values: Mapping[str, Any]) -> list[str]:
    """The fields that were asked for and not given."""
    return [name for name in ask.fields if values.get(name) in _NOTHING]


def _changes(
    context: "Context", fields: Mapping[str, Field], record: Entity, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that differ from those the record has."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if (spec := fields.get(name)) is None:
            continue
        clean, was = settled(context, spec, value)[0], value_of(record, spec)
        if spec.kind.name == "links":
            clean, was = set(clean or ()), {one.id for one in was or ()}
        if clean != was:
            found[name] = value
    return found
