"""Two versions of a record: what I typed, what somebody else saved meanwhile, and the two put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.format import Shown, moment
from core.entity.timeline import Happened, changes_of
from core.entity.values import json_value
from core.i18n import translator
from core.web.entity.form import Typed, items, values_of
from core.web.entity.lines import versions_of_lines

_ = translator("core")

_MOST = 50
CHOICE, THEIRS = "choose.", "theirs"
"""How the form says whose version of a field it is to be: ``choose.<field>``, mine or theirs."""


@dataclass(slots=True)
class Conflict:
    """What the page shows, and what its form holds."""

    page: dict[str, Any]
    merged: Typed
    """Mine where I changed something, theirs where only they did."""


def compare(turn: Context, resource: Resource, record: Entity, typed: Typed, version: int) -> Conflict:
    """Put both versions side by side.

    The log tells what changed since the version I began with, so that what I never touched is not mine.
    """
    since = changes_of(turn, record, max(1, min(record.version - version, _MOST)))
    base = _before(since)
    specs = [spec for name, spec in turn.fields(resource).items() if name in typed.values]
    merged = Typed(dict(typed.values), {}, dict(typed.texts))
    for spec in specs:
        if spec.name in base and json_value(spec, _sorted(spec, typed.values[spec.name])) == base[spec.name]:
            merged.values.pop(spec.name)
            merged.texts.pop(spec.name, None)
    mine = values_of(turn, specs, record, Typed(merged.values))
    theirs = values_of(turn, specs, record, Typed())
    controls = items(turn, resource, specs, record, merged)
    rows = [
        {**control, "mine": mine[spec.name], "theirs": theirs[spec.name], "differs": differs}
        for spec, control in zip(specs, controls, strict=True)
        if (differs := _text(mine[spec.name]) != _text(theirs[spec.name])) or spec.name in base
    ]
    rows += versions_of_lines(turn, resource, record, merged, base)
    last = since[0] if since else None
    page = {
        "who": last.user_name if last else "",
        "at_text": moment(turn, last.at) if last else "",
        "fields": rows,
        "take_url": f"/{resource.path}/{record.id}",
        "version": record.version,
    }
    return Conflict(page, merged)


def leave_theirs(typed: Typed, chosen: Mapping[str, str]) -> None:
    """Forget what was typed in fields of which the other version was chosen."""
    for name in [name for name in typed.values if chosen.get(CHOICE + name) == THEIRS]:
        typed.values.pop(name)
        typed.texts.pop(name, None)
        typed.errors.pop(name, None)


def _before(since: list[Happened]) -> dict[str, Any]:
    """The values that fields had before the first of these changes; the changes come newest first."""
    found: dict[str, Any] = {}
    for change in since:
        for name, (old, _new) in change.values.items():
            found[name] = old
    return found


def _sorted(spec: Field, value: Any) -> Any:
    return sorted(set(value)) if spec.kind.name == "links" and value else value


def _text(shown: Shown) -> str:
    return " ".join(shown.text.split())
