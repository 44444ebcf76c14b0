"""Making several records one: which, side by side, value by value."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort, render_template, request
from werkzeug.datastructures import MultiDict

from core.access.visibility import visible
from core.bulk.merging import MOST, merge
from core.context import Context
from core.entity import service
from core.entity.duplicates import find
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.fields import Field
from core.entity.format import Shown, moment
from core.entity.identity import record_keys
from core.i18n import translator
from core.web.entity.address import make_url
from core.web.entity.form import Typed, present, values_of, writable
from core.web.entity.owners import merge_title
from core.web.entity.turn import go, needs

_ = translator("core")

FEWEST = 2
PICK = "pick."
"""Before a field's name: from which record its value is taken."""


@needs("edit")
def begin(turn: Context, resource: Resource) -> Any:
    """From the ticked rows, or from one record and another that was chosen, to the page that compares them."""
    _require(turn, resource)
    ids = _ids(request.form)
    if request.form.get("all") or not FEWEST <= len(ids) <= MOST:
        raise InvalidError({"": [_("Tick two to %(n)s records that are the same.", n=MOST)]})
    return go(f"/{resource.path}/merge?{'&'.join(f'ids={one}' for one in ids)}")


@needs("edit")
def compare(turn: Context, resource: Resource) -> Any:
    """The records side by side."""
    _require(turn, resource)
    records = _records(turn, resource, _ids(request.args))
    if len(records) < FEWEST:
        raise MissingError(resource.name, "")
    return _page(turn, resource, records, MultiDict())


@needs("edit")
def save(turn: Context, resource: Resource) -> Any:
    """Make them one."""
    _require(turn, resource)
    records = _records(turn, resource, _ids(request.form))
    keep = next((one for one in records if str(one.id) == request.form.get("keep")), None)
    if keep is None or len(records) < FEWEST:
        return go(f"/{resource.path}", _("Somebody has merged or deleted one of them meanwhile."), kind="warning")
    try:
        operation = merge(
            turn, resource.model, keep.id, [one.id for one in records], _chosen(turn, resource, records, keep)
        )
    except InvalidError as error:
        turn.session.rollback()
        again = _records(turn, resource, _ids(request.form))
        return _page(turn, resource, again, request.form, error), 422
    except (StaleError, MissingError):
        turn.session.rollback()
        return go(f"/{resource.path}", _("Somebody has merged or deleted one of them meanwhile."), kind="warning")
    text = _("%(n)s records are one now: “%(title)s”.", n=len(records), title=operation.title)
    return go(f"/{resource.path}/{keep.id}", text, undo_url=f"/bulk-operations/{operation.id}/undo")


def _chosen(turn: Context, resource: Resource, records: list[Entity], keep: Entity) -> dict[str, Any]:
    """The values that were picked from a record other than the one that is kept, or from none."""
    by_id = {str(one.id): one for one in records}
    found: dict[str, Any] = {}
    for name, spec in _comparable(turn, resource).items():
        record = by_id.get(request.form.get(PICK + name, ""))
        if record is not None and record is not keep:
            found[name] = present(spec, record)
        elif record is keep and present(spec, keep) in (None, "", {}):
            found[name] = present(spec, keep)
    return found


def _require(turn: Context, resource: Resource) -> None:
    if not resource.merges:
        abort(404)
    turn.require(resource.name, "delete")


def _ids(values: MultiDict[str, str]) -> list[UUID]:
    found: list[UUID] = []
    for text in values.getlist("ids"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _records(turn: Context, resource: Resource, ids: list[UUID]) -> list[Entity]:
    table = resource.model.__table__
    statement = sa.select(resource.model).where(
        table.c.tenant_id == turn.tenant, table.c.id.in_(ids[:MOST]), table.c.deleted_at.is_(None),
        visible(turn, resource),
    )  # fmt: skip
    found = {record.id: record for record in turn.session.scalars(statement)}
    return [found[one] for one in ids if one in found]


def _comparable(turn: Context, resource: Resource) -> dict[str, Field]:
    """Fields of which one value survives; of several links all do."""
    return {name: spec for name, spec in writable(turn.fields(resource)).items() if not spec.kind.many}


def _page(
    turn: Context,
    resource: Resource,
    records: list[Entity],
    picked: MultiDict[str, str],
    error: InvalidError | None = None,
) -> str:
    keep = picked.get("keep") or str(_fullest(turn, resource, records).id)
    fields = list(writable(turn.fields(resource)).values())
    shown = [values_of(turn, fields, record, Typed()) for record in records]
    rows = [
        _row(spec, [values[spec.name] for values in shown], records, keep, picked)
        for spec in fields
        if not spec.kind.many
    ]
    united = [_united(spec, [values[spec.name] for values in shown]) for spec in fields if spec.kind.many]
    return render_template(
        "merge.html",
        title=merge_title(resource),
        crumbs_to=[{"title": str(resource.plural), "url": f"/{resource.path}"}],
        action=f"/{resource.path}/merge/save",
        records=[
            {
                "id": str(one.id),
                "title": one.title or "—",
                "url": f"/{resource.path}/{one.id}",
                "note": _("changed %(at)s", at=moment(turn, one.updated_at)),
            }
            for one in records
        ],
        keep=keep,
        differing=[row for row in rows if row["differs"]],
        same=[row for row in rows if not row["differs"] and not row["cells"][0]["empty"]],
        united=[one for one in united if one["text"]],
        errors=[f"{_titled(resource, name)}{text}" for name, texts in (error.errors if error else {}).items() for text in texts],
        cancel_url=f"/{resource.path}",
        days=30,
    )  # fmt: skip


def _titled(resource: Resource, name: str) -> str:
    spec = resource.fields.get(name)
    return f"{spec.title}: " if spec else ""


def _fullest(turn: Context, resource: Resource, records: list[Entity]) -> Entity:
    """The one of which most is known; of two alike the older."""
    fields = _comparable(turn, resource).values()
    return min(records, key=lambda one: (-sum(present(spec, one) not in (None, "", {}) for spec in fields), one.id))


def _row(
    spec: Field, values: list[Shown], records: list[Entity], keep: str, picked: MultiDict[str, str]
) -> dict[str, Any]:
    """One field: a cell for each record; what the record that is kept lacks is taken from another."""
    ids = [str(one.id) for one in records]
    filled = [one for one, value in zip(ids, values, strict=True) if not value.empty]
    chosen = picked.get(PICK + spec.name) or (keep if keep in filled or not filled else filled[0])
    return {
        "name": PICK + spec.name,
        "title": str(spec.title),
        "kind": spec.kind.name,
        "differs": len({(value.text, str(value.raw)) for value in values}) > 1,
        "cells": [
            {"id": one, "text": value.text or "—", "empty": value.empty, "chosen": one == chosen,
             "url": value.url if spec.kind.name == "image" else ""}
            for one, value in zip(ids, values, strict=True)
        ],
    }  # fmt: skip


def _united(spec: Field, values: list[Shown]) -> dict[str, Any]:
    texts = [one.text for value in values for one in (value.items or ((value,) if value.text else ()))]
    return {"title": str(spec.title), "text": ", ".join(dict.fromkeys(text for text in texts if text))}


@needs("edit")
def choose(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """The dialog that asks with which other record; those that share a value with it stand ready."""
    _require(turn, resource)
    record = service.get(turn, resource.model, record_id)
    alike = {
        one.id: one.title
        for one in find(turn, resource, record_keys(record), [record.id])
        if one.seen and one.resource.name == resource.name
    }
    return render_template(
        "_merge_dialog.html",
        title=merge_title(resource),
        about=record.title,
        record_id=str(record.id),
        action=f"/{resource.path}/merge",
        alike=[{"id": str(one), "title": title or "—"} for one, title in alike.items()],
        options_url=make_url(f"/options/{resource.name}", {}),
    )
