"""What documents bring: revenue, money received and spent, profit and debt (REP-04), and what employees did (REP-01).

Of each document that counts and arose in the period: revenue is what it amounts to, received what vouchers pay of it less
what was given back, spent the payments that are its cost and what its own trade says that it costs, such as parts out of
a warehouse, whenever that was. Profit is revenue less what was spent, debt revenue less what was received. A document's
own figures have those of what is part of it, such as an insurer's part of a repair. Whoever looks gets the figures of
the documents that they see.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, Resource, User

from .models import PAID, Allocation, Payment

_ = sdk.translator("plugins.cash")
NOTHING = Decimal(0)
CUSTOMER, EMPLOYEE = "customer", "employee"
"""Ways to group, beside the names of entities: of documents themselves, and of what they are part of."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """Money of some documents."""

    documents: int = 0
    revenue: Decimal = NOTHING
    received: Decimal = NOTHING
    spent: Decimal = NOTHING

    @property
    def profit(self) -> Decimal:
        """What is left of it."""
        return self.revenue - self.spent

    @property
    def debt(self) -> Decimal:
        """What is still to be received."""
        return self.revenue - self.received


@dataclass(frozen=True, slots=True)
class Line:
    """A group: a customer, a document, an opportunity, an employee."""

    key: UUID | None
    title: str
    figures: Figures
    counts: tuple[int, ...] = ()
    """Of an employee: how many records of each of the entities they added."""


@dataclass(frozen=True, slots=True)
class Results:
    """The figures of a period."""

    lines: list[Line]
    total: Line
    counted: Sequence[Resource] = ()
    """The entities whose records are counted, of employees."""

    @property
    def more(self) -> bool:
        """Whether there are more groups than are shown."""
        return len(self.lines) == MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for."""

    days: sdk.Days
    by: str = CUSTOMER
    province: str = ""
    person: UUID | None = None
    """Who added the documents; of employees, who answers for them."""
    group: UUID | None = None
    """The sales group, or department, that this person belongs to."""
    active: bool | None = None
    """Whether this person still works here; None is all."""


def documents(context: Context) -> dict[str, Resource]:
    """The entities of documents that customers pay, as far as this person sees any."""
    owed = (one for one in context.resources() if one.payable is not None and one.payable.direction == "in")
    return {one.name: one for one in owed if context.can(one.name, "see")}


def wholes(context: Context) -> dict[str, Resource]:
    """The entities that documents are part of, such as opportunities, as far as this person sees any."""
    found = {}
    for one in documents(context).values():
        if one.payable and (spec := one.fields.get(one.payable.part_of)) and context.runs(spec.target):
            whole = context.resource(spec.target)
            found[whole.name] = whole
    return {name: one for name, one in found.items() if context.can(name, "see")}


def ways(context: Context) -> dict[str, sdk.Label]:
    """How the figures can be grouped, each with what it is called."""
    own = {name: one.plural for name, one in {**documents(context), **wholes(context)}.items()}
    return {CUSTOMER: _("Customers"), **own, EMPLOYEE: _("Employees")}


def results(context: Context, wanted: Wanted) -> Results:
    """The figures, the greatest revenue first, in one statement; of employees what they added in another."""
    one = _documents(context, wanted)
    key, names, title = _key(context, wanted.by, one)
    sums = [sa.func.count(), *(sa.func.sum(one.c[name]) for name in ("amount", "received", "spent"))]
    columns = [each.label(f"own{place}") for place, each in enumerate(sums)]
    # Sums of sums over all groups: the totals do not end where the page does.
    columns += [sa.func.sum(each).over().label(f"all{place}") for place, each in enumerate(sums)]
    grouped = sa.select(key.label("key"), *columns).group_by(key).order_by(columns[1].desc(), key).limit(MOST)
    figures = grouped.subquery()
    statement = sa.select(title, figures).join_from(
        figures, names, sa.and_(names.c.tenant_id == context.tenant, names.c.id == figures.c.key), isouter=True
    )
    rows = context.session.connection().execute(statement.order_by(figures.c.own1.desc(), figures.c.key)).all()
    total = Line(None, "", _figures(rows[0], "all") if rows else Figures())
    lines = [Line(row.key, row[0] or "", _figures(row, "own")) for row in rows]
    return _with_counts(context, wanted, Results(lines, total)) if wanted.by == EMPLOYEE else Results(lines, total)


def _figures(row: Any, which: str) -> Figures:
    amounts: list[Decimal] = [getattr(row, f"{which}{place}") or NOTHING for place in range(1, 4)]
    return Figures(getattr(row, f"{which}0"), *amounts)


def figures_of(context: Context, entity: str, record_id: UUID) -> Figures:
    """The figures of one document with all that is part of it, whenever that arose."""
    owed, found = _with_money(context, entity)
    one = found.where(sa.case((owed.c.entity == entity, owed.c.id), else_=owed.c.part_of_id) == record_id).subquery()
    sums = (sa.func.sum(one.c[name]) for name in ("amount", "received", "spent"))
    row = context.session.connection().execute(sa.select(sa.func.count(), *sums)).one()
    return Figures(row[0], *(amount or NOTHING for amount in row[1:]))


def _documents(context: Context, wanted: Wanted) -> sa.Subquery:
    """Each document of the period with what was received and spent for it."""
    customers = Customer.__table__
    owed, found = _with_money(context, wanted.by)
    found = found.where(owed.c.on.between(wanted.days.first, wanted.days.last))
    if wanted.by in wholes(context):
        part = sa.and_(owed.c.part_of == wanted.by, owed.c.part_of_id.is_not(None))
        found = found.where(sa.or_(owed.c.entity == wanted.by, part))
    if wanted.province:
        there = sa.select(customers.c.id).where(
            customers.c.tenant_id == context.tenant, customers.c.address["province"].astext == wanted.province
        )
        found = found.where(owed.c.customer_id.in_(there))
    person = owed.c.owner_id if wanted.by == EMPLOYEE else owed.c.created_by_id
    return found.where(*_of_people(context, wanted, person)).subquery("documents")


def _with_money(context: Context, by: str) -> tuple[sa.Subquery, sa.Select[Any]]:
    """The documents that count in a grouping, and each with what was received and spent for it."""
    owed = sdk.payables(context, seen=True, of=_counted_by(context, by))
    received, spent = _received(context), _spent(context)
    named = owed.c.entity + "/" + sa.cast(owed.c.id, sa.Text)
    found = (
        sa.select(
            owed,
            sa.func.coalesce(received.c.amount, 0).label("received"),
            sa.func.coalesce(spent.c.amount, 0).label("spent"),
        )
        .join_from(
            owed,
            received,
            sa.and_(received.c.entity == owed.c.entity, received.c.record_id == owed.c.id),
            isouter=True,
        )
        .join(spent, spent.c.cost_of == named, isouter=True)
    )
    return owed, found


def _counted_by(context: Context, by: str) -> list[str]:
    """The entities whose documents are grouped by an entity: its own, and those that are part of its records."""
    parts = [
        name
        for name, one in documents(context).items()
        if one.payable and (spec := one.fields.get(one.payable.part_of)) and context.runs(spec.target)
        and context.resource(spec.target).name == by
    ]  # fmt: skip
    return [*([by] if by in documents(context) else []), *parts]


def _of_people(context: Context, wanted: Wanted, person: Any) -> list[sa.ColumnElement[bool]]:
    """Whose documents, or other records, are wanted."""
    staff, users, found = sdk.staff(context.tenant), User.__table__, []
    if wanted.person:
        found.append(person == wanted.person)
    if wanted.group:
        found.append(person.in_(sa.select(staff.c.user_id).where(staff.c.department_id == wanted.group)))
    if wanted.active is not None:
        here = (users.c.tenant_id == context.tenant, users.c.active == wanted.active)
        found.append(person.in_(sa.select(users.c.id).where(*here)))
    return found


def _received(context: Context) -> sa.Subquery:
    table = Allocation.__table__
    sums = sa.select(table.c.entity, table.c.record_id, sa.func.sum(table.c.amount).label("amount"))
    return sums.where(table.c.tenant_id == context.tenant).group_by(table.c.entity, table.c.record_id).subquery()


def _spent(context: Context) -> sa.Subquery:
    """What documents cost, each named as payments name it."""
    table = Payment.__table__
    paid = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.state == PAID.value)
    parts = [
        sa.select(table.c.cost_of, table.c.amount).where(*paid, table.c.counter.is_(None), table.c.cost_of.is_not(None))
    ]
    for name, one in documents(context).items():
        if one.payable and one.payable.costs:
            costs = one.payable.costs(context).subquery()
            parts.append(sa.select(sa.literal(f"{name}/") + sa.cast(costs.c.id, sa.Text), costs.c.amount))
    every = sa.union_all(*parts).subquery()
    return sa.select(every.c.cost_of, sa.func.sum(every.c.amount).label("amount")).group_by(every.c.cost_of).subquery()


def _key(context: Context, by: str, one: sa.Subquery) -> tuple[Any, sa.Table, Any]:
    """What documents are grouped by, the table that names it, and the name in it."""
    if by == CUSTOMER:
        return one.c.customer_id, Customer.__table__, Customer.__table__.c.name
    if by == EMPLOYEE:
        return one.c.owner_id, User.__table__, User.__table__.c.name
    resource = context.resource(by)
    table, payable = resource.model.__table__, resource.payable
    if payable is not None:
        spec = resource.model.__fields__[payable.number or sdk.title_field(resource.model)]
        key = sa.case((one.c.entity == by, one.c.id), else_=one.c.part_of_id)
        return key, table, sa.cast(table.c[spec.column], sa.Text)
    return one.c.part_of_id, table, sdk.title_column(resource.model)


def _counted(context: Context) -> list[Resource]:
    """What employees work on: dealings with customers, and what hangs on customers and is shared by a tick of its own."""
    works = [one for one in context.resources() if one.activities and one.aspect and one.follows is not None]
    found = [context.resource("core.transaction"), *(one for one in works if one.plugin != "core")]
    return [one for one in found if context.can(one.name, "see")]


def _with_counts(context: Context, wanted: Wanted, found: Results) -> Results:
    """The same with what each employee added, whoever brought no money among them."""
    counted, zone = _counted(context), context.company.timezone
    parts = []
    for place, one in enumerate(counted):
        table = one.model.__table__
        day = sa.cast(sa.func.timezone(zone, table.c.created_at), sa.Date)
        parts.append(
            sa.select(sa.literal(place).label("place"), table.c.owner_id, sa.func.count().label("records"))
            .where(
                table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.owner_id.is_not(None),
                day.between(wanted.days.first, wanted.days.last), sdk.visible(context, one),
                *_of_people(context, wanted, table.c.owner_id),
            )
            .group_by(table.c.owner_id)
        )  # fmt: skip
    if not parts:
        return found
    every, users = sa.union_all(*parts).subquery(), User.__table__
    named = sa.select(every, users.c.name).join(
        users, sa.and_(users.c.tenant_id == context.tenant, users.c.id == every.c.owner_id)
    )
    names: dict[UUID, str] = {}
    numbers: Counter[tuple[UUID | None, int]] = Counter()
    for row in context.session.connection().execute(named):
        names[row.owner_id], numbers[row.owner_id, row.place] = row.name, row.records
        numbers[None, row.place] += row.records

    def counts(key: UUID | None) -> tuple[int, ...]:
        return tuple(numbers[key, place] for place in range(len(counted)))

    known = {one.key for one in found.lines}
    lines = [replace(one, counts=counts(one.key) if one.key else (0,) * len(counted)) for one in found.lines]
    lines += [
        Line(key, names[key], Figures(), counts(key))
        for key in sorted(names, key=names.__getitem__)
        if key not in known
    ]
    return Results(lines, replace(found.total, counts=counts(None)), counted)
