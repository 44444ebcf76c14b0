"""Automations in sentences that people understand: what starts them, for which records, and what they do."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.automation import acting, conditions
from core.automation.actions import CREATE, SET
from core.automation.conditions import CHANGED, OLD, Condition, Group
from core.automation.messages import MESSAGE, channels
from core.automation.models import Automation
from core.automation.program import BRANCH, REPEAT, STOP, WAIT, Step
from core.automation.triggers import CHANGED as EDITED
from core.automation.triggers import CREATED, DATE, DELETED, EVENT, RECORD, SCHEDULE
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.filters import Filter
from core.entity.format import number
from core.i18n import Label, Text, translator
from core.rules.reading import fields_of
from core.web.automation_fields import find
from core.web.entity.chips import label, link_titles

_ = translator("core")

EVENT_TITLES: dict[str, Text] = {
    CREATED: _("is added"),
    EDITED: _("is edited"),
    DELETED: _("is deleted"),
}
UNIT_TITLES: dict[str, Text] = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "days": _("days"),
    "weeks": _("weeks"),
    "months": _("months"),
}
WEEKDAYS: tuple[Text, ...] = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
CONTROL_TITLES: dict[str, tuple[Text, str]] = {
    WAIT: (_("Wait"), "hourglass"),
    BRANCH: (_("If … then … otherwise"), "arrows-split-2"),
    REPEAT: (_("Repeat"), "repeat"),
    STOP: (_("Stop here"), "player-stop"),
}
STATES: dict[str, tuple[Text, str]] = {
    "waiting": (_("Waiting"), "blue"),
    "sending": (_("Being sent"), "blue"),
    "done": (_("Done"), "green"),
    "stopped": (_("Stopped"), "secondary"),
    "failed": (_("Failed"), "red"),
    "unknown": (_("Outcome unknown"), "orange"),
    "loop": (_("Loop, stopped"), "orange"),
    "skipped": (_("Left out"), "secondary"),
}
"""What the states of runs and steps are called, and their colours."""


def said(turn: Context, resource: Resource, rule: Automation) -> dict[str, Any]:
    """An automation in three parts."""
    return {
        "when": str(when(turn, resource, rule.trigger)),
        "conditions": list(tests(turn, resource, rule.conditions)),
        "steps": [str(step(turn, resource, one)) for one in rule.steps],
    }


def when(turn: Context, resource: Resource, said: Mapping[str, Any]) -> Label:
    """What starts it."""
    entity, kind = str(resource.title), said["on"]
    if kind == RECORD:
        events = str(_(" or ")).join(str(EVENT_TITLES[one]) for one in said["events"])
        names = [
            str(spec.title) for name, spec in fields_of(turn, resource).items() if name in (said.get("fields") or ())
        ]
        if names:
            return _("%(entity)s %(events)s (%(fields)s)", entity=entity, events=events, fields=", ".join(names))
        return _("%(entity)s %(events)s", entity=entity, events=events)
    if kind == EVENT:
        return _("%(entity)s: %(event)s", entity=entity, event=event_title(resource, said["event"]))
    if kind == DATE:
        found = find(turn, resource, said["field"])
        what = {"n": number(said["amount"]), "unit": UNIT_TITLES[said["unit"]], "field": found[2] if found else "—"}
        if not said["amount"]:
            return _("On the day of “%(field)s”", **what)
        before, after = _("%(n)s %(unit)s before “%(field)s”", **what), _("%(n)s %(unit)s after “%(field)s”", **what)
        return before if said["side"] == "before" else after
    if kind == SCHEDULE:
        return _("Every %(n)s %(unit)s", n=number(said["every"]), unit=UNIT_TITLES[said["unit"]])
    return _("A request to its web address")


def event_title(resource: Resource, name: str) -> str:
    """What people call an event, of a run too."""
    titles = {one.name: str(one.title) or one.name for one in resource.events}
    titles |= {one: str(title) for one, title in EVENT_TITLES.items()}
    titles |= {
        DATE: str(_("its day has come")), SCHEDULE: str(_("by schedule")), "webhook": str(_("a request came in")),
        "all": str(_("started by hand")),
    }  # fmt: skip
    return titles.get(name, name)


def tests(turn: Context, resource: Resource, said: Mapping[str, Any]) -> Iterator[str]:
    """Each of the outermost conditions in words."""
    try:
        group = conditions.read(said)
    except InvalidError:
        return
    if group.every or len(group.members) == 1:
        yield from (_member(turn, resource, one) for one in group.members)
    else:
        yield _grouped(turn, resource, group)


def _member(turn: Context, resource: Resource, one: Condition | Group) -> str:
    return _grouped(turn, resource, one) if isinstance(one, Group) else test(turn, resource, one)


def _grouped(turn: Context, resource: Resource, group: Group) -> str:
    joint = _(" and ") if group.every else _(" or ")
    return str(joint).join(_member(turn, resource, one) for one in group.members)


def test(turn: Context, resource: Resource, one: Condition) -> str:
    """A condition in words; one whose field is gone as it was kept."""
    found = find(turn, resource, one.field)
    if found is None:
        return f"{one.field} {one.operator} {one.value}"
    _resource, spec, title = found
    if one.operator == CHANGED:
        return str(_("%(field)s has changed", field=title))
    try:
        asked = Filter(spec, one.operator, one.value)
        words = str(label(turn, asked, link_titles(turn, [asked])))
    except (ValueError, LookupError, ArithmeticError):
        return f"{title} {one.operator} {one.value}"
    words = f"{title}{words.removeprefix(str(spec.title))}"
    return str(_("before: %(condition)s", condition=words)) if one.of == OLD else words


def step(turn: Context, resource: Resource, one: Step) -> Label:
    """A step in a few words."""
    kind = one["do"]
    if kind == WAIT:
        return _("Wait %(n)s %(unit)s", n=number(one["amount"]), unit=UNIT_TITLES[one["unit"]])
    if kind == REPEAT:
        what = {"n": number(one["every"]), "unit": UNIT_TITLES[one["unit"]], "times": number(one["times"])}
        return _("Every %(n)s %(unit)s, %(times)s times", **what)
    if kind == BRANCH:
        return _("If %(condition)s", condition=", ".join(tests(turn, resource, one["if"])) or "…")
    if kind in CONTROL_TITLES:
        return CONTROL_TITLES[kind][0]
    if kind == SET:
        names = [str(found[2]) for value in one["values"] if (found := find(turn, resource, value["field"]))]
        return _("Set %(fields)s", fields=", ".join(names))
    if kind == CREATE:
        made = next((each for each in turn.resources() if each.name == one["entity"]), None)
        return _("Create: %(entity)s", entity=made.title if made else one["entity"])
    if kind == MESSAGE:
        channel = channels(turn).get(one["channel"])
        return _("Send: %(channel)s", channel=channel.title if channel else one["channel"])
    action = acting.actions(turn).get(kind)
    return action.title if action else kind


def step_title(turn: Context, kind: str) -> tuple[str, str]:
    """What a kind of step is called, and its icon."""
    if kind in CONTROL_TITLES:
        return str(CONTROL_TITLES[kind][0]), CONTROL_TITLES[kind][1]
    action = acting.actions(turn).get(kind)
    return (str(action.title), action.icon) if action else (kind, "help")
