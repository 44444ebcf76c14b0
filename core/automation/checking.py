"""What is wrong with an automation as somebody wants it, in words, and which modules it uses."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from core.automation import acting, conditions, messages, program
from core.automation.actions import ASSIGN, CREATE, NOTIFY, SET
from core.automation.calls import CALL
from core.automation.contract import WorkflowAction
from core.automation.messages import MESSAGE
from core.automation.program import BRANCH, CONTROL, ELSE, REPEAT, STEPS, THEN, UNITS, WAIT, Step
from core.automation.triggers import DATE, EVENT, EVENTS, RECORD, SCHEDULE, TRIGGERS, WEBHOOK
from core.automation.values import constant, is_template
from core.context import ADMINISTERED, Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.filters import NO_SUCH_FIELD
from core.i18n import Label, translator
from core.privacy.purposes import purpose_named
from core.rules.reading import fields_of
from core.webhooks.address import TargetError, read_target

_ = translator("core")

MOST_STEPS, MOST_ROUNDS, DEEPEST, LONGEST = 50, 400, 4, 3650
_HOURS, _WEEKDAYS, _DAYS = 24, 7, 31
Pair = tuple[str, Label]
NEEDED, NOT_LISTED = _("This field is needed."), _("Choose one of the listed values.")


def trigger_problems(context: Context, resource: Resource, said: Mapping[str, Any]) -> Iterator[Pair]:
    """What is wrong with what starts it."""
    kind = said.get("on")
    if kind not in TRIGGERS:
        yield "trigger", NOT_LISTED
    elif kind == RECORD:
        events = said.get("events") or []
        if not events or not set(events) <= set(EVENTS):
            yield "trigger", _("Say when it shall act.")
        if unknown := set(said.get("fields") or []) - set(fields_of(context, resource)):
            yield "trigger", _("There is no such field: %(name)s.", name=", ".join(sorted(unknown)))
    elif kind == EVENT and said.get("event") not in {one.name for one in resource.events}:
        yield "trigger", _("There is no such event.")
    elif kind == DATE:
        yield from _date_problems(context, resource, said)
    elif kind == SCHEDULE:
        yield from _schedule_problems(said)
    elif kind == WEBHOOK and said.get("field") and said["field"] not in fields_of(context, resource):
        yield "trigger", NO_SUCH_FIELD


def _date_problems(context: Context, resource: Resource, said: Mapping[str, Any]) -> Iterator[Pair]:
    spec = fields_of(context, resource).get(said.get("field", ""))
    if spec is None or spec.kind.name not in {"date", "datetime"}:
        yield "trigger", _("Choose a field that holds a day.")
    elif spec.kind.name == "date" and said.get("unit") in {"minutes", "hours"}:
        yield "trigger", _("This field holds a day and no hour: choose days or weeks.")
    if (
        not _whole(said.get("amount"), 0, LONGEST)
        or said.get("unit") not in UNITS
        or said.get("side") not in {"before", "after"}
    ):
        yield "trigger", _("Say how long before or after.")
    if not _whole(said.get("hour", 0), 0, _HOURS - 1):
        yield "trigger", _("An hour is between 0 and 23.")


def _schedule_problems(said: Mapping[str, Any]) -> Iterator[Pair]:
    if not _whole(said.get("every"), 1, LONGEST) or said.get("unit") not in {"hours", "days", "weeks", "months"}:
        yield "trigger", _("Say how often.")
    for name, last in (("hour", _HOURS - 1), ("weekday", _WEEKDAYS - 1)):
        if not _whole(said.get(name, 0), 0, last):
            yield "trigger", NOT_LISTED
    if not _whole(said.get("day", 1), 1, _DAYS):
        yield "trigger", _("A day of the month is between 1 and 31.")
    for name in ("from", "until"):
        try:
            date.fromisoformat(said.get(name) or "2024-01-01")
        except (ValueError, TypeError):
            yield "trigger", _("This is not a day.")


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def step_problems(context: Context, resource: Resource, steps: Any) -> Iterator[Pair]:
    """What is wrong with its steps; each named by its path."""
    if not _are_steps(steps):
        yield "steps", _("These steps cannot be read.")
        return
    every = list(program.walk(steps))
    if not every:
        yield "steps", _("Say what shall be done.")
    if len(every) > MOST_STEPS:
        yield "steps", _("At most %(n)s steps.", n=MOST_STEPS)
    known = acting.actions(context)
    for path, step in every:
        for problem in _problems(context, resource, known, step):
            yield f"steps.{path}", problem


def _are_steps(steps: Any, depth: int = 0) -> bool:
    if not isinstance(steps, list) or depth > DEEPEST:
        return False
    return all(
        isinstance(step, Mapping)
        and isinstance(step.get("do"), str)
        and all(_are_steps(step.get(name) or [], depth + 1) for name in (THEN, ELSE, STEPS))
        for step in steps
    )


def _problems(context: Context, resource: Resource, known: Mapping[str, WorkflowAction], step: Step) -> Iterable[Label]:
    kind = step["do"]
    if kind in CONTROL:
        return _control_problems(context, resource, step)
    action = known.get(kind)
    if action is None:
        return [_("There is no such action: %(name)s.", name=kind)]
    if action.entities and resource.name not in action.entities:
        return [_("This action is not for these records.")]
    if kind == CALL and not is_template(str(step.get("url", ""))):
        return [*_setting_problems(action, step), *_call_problems(step)]
    checks = {
        SET: _set_problems,
        CREATE: _create_problems,
        ASSIGN: _assign_problems,
        NOTIFY: _notify_problems,
        MESSAGE: _message_problems,
    }
    return [*_setting_problems(action, step), *(checks[kind](context, resource, step) if kind in checks else ())]


def _control_problems(context: Context, resource: Resource, step: Step) -> Iterator[Label]:
    kind = step["do"]
    if kind == BRANCH:
        try:
            conditions.holds(context, resource, conditions.read(step.get("if")))
        except InvalidError as error:
            yield from (text for texts in error.errors.values() for text in texts)
    if kind == WAIT and not (_whole(step.get("amount"), 1, LONGEST) and step.get("unit") in UNITS):
        yield _("Say how long.")
    if kind == REPEAT:
        if not (_whole(step.get("every"), 1, LONGEST) and step.get("unit") in UNITS):
            yield _("Say how often.")
        if not _whole(step.get("times"), 1, MOST_ROUNDS):
            yield _("Between 1 and %(n)s times.", n=MOST_ROUNDS)
        if not step.get(STEPS):
            yield _("Say what shall be repeated.")


def _setting_problems(action: WorkflowAction, step: Step) -> Iterator[Label]:
    for one in action.settings:
        value = step.get(one.name)
        if value in (None, ""):
            if one.required and one.kind != "boolean":
                yield _("%(field)s is needed.", field=one.title)
        elif one.kind == "choice" and value not in {choice.value for choice in one.choices}:
            yield NOT_LISTED
        elif one.kind == "integer" and not _whole(value, -(2**31), 2**31):
            yield _("Write a whole number.")


def _value_problems(context: Context, target: Resource, said: Any) -> Iterator[Label]:
    fields = context.all_fields(target)
    if not isinstance(said, list) or not said:
        yield _("Choose at least one field.")
        return
    for one in said:
        spec = fields.get(one.get("field", "")) if isinstance(one, Mapping) else None
        if spec is None or not spec.writable:
            yield NO_SUCH_FIELD
        elif "from" not in one and "days" not in one and not is_template(str(one.get("value"))):
            try:
                constant(spec, one.get("value"))
            except InvalidError as error:
                yield from (
                    _("%(field)s: %(problem)s", field=spec.title, problem=text)
                    for texts in error.errors.values()
                    for text in texts
                )


def _set_problems(context: Context, resource: Resource, step: Step) -> Iterator[Label]:
    return _value_problems(context, resource, step.get("values"))


def _create_problems(context: Context, _resource: Resource, step: Step) -> Iterator[Label]:
    target = target_of(context, step)
    if target is None:
        yield _("Choose what shall be created.")
        return
    yield from _value_problems(context, target, step.get("values"))
    given = {one.get("field") for one in step.get("values") or () if isinstance(one, Mapping)}
    missing = [
        spec.title
        for name, spec in context.all_fields(target).items()
        if spec.required and spec.writable and name not in given
    ]
    for title in missing:
        yield _("%(field)s is needed.", field=title)


def is_governed(resource: Resource) -> bool:
    """Whether automations may be about an entity: people, roles and departments are only ever changed by hand."""
    return "create" in resource.verbs and resource.name not in ADMINISTERED


def target_of(context: Context, step: Step) -> Resource | None:
    """What a step creates; None where there is no such thing."""
    return next((one for one in context.resources() if one.name == step.get("entity") and is_governed(one)), None)


def _assign_problems(_context: Context, resource: Resource, step: Step) -> Iterator[Label]:
    if not resource.owned:
        yield _("These records belong to nobody.")
    if not step.get("users") and not step.get("departments"):
        yield _("Choose who receives them.")


def _notify_problems(_context: Context, _resource: Resource, step: Step) -> Iterator[Label]:
    if not step.get("people"):
        yield _("Choose whom it is for.")
    if not step.get("title"):
        yield _("Write what shall be sent.")


def _call_problems(step: Step) -> Iterator[Label]:
    try:
        read_target(str(step.get("url", "")))
    except TargetError as error:
        yield error.reason


def _message_problems(context: Context, resource: Resource, step: Step) -> Iterator[Label]:
    channel = messages.channels(context).get(step.get("channel", ""))
    if channel is None:
        yield _("Choose how it is sent.")
        return
    if step.get("to") not in messages.address_fields(context, resource, channel):
        yield _("Choose whom it is for.")
    if purpose_named(context, str(step.get("purpose", ""))) is None:
        yield _("Choose what people are contacted for.")
    if step.get("template"):
        return
    if not step.get("text") or (channel.subject and not step.get("subject")):
        yield _("Write what shall be sent.")


def modules_of(context: Context, resource: Resource, steps: Any) -> list[str]:
    """The modules an automation uses: with one of them off it sleeps."""
    known, found = acting.actions(context), {resource.plugin}
    for _path, step in program.walk(steps):
        if step["do"] in known:
            found.add(known[step["do"]].plugin)
        if step["do"] == CREATE and (target := target_of(context, step)):
            found.add(target.plugin)
        if step["do"] == MESSAGE and (channel := messages.channels(context).get(step["channel"])):
            found.add(channel.plugin)
    return sorted(found)
