"""One-click deeds on plans: complete, and put off."""

from datetime import date, datetime

from core.activities.models import Plan
from core.context import Context
from core.entity import service
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
