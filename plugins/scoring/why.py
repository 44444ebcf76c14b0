"""Why a customer has their score: the sums by rule for a glance, every entry for whoever wants to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Card, CardItem, Context, Customer, CustomerGroup, Transaction, TransactionType
from plugins.sales.api import Opportunity, Quote, Stage

from . import kinds
from .bases import SIGNAL
from .models import STARS, Entry, Score, Signal

_ = sdk.translator("plugins.scoring")
PAGE = 50
_NAMES = {
    kinds.CUSTOMER_GROUP: CustomerGroup,
    kinds.TRANSACTION_TYPE: TransactionType,
    kinds.OPPORTUNITY_STAGE: Stage,
}
"""Of kinds whose key is an id: what it is the id of."""
_SUBJECTS: dict[str, tuple[type[sdk.Entity], str]] = {
    "core.transaction": (Transaction, "name"),
    "sales.opportunity": (Opportunity, "name"),
    "sales.quote": (Quote, "number"),
}
"""The records that points are for, and the field they are called by."""
_STATUSES: dict[str, sdk.Text | str] = {one.value: one.title for one in kinds.STATUSES}
_STARS = {one.value: one.title for one in STARS}


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry, in words."""

    rule: sdk.Text | str
    detail: sdk.Text | str
    """Which rule of its kind: the group, the stage, the limit."""
    subject: str
    """What for; empty where the person may not see it."""
    url: str
    at: datetime
    points: int
    mark: str
    """Where the next page begins, were this the last."""


@dataclass(frozen=True, slots=True)
class Total:
    """A score and its stars."""

    score: int = 0
    stars: str = ""


def title_of(kind: str) -> sdk.Text | str:
    """What a kind of rule is called."""
    return kinds.TITLES.get(kind, kind)


def signed(points: int) -> str:
    """Points with their sign."""
    return f"+{points}" if points > 0 else f"−{-points}"


def total(context: Context, customer: UUID) -> Total:
    """A customer's score."""
    table = Score.__table__
    statement = sa.select(table.c.score, table.c.stars).where(
        table.c.tenant_id == context.tenant, table.c.id == customer
    )
    row = context.session.connection().execute(statement).one_or_none()
    return Total(row.score, str(_STARS.get(row.stars, ""))) if row else Total()


def card(context: Context, customer: Customer) -> Card:
    """The score with what it is made of, by kind, in one statement."""
    entries, scores = Entry.__table__, Score.__table__
    summed = sa.func.sum(entries.c.points).label("points")
    same = sa.and_(scores.c.tenant_id == entries.c.tenant_id, scores.c.id == entries.c.customer_id)
    statement = (
        sa.select(entries.c.kind, summed, scores.c.score, scores.c.stars)
        .join_from(entries, scores, same)
        .where(entries.c.tenant_id == context.tenant, entries.c.customer_id == customer.id)
        .group_by(entries.c.kind, scores.c.score, scores.c.stars)
        .order_by(summed.desc(), entries.c.kind)
    )
    rows = context.session.connection().execute(statement).all()
    here = f"/scoring/customers/{customer.id}"
    items = tuple(CardItem(title=str(title_of(row.kind)), value=signed(row.points)) for row in rows if row.points)
    return Card(
        name="score",
        title=_("Potential score"),
        value=f"{rows[0].score} {_STARS.get(rows[0].stars, '')}" if rows else "0",
        text="" if rows else _("Nothing has given points yet."),
        url=here if rows else "",
        items=items,
        weight=20,
    )


def reasons(context: Context, customer: UUID, before: str = "") -> list[Reason]:
    """The entries of a customer, the newest first; one more than a page where there is another page."""
    table = Entry.__table__
    statement = sa.select(table).where(table.c.tenant_id == context.tenant, table.c.customer_id == customer)
    if mark := _mark(before):
        statement = statement.where(sa.tuple_(table.c.at, table.c.id) < sa.tuple_(*mark))
    ordered = statement.order_by(table.c.at.desc(), table.c.id.desc()).limit(PAGE + 1)
    rows = context.session.connection().execute(ordered).all()
    names, subjects = _names(context, rows), _subjects(context, rows)
    return [_reason(context, row, names, subjects) for row in rows]


def _mark(text: str) -> tuple[Any, Any] | None:
    at, _dash, one = text.partition("_")
    try:
        moment = sa.literal(datetime.fromisoformat(at), sa.DateTime(timezone=True))
        return moment, sa.literal(UUID(one), sa.Uuid)
    except ValueError:
        return None


def _reason(context: Context, row: Any, names: dict[str, str], subjects: dict[str, tuple[str, str]]) -> Reason:
    subject, url = subjects.get(row.subject, ("", ""))
    return Reason(
        title_of(row.kind),
        _detail(context, row, names),
        subject,
        url,
        row.at,
        row.points,
        f"{row.at:%Y-%m-%dT%H:%M:%S.%fZ}_{row.id}",
    )


def _detail(context: Context, row: Any, names: dict[str, str]) -> sdk.Text | str:
    if row.kind == kinds.QUOTE_VALUE:
        return _("From %(amount)s", amount=sdk.money(context, Decimal(row.key)))
    if row.kind == kinds.WEB_TIME:
        return _("From %(n)s minutes", n=row.key)
    if row.kind == kinds.CAMPAIGN_STATUS:
        return _STATUSES.get(str(row.key), str(row.key))
    return names.get(row.key, "") if row.kind in _NAMES else str(row.key)


def _names(context: Context, rows: Sequence[Any]) -> dict[str, str]:
    """What groups, types and stages are called; everybody may know, as of the lanes of a board."""
    parts = []
    for kind, model in _NAMES.items():
        ids = {UUID(row.key) for row in rows if row.kind == kind}
        if ids:
            table = model.__table__
            parts.append(
                sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.id.in_(ids))
            )
    if not parts:
        return {}
    return {str(row.id): row.name for row in context.session.connection().execute(sa.union_all(*parts))}


def _subjects(context: Context, rows: Iterable[Any]) -> dict[str, tuple[str, str]]:
    """The records that the person sees, each with its name and address; signals by what was told of them."""
    by_entity: dict[str, set[UUID]] = {}
    for row in rows:
        entity, _slash, one = row.subject.partition("/")
        by_entity.setdefault(entity, set()).add(UUID(one))
    found: dict[str, tuple[str, str]] = {}
    for entity, (model, name) in _SUBJECTS.items():
        if entity in by_entity and entity.partition(".")[0] in context.active:
            found |= _records(context, model, name, by_entity[entity])
    if signals := by_entity.get(SIGNAL):
        table = Signal.__table__
        told = sa.select(table.c.id, table.c.about).where(table.c.tenant_id == context.tenant, table.c.id.in_(signals))
        found |= {f"{SIGNAL}/{row.id}": (row.about, "") for row in context.session.connection().execute(told)}
    return found


def _records(context: Context, model: type[sdk.Entity], name: str, ids: set[UUID]) -> dict[str, tuple[str, str]]:
    resource = context.resource(model)
    if name not in context.fields(resource):
        return {}
    wanted = model.__table__.c.id.in_(ids)
    query = sdk.Query(resource, columns=[model.__fields__[name]], conditions=[wanted], limit=PAGE + 1)
    rows = sdk.read_page(context, query).rows
    return {f"{resource.name}/{row['id']}": (str(row[name] or "—"), f"/{resource.path}/{row['id']}") for row in rows}
