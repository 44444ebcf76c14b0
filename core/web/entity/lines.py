"""The lines of a document in its form and on its page: rows of controls, totals while one types, rows of values.

What a form's own fields fill in for one another is asked at the same address.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask import jsonify, request

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.format import Shown, show
from core.entity.rehearsal import rehearsed
from core.entity.titles import titles
from core.entity.values import value_of
from core.i18n import translator
from core.web.entity.form import LINKS, Typed, items, read, read_form, values_of, writable
from core.web.entity.shape import Shape, default_of, form_value, plain_shape, shape
from core.web.entity.turn import may, needs

_ = translator("core")

NEW = "__key__"
"""Stands for the key of a row that the browser adds."""
_NOTHING: tuple[Any, ...] = (None, "", [], False)


@dataclass(slots=True)
class _Row:
    """One line as a form sent it."""

    key: str
    typed: Typed = field(default_factory=Typed)

    def is_blank(self, turn: Context, fields: Mapping[str, Field]) -> bool:
        """Whether nobody has put anything into a row that was added."""
        values = self.typed.values
        return (
            "id" not in values
            and not self.typed.errors
            and all(value in _NOTHING or value == default_of(turn, fields[name]) for name, value in values.items())
        )


def read_document(turn: Context, resource: Resource, record: Entity | None = None) -> Typed:
    """What the request sent of a record and of its lines; errors of a line are named ``goods.2.price``."""
    typed = read_form(turn, turn.fields(resource), record)
    for name, spec in writable(resource.lines).items():
        if name in request.form:
            rows = [row for row in _rows(turn, resource, spec) if not row.is_blank(turn, resource.line_fields(spec))]
            typed.values[name] = [row.typed.values for row in rows]
            typed.keys[name] = [row.key for row in rows]
            for position, row in enumerate(rows):
                typed.texts |= {f"{name}.{position}.{one}": texts for one, texts in row.typed.texts.items()}
                typed.errors |= {f"{name}.{position}.{one}": texts for one, texts in row.typed.errors.items()}
    return typed


def _rows(turn: Context, resource: Resource, spec: Field) -> list[_Row]:
    """The rows in the order they stand in; each is announced by its key."""
    found = [_Row(key) for key in request.form.getlist(spec.name) if key]
    for row in found:
        if line_id := request.form.get(f"{spec.name}.{row.key}.id"):
            row.typed.values["id"] = line_id
        for name, one in writable(resource.line_fields(spec)).items():
            control = f"{spec.name}.{row.key}.{name}"
            if control in request.form:
                read(turn, row.typed, one, request.form.getlist(control))
    return found


def tables(turn: Context, resource: Resource, record: Entity | None, typed: Typed) -> list[dict[str, Any]]:
    """Every kind of lines as _lines.html wants it: columns, rows of controls, an empty row, what stands beneath."""
    return [_table(turn, resource, spec, record, typed) for name, spec in writable(resource.lines).items()]


def copied(resource: Resource, record: Entity) -> dict[str, Any]:
    """The lines of a record as values of a new one."""
    return {
        name: [
            {key: value_of(line, one) for key, one in writable(resource.line_fields(spec)).items()}
            for line in getattr(record, name)
        ]
        for name, spec in writable(resource.lines).items()
    }


def beneath(resource: Resource) -> set[str]:
    """The fields that stand below a table of lines and not among the others."""
    return {name for spec in resource.lines.values() for name in spec.totals}


def _table(turn: Context, resource: Resource, spec: Field, record: Entity | None, typed: Typed) -> dict[str, Any]:
    columns = {name: one for name, one in resource.line_fields(spec).items() if one.writable or one.listed}
    title = title_field(spec.target)
    shapes = {name: replace(shape(turn, resource, one), important=name == title) for name, one in columns.items()}
    present = {line.id: line for line in getattr(record, spec.name)} if record else {}
    rows = _values(spec, columns, present, typed)
    flat, specs = _flattened(spec.name, columns, rows, typed)
    shown = values_of(turn, specs, None, flat)
    blank = values_of(turn, list(columns.values()), None, Typed())
    return {
        "name": spec.name,
        "title": str(spec.title),
        "help": str(spec.help),
        "required": spec.required,
        "errors": _told(typed.errors, spec.name),
        "columns": list(shapes.values()),
        "rows": [
            {
                "key": str(position),
                "id": row.get("id", ""),
                "error": _told(typed.errors, f"{spec.name}.{position}", f"{spec.name}.{position}.id"),
                "cells": _cells(f"{spec.name}.{position}", shapes, shown, flat.errors),
            }
            for position, row in enumerate(rows)
        ],
        "blank": _cells(
            f"{spec.name}.{NEW}", shapes, {f"{spec.name}.{NEW}.{name}": one for name, one in blank.items()}, {}
        ),
        "wrong": _wrong(spec, shapes, rows, typed),
        "totals": _totals(turn, resource, spec, record, typed),
        "scan": _scan(spec, shapes),
    }


def _scan(spec: Field, shapes: Mapping[str, Shape]) -> dict[str, str] | None:
    """Where a scanned code is looked up, and the controls of a row that take what is found."""
    link, number = spec.scans or ("", "")
    if link not in shapes or number not in shapes:
        return None
    return {"fields": f"{link} {number}", "url": shapes[link].options_url}


def _totals(
    turn: Context, resource: Resource, spec: Field, record: Entity | None, typed: Typed
) -> list[dict[str, Any]]:
    """The record's own fields that stand beneath: some are typed, others follow."""
    fields = turn.fields(resource)
    wanted = [fields[name] for name in spec.totals if name in fields]
    return items(turn, resource, wanted, record, typed)


def _values(
    spec: Field, columns: Mapping[str, Field], present: Mapping[UUID, Any], typed: Typed
) -> list[dict[str, Any]]:
    """What each row holds: what was typed over what the line has."""
    kept = {str(key): {name: value_of(line, one) for name, one in columns.items()} for key, line in present.items()}
    if spec.name not in typed.values:
        return [{"id": key, **values} for key, values in kept.items()]
    return [{**kept.get(str(row.get("id", "")), {}), **row} for row in typed.values[spec.name] or ()]


def _flattened(
    name: str, columns: Mapping[str, Field], rows: Sequence[Mapping[str, Any]], typed: Typed
) -> tuple[Typed, list[Field]]:
    """All rows as one form, whose fields are called ``goods.2.price``: what they link to is looked up at once."""
    flat, specs = Typed(errors=typed.errors, texts=typed.texts), []
    for position, row in enumerate(rows):
        for column, spec in columns.items():
            control = f"{name}.{position}.{column}"
            specs.append(replace(spec, name=control))
            if column in row:
                flat.values[control] = row[column]
    return flat, specs


def _cells(
    prefix: str, shapes: Mapping[str, Shape], shown: Mapping[str, Shown], errors: Mapping[str, Sequence[Any]]
) -> list[dict[str, Any]]:
    return [
        {
            "f": replace(one, name=f"{prefix}.{name}"),
            "v": shown[f"{prefix}.{name}"],
            "error": _told(errors, f"{prefix}.{name}"),
        }
        for name, one in shapes.items()
    ]


def _told(errors: Mapping[str, Sequence[Any]], *names: str) -> str:
    return " ".join(str(text) for name in names for text in errors.get(name, ()))


def _wrong(spec: Field, shapes: Mapping[str, Shape], rows: Sequence[Any], typed: Typed) -> list[dict[str, str]]:
    """What the list of errors above the form says of the lines."""
    found = []
    for position in range(len(rows)):
        for name, one in shapes.items():
            control = f"{spec.name}.{position}.{name}"
            if text := _told(typed.errors, control):
                place = _("%(table)s, line %(n)s, %(field)s", table=spec.title, n=position + 1, field=one.title)
                found.append({"control": control, "place": str(place), "text": text})
    return found


@needs("see")
def live(turn: Context, resource: Resource) -> Any:
    """What a form's lines and totals come to as its content stands now, and what follows from what was chosen."""
    record = None
    if record_id := request.form.get("record", type=UUID):
        record = service.get(turn, resource.model, record_id)
    turn.require(resource.name, "edit" if record else "create")
    typed = read_document(turn, resource, record)
    open_ = _left_open(turn, resource, typed)
    with rehearsed(turn, resource, typed.values, record) as found:
        if found is None:
            return jsonify({})
        whole, lines = found
        totals = turn.fields(resource)
        texts = {
            name: show(turn, totals[name], value_of(whole, totals[name])).text
            for name in beneath(resource) & totals.keys()
        }
        fills: dict[str, Any] = {}
        for name, spec in writable(resource.lines).items():
            for position, (key, line) in enumerate(zip(typed.keys.get(name, ()), lines[name], strict=False)):
                for column, one in resource.line_fields(spec).items():
                    value, control = value_of(line, one), f"{name}.{key}.{column}"
                    if not one.writable:
                        texts[control] = show(turn, one, value).text if one.kind.name not in LINKS else ""
                    elif _is_filled_in(turn, typed, f"{name}.{position}.{column}", one, value):
                        fills[control] = form_value(turn, one, value).raw
        return jsonify({"texts": texts, "fills": fills, "follows": _following(turn, open_, whole)})


def _left_open(turn: Context, resource: Resource, typed: Typed) -> list[Field]:
    """The fields that follow from others and that nobody has filled in; they are taken out of what was typed."""
    fields = turn.fields(resource)
    names = {name for spec in fields.values() for name in spec.fills}
    found = [spec for name, spec in fields.items() if name in names and spec.writable]
    empty = [spec for spec in found if typed.values.get(spec.name) in (*_NOTHING, default_of(turn, spec))]
    for spec in empty:
        typed.values.pop(spec.name, None)
    return empty


def _following(turn: Context, fields: Sequence[Field], record: Entity) -> dict[str, dict[str, str]]:
    """What a rule has put into these fields, each as its control holds it; a link with what it is called."""
    values = {spec.name: value_of(record, spec) for spec in fields}
    linked = {target_class(spec): {values[spec.name]} - {None} for spec in fields if spec.kind.name == "link"}
    names = titles(turn, linked)
    return {
        spec.name: {
            "value": str(form_value(turn, spec, values[spec.name]).raw),
            "title": names.get(values[spec.name], ""),
        }
        for spec in fields
        if values[spec.name] not in _NOTHING
    }


def _is_filled_in(turn: Context, typed: Typed, control: str, spec: Field, value: Any) -> bool:
    """Whether the entity's rule has put a value where nothing was typed, such as the price of what was chosen."""
    empty = not any(text.strip() for text in typed.texts.get(control, ("",)))
    simple = spec.kind.name not in LINKS and not spec.kind.many and spec.kind.name != "boolean"
    return empty and simple and value not in _NOTHING and value != default_of(turn, spec)


def shown(turn: Context, resource: Resource, record: Entity) -> list[dict[str, Any]]:
    """Every kind of lines for a record's page: columns, rows of values, and the totals beneath."""
    tables = [(spec, *_columns(turn, resource, spec, record)) for spec in resource.lines.values()]
    wanted: dict[Any, set[UUID]] = {}
    for _spec, columns, rows in tables:
        for name, one in columns.items():
            if one.kind.name in LINKS:
                wanted.setdefault(target_class(one), set()).update(row[name] for row in rows if row[name])
    names = titles(turn, wanted)
    return [_shown(turn, resource, record, spec, columns, rows, names) for spec, columns, rows in tables]


def _columns(
    turn: Context, resource: Resource, spec: Field, record: Entity
) -> tuple[dict[str, Field], list[dict[str, Any]]]:
    """The fields that one kind of lines has something in, and the values of each line."""
    fields = {**resource.line_fields(spec), **turn.asleep(resource, spec)}
    rows = [{name: value_of(line, one) for name, one in fields.items()} for line in getattr(record, spec.name)]
    columns = {
        name: one
        for name, one in fields.items()
        if one.listed and (one.required or any(row[name] not in _NOTHING for row in rows))
    }
    return columns, rows


def _shown(
    turn: Context,
    resource: Resource,
    record: Entity,
    spec: Field,
    columns: Mapping[str, Field],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[UUID, str],
) -> dict[str, Any]:
    title, own = title_field(spec.target), turn.fields(resource)
    totals = [own[name] for name in spec.totals if name in own]
    cells = [
        {
            name: show(turn, one, row[name], titles=names.get(row[name]) if one.kind.name in LINKS else None)
            for name, one in columns.items()
        }
        for row in rows
    ]
    columns = _said_once(columns, title, cells)
    return {
        "name": spec.name,
        "title": str(spec.title),
        "columns": [replace(plain_shape(resource, one), important=name == title) for name, one in columns.items()],
        "rows": [[row[name] for name in columns] for row in cells],
        "totals": [{"f": plain_shape(resource, one), "v": show(turn, one, value_of(record, one))} for one in totals],
        "edit_url": f"/{resource.path}/{record.id}/edit#lines-{spec.name}"
        if may(turn, resource, "edit") and record.deleted_at is None
        else "",
    }


def _said_once(columns: Mapping[str, Field], title: str, cells: Sequence[dict[str, Shown]]) -> Mapping[str, Field]:
    """The columns without a link that only repeats what the lines are called; the name leads to what it points at."""
    for name, one in columns.items() if title in columns else ():
        if one.kind.name == "link" and cells and all(row[name].text == row[title].text for row in cells):
            for row in cells:
                row[title] = replace(row[title], url=row[name].url)
            return {key: spec for key, spec in columns.items() if key != name}
    return columns


def versions_of_lines(
    turn: Context, resource: Resource, record: Entity, typed: Typed, changed: Container[str]
) -> list[dict[str, Any]]:
    """The choice between one's own lines and those that somebody else saved meanwhile.

    A line of one's own that is gone by now is a new one if it is kept.
    """
    found = []
    for name, spec in resource.lines.items():
        if name not in typed.values or name not in changed:
            continue
        there = {str(line.id) for line in getattr(record, name)}
        typed.values[name] = [
            {key: value for key, value in row.items() if key != "id" or value in there} for row in typed.values[name]
        ]
        title = spec.target.__fields__[title_field(spec.target)]
        rows = [{"id": str(line.id), title.name: value_of(line, title)} for line in getattr(record, name)]
        flat, specs = _flattened(name, {title.name: title}, rows, Typed())
        theirs = ", ".join(one.text for one in values_of(turn, specs, None, flat).values())
        f = plain_shape(resource, spec)
        found.append({"f": f, "v": None, "error": "", "mine": Shown(), "theirs": Shown(theirs), "differs": True})
    return found
