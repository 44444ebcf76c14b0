"""One field of a record, changed where it stands."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import abort, request

from core.context import Context
from core.entity import service
from core.entity.asks import asked
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.entity.kind_several import main_of, without_main
from core.entity.values import value_of
from core.i18n import Label, translator
from core.web.entity import duplicates
from core.web.entity.asked import dialog_url, opening
from core.web.entity.form import Typed, parsed, read_form, to_type, values_of
from core.web.entity.owners import given_away
from core.web.entity.record import detail_items, head
from core.web.entity.shape import shape
from core.web.entity.turn import by_htmx, go, needs, show, with_events

_ = translator("core")


@needs("edit")
def field(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """The field's control; its value again where ``show`` is asked for; saved by POST."""
    record = service.get(turn, resource.model, record_id)
    spec = _field(turn, resource)
    if request.method == "POST":
        return _save(turn, resource, record, spec)
    if request.args.get("show"):
        return _value(turn, resource, record, spec)
    return _control(turn, resource, record, spec, Typed())


def _field(turn: Context, resource: Resource) -> Field:
    spec = turn.fields(resource).get(request.args.get("field", ""))
    if spec is None or not spec.writable:
        abort(404)
    return spec


def _save(turn: Context, resource: Resource, record: Entity, spec: Field) -> Any:
    typed, specs = read_form(turn, {spec.name: spec}, record), [spec]
    values = typed.values
    if main := main_of(turn.fields(resource), spec) if request.form.get("main") else None:
        values, specs = _promoted(turn, record, spec, main, values), [spec, main]
    try:
        typed.insist()
        if doubts := duplicates.unconfirmed(turn, resource, values, record):
            return _control(turn, resource, record, spec, typed, duplicates.lines(resource, doubts)), 422
        if ask := asked(turn, record, values):
            url = dialog_url(resource, record, ask, typed.texts, request.form.get("version", 0, type=int))
            return opening(_control(turn, resource, record, spec, typed), url)
        service.update(turn, record, values, version=request.form.get("version", 0, type=int))
    except StaleError:
        turn.session.rollback()
        return _stale(turn, resource, record.id, spec, typed)
    except InvalidError as error:
        typed.refused(error)
        return _control(turn, resource, record, spec, typed), 422
    if away := given_away(turn, resource, record):
        return go(f"/{resource.path}", away)
    if not by_htmx():
        return go(f"/{resource.path}/{record.id}")
    # The page's head may say this field too; its history is asked for again.
    top = show(resource, "_record_head.html", **head(turn, resource, record), oob=True)
    row, *others = (_value(turn, resource, record, one, oob=one is not spec) for one in specs)
    return with_events("".join((row, *others, top)), recordChanged={"field": spec.name})


def _promoted(turn: Context, record: Entity, spec: Field, main: Field, values: dict[str, Any]) -> dict[str, Any]:
    """What is saved where one of several values becomes the main one."""
    several: list[dict[str, str]] = values.get(spec.name) or []
    with suppress(ValueError):
        chosen = parsed(turn, main, [request.form["main"]])
        if main.writable and chosen in [one["value"] for one in several]:
            return {spec.name: without_main(several, chosen, value_of(record, main)), main.name: chosen}
    return values


def _stale(turn: Context, resource: Resource, record_id: UUID, spec: Field, typed: Typed) -> Any:
    """Somebody was faster: say what it is now; saving again is a decision."""
    record = service.get(turn, resource.model, record_id)
    now = values_of(turn, [spec], record, Typed())[spec.name]
    typed.wrong(
        spec.name,
        _(
            "Somebody else changed this record meanwhile. Here it is now: “%(value)s”. Save again to keep yours.",
            value=now.text or "—",
        ),
    )
    return _control(turn, resource, record, spec, typed), 409


def _control(
    turn: Context,
    resource: Resource,
    record: Entity,
    spec: Field,
    typed: Typed,
    matches: Sequence[dict[str, Any]] = (),
) -> str:
    return show(
        resource,
        "_field_form.html",
        f=shape(turn, resource, spec),
        v=to_type(spec, values_of(turn, [spec], record, typed)[spec.name]),
        error=_error(typed, spec),
        version=record.version,
        record_id=record.id,
        matches=matches,
        main=request.form.get("main", ""),
        field_url=field_url(resource, record),
    )


def _error(typed: Typed, spec: Field) -> Label | None:
    """A rule of the trade may name another field: it is said here, where the person is."""
    texts = [
        *typed.errors.get(spec.name, ()),
        *(one for name, some in typed.errors.items() if name != spec.name for one in some),
    ]
    return " ".join(str(one) for one in texts) if texts else None


def _value(turn: Context, resource: Resource, record: Entity, spec: Field, *, oob: bool = False) -> str:
    item = detail_items(turn, resource, record, [spec])[0]
    return show(resource, "_field.html", f=item["f"], v=item["v"], field_url=field_url(resource, record), oob=oob)


def field_url(resource: Resource, record: Entity) -> str:
    """Where one field of a record is asked for and saved."""
    return f"/{resource.path}/{record.id}/field"
