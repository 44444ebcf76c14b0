"""The editor of automations: what it shows of one, and of each thing that is added to it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import render_template

from core.access.models import User
from core.access.organisation import Department
from core.automation import acting, conditions
from core.automation.actions import ASSIGN, CREATE, NOTIFY, OWNER, SET
from core.automation.conditions import Condition, Group
from core.automation.messages import MESSAGE
from core.automation.program import BRANCH, ELSE, REPEAT, STEPS, THEN, UNITS
from core.automation.service import Draft
from core.automation.triggers import CHANGED, EVENTS, RECORD, TRIGGERS
from core.context import Context
from core.entity.entity import Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter
from core.entity.titles import titles
from core.i18n import Text, translator
from core.rules.reading import fields_of
from core.web import automation_fields as offered
from core.web.automation_read import in_one_line
from core.web.automation_words import CONTROL_TITLES, EVENT_TITLES, UNIT_TITLES, WEEKDAYS, event_title, step_title
from core.web.entity.chips import LINKS, link_titles, parts
from core.web.entity.shape import shape

_ = translator("core")

HERE = "/settings/automations"
TASK = "core.task"
"""What is created so often that it has an entry of its own."""
TRIGGER_TITLES: dict[str, Text] = {
    "record": _("A record is added, edited or deleted"),
    "event": _("Something happens"),
    "date": _("A day comes"),
    "schedule": _("By schedule"),
    "webhook": _("Another program calls"),
}
_DATES = frozenset(("date", "datetime"))


def fresh() -> str:
    """The key of something new in the page."""
    return f"n{uuid4().hex[:12]}"


def group(turn: Context, resource: Resource, said: Any, *, looks_back: bool) -> dict[str, Any]:
    """Conditions as the editor shows them; those whose field is gone are left out, and gone once it is saved."""
    try:
        return _group(turn, resource, conditions.read(said), looks_back)
    except InvalidError:
        return _group(turn, resource, Group(), looks_back)


def _group(turn: Context, resource: Resource, one: Group, looks_back: bool) -> dict[str, Any]:  # noqa: FBT001 # of the caller's own
    members = []
    for member in one.members:
        if isinstance(member, Group):
            members.append(_group(turn, resource, member, looks_back))
        elif made := test(turn, resource, member, looks_back=looks_back):
            members.append(made)
    return {"kind": "group", "key": fresh(), "every": one.every, "members": members}


def test(turn: Context, resource: Resource, one: Condition, *, looks_back: bool) -> dict[str, Any] | None:
    """A condition as the editor shows it."""
    found, made = (
        offered.find(turn, resource, one.field),
        offered.test_shape(turn, resource, one.field, looks_back=looks_back),
    )
    if found is None or made is None or not made.operators:
        return None
    chosen: list[dict[str, str]] = []
    if one.value:
        asked = Filter(found[1], one.operator, one.value)
        try:
            names = link_titles(turn, [asked])
        except ValueError:
            names = {}
        chosen = [{"value": part, "title": _name(found[1], names, part)} for part in parts(asked)]
    operator = "eq" if one.operator == "in" else one.operator or made.operators[0].op
    back = looks_back and "." not in one.field.removeprefix("custom.")
    return {"kind": "test", "key": fresh(), "f": made, "op": operator, "chosen": chosen, "of": one.of, "back": back}


def _name(spec: Field, names: Mapping[Any, str], part: str) -> str:
    try:
        return names.get(UUID(part), "—") if spec.kind.name in LINKS else part
    except ValueError:
        return part


def step(turn: Context, resource: Resource, said: Mapping[str, Any], *, looks_back: bool) -> dict[str, Any]:
    """A step as the editor shows it."""
    kind = said["do"]
    title, glyph = step_title(turn, kind)
    made: dict[str, Any] = {"key": fresh(), "do": kind, "title": title, "icon": glyph, "said": said}
    if kind == BRANCH:
        made["group"] = group(turn, resource, said.get("if"), looks_back=looks_back)
        made["lists"] = [_list(turn, resource, THEN, said, looks_back), _list(turn, resource, ELSE, said, looks_back)]
    elif kind == REPEAT:
        made["lists"] = [_list(turn, resource, STEPS, said, looks_back)]
    elif kind in {SET, CREATE}:
        made |= _with_values(turn, resource, said)
    elif kind == ASSIGN:
        made |= {
            "users": _people(turn, said.get("users", ())),
            "departments": _departments(turn, said.get("departments", ())),
        }
    elif kind == NOTIFY:
        people = said.get("people", [OWNER])
        made |= {"owner": OWNER in people, "users": _people(turn, [one for one in people if one != OWNER])}
    elif kind == MESSAGE:
        made["options"] = offered.message_options(turn, resource)
    else:
        action = acting.actions(turn).get(kind)
        made["settings"] = action.settings if action else ()
    return made


def _list(turn: Context, resource: Resource, name: str, said: Mapping[str, Any], looks_back: bool) -> dict[str, Any]:  # noqa: FBT001 # of the caller's own
    members = [step(turn, resource, one, looks_back=looks_back) for one in said.get(name) or ()]
    return {"name": name, "members": members}


def _with_values(turn: Context, resource: Resource, said: Mapping[str, Any]) -> dict[str, Any]:
    target = resource
    if said["do"] == CREATE:
        target = next(
            (one for one in offered.creatable(turn) if one.name == said.get("entity")), offered.creatable(turn)[0]
        )
    given = said.get("values")
    if given is None:  # of a new step: what it cannot do without
        needed = (
            [one for one in offered.settable(turn, target) if _expected(resource, one)] if said["do"] == CREATE else []
        )
        given = [{"field": spec.name, **_first_value(resource, spec)} for spec in needed]
    made = [value(turn, resource, target, one) for one in given]
    return {
        "target": target.name,
        "targets": [{"value": one.name, "title": str(one.title)} for one in offered.creatable(turn)],
        "values": [one for one in made if one],
        "fields": offered.set_options(turn, target),
    }


def _expected(resource: Resource, spec: Field) -> bool:
    """Whether a new record cannot do without a field, or would most likely have it."""
    return spec.required or _leads_back(resource, spec)


def _leads_back(resource: Resource, spec: Field) -> bool:
    """Whether a field can point at the record that started the run."""
    return spec.kind.name == "record" or (spec.kind.name == "link" and target_class(spec) is resource.model)


def _first_value(resource: Resource, spec: Field) -> dict[str, Any]:
    return {"from": "id"} if _leads_back(resource, spec) else {"value": None}


def value(turn: Context, resource: Resource, target: Resource, one: Mapping[str, Any]) -> dict[str, Any] | None:
    """One field that a step sets."""
    spec = turn.all_fields(target).get(one["field"])
    if spec is None:
        return None
    mode = "from" if "from" in one else "days" if "days" in one else "value"
    given = in_one_line(spec, one.get("value"))
    texts = [str(part) for part in given] if isinstance(given, list) else [] if given is None else [_text(given)]
    names = (
        titles(turn, {target_class(spec): {UUID(part) for part in texts}}) if spec.kind.name in LINKS and texts else {}
    )
    return {
        "key": fresh(), "f": shape(turn, target, spec), "op": mode, "from": one.get("from", ""), "days": one.get("days", 0),
        "chosen": [{"value": part, "title": _name(spec, names, part)} for part in texts],
        "sources": offered.sources(turn, resource), "dated": spec.kind.name in _DATES,
    }  # fmt: skip


def _text(given: Any) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


def _people(turn: Context, ids: Sequence[str]) -> list[dict[str, str]]:
    names = titles(turn, {User: {UUID(one) for one in ids}})
    return [{"value": one, "title": names.get(UUID(one), "—")} for one in ids]


def _departments(turn: Context, ids: Sequence[str]) -> list[dict[str, str]]:
    names = titles(turn, {Department: {UUID(one) for one in ids}})
    return [{"value": one, "title": names.get(UUID(one), "—")} for one in ids]


def shared(turn: Context, resource: Resource) -> dict[str, Any]:
    """What every part of the editor needs."""
    kinds = [*acting.actions(turn).values()]
    fitting = [one for one in kinds if not one.entities or resource.name in one.entities]
    actions = [{"name": one.name, "title": str(one.title)} for one in fitting]
    if any(one.name == TASK for one in offered.creatable(turn)):
        actions.insert(1, {"name": f"{CREATE}.{TASK}", "title": str(_("Add a task"))})
    actions += [{"name": name, "title": str(title)} for name, (title, _icon) in CONTROL_TITLES.items()]
    return {
        "part_url": f"{HERE}/part/{resource.name}",
        "fields": offered.comparable(turn, resource),
        "actions": actions,
        "units": [{"value": one, "title": str(UNIT_TITLES[one])} for one in UNITS],
    }


def render(
    turn: Context, resource: Resource, draft: Draft, *, action: str, version: int | None = None,
    error: InvalidError | None = None, **more: Any,
) -> str:  # fmt: skip
    """The page."""
    said, looks_back = draft.trigger, draft.trigger.get("on") in {RECORD, "event"}
    wrong = [str(text) for texts in (error.errors.values() if error else ()) for text in texts]
    return render_template(
        "automation_form.html",
        title=draft.name or _("New automation: %(entity)s", entity=resource.title),
        entity=str(resource.title),
        action=action,
        version=version,
        draft=draft,
        said=said,
        triggers=[
            {"value": one, "title": str(TRIGGER_TITLES[one])}
            for one in TRIGGERS
            if (one != "event" or resource.events) and (one != "date" or offered.dates(turn, resource))
        ],
        events=[{"value": one, "title": str(EVENT_TITLES[one])} for one in EVENTS],
        declared=[{"value": one.name, "title": event_title(resource, one.name)} for one in resource.events],
        own_fields=[{"name": name, "title": str(spec.title)} for name, spec in fields_of(turn, resource).items()],
        dates=offered.dates(turn, resource),
        weekdays=[str(one) for one in WEEKDAYS],
        months=str(UNIT_TITLES["months"]),
        changed=CHANGED,
        group=group(turn, resource, draft.conditions, looks_back=looks_back),
        steps=[step(turn, resource, one, looks_back=looks_back) for one in draft.steps],
        errors=list(dict.fromkeys(wrong)),
        here=HERE,
        **shared(turn, resource),
        **more,
    )
