"""Deeds on plans: complete, close with what follows, take up again, and put off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.activities.models import BELL, Plan
from core.context import Context
from core.entity import service
from core.entity.entity import title_field
from core.entity.errors import InvalidError
from core.entity.fields import Choice
from core.entity.values import value_of
from core.i18n import translator

_ = translator("core")


def end_state(context: Context, plan: type[Plan]) -> Choice | None:
    """The state of what was done: the first final one."""
    lanes = context.resource(plan).lanes
    return next((one for one in lanes.choices if one.final), None) if lanes and lanes.writable else None


def finish(context: Context, plan: Plan, *, version: int | None = None) -> bool:
    """Complete a plan; False where it is completed already."""
    lanes, state = context.resource(type(plan)).lanes, end_state(context, type(plan))
    if lanes is None or state is None:
        raise InvalidError({"": [_("This cannot be completed here. Open it.")]})
    present = lanes.choice(getattr(plan, lanes.name))
    if present is not None and present.final:
        return False
    return service.update(context, plan, {lanes.name: state.value}, version=version)


def reopen(context: Context, plan: Plan) -> bool:
    """Take a completed plan up again; False where it was not completed."""
    lanes = context.resource(type(plan)).lanes
    begin = next((one for one in lanes.choices if not one.final), None) if lanes and lanes.writable else None
    if lanes is None or begin is None:
        raise InvalidError({"": [_("This cannot be taken up again here. Open it.")]})
    return plan.ended is not None and service.update(context, plan, {lanes.name: begin.value})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is planned when something was completed: for the same customer, about the same record."""

    model: type[Plan]
    subject: str
    at: datetime
    remind_before: str | None = None


def close(context: Context, plan: Plan, values: Mapping[str, Any], following: FollowUp | None) -> None:
    """Complete a plan with its result, and plan what follows."""
    service.update(context, plan, dict(values))
    finish(context, plan)
    if following is None:
        return
    mine, theirs = context.resource(type(plan)).fields, context.resource(following.model).fields
    alike: dict[str, Any] = {
        name: value_of(plan, mine[name]) for name in ("customer", "about") if name in mine and name in theirs
    }
    given = {"starts": following.at, "remind_before": following.remind_before, "remind_by": [BELL.value]}
    service.create(context, following.model, {title_field(following.model): following.subject, **given, **alike})


def postpone(context: Context, plan: Plan, to: date, *, version: int | None = None) -> bool:
    """Put a plan off until a day, at the hours it has; its end, where it has one, comes to lie on that day."""
    resource = context.resource(type(plan))
    fields = [resource.fields[name] for name in resource.calendar]
    times = {spec.name: value for spec in fields if isinstance(value := value_of(plan, spec), datetime)}
    if not times:
        raise InvalidError({"": [_("This has no time to move. Open it.")]})
    days = to - max(times.values()).astimezone(context.zone).date()
    # By the clock on the wall, whatever the zone does in between.
    later = {name: at.astimezone(context.zone) + days for name, at in times.items()}
    return service.update(context, plan, later, version=version)
