"""From what a browser sends to values, and back to a form that keeps what was typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage

from core import parse
from core.app import platform
from core.context import Context
from core.entity.entity import Entity, Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.format import Shown
from core.entity.kind_address import PARTS
from core.entity.titles import reference_titles, titles
from core.entity.values import value_of
from core.files import service as files
from core.files.service import FileRefusedError
from core.files.storage import Storage, storage_of
from core.i18n import Label, current_locale, translator
from core.web.entity.shape import LABELLED, as_typed, default_of, form_value, pairs_of, shape, zero

_ = translator("core")

FILES = frozenset(("file", "image"))
LINKS = frozenset(("link", "links"))
PICKED = LINKS | {"record"}
"""Kinds whose form control names records rather than holding what is typed."""
NAMED = PICKED | FILES


def storage() -> Storage:
    """Where this installation keeps files."""
    return storage_of(platform().settings)


@dataclass(slots=True)
class Typed:
    """What a form sent: values that could be read, and what is wrong with the others."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[Label]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    """What was typed, for the form that comes back."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Of lines: what the browser calls each of their rows."""

    def wrong(self, name: str, reason: Any) -> None:
        """Note what is wrong with a field."""
        self.errors.setdefault(name, []).append(reason)

    def insist(self) -> None:
        """Raise InvalidError if anything could not be read; what is wrong is noted here already."""
        if self.errors:
            raise InvalidError({})

    def refused(self, error: InvalidError) -> None:
        """Take over what a service found wrong."""
        for name, reasons in error.errors.items():
            self.errors.setdefault(name, []).extend(reasons)


def writable(fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields a person may set."""
    return {name: spec for name, spec in fields.items() if spec.writable}


def read_form(turn: Context, fields: Mapping[str, Field], record: Entity | None = None) -> Typed:
    """Read the fields that the request sent; those it did not are left alone."""
    typed = Typed()
    for name, spec in writable(fields).items():
        if spec.kind.name in FILES:
            _read_file(turn, typed, spec, record)
        elif spec.kind.name == "address":
            _read_address(typed, spec)
        elif name in request.form:
            read(turn, typed, spec, _sent(spec))
    return typed


def _sent(spec: Field) -> list[str]:
    """What the request has for a field; of labelled values each with its label behind it."""
    texts = request.form.getlist(spec.name)
    if spec.kind.name not in LABELLED:
        return texts
    # The first, an empty one, says that the list was there.
    labels = request.form.getlist(f"{spec.name}.label")
    return [one for pair in zip(texts[1:], labels, strict=False) for one in pair]


def read(turn: Context, typed: Typed, spec: Field, texts: list[str]) -> None:
    """Note what was typed for a field, and its value or what is wrong with it."""
    typed.texts[spec.name] = texts
    try:
        typed.values[spec.name] = parsed(turn, spec, texts)
    except ValueError as error:
        typed.wrong(spec.name, error.args[0])


def parsed(turn: Context, spec: Field, texts: list[str]) -> Any:
    """The value of what was typed. Raises ValueError with a text."""
    name, zone = spec.kind.name, turn.zone
    if name in LABELLED:
        return spec.kind.parse(pairs_of(texts), spec, zone)
    if name in {"links", "multi_choice"}:
        return spec.kind.parse([text for text in texts if text], spec, zone)
    if name == "boolean":
        # The box, where it is ticked, comes before the hidden “false” that says it was there.
        return "true" in texts
    text = texts[-1] if texts else ""
    if name in {"decimal", "percent"} and text.strip():
        return _number(spec, text, turn)
    value = spec.kind.parse(text, spec, zone)
    return default_of(turn, spec) if value is None else value


def _number(spec: Field, text: str, turn: Context) -> Any:
    """A number with the decimal sign of the language it is typed in, or with the other where that leaves no doubt."""
    read = parse.percent if spec.kind.name == "percent" else parse.decimal
    try:
        return read(text, mark="," if current_locale() == "vi" else ".")
    except ValueError:
        return spec.kind.parse(text, spec, turn.zone)


def _read_address(typed: Typed, spec: Field) -> None:
    parts = {part: request.form.get(f"{spec.name}.{part}") for part in PARTS}
    sent = {part: text for part, text in parts.items() if text is not None}
    if sent:
        typed.values[spec.name] = {part: text.strip() for part, text in sent.items() if text.strip()} or None


def _read_file(turn: Context, typed: Typed, spec: Field, record: Entity | None) -> None:
    """A new file, one kept from an earlier try of the same form, or none any more."""
    sent = request.files.get(spec.name)
    if sent is not None and sent.filename:
        _receive(turn, typed, spec, sent)
    elif request.form.get(f"{spec.name}.clear"):
        typed.values[spec.name] = None
    elif kept := request.form.get(f"{spec.name}.kept"):
        file_id = _id(kept)
        if file_id and ((record and value_of(record, spec) == file_id) or files.own(turn, file_id)):
            typed.values[spec.name] = file_id


def received(turn: Context, name: str, *, picture: bool = False) -> list[UUID]:
    """The files that a plugin's own form sent, kept until a record takes them. Raises InvalidError for what is not taken."""
    typed = Typed()
    ids = []
    for sent in request.files.getlist(name):
        if sent.filename:
            try:
                ids.append(files.store(turn, storage(), sent.stream, sent.filename, picture=picture).id)
            except FileRefusedError as error:
                typed.wrong(name, error.args[0])
    if typed.errors:
        raise InvalidError(typed.errors)
    return ids


def _receive(turn: Context, typed: Typed, spec: Field, sent: FileStorage) -> None:
    try:
        row = files.store(turn, storage(), sent.stream, sent.filename or "", picture=spec.kind.name == "image")
    except FileRefusedError as error:
        typed.wrong(spec.name, error.args[0])
    else:
        # Kept even if the rest of the form is refused: nobody should have to choose a file twice.
        turn.session.commit()
        typed.values[spec.name] = row.id


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def items(
    turn: Context, resource: Resource, fields: Iterable[Field], record: Entity | None = None, typed: Typed | None = None
) -> list[dict[str, Any]]:
    """Fields as _form.html wants them: shape, value and error of each."""
    specs = list(fields)
    typed = typed or Typed()
    shown = values_of(turn, specs, record, typed)
    return [
        {
            "f": shape(turn, resource, spec),
            "v": to_type(spec, shown[spec.name]),
            "error": _first(typed.errors.get(spec.name)),
        }
        for spec in specs
    ]


def to_type(spec: Field, shown: Shown) -> Shown:
    """A value as people type it: a telephone number without the country's code."""
    if spec.kind.name == "phones" and shown.items:
        return replace(shown, raw=[{**one.raw, "value": one.text} for one in shown.items])
    return replace(shown, raw=shown.text) if spec.kind.name == "phone" else shown


def in_dialog(fields: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields of a dialog: the form below it may have controls of the same names."""
    return [{**item, "f": replace(item["f"], id=f"dialog-{item['f'].name}")} for item in fields]


def _first(reasons: Sequence[Label] | None) -> Label | None:
    return " ".join(str(one) for one in reasons) if reasons else None


def values_of(turn: Context, specs: Sequence[Field], record: Entity | None, typed: Typed) -> dict[str, Shown]:
    """What each control holds: what was typed, else the record's value, else the default."""
    raw = {spec.name: _value(spec, record, typed) for spec in specs}
    names = _names(turn, specs, raw)
    found: dict[str, Shown] = {}
    for spec in specs:
        if spec.name in typed.texts and (spec.name in typed.errors or spec.kind.name not in PICKED):
            found[spec.name] = _retyped(spec, typed, names)
        elif record is None and spec.name not in typed.values:
            found[spec.name] = zero(turn, spec)
        else:
            value = raw[spec.name]
            found[spec.name] = form_value(turn, spec, value, titles=_title(spec, value, names))
    return found


def _retyped(spec: Field, typed: Typed, names: Mapping[Any, str]) -> Shown:
    texts = typed.texts[spec.name]
    if spec.kind.name == "record":
        return Shown(raw="")  # what could not be read names nothing
    if spec.kind.name not in LINKS:
        return as_typed(spec, ["true"] if spec.kind.name == "boolean" and "true" in texts else texts)
    known = [one for text in texts if (one := _id(text)) in names]
    parts = tuple(Shown(names[one], str(one)) for one in known if one)
    return Shown(", ".join(one.text for one in parts), parts[0].raw if parts else "", items=parts)


def _value(spec: Field, record: Entity | None, typed: Typed) -> Any:
    if spec.name in typed.values:
        return typed.values[spec.name]
    return present(spec, record) if record is not None else None


def present(spec: Field, record: Entity) -> Any:
    """What a record holds now; of many-to-many fields the ids."""
    return [one.id for one in getattr(record, spec.name)] if spec.kind.name == "links" else value_of(record, spec)


def _names(turn: Context, specs: Sequence[Field], raw: Mapping[str, Any]) -> dict[Any, str]:
    """What the linked records and files are called, one statement each."""
    wanted: dict[type[Entity], list[UUID]] = {}
    file_ids: set[UUID] = set()
    references: set[str] = set()
    for spec in specs:
        value = raw[spec.name]
        ids = value if isinstance(value, list) else [value] if value else []
        if spec.kind.name in LINKS:
            wanted.setdefault(target_class(spec), []).extend(ids)
        elif spec.kind.name in FILES:
            file_ids.update(ids)
        elif spec.kind.name == "record":
            references.update(ids)
    return {**titles(turn, wanted), **reference_titles(turn, references), **files.names(turn, file_ids)}


def _title(spec: Field, value: Any, names: Mapping[Any, str]) -> Any:
    if isinstance(value, list):
        return [names.get(one, "—") for one in value] if spec.kind.name == "links" else None
    return names.get(value) if spec.kind.name in NAMED else None
