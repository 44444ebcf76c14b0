"""What each record is worth to its customer now: one SELECT for each basis, of rules and records as they stand.

The ledger is brought into step with it (:mod:`plugins.scoring.ledger`), so a score never depends on the order in which
things happened, or on how often somebody looked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, Customer, CustomerGroup, Transaction
from plugins.sales.api import REPLACED, Opportunity, Quote

from . import kinds
from .models import Rule, Signal

Worth = sa.Select[Any]
"""Columns kind, key, record, customer_id and points."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Records that give points, and how many."""

    entity: str
    """Whose records they are; together with their ids that is what the ledger remembers."""
    kinds: tuple[str, ...]
    worth: Callable[[Context], Worth]
    plugin: str = "core"


def bases(context: Context) -> list[Basis]:
    """Those of the modules that are on: what one that is off gave stays as it is."""
    return [one for one in BASES if one.plugin in context.active]


def _worth(kind: Any, key: Any, record: Any, customer: Any, points: Any) -> Worth:
    return sa.select(
        (sa.literal(kind, sa.Text) if isinstance(kind, str) else kind).label("kind"),
        sa.cast(key, sa.Text).label("key"),
        record.label("record"),
        customer.label("customer_id"),
        points.label("points"),
    )


def _groups(context: Context) -> Worth:
    """A customer has the points of each group they are in."""
    pairs, groups = Customer.__links__["groups"], CustomerGroup.__table__
    same = sa.and_(groups.c.tenant_id == pairs.c.tenant_id, groups.c.id == pairs.c.right_id)
    found = _worth(kinds.CUSTOMER_GROUP, groups.c.id, pairs.c.left_id, pairs.c.left_id, groups.c.points)
    return found.join_from(pairs, groups, same).where(
        pairs.c.tenant_id == context.tenant, groups.c.deleted_at.is_(None)
    )


def _transactions(context: Context) -> Worth:
    """A transaction that was carried out gives the points of its type."""
    table = Transaction.__table__
    found = _keyed(context, kinds.TRANSACTION_TYPE, table, table.c.type_id)
    return found.where(table.c.deleted_at.is_(None), table.c.state == "carried_out", table.c.customer_id.is_not(None))


def _opportunities(context: Context) -> Worth:
    """An opportunity gives the points of the stage it is in."""
    table = Opportunity.__table__
    found = _keyed(context, kinds.OPPORTUNITY_STAGE, table, table.c.stage_id)
    return found.where(table.c.deleted_at.is_(None))


def _quote_values(context: Context) -> Worth:
    """A quote gives the points of the highest limit that its total reaches; the newest of its versions counts."""
    table = Quote.__table__
    return _reaching(context, kinds.QUOTE_VALUE, table, table.c.total).where(*_offered(table))


def _quotes(context: Context) -> Worth:
    """Each quote gives points."""
    table = Quote.__table__
    return _keyed(context, kinds.QUOTE_COUNT, table, sa.literal("", sa.Text)).where(*_offered(table))


def _offered(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.deleted_at.is_(None), table.c.stage != REPLACED.value


def _signals(context: Context) -> Worth:
    """What a customer did gives the points of its kind and value."""
    table, rules = Signal.__table__, Rule.__table__
    same = sa.and_(rules.c.tenant_id == table.c.tenant_id, rules.c.kind == table.c.kind, rules.c.key == table.c.value)
    found = _worth(table.c.kind, table.c.value, table.c.id, table.c.customer_id, rules.c.points)
    return found.join_from(table, rules, same).where(
        table.c.tenant_id == context.tenant, table.c.kind != kinds.WEB_TIME
    )


def _visits(context: Context) -> Worth:
    """A visit of a site gives the points of the highest limit of minutes that it reaches."""
    table = Signal.__table__
    return _reaching(context, kinds.WEB_TIME, table, table.c.amount).where(table.c.kind == kinds.WEB_TIME)


def _keyed(context: Context, kind: str, table: sa.Table, key: sa.ColumnElement[Any]) -> Worth:
    """The points of the rule whose key a record has."""
    rules = Rule.__table__
    same = sa.and_(rules.c.tenant_id == table.c.tenant_id, rules.c.kind == kind, rules.c.key == sa.cast(key, sa.Text))
    found = _worth(kind, key, table.c.id, table.c.customer_id, rules.c.points)
    return found.join_from(table, rules, same).where(table.c.tenant_id == context.tenant)


def _reaching(context: Context, kind: str, table: sa.Table, amount: sa.ColumnElement[Any]) -> Worth:
    """The points of the highest limit that an amount reaches."""
    rules = Rule.__table__
    highest = (
        sa.select(sa.func.trim_scale(rules.c.at_least).label("limit"), rules.c.points)
        .where(rules.c.tenant_id == table.c.tenant_id, rules.c.kind == kind, rules.c.at_least <= amount)
        .order_by(rules.c.at_least.desc())
        .limit(1)
        .lateral("reached")
    )
    found = _worth(kind, highest.c.limit, table.c.id, table.c.customer_id, highest.c.points)
    return found.join_from(table, highest, sa.true()).where(table.c.tenant_id == context.tenant)


SIGNAL = "scoring.signal"
_TOLD = tuple(kind for kind in kinds.SIGNALS if kind != kinds.WEB_TIME)
BASES = (
    Basis("core.customer", (kinds.CUSTOMER_GROUP,), _groups),
    Basis("core.transaction", (kinds.TRANSACTION_TYPE,), _transactions),
    Basis("sales.opportunity", (kinds.OPPORTUNITY_STAGE,), _opportunities, "sales"),
    Basis("sales.quote", (kinds.QUOTE_VALUE,), _quote_values, "sales"),
    Basis("sales.quote", (kinds.QUOTE_COUNT,), _quotes, "sales"),
    Basis(SIGNAL, _TOLD, _signals, "scoring"),
    Basis(SIGNAL, (kinds.WEB_TIME,), _visits, "scoring"),
)


def subject_of(entity: str, record: UUID) -> str:
    """What the ledger calls a record."""
    return f"{entity}/{record}"
