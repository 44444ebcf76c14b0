"""One field of a record, changed where it stands."""

from typing import Any
from uuid import UUID

from flask import abort, request

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.i18n import Label, translator
from core.web.entity.form import Typed, read_form, to_type, values_of
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
    typed = read_form(turn, {spec.name: spec}, record)
    try:
        typed.insist()
        service.update(turn, record, typed.values, version=request.form.get("version", 0, type=int))
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
    return with_events(_value(turn, resource, record, spec) + top, recordChanged={"field": spec.name})


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


def _control(turn: Context, resource: Resource, record: Entity, spec: Field, typed: Typed) -> str:
    return show(
        resource,
        "_field_form.html",
        f=shape(turn, resource, spec),
        v=to_type(spec, values_of(turn, [spec], record, typed)[spec.name]),
        error=_error(typed, spec),
        version=record.version,
        field_url=field_url(resource, record),
    )


def _error(typed: Typed, spec: Field) -> Label | None:
    """A rule of the trade may name another field: it is said here, where the person is."""
    texts = [
        *typed.errors.get(spec.name, ()),
        *(one for name, some in typed.errors.items() if name != spec.name for one in some),
    ]
    return " ".join(str(one) for one in texts) if texts else None


def _value(turn: Context, resource: Resource, record: Entity, spec: Field) -> str:
    item = detail_items(turn, resource, record, [spec])[0]
    return show(resource, "_field.html", f=item["f"], v=item["v"], field_url=field_url(resource, record))


def field_url(resource: Resource, record: Entity) -> str:
    """Where one field of a record is asked for and saved."""
    return f"/{resource.path}/{record.id}/field"
