"""What the editor of automations offers: fields to compare and to set, people, channels, events."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.automation import messages
from core.automation.checking import is_governed
from core.automation.conditions import CHANGED
from core.context import Context
from core.entity.entity import Resource, target_class
from core.entity.fields import Field
from core.i18n import Text, translator
from core.messages.models import MessageTemplate
from core.privacy.purposes import purposes
from core.rules.reading import fields_of
from core.web.entity.shape import Operator, Shape
from core.web.rule_form import shape_of

_ = translator("core")

FILES = frozenset(("file", "image"))
_DATES = frozenset(("date", "datetime"))


def find(turn: Context, resource: Resource, path: str) -> tuple[Resource, Field, str] | None:
    """The entity and field that a path leads to, with the path's title: ``Customer › Name``."""
    fields = fields_of(turn, resource)
    if path in fields:
        return resource, fields[path], str(fields[path].title)
    name, _dot, rest = path.partition(".")
    spec = fields.get(name)
    if spec is None or spec.kind.name not in {"link", "links"}:
        return None
    try:
        other = turn.resource(target_class(spec))
    except LookupError:
        return None
    inner = fields_of(turn, other).get(rest)
    return None if inner is None else (other, inner, f"{spec.title} › {inner.title}")


def test_shape(turn: Context, resource: Resource, path: str, *, looks_back: bool) -> Shape | None:
    """A field as a condition shows it; ``looks_back`` where there is something it was before."""
    found = find(turn, resource, path)
    if found is None:
        return None
    made = shape_of(turn, found[0], found[1])
    changed = (
        (Operator(CHANGED, str(_("has changed"))),) if looks_back and "." not in path.removeprefix("custom.") else ()
    )
    return replace(made, name=path, title=found[2], operators=(*made.operators, *changed))


def comparable(turn: Context, resource: Resource) -> list[dict[str, Any]]:
    """The fields a condition may be about: the record's own, then those of each thing it is linked with."""
    own = fields_of(turn, resource)
    groups = [{"title": str(resource.title), "fields": _titled(turn, resource, "")}]
    for name, spec in own.items():
        if spec.kind.name not in {"link", "links"}:
            continue
        try:
            other = turn.resource(target_class(spec))
        except LookupError:
            continue
        groups.append({"title": str(spec.title), "fields": _titled(turn, other, f"{name}.")})
    return [one for one in groups if one["fields"]]


def _titled(turn: Context, resource: Resource, before: str) -> list[dict[str, str]]:
    return [
        {"name": f"{before}{name}", "title": str(spec.title)}
        for name, spec in fields_of(turn, resource).items()
        if name not in turn.asleep(resource) and shape_of(turn, resource, spec).operators
    ]


def unsettable(spec: Field) -> Text | None:
    """Why a step cannot set a field; None where it can."""
    if spec.kind.name in FILES:
        return _("files are added on the record")
    return None if spec.writable else _("the system fills it in")


def settable(turn: Context, resource: Resource) -> list[Field]:
    """The fields a step may set."""
    return [spec for spec in turn.all_fields(resource).values() if unsettable(spec) is None]


def set_options(turn: Context, resource: Resource) -> list[dict[str, Any]]:
    """The fields of an entity for a step that sets some: those it cannot set say why."""
    fields = turn.all_fields(resource).values()
    return [
        {"name": spec.name, "title": str(spec.title), "refused": str(unsettable(spec) or "")}
        for spec in fields
        if not spec.hidden
    ]


def sources(turn: Context, resource: Resource) -> list[dict[str, str]]:
    """What a value may be copied from."""
    found = [{"name": "id", "title": str(_("this %(entity)s", entity=str(resource.title).lower()))}]
    found += [{"name": name, "title": str(spec.title)} for name, spec in fields_of(turn, resource).items()]
    for name, spec in fields_of(turn, resource).items():
        if spec.kind.name == "link":
            try:
                other = turn.resource(target_class(spec))
            except LookupError:
                continue
            found += [
                {"name": f"{name}.{inner}", "title": f"{spec.title} › {one.title}"}
                for inner, one in other.fields.items()
            ]
    return found


def creatable(turn: Context) -> list[Resource]:
    """What a step may create."""
    return [one for one in turn.resources() if is_governed(one)]


def message_options(turn: Context, resource: Resource) -> dict[str, Any]:
    """What a message step chooses from."""
    channels = messages.channels(turn).values()
    recipients: dict[str, str] = {}
    for channel in channels:
        for path in messages.address_fields(turn, resource, channel):
            found = find(turn, resource, path)
            recipients[path] = found[2] if found else path
    templates = turn.session.scalars(_templates(turn, resource))
    return {
        "channels": [{"value": one.name, "title": str(one.title)} for one in channels],
        "recipients": [{"value": path, "title": title} for path, title in recipients.items()],
        "purposes": [{"value": one.code, "title": one.name} for one in purposes(turn)],
        "templates": [{"value": str(one.id), "title": one.name} for one in templates],
        "with_subject": " ".join(one.name for one in channels if one.subject),
    }


def _templates(turn: Context, resource: Resource) -> Any:
    return (
        sa.select(MessageTemplate)
        .where(MessageTemplate.tenant_id == turn.tenant, MessageTemplate.deleted_at.is_(None))
        .where(MessageTemplate.entity == resource.name)
        .order_by(MessageTemplate.name)
    )


def dates(turn: Context, resource: Resource) -> list[dict[str, Any]]:
    """The fields whose day or moment may start an automation."""
    return [
        {"value": name, "title": str(spec.title)}
        for name, spec in fields_of(turn, resource).items()
        if spec.kind.name in _DATES
    ]
