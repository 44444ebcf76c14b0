"""Making and changing a record in a form: its page, its dialog, and the page of two versions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request

from core.context import Context
from core.entity import service
from core.entity.asks import asked
from core.entity.duplicates import Match
from core.entity.entity import Entity, Resource, title_field
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.entity.sections import Section, parted
from core.i18n import Label, translator
from core.web import repeat_fields
from core.web.entity import duplicates, lines, whose
from core.web.entity.asked import opening
from core.web.entity.conflict import compare, leave_theirs
from core.web.entity.form import FILES, Typed, in_dialog, items, parsed, present, writable
from core.web.entity.owners import given_away
from core.web.entity.record import delete_entry
from core.web.entity.turn import by_htmx, go, needs, refresh, show, with_events

_ = translator("core")

TIMELINE = "timeline"
"""To stay on a record's page, which shows its timeline anew."""
REACHES = frozenset(("phone", "email"))
"""Kinds that a quick form has room for."""


@needs("create")
def new(turn: Context, resource: Resource) -> Any:
    """An empty form, prefilled by its address; as a dialog for ``quick``."""
    fields = turn.fields(resource)
    typed = _prefilled(turn, resource, fields)
    return _form(turn, resource, None, typed)


@needs("create")
def create(turn: Context, resource: Resource) -> Any:
    """Save a new record, or show the form again with what is wrong beside each field."""
    typed = lines.read_document(turn, resource)
    owner = whose.chosen(turn, resource, typed)
    doubts = duplicates.unconfirmed(turn, resource, typed.values)
    record = _created(turn, resource, typed, doubts, owner)
    if record is None:
        if owner:
            typed.values[whose.OWNER] = owner
        return _form(turn, resource, None, typed, matches=duplicates.lines(resource, doubts)), 422
    if request.values.get("stay") == TIMELINE:
        return _on_timeline(_("“%(title)s” is saved.", title=record.title))
    if request.values.get("stay"):
        return refresh(_("“%(title)s” is saved.", title=record.title))
    if request.values.get("quick"):
        return with_events(
            "",
            closeDialog={},
            created={"field": request.values.get("field", ""), "id": str(record.id), "title": record.title},
        )
    text = _("“%(title)s” is saved.", title=record.title)
    if "again" in request.form:
        return go(f"/{resource.path}/new", text)
    return _landed(turn, resource, record, text)


@needs("create")
def copy(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """A new record's form with the values of another; what must be unique and files are left out."""
    record = service.get(turn, resource.model, record_id)
    fields = writable(turn.fields(resource))
    alike = {name: spec for name, spec in fields.items() if not spec.unique and spec.kind.name not in FILES}
    values = {name: present(spec, record) for name, spec in alike.items()}
    return _form(turn, resource, None, Typed({**values, **lines.copied(resource, record)}))


def _created(
    turn: Context, resource: Resource, typed: Typed, doubts: Sequence[Match], owner: UUID | None
) -> Entity | None:
    """The saved record; None where there is something to mend or to confirm first, all of it said together."""
    try:
        with turn.session.begin_nested():
            record = service.create(turn, resource.model, typed.values)
            repeat_fields.save(turn, record)
            if owner:
                whose.give(turn, resource, record, owner)
            typed.insist()
            _insist(doubts)
    except InvalidError as error:
        typed.refused(InvalidError({name: texts for name, texts in error.errors.items() if name not in typed.errors}))
        return None
    return record


def _insist(doubts: Sequence[Match]) -> None:
    """Save nothing while there is something to ask about."""
    if doubts:
        raise InvalidError({})


@needs("edit")
def edit(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """The form with a record's values."""
    return _form(turn, resource, service.get(turn, resource.model, record_id), Typed())


@needs("edit")
def save(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Save what was changed; of a record that somebody else saved meanwhile, show both versions."""
    record = service.get(turn, resource.model, record_id)
    typed = lines.read_document(turn, resource, record)
    leave_theirs(typed, request.form)
    version = request.form.get("version", type=int)
    if version is None:
        typed.wrong("", _("The form did not say which version it was made from. Open it again."))
    try:
        typed.insist()
        if doubts := duplicates.unconfirmed(turn, resource, typed.values, record):
            matches = duplicates.lines(resource, doubts)
            return _form(turn, resource, record, typed, version=version, matches=matches), 422
        if (ask := asked(turn, record, typed.values)) and ask.url:
            typed.wrong(
                "", ask.text or _("This is done by a dialog of its own; what else you changed is not saved yet.")
            )
            return opening(_form(turn, resource, record, typed, version=version), ask.url)
        with turn.session.begin_nested():
            service.update(turn, record, typed.values, version=version)
            repeat_fields.save(turn, record)
    except StaleError:
        turn.session.rollback()
        return _conflict(turn, resource, service.get(turn, resource.model, record_id), typed, version or 0), 409
    except InvalidError as error:
        typed.refused(error)
        return _form(turn, resource, record, typed, version=version), 422
    return _landed(turn, resource, record, _("“%(title)s” is saved.", title=record.title))


def _on_timeline(text: Label) -> Any:
    return with_events("", closeDialog={}, recordChanged={}, toast={"kind": "success", "text": str(text)})


def _landed(turn: Context, resource: Resource, record: Entity, text: Label) -> Any:
    """The record's page; the list where a rule took it out of this person's sight."""
    if request.values.get("stay") == TIMELINE:
        return _on_timeline(text)
    if away := given_away(turn, resource, record):
        return go(f"/{resource.path}", away)
    return go(f"/{resource.path}/{record.id}", text)


def _conflict(turn: Context, resource: Resource, record: Entity, typed: Typed, version: int) -> str:
    """The form once more, on top of what somebody else saved, with both versions side by side."""
    if request.values.get("quick"):
        typed.wrong("", _("Somebody else changed this in the meantime. Close this, and open it again."))
        return _form(turn, resource, record, typed)
    conflict = compare(turn, resource, record, typed, version)
    return _form(turn, resource, record, conflict.merged, conflict=conflict.page)


def _prefilled(turn: Context, resource: Resource, fields: Mapping[str, Field]) -> Typed:
    """What its entity begins with, and values from the address: a record one comes from, a day, a name just typed."""
    begun = resource.begins(turn) if resource.begins else {}
    typed = Typed({name: begun[name] for name in writable(fields) if name in begun})
    given = dict(request.args.items())
    if "title" in given:
        given.setdefault(title_field(resource.model), given["title"])
    if "date" in given and resource.dates:
        given.setdefault(resource.dates[0], given["date"])
    for name, spec in writable(fields).items():
        if name in given and spec.kind.name not in {"file", "image", "address", "phones", "emails"}:
            try:
                typed.values[name] = parsed(turn, spec, [given[name]])
            except ValueError:
                continue
    return typed


def _form(turn: Context, resource: Resource, record: Entity | None, typed: Typed, **more: Any) -> str:
    quick = bool(request.values.get("quick"))
    compared = {row["f"].name for row in (more.get("conflict") or {"fields": ()})["fields"] if row["differs"]}
    fields = [spec for name, spec in writable(turn.fields(resource)).items() if name not in compared]
    foot = lines.beneath(resource)
    if quick:
        return _dialog(turn, resource, fields, typed, record, more.get("matches", []))
    if record is None and (owner := whose.owner_field(turn, resource)):
        whose.begin(turn, typed)
        fields.append(owner)
    whole = not (by_htmx() and request.method == "POST")
    path = f"/{resource.path}"
    values: dict[str, Any] = {
        "action": f"{path}/{record.id}/edit" if record else f"{path}/new",
        "sections": sections(turn, resource, [spec for spec in fields if spec.name not in foot], record, typed),
        "lines": lines.tables(turn, resource, record, typed),
        "lines_url": f"{path}/lines",
        "errors": typed.errors.get("", []),
        "version": record.version if record else None,
        "record_id": record.id if record else None,
        "cancel_url": f"{path}/{record.id}" if record else path,
        "delete": next(iter(delete_entry(turn, resource, record)), None) if record else None,
        # The manual's word where something that is set up once is changed (V-14).
        "submit_title": _("Update") if record and not resource.owned else "",
        "again": record is None,
        "conflict": None,
        "repeats": repeat_fields.in_form(resource, record, typed.errors),
    }
    values |= {name: value for name, value in more.items() if value is not None}
    if not whole:
        return show(resource, "_form.html", **values)
    crumbs = [{"title": str(resource.plural), "url": path}]
    if record:
        crumbs.append({"title": record.title or "—", "url": f"{path}/{record.id}"})
    title = record.title if record else _("New: %(entity)s", entity=resource.title)
    return show(resource, "form.html", title=title, crumbs_to=crumbs, **values)


def sections(
    turn: Context, resource: Resource, fields: list[Field], record: Entity | None, typed: Typed
) -> list[dict[str, Any]]:
    """The declared fields in their parts, then the company's own."""
    shown = items(turn, resource, fields, record, typed)
    told = [(item, spec) for item, spec in zip(shown, fields, strict=True) if not _is_idle(spec, item)]
    parts = parted(resource.sections, [(spec.name, item) for item, spec in told if not spec.key])
    if own := [item for item, spec in told if spec.key]:
        parts.append((Section(_("Custom fields"), (), below=True), own))
    return [
        {"title": str(one.title), "text": "", "fields": part, "below": one.below, "when": _condition(one)}
        for one, part in parts
    ]


def _condition(section: Section) -> str:
    """As forms understand it: ``kind=insurance``."""
    return f"{section.when[0]}={' '.join(section.when[1])}" if section.when else ""


def _is_idle(spec: Field, item: Mapping[str, Any]) -> bool:
    """Whether nobody has asked for a field, and nothing is in it."""
    return spec.on_demand and item["v"].empty and not item["error"]


def _dialog(
    turn: Context,
    resource: Resource,
    fields: list[Field],
    typed: Typed,
    record: Entity | None,
    matches: list[dict[str, Any]],
) -> str:
    """Only what is needed, how to reach somebody, and what was typed: the rest can wait.

    What the address says is ``fixed`` is known from where one stands, and not asked for.
    """
    title, fixed = title_field(resource.model), request.values.get("fixed", "").split()
    wanted = [
        spec
        for spec in fields
        if (spec.name == title or spec.required or spec.name in {*typed.values, *typed.errors, *resource.quick}
            or (spec.listed and spec.kind.name in REACHES))
        and (spec.name not in fixed or spec.name in typed.errors)
    ]  # fmt: skip
    kept = {name: request.values.get(name, "") for name in ("field", "stay", "fixed", *fixed)}
    return show(
        resource,
        "_form_dialog.html",
        title=record.title if record else _("New: %(entity)s", entity=resource.title),
        action=f"/{resource.path}/{record.id}/edit" if record else f"/{resource.path}/new",
        fields=in_dialog(items(turn, resource, wanted, record, typed)),
        errors=[*typed.errors.get("", []), *(text for name in resource.lines for text in typed.errors.get(name, ()))],
        hidden={"quick": "1", **({"version": record.version} if record else {}), **kept},
        matches=matches,
        repeats=repeat_fields.in_form(resource, record, typed.errors),
    )
