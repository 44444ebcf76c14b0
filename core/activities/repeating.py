"""Plans that repeat (RFC 5545): their next days are made ahead, each a record of its own, all of one series.

A rule is kept as text with its first moment by the clock on the company's wall: what is at nine stays at nine when
the clocks are changed. ``series_at`` says for which moment a record was made, wherever it was moved since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from dateutil import rrule
from sqlalchemy.dialects.postgresql import distinct_on
from uuid_utils.compat import uuid7

from core.access.visibility import require_reach
from core.activities.models import PLANS, Plan
from core.activities.telling import tell_planned
from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.format import show_day
from core.entity.relations import FILES, linked
from core.entity.values import value_of
from core.i18n import Text, translator
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

EXTEND = "core.activities.extend"
HORIZON = timedelta(days=90)
"""How far ahead the days of a series are made."""
MOST = 100
"""Days of a series that are made at once."""
_OF_ONE_DAY = frozenset(("result", "minutes", "assessment", "progress", "starts", "ends"))
"""Fields that each day of a series has of its own."""
_EVERY_MONTH = 28
DAILY, WEEKLY, MONTHLY, YEARLY = "daily", "weekly", "monthly", "yearly"
FREQUENCIES: Mapping[str, tuple[int, Text]] = {
    DAILY: (rrule.DAILY, _("Every day")),
    WEEKLY: (rrule.WEEKLY, _("Every week")),
    MONTHLY: (rrule.MONTHLY, _("Every month")),
    YEARLY: (rrule.YEARLY, _("Every year")),
}
WEEKDAYS: tuple[Text, ...] = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """How often, and until when."""

    frequency: str
    weekdays: tuple[int, ...] = ()
    """Of what is weekly: Monday is 0; none is the day it begins on."""
    until: date | None = None
    count: int | None = None

    def starting(self, at: datetime) -> str:
        """As it is kept, from a moment of the company's clock."""
        found: dict[str, Any] = {}
        if self.frequency == WEEKLY and self.weekdays:
            found["byweekday"] = self.weekdays
        if self.frequency == MONTHLY and at.day > _EVERY_MONTH:
            # What falls on the 31st falls on the last day of shorter months.
            found |= {"bymonthday": range(_EVERY_MONTH, at.day + 1), "bysetpos": -1}
        if self.until is not None:
            found["until"] = datetime.combine(self.until, time.max).replace(microsecond=0)
        elif self.count is not None:
            found["count"] = self.count
        return str(rrule.rrule(FREQUENCIES[self.frequency][0], dtstart=at, **found))

    @classmethod
    def read(cls, kept: str) -> "Rule":
        """The opposite of :meth:`starting`."""
        _first, _newline, said = kept.partition("RRULE:")
        parts = dict(one.split("=", 1) for one in said.strip().split(";"))
        days = tuple(_DAYS.index(one[-2:]) for one in parts.get("BYDAY", "").split(",") if one)
        until = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date() if "UNTIL" in parts else None  # noqa: DTZ007 # a day
        count = int(parts["COUNT"]) if "COUNT" in parts else None
        return cls(parts["FREQ"].lower(), days, until, count)


_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def in_words(kept: str) -> str:
    """A rule as people say it: every week on Monday, Friday, until 31/12/2026."""
    rule = Rule.read(kept)
    said = str(FREQUENCIES[rule.frequency][1])
    if rule.weekdays:
        said = str(_("%(often)s on %(days)s", often=said, days=", ".join(str(WEEKDAYS[day]) for day in rule.weekdays)))
    if rule.until is not None:
        return str(_("%(often)s until %(day)s", often=said, day=show_day(rule.until)))
    return str(_("%(often)s, %(count)s times", often=said, count=rule.count)) if rule.count else said


def repeat(context: Context, plan: Plan, rule: Rule) -> int:
    """Let a plan repeat from now on, in place of how it repeated before; how many days were made ahead."""
    require_reach(context, context.resource(type(plan)), "edit", [plan.id])
    starts = getattr(plan, "starts", None)
    if starts is None:
        raise InvalidError({"": [_("Give it a start first: what repeats needs one.")]})
    stop(context, plan)
    local = starts.astimezone(context.company.zone).replace(tzinfo=None)
    plan.series_id, plan.series_at, plan.repeats = uuid7(), starts, rule.starting(local)
    context.session.flush()
    return len(_make_ahead(context, plan))


def stop(context: Context, plan: Plan) -> int:
    """Let a plan repeat no more: its days to come go into the recycle bin, what was done stays; how many went."""
    require_reach(context, context.resource(type(plan)), "edit", [plan.id])
    if plan.series_id is None:
        return 0
    coming = following(context, plan)
    service.delete(context, coming)
    table = type(plan).__table__
    ended = sa.update(table).where(
        table.c.tenant_id == context.tenant, table.c.series_id == plan.series_id,
        table.c.id.not_in([one.id for one in coming]),  # those keep the rule, for when this is taken back
    )  # fmt: skip
    context.session.connection().execute(ended.values(repeats=None))
    context.session.refresh(plan, ["repeats"])
    return len(coming)


def resume(context: Context, restored: Sequence[Plan]) -> None:
    """Let a series repeat again of which all days came back that went when it was stopped."""
    for one in {plan.series_id: plan for plan in restored if plan.series_id and plan.repeats}.values():
        table = type(one).__table__
        series = (table.c.tenant_id == context.tenant, table.c.series_id == one.series_id)
        gone = sa.exists().where(*series, table.c.deleted_at.is_not(None), table.c.repeats.is_not(None))
        again = sa.update(table).where(*series, table.c.deleted_at.is_(None), ~gone.correlate(None))
        context.session.connection().execute(again.values(repeats=one.repeats))
        for plan in list(context.session.identity_map.values()):
            if isinstance(plan, Plan) and plan.series_id == one.series_id:
                context.session.refresh(plan, ["repeats"])


def following(context: Context, plan: Plan) -> list[Plan]:
    """The days of its series to come after this one that are not completed."""
    model = type(plan)
    statement = sa.select(model).where(
        model.tenant_id == context.tenant, model.series_id == plan.series_id, model.series_at > plan.series_at,
        model.ended.is_(None), model.deleted_at.is_(None),
    )  # fmt: skip
    return list(context.session.scalars(statement.order_by(model.series_at)))


def carry_on(context: Context, plan: Plan) -> int:
    """Give the days to come what this one says, and its hours; how many were changed."""
    require_reach(context, context.resource(type(plan)), "edit", [plan.id])
    coming, zone = following(context, plan), context.company.zone
    if not coming or plan.repeats is None:
        return 0
    alike, length = _alike(context, plan), _length(context, plan)
    wall = _local(context, plan).time()
    changes = []
    for one in coming:
        starts = datetime.combine(_local(context, one).date(), wall, zone)
        changes.append((one, {**alike, **_times(starts, length)}))
    service.update_each(context, changes)
    first = rrule.rrulestr(plan.repeats)
    kept = str(first.replace(dtstart=datetime.combine(first._dtstart.date(), wall)))  # noqa: SLF001 # it has no other name
    for one, values in [*changes, (plan, {"starts": getattr(plan, "starts")})]:  # noqa: B009 # not every plan has one
        one.repeats, one.series_at = kept, values["starts"]
    context.session.flush()
    return len(coming)


def _make_ahead(context: Context, last: Plan) -> Sequence[Plan]:
    """The days of a series after its last that lie before the horizon."""
    slots = list(_slots(context, last))
    if not slots:
        return ()
    alike, length, model = _alike(context, last), _length(context, last), type(last)
    made = service.create_many(context, model, [{**alike, **_times(slot, length)} for slot in slots])
    for one, slot in zip(made, slots, strict=True):
        one.series_id, one.series_at, one.repeats = last.series_id, slot, last.repeats
        one.owner_id, one.created_by_id = last.owner_id, last.created_by_id
    context.session.flush()
    # Once more, now that they are somebody's.
    tell_planned(context, made, "changed")
    return made


def _slots(context: Context, last: Plan) -> Iterable[datetime]:
    if last.repeats is None or last.series_at is None:
        return ()
    zone = context.company.zone
    after = last.series_at.astimezone(zone).replace(tzinfo=None)
    end = (now() + HORIZON).astimezone(zone).replace(tzinfo=None)
    coming = rrule.rrulestr(last.repeats).xafter(after, count=MOST)
    return (one.replace(tzinfo=zone) for one in takewhile(lambda one: one <= end, coming))


def _alike(context: Context, plan: Plan) -> dict[str, Any]:
    """What all days of a series have in common."""
    resource = context.resource(type(plan))
    fields = {name: spec for name, spec in context.all_fields(resource).items() if _shared(resource, name, spec)}
    links = linked(context, resource, fields, [plan], set(fields)).get(plan.id, {})
    return {
        name: links.get(name, []) if spec.kind.name == "links" else value_of(plan, spec)
        for name, spec in fields.items()
    }


def _shared(resource: Resource, name: str, spec: Any) -> bool:
    lanes = resource.lanes
    own = name in _OF_ONE_DAY or (lanes is not None and name == lanes.name)
    return bool(spec.writable and not own and not spec.unique and spec.kind.name not in FILES)


def _length(context: Context, plan: Plan) -> timedelta | None:
    """From start to end by the clock on the wall."""
    ends = getattr(plan, "ends", None)
    return _wall(context, ends) - _local(context, plan) if ends is not None else None


def _times(starts: datetime, length: timedelta | None) -> dict[str, datetime]:
    return {"starts": starts, **({"ends": starts + length} if length is not None else {})}


def _local(context: Context, plan: Plan) -> datetime:
    return _wall(context, getattr(plan, "starts"))  # noqa: B009 # not every plan has one


def _wall(context: Context, moment: datetime) -> datetime:
    return moment.astimezone(context.company.zone).replace(tzinfo=None)


def handlers() -> Iterable[Handler]:
    """Making the days of series ahead."""
    return [Handler(topic=EXTEND, run=extend, title=_("Make what repeats ahead"))]


def schedules() -> Iterable[Schedule]:
    """In the small hours."""
    return [Schedule(name="extend_series", topic=EXTEND, every=timedelta(days=1), at_hour=2)]


def extend(context: Context, work: Work) -> None:
    """Make the days that have come within the horizon, series by series."""
    made = 0
    for model in PLANS:
        last = (
            sa.select(model)
            .ext(distinct_on(model.series_id))
            .where(model.tenant_id == context.tenant, model.repeats.is_not(None), model.series_at.is_not(None))
            .where(model.series_id.in_(_going_on(context, model)))
            .order_by(model.series_id, model.series_at.desc())
        )
        for one in context.session.scalars(last).all():
            made += len(_make_ahead(context, one))
    work.result(made=made)


def _going_on(context: Context, model: type[Plan]) -> sa.Select[Any]:
    """The series of which some day that is not in the recycle bin says how it repeats."""
    return sa.select(model.series_id).where(
        model.tenant_id == context.tenant, model.repeats.is_not(None), model.deleted_at.is_(None)
    )
