"""The page of one record: who this is, what happened, what belongs to it."""

from collections.abc import Container, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from flask import redirect, render_template, request
from uuid_utils.compat import uuid7

from core.access.visibility import values_of
from core.bulk.merging import led_to
from core.context import Context
from core.db.prepared import Prepared, Question, ask
from core.entity import service, visits
from core.entity.custom import custom_fields, sleeping_custom_fields
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.fields import Field
from core.entity.format import Shown
from core.entity.format import show as shown
from core.entity.query import STANDARD, read_record, reading_whole, whole_of
from core.entity.restoring import restore_value as restore_field
from core.entity.sections import Section, parted
from core.entity.values import value_of
from core.files import service as files
from core.i18n import current_locale, translator
from core.standing import standing
from core.web.entity import approval, lines, privacy, timeline
from core.web.entity.address import undo_url
from core.web.entity.asking import nothing_here
from core.web.entity.finding import find
from core.web.entity.form import FILES
from core.web.entity.owners import menu_entries
from core.web.entity.related import related, related_asked
from core.web.entity.shape import Shape, row_shape
from core.web.entity.turn import by_htmx, go, may, needs, refresh, show
from core.web.gate import at_once

_ = translator("core")

Items = Sequence[dict[str, Any]]
"""Fields with their values, as pages show them."""
CONTACTS = {"phone": (_("Call"), "phone"), "email": (_("Write"), "mail")}


@at_once
@needs("see")
def record_page(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """The page of a record; of a deleted one too, for those who may bring it back. A merged one leads to the other."""
    specs, whole = _whole(turn, resource)
    record, row, pinned = _read(turn, resource, whole, record_id)
    if record is None:
        if kept := led_to(turn, resource, record_id):
            return redirect(f"/{resource.path}/{kept}")
        with suppress(MissingError):
            record = find(turn, resource, record_id)
        if record is None:
            return nothing_here(resource, record_id)
    told = detail_items(turn, resource, record, specs, row)
    return show(
        resource,
        "record.html",
        pin_url="" if pinned is None else f"/{resource.path}/{record.id}/pin",
        pinned=pinned,
        **head(turn, resource, record, told),
        notices=turn.hooks.notices(turn, record) if record.deleted_at is None else [],
        approval=approval.panel(turn, resource, record),
        sections=sections(turn, resource, record, told),
        lines=lines.shown(turn, resource, record),
        cards=turn.hooks.record_cards(turn, record) if record.deleted_at is None else [],
        related=related(turn, resource, record) if record.deleted_at is None else [],
        timeline=timeline.first(turn, resource, record),
        composer=timeline.composer(turn, resource, record),
    )


class _Read(NamedTuple):
    """A record as its page reads it."""

    record: Entity | None = None
    """None where there is no such one that the person sees; it may lie in the recycle bin, or have been merged."""
    row: dict[str, Any] | None = None
    pinned: bool | None = None
    """Whether the person keeps it at hand; None for those who keep nothing."""


def _whole(turn: Context, resource: Resource) -> tuple[Sequence[Field], Prepared | None]:
    """The fields that a record's page shows, and what reads them."""
    own = custom_fields(turn, resource) or sleeping_custom_fields(turn, resource)
    return _reading(turn, resource) if own else _declared_reading(turn, resource.name)


@standing
def _declared_reading(turn: Context, name: str) -> tuple[Sequence[Field], Prepared | None]:
    return _reading(turn, turn.seen(turn.resource(name)))


def _reading(turn: Context, resource: Resource) -> tuple[Sequence[Field], Prepared | None]:
    specs = [*_fields(turn, resource), *STANDARD.values()]
    return specs, reading_whole(turn, resource, specs)


def _read(turn: Context, resource: Resource, whole: Prepared | None, record_id: UUID) -> _Read:
    """Read a record and note that somebody looks at it, together with all that stands beside its fields."""
    if whole is None:
        return _Read()
    asked = Question(whole, {**values_of(turn), "record": record_id})
    look = visits.looking_at(turn, resource, record_id)
    beside = [*related_asked(turn, resource, record_id), *timeline.asked(turn, resource, record_id)]
    turn.session.finish_with_next()
    ask(turn.session, [asked, *look, *beside])
    record, row = whole_of(turn, resource, asked) or (None, None)
    return _Read(record, row, next((pinned for one in look for (pinned,) in one.answer(turn.session)), None))


@needs("see")
def pin(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Keep a record at hand, or no longer."""
    pinned = request.form.get("pinned") == "1"
    visits.pin(turn, service.get(turn, resource.model, record_id), pinned=pinned)
    if not by_htmx():
        return go(f"/{resource.path}/{record_id}")
    return render_template("_pin.html", pin_url=f"/{resource.path}/{record_id}/pin", pinned=pinned)


def head(turn: Context, resource: Resource, record: Entity, told: Items = ()) -> dict[str, Any]:
    """What stands at the top: name, state, ways to reach it, and what can be done; ``told`` is what was read of it."""
    path, deleted = f"/{resource.path}/{record.id}", record.deleted_at is not None
    lanes = resource.lanes
    picture = value_of(record, resource.photographs[0]) if resource.photographs else None
    actions = _actions(turn, resource, record)
    editable = may(turn, resource, "edit") and not deleted
    state = shown(turn, lanes, value_of(record, lanes)) if lanes else Shown()
    return {
        "title": record.title or "—",
        "crumbs_to": [{"title": str(resource.plural), "url": f"/{resource.path}"}],
        "record_icon": resource.icon,
        "picture_url": f"/files/{picture}?small=1" if picture else "",
        "state": None if state.empty else state,
        "subtitle": _byline(turn, resource, record, told) or str(resource.title),
        "deleted": deleted,
        "contacts": contacts(turn, resource, record, without={one["name"] for one in actions}),
        "edit_url": f"{path}/edit" if editable else "",
        "field_url": f"{path}/field" if editable else "",
        "actions": actions,
        "menu_items": _menu(turn, resource, record),
        "access_url": f"{path}/access" if resource.owned and not deleted else "",
        "bars": privacy.bars(turn, resource, record),
        "consents_url": f"{path}/consents" if resource.person and not deleted else "",
        "version": record.version,
        "record_id": record.id,
    }


def _byline(turn: Context, resource: Resource, record: Entity, told: Items) -> str:
    fields = turn.fields(resource)
    specs = [fields[name] for name in resource.byline if name in fields]
    values = {
        item["f"].name: item["v"] for item in told or (detail_items(turn, resource, record, specs) if specs else ())
    }
    return " · ".join(values[spec.name].text for spec in specs if not values[spec.name].empty)


def contacts(
    turn: Context, resource: Resource, record: Entity, *, without: Container[str] = ()
) -> list[dict[str, str]]:
    """One click to call or write: the first of each that is filled in; ``without`` what is offered in a better way."""
    found: dict[str, dict[str, str]] = {}
    for spec in resource.fields.values():
        kind = spec.kind.name
        value = value_of(record, spec) if kind in CONTACTS and kind not in without else None
        if value and spec.kind.name not in found:
            text, icon = CONTACTS[spec.kind.name]
            seen = shown(turn, spec, value)
            found[spec.kind.name] = {"icon": icon, "url": seen.url, "title": f"{text} {seen.text}", "text": str(text)}
    return [found[kind] for kind in CONTACTS if kind in found]


def _actions(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    if record.deleted_at is not None:
        return [
            {
                "name": "restore",
                "title": str(_("Restore")),
                "icon": "restore",
                "url": f"/{resource.path}/{record.id}/restore",
                "method": "post",
                "primary": True,
            }
        ]
    offered = turn.hooks.record_actions(turn, record)
    return [
        {
            "name": one.name,
            "title": str(one.title),
            "icon": one.icon,
            "url": one.url,
            "method": one.method,
            "primary": one.primary,
        }
        for one in offered
    ]


def _menu(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    path = f"/{resource.path}/{record.id}"
    if record.deleted_at is not None:
        if not turn.can("*", "admin"):
            return []
        confirm = str(_("Remove “%(title)s” for good? This cannot be undone.", title=record.title))
        return [
            {
                "title": str(_("Remove for good")),
                "icon": "trash",
                "url": f"{path}/purge",
                "method": "post",
                "danger": True,
                "confirm": confirm,
            }
        ]
    found = menu_entries(turn, resource, record)
    if may(turn, resource, "create"):
        found.append({"title": str(_("Make a copy")), "icon": "copy", "url": f"{path}/copy"})
    return [*found, *delete_entry(turn, resource, record), *privacy.menu_entries(turn, resource, record)]


def delete_entry(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    """The way into the recycle bin, for those who may; some entities ask first what shall go along."""
    if not may(turn, resource, "delete"):
        return []
    path, asks = f"/{resource.path}/{record.id}", resource.delete_dialog
    entry = {"title": str(_("Delete")), "icon": "trash", "url": f"{path}/{asks or 'delete'}", "danger": True}
    return [{**entry, "method": "dialog" if asks else "post"}]


def _fields(turn: Context, resource: Resource) -> list[Field]:
    """Those of the entity, what others keep beside it, and what modules that are off have left."""
    return [*turn.fields(resource).values(), *turn.added(resource).values(), *turn.asleep(resource).values()]


def sections(turn: Context, resource: Resource, record: Entity, items: Items) -> list[dict[str, Any]]:
    """The declared fields in their parts, the company's own, and what every record has."""
    asleep, fields = turn.asleep(resource), _fields(turn, resource)
    beneath, pictures = lines.beneath(resource), {spec.name for spec in resource.photographs}
    told = [
        (item, spec)
        for item, spec in zip(items, fields, strict=False)
        if not (spec.on_demand or spec.name in asleep) or not item["v"].empty
    ]
    declared = [
        (spec.name, item)
        for item, spec in told
        if not spec.key and spec.name not in pictures and (spec.name not in beneath or spec.writable)
    ]
    standing = items[len(fields) :]
    parts = [
        *parted(resource.sections, declared),
        (Section(_("Custom fields"), (), below=True), [item for item, spec in told if spec.key]),
        (
            Section(_("Record"), (), below=True),
            [item for item in standing if resource.owned or item["f"].name != "owner"],
        ),
    ]
    kept = [(one, items) for one, items in parts if items and one.means_something(record)]
    return [{"title": str(one.title), "fields": items, "below": one.below} for one, items in kept]


def detail_items(
    turn: Context, resource: Resource, record: Entity, specs: Sequence[Field], row: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Fields with their values, as _field.html wants them; ``row`` is what was read of them already."""
    row = row or read_record(turn, resource, specs, record.id, deleted=record.deleted_at is not None)
    if not row:
        raise MissingError(resource.name, record.id)
    kept = [spec.name for spec in specs if spec.kind.name in FILES and row[spec.name]]
    called = files.names(turn, {row[name] for name in kept}) if kept else {}
    row |= {f"{name}__title": called.get(row[name]) for name in kept}
    shapes = _shapes(turn, resource.name, current_locale())
    return [
        {
            "f": shapes.get(spec.name) or row_shape(spec),
            "v": shown(turn, spec, row[spec.name], titles=row.get(f"{spec.name}__title")),
        }
        for spec in specs
    ]


@standing
def _shapes(turn: Context, name: str, _locale: str) -> dict[str, Shape]:
    """The declared fields of the entity of a name, as this person may know them, and what every record has."""
    declared = {**turn.seen(turn.resource(name)).fields, **STANDARD}
    return {name: row_shape(spec) for name, spec in declared.items()}


@needs("edit")
def restore_value(turn: Context, resource: Resource, record_id: UUID, line_id: UUID) -> Any:
    """Give one field the value it had before a change."""
    record, name, mark = service.get(turn, resource.model, record_id, lock=True), request.args.get("field", ""), uuid7()
    title = restore_field(turn, record, line_id, name, version=request.form.get("version", type=int))
    if title is None:
        return refresh(_("It has this value already."), kind="warning")
    return refresh(_("“%(field)s” is as it was.", field=title), undo_url=undo_url(resource, mark))


@needs("delete")
def delete(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Into the recycle bin, with a way back in the message."""
    record = service.get(turn, resource.model, record_id)
    service.delete(turn, [record])
    return go(
        f"/{resource.path}",
        _("“%(title)s” is in the recycle bin.", title=record.title),
        undo_url=f"/{resource.path}/{record.id}/restore",
    )


@needs("delete")
def restore(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Out of the recycle bin."""
    record = service.get(turn, resource.model, record_id, deleted=True)
    service.restore(turn, [record])
    return go(f"/{resource.path}/{record.id}", _("“%(title)s” is back.", title=record.title))
