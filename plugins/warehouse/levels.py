"""What follows from how much there is: whether it is low, and what products say of it."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core import sdk
from core.sdk import Context

from . import stocks
from .models import ENOUGH, LOW, OUT, STORE, OnHand, Rule, Stock, Warehouse


def tell(context: Context, stocks: Sequence[Stock]) -> None:
    """Note which stocks have become low or run out, and which have not any more: an event of each (WAR-04)."""
    rules = sa.select(Rule.product_id, Rule.minimum).where(
        Rule.tenant_id == context.tenant, Rule.product_id.in_({one.product_id for one in stocks}),
        Rule.minimum.is_not(None), Rule.deleted_at.is_(None),
    )  # fmt: skip
    least = {row[0]: row[1] for row in context.session.execute(rules)}
    changes = [
        (one, {"level": level})
        for one in stocks
        if (level := _level(one, least.get(one.product_id))) != one.level
    ]  # fmt: skip
    sdk.derive_each(context.unrestricted(), changes)


def _level(stock: Stock, minimum: Decimal | None) -> str | None:
    """What is on its way is not missed anywhere, however little it is."""
    if stock.warehouse.kind != STORE.value:
        return None
    if stock.on_hand <= 0:
        return OUT.value
    return LOW.value if minimum is not None and stock.on_hand < minimum else ENOUGH.value


def prepare_rules(context: Context, rules: Sequence[Rule]) -> None:
    """A rule is called as its product is."""
    names = stocks.names(context, {one.product_id for one in rules})
    for one in rules:
        one.name = names.get(one.product_id)


def follow_rules(context: Context, rules: Sequence[Rule], _event: str) -> None:
    """A rule was set, changed or deleted: what it is about may be low by now, or not any more."""
    tell(context, stocks.locked(context, Stock.product_id.in_({one.product_id for one in rules})))


def add_up(context: Context, products: Collection[UUID]) -> None:
    """Let products say how much of them there is; their stocks are locked."""
    if not products:
        return
    stock, place, beside = Stock.__table__, Warehouse.__table__, OnHand.__table__
    sums = (
        sa.select(stock.c.tenant_id, stock.c.product_id, sa.func.sum(stock.c.on_hand), sa.func.sum(stock.c.available))
        .join(place, sa.and_(place.c.tenant_id == stock.c.tenant_id, place.c.id == stock.c.warehouse_id))
        .where(stock.c.tenant_id == context.tenant, stock.c.product_id.in_(products), place.c.kind == STORE.value)
        .group_by(stock.c.tenant_id, stock.c.product_id)
    )
    kept = insert(beside).from_select(["tenant_id", "id", "on_hand", "available"], sums, include_defaults=False)
    values = {name: kept.excluded[name] for name in ("on_hand", "available")}
    keys = ["tenant_id", "id"]
    context.session.connection().execute(kept.on_conflict_do_update(index_elements=keys, set_=values))
