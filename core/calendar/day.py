"""One's own day: what is overdue, what is for today and tomorrow, who has a birthday, and whom nobody talked to lately."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.calendar.entries import Condition, Entry, of_people, plans, read
from core.calendar.parties import Party
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity.entity import Resource
from core.entity.presets import days_of_year
from core.rules.recalling import lying_still

MOST = 200
FEW = 10
"""Birthdays and silent customers that are shown at once."""
WEEK = timedelta(days=6)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Plans:
    """The person's plans, sorted by when they are to be done."""

    overdue: list[Entry] = field(default_factory=list)
    today: list[Entry] = field(default_factory=list)
    tomorrow: list[Entry] = field(default_factory=list)
    done: list[Entry] = field(default_factory=list)
    """Completed today, whenever it was planned for."""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A customer, or somebody at a customer's, and their next birthday."""

    party: Party
    on: date
    at: str = ""
    """The customer they work for."""


def my_plans(context: Context) -> Plans:
    """What the person owns or was given, until tomorrow, by the clock on their wall."""
    found, today = Plans(), _midnight(context)
    for entry in read(context, plans(context), of_people(context, _me(context)), _until(today), limit=MOST):
        if entry.ended is not None:
            found.done.append(entry)
        elif _moment(context, entry.due) < today:
            found.overdue.append(entry)
        else:
            (found.today if _moment(context, entry.at) < today + _DAY else found.tomorrow).append(entry)
    found.overdue.sort(key=lambda entry: _moment(context, entry.due))  # what waits the longest comes first
    return found


def _until(today: datetime) -> Any:
    """What is open and begins before the day after tomorrow, and what was completed today."""

    def where(resource: Resource) -> list[Condition]:
        table = resource.model.__table__
        first, last = table.c[resource.calendar[0]], table.c[resource.calendar[-1]]
        still = sa.and_(table.c.ended.is_(None), sa.func.coalesce(first, last) < today + 2 * _DAY)
        return [sa.or_(still, table.c.ended >= today)]

    return where


def birthdays(context: Context) -> list[Birthday]:
    """Of one's own customers and of the people there, from today on for a week."""
    today = context.today()
    people, contacts = context.resource(Customer), context.resource(Contact)
    customers = Customer.__table__
    parts = []
    if _knows(context, people):
        mine = [customers.c.owner_id == sa.any_(_ids(context))]
        parts.append(_born(context, people, sa.literal("", sa.Text)).where(*mine))
    if _knows(context, contacts):
        table = Contact.__table__
        joined = sa.and_(customers.c.tenant_id == table.c.tenant_id, customers.c.id == table.c.customer_id)
        owner = sa.or_(customers.c.owner_id == sa.any_(_ids(context)), table.c.owner_id == sa.any_(_ids(context)))
        parts.append(_born(context, contacts, customers.c.name).join(customers, joined).where(owner))
    if not parts:
        return []
    rows = context.session.connection().execute(sa.union_all(*parts).limit(100))
    found = [Birthday(Party(row[1], row[2], row[3] or "", row[0]), _next(row[4], today), row[5]) for row in rows]
    return sorted(found, key=lambda one: (one.on, one.party.name))[:FEW]


def _knows(context: Context, resource: Resource) -> bool:
    return context.can(resource.name, "see") and {"birthday", "name", "mobile"} <= set(resource.fields)


def _born(context: Context, resource: Resource, at: sa.ColumnElement[Any]) -> sa.Select[Any]:
    table, today = resource.model.__table__, context.today()
    days = days_of_year(today, today + WEEK)
    place = sa.literal(f"/{resource.path}", sa.Text)
    return sa.select(place, table.c.id, table.c.name, table.c.mobile, table.c.birthday, at).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), visible(context, resource),
        sa.func.to_char(table.c.birthday, "MMDD").in_(days),
    )  # fmt: skip


def _next(born: date, today: date) -> date:
    """The next birthday; who was born on 29 February has it on the 28th where the year has no other."""
    for year in (today.year, today.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if day >= today:
            break
    return day


def silent(context: Context, days: int) -> list[tuple[Party, datetime]]:
    """One's own customers to whom nothing happened for so many days, nor to what hangs on them: the longest first."""
    resource, table = context.resource(Customer), Customer.__table__
    if not context.can(resource.name, "see") or not {"name", "mobile"} <= set(resource.fields):
        return []
    statement = (
        sa.select(table.c.id, table.c.name, table.c.mobile, table.c.updated_at)
        .where(
            table.c.tenant_id == context.tenant, table.c.owner_id == sa.any_(_ids(context)),
            visible(context, resource), lying_still(context, resource, now() - timedelta(days=days)),
        )
        .order_by(table.c.updated_at)
        .limit(FEW)
    )  # fmt: skip
    rows = context.session.connection().execute(statement)
    return [(Party(row.id, row.name, row.mobile or ""), row.updated_at) for row in rows]


def _me(context: Context) -> list[UUID]:
    return [context.user.id] if context.user else []


def _ids(context: Context) -> Any:
    return sa.literal(_me(context), sa.ARRAY(sa.Uuid))


def _midnight(context: Context) -> datetime:
    """When the person's day began."""
    return datetime.combine(now().astimezone(context.zone).date(), time(), context.zone)


def _moment(context: Context, at: date | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), context.zone)
