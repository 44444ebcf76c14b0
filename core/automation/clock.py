"""Automations that go by the clock: those of a schedule, and those of a day or moment that records hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.automation import conditions
from core.automation.conditions import EVERYTHING
from core.automation.models import Automation
from core.automation.program import UNITS
from core.automation.starting import begin, row_of
from core.automation.triggers import CLOCK, DATE, SCHEDULE, Active
from core.bulk.parts import title_column
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import column
from core.jobs.queue import enqueue
from core.jobs.work import Work
from core.rules.reading import fields_of

FIRE, ALL = "core.automation.fire", "core.automation.all"
BY_HAND = "all"
"""What a run is started by where somebody wanted it for all records."""
PART = 5000
"""Records that are looked at in one transaction."""
OFTEN = timedelta(minutes=10)
"""How often moments are looked at; days are once a day."""
LATE = timedelta(minutes=5)
_ANCHOR = date(2024, 1, 1)
"""A Monday that every second day, week and month is counted from."""
_FARTHEST = 366 * 12


def plan(context: Context, rule: Automation) -> None:
    """See when a rule is looked at next, and that it will be."""
    rule.next_at = following(rule.trigger, now(), context.company.zone) if rule.active else None
    _ask(context, rule)


def _ask(context: Context, rule: Automation) -> None:
    if rule.next_at is not None:
        delay = max(rule.next_at - now(), timedelta())
        enqueue(context, FIRE, {"automation": str(rule.id)}, title=rule.name, delay=delay)


def plan_all(context: Context) -> None:
    """See to those that nobody planned, or whose time has passed without anybody looking."""
    late = sa.or_(Automation.next_at.is_(None), Automation.next_at < now() - LATE)
    statement = sa.select(Automation).where(
        Automation.tenant_id == context.tenant, Automation.active, late, Automation.trigger["on"].astext.in_(CLOCK)
    )
    for rule in context.session.scalars(statement.with_for_update(skip_locked=True)):
        if rule.next_at is None:
            plan(context, rule)
        else:
            _ask(context, rule)


def following(trigger: dict[str, Any], last: datetime, zone: ZoneInfo) -> datetime | None:
    """When a rule is looked at after a moment; None where it is not any more."""
    if trigger["on"] == DATE and trigger["unit"] in {"minutes", "hours"}:
        return _rounded(last, OFTEN)
    if trigger["on"] == SCHEDULE and trigger["unit"] == "hours":
        found = _rounded(last, timedelta(hours=int(trigger["every"])))
        return found if _in_force(trigger, found.astimezone(zone).date()) else _first(trigger, found, zone)
    return _first(trigger, last, zone)


def _rounded(last: datetime, every: timedelta) -> datetime:
    epoch = datetime(2024, 1, 1, tzinfo=UTC)
    return epoch + ((last - epoch) // every + 1) * every


def _first(trigger: dict[str, Any], last: datetime, zone: ZoneInfo) -> datetime | None:
    """The first day after a moment that it falls on, at its hour."""
    day, hour = last.astimezone(zone).date(), time(int(trigger.get("hour", 0)))
    for later in range(_FARTHEST):
        found = day + timedelta(days=later)
        moment = datetime.combine(found, hour, zone).astimezone(UTC)
        if moment > last and falls_on(trigger, found):
            return moment
    return None


def falls_on(trigger: dict[str, Any], day: date) -> bool:
    """Whether a rule is looked at on a day."""
    if trigger["on"] == DATE:
        return True
    every, unit = int(trigger["every"]), trigger["unit"]
    if not _in_force(trigger, day):
        return False
    anchor = date.fromisoformat(trigger["from"]) if trigger.get("from") else _ANCHOR
    if unit == "months":
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        months = 12 * (day.year - anchor.year) + day.month - anchor.month
        return months % every == 0 and day.day == min(int(trigger.get("day", 1)), last.day)
    days = (day - anchor).days
    if unit == "weeks":
        weeks = (days + anchor.weekday()) // 7
        return weeks % every == 0 and day.weekday() == int(trigger.get("weekday", 0))
    return days % every == 0 if unit == "days" else True


def _in_force(trigger: dict[str, Any], day: date) -> bool:
    first, last = trigger.get("from"), trigger.get("until")
    return (not first or date.fromisoformat(first) <= day) and (not last or day <= date.fromisoformat(last))


def fire(context: Context, work: Work) -> None:
    """Begin the runs of a rule whose time has come, and plan the next time; begun again it finds them there."""
    statement = sa.select(Automation).where(
        Automation.tenant_id == context.tenant, Automation.id == UUID(work.payload["automation"])
    )
    rule = context.session.scalar(statement.with_for_update())
    if rule is None or not rule.active or rule.next_at is None:
        return
    moment = now()
    if rule.next_at > moment:
        if rule.next_at - moment < timedelta(seconds=10):  # the two clocks differ a little
            _ask(context, rule)
        return
    planned, rule_id, acts = rule.next_at, rule.id, _active(rule)
    if acts is not None and set(rule.modules) <= context.active:
        begun = 0
        for rows in due(context, acts, planned, moment):
            begun += len(begin(context, context.resource(acts.entity), acts, rows, EVERYTHING))
            work.progress(begun)
            work.result(runs=begun)
            work.checkpoint()
    rule = context.session.get_one(Automation, (context.tenant, rule_id), with_for_update=True, populate_existing=True)
    if rule.next_at == planned:
        rule.next_at = following(rule.trigger, moment, context.company.zone) if rule.active else None
        _ask(context, rule)


def run_all(context: Context, work: Work) -> None:
    """Begin the runs of a rule on every record that fits; begun again it finds them there."""
    rule = context.session.get(Automation, (context.tenant, UUID(work.payload["automation"])))
    acts = _active(rule) if rule is not None and rule.active and set(rule.modules) <= context.active else None
    if acts is None:
        return
    resource, begun = context.resource(acts.entity), 0
    fitting = conditions.holds(context, resource, acts.conditions)
    for rows in _parts(context, resource, fitting, BY_HAND, sa.literal(f"{BY_HAND}.{work.payload['key']}")):
        begun += len(begin(context, resource, acts, rows, EVERYTHING))
        work.progress(begun)
        work.result(runs=begun)
        work.checkpoint()


def _active(rule: Automation) -> Active | None:
    try:
        group = conditions.read(rule.conditions)
    except InvalidError:
        return None
    return Active(rule.id, rule.entity, rule.name, rule.version, rule.trigger, group, at_once=False, once=rule.once)


def due(context: Context, rule: Active, planned: datetime, moment: datetime) -> Iterator[list[dict[str, Any]]]:
    """The records a rule is due for, part by part."""
    resource = context.resource(rule.entity)
    try:
        fitting = conditions.holds(context, resource, rule.conditions)
        if rule.trigger["on"] == SCHEDULE:
            yield from _parts(context, resource, fitting, SCHEDULE, sa.literal(f"{SCHEDULE}.{planned.isoformat()}"))
            return
        for day_fits, occurrence in _moments(context, resource, rule.trigger, planned, moment):
            yield from _parts(context, resource, sa.and_(fitting, day_fits), DATE, occurrence)
    except InvalidError:  # a field that it compares is gone: its page says so
        return


def _moments(
    context: Context, resource: Resource, trigger: Any, planned: datetime, moment: datetime
) -> Iterator[tuple[sa.ColumnElement[bool], sa.ColumnElement[str]]]:
    """What a rule's field must hold, for each day since it was due or the moments in between; which occurrence that is."""
    spec = fields_of(context, resource).get(trigger["field"])
    if spec is None:
        return
    left, zone = column(resource, spec), context.company.zone
    shift = int(trigger["amount"]) * UNITS[trigger["unit"]] * (-1 if trigger["side"] == "before" else 1)
    if trigger["unit"] in {"minutes", "hours"}:
        begin_, end = planned - OFTEN - shift, moment - shift
        of_moment = sa.func.concat(f"{DATE}.", sa.cast(sa.func.extract("epoch", left), sa.Text))
        yield sa.and_(left > begin_, left <= end), of_moment
        return
    first, last = planned.astimezone(zone).date(), moment.astimezone(zone).date()
    for later in range((last - first).days + 1):
        day = first + timedelta(days=later) - timedelta(days=shift.days)
        yield _on(spec, left, day, zone), sa.literal(f"{DATE}.{day.isoformat()}")


def _on(spec: Field, left: sa.ColumnElement[Any], day: date, zone: ZoneInfo) -> sa.ColumnElement[bool]:
    if spec.yearly:
        return sa.func.to_char(left, "MMDD") == f"{day:%m%d}"
    if spec.kind.python is datetime:
        begins = datetime.combine(day, time(), zone)
        return sa.and_(left >= begins, left < datetime.combine(day + timedelta(days=1), time(), zone))
    return left == day


def _parts(
    context: Context, resource: Resource, fitting: sa.ColumnElement[bool], event: str, occurrence: sa.ColumnElement[str]
) -> Iterator[list[dict[str, Any]]]:
    table, last = resource.model.__table__, UUID(int=0)
    while True:
        statement = (
            sa.select(table.c.id, title_column(resource.model), occurrence)
            .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.id > last, fitting)
            .order_by(table.c.id)
            .limit(PART)
        )
        found = context.session.connection().execute(statement).all()
        if found:
            yield [row_of(record, title or "", event, {}, which) for record, title, which in found]
        if len(found) < PART:
            return
        last = found[-1][0]
