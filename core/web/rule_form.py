"""The form of a rule: what it shows, and what was typed into it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from core.access.shares import EVERYTHING
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter, read_filters
from core.i18n import Label, translator
from core.rules.reading import EVENTS, OWNER, RECALL, SHARE, Terms, fields_of
from core.rules.service import Draft
from core.web.entity import picks
from core.web.entity.chips import LINKS, link_titles, parts
from core.web.entity.picks import DEPARTMENT, USER, Picked
from core.web.entity.shape import Shape, filter_shape
from core.web.entity.sharing import ACCESS, aspects
from core.web.rule_words import EVENT_TITLES, TITLES, TO_TITLES

_ = translator("core")

USUAL_DAYS, USUAL_NOTICE = 30, 3


def shape_of(turn: Context, resource: Resource, spec: Field) -> Shape:
    """A field as the builder shows it; periods that move with the calendar are left to lists."""
    found = filter_shape(turn, resource, spec)
    return replace(found, operators=tuple(one for one in found.operators if one.op != "preset"))


def comparable(turn: Context, resource: Resource) -> list[Shape]:
    """The fields a condition may be about."""
    shapes = (shape_of(turn, resource, spec) for spec in fields_of(turn, resource).values())
    return [one for one in shapes if one.operators]


def row(turn: Context, resource: Resource, spec: Field, key: str, one: Filter | None = None) -> dict[str, Any]:
    """One condition of the builder."""
    shape, chosen = shape_of(turn, resource, spec), []
    if one is not None:
        names = link_titles(turn, [one])
        chosen = [{"value": part, "title": _title(spec, names, part)} for part in parts(one)]
    operators = [each.op for each in shape.operators]
    operator = "eq" if one and one.operator == "in" else one.operator if one else operators[0]
    return {"key": key, "f": shape, "op": operator, "chosen": chosen}


def _title(spec: Field, names: dict[UUID, str], part: str) -> str:
    try:
        return names.get(UUID(part), "—") if spec.kind.name in LINKS else part
    except ValueError:
        return part


def read() -> Draft:
    """What the form sent. What cannot be read is left for the service to refuse."""
    form, picked = request.form, Picked.read()
    targets = picked.targets
    shared = form.getlist("aspects")
    terms = Terms(
        users=tuple(targets.users),
        departments=tuple(targets.departments),
        order=tuple(targets.order),
        aspects=(EVERYTHING,) if EVERYTHING in shared or not shared else tuple(shared),
        access=form.get("access", "read"),
        days=_whole("days"),
        notice=_whole("notice") or 0,
        to=form.get("to", "head"),
    )
    events = tuple(one for one in EVENTS if one in form.getlist("events"))
    return Draft(form.get("name", ""), events, tuple(typed_conditions()), terms, "true" in form.getlist("active"))


def _whole(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if text and not text.isdecimal():
        return -1  # a number of days that cannot be: the service says so
    return int(text) if text else None


def typed_conditions(sent: MultiDict[str, str] | None = None) -> list[tuple[str, str]]:
    """The conditions of the builder, as a list's address has them; ``sent`` is the form where nothing is said."""
    form, found = request.form if sent is None else sent, []
    for key in form.getlist("condition"):
        name, operator = form.get(f"{key}.field", ""), form.get(f"{key}.op", "")
        values = [one for one in form.getlist(f"{key}.value") if one.strip()]
        if operator == "eq" and len(values) > 1:
            operator = "in"
        found.append((f"{name}__{operator}", ",".join(values)))
    return found


def render(
    turn: Context,
    resource: Resource,
    kind: str,
    draft: Draft,
    *,
    action: str,
    version: int | None = None,
    error: InvalidError | None = None,
) -> str:
    """The page."""
    terms = draft.terms
    wrong: dict[str, list[Label]] = error.errors if error else {}
    picked = Picked(tuple((USER if one in terms.users else DEPARTMENT, one) for one in terms.order))
    title, text, _icon = TITLES[kind]
    return render_template(
        "rule_form.html",
        kind=kind,
        title=draft.name or _("New: %(entity)s", entity=title),
        text=text,
        crumbs_to=[
            {"title": str(_("Settings")), "url": "/settings"},
            {"title": str(_("Owners and sharing: %(entities)s", entities=resource.plural)), "url": here(resource)},
        ],
        action=action,
        version=version,
        try_url=f"{here(resource)}/try?kind={kind}",
        condition_url=f"{here(resource)}/condition",
        cancel_url=here(resource),
        draft=draft,
        events=[{"value": one, "title": EVENT_TITLES[one], "chosen": one in draft.events} for one in EVENTS],
        fields=comparable(turn, resource),
        rows=condition_rows(turn, resource, draft.conditions),
        lists=picks.lists(turn, picked) if kind != RECALL else None,
        owner=kind == OWNER,
        aspects=aspects(turn, resource) if kind == SHARE else [],
        everything=EVERYTHING,
        accesses=[{"value": value, "title": title} for value, title in ACCESS.items()],
        to_titles=[{"value": value, "title": title} for value, title in TO_TITLES.items()],
        errors=[str(text) for name, texts in wrong.items() if name not in {"name", "days", "notice"} for text in texts],
        wrong={name: " ".join(map(str, texts)) for name, texts in wrong.items()},
    )


def condition_rows(turn: Context, resource: Resource, conditions: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """The conditions as they are; those whose field is gone are left out, and gone once it is saved."""
    fields = fields_of(turn, resource)
    found = []
    for place, pair in enumerate(conditions):
        try:
            found += [row(turn, resource, one.field, f"c{place}", one) for one in read_filters(fields, [pair])]
        except (InvalidError, ValueError):
            continue
    return found


def here(resource: Resource) -> str:
    """The page of an entity's rules."""
    return f"/settings/rules/{resource.name}"
