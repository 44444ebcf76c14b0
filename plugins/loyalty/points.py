"""Points: earned by what is paid, spent on orders, and never less than none.

Whoever writes entries of a customer holds the customer's row until the commit, so two who spend the same points at once
come one after the other, and the second finds what the first has left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, InvalidError, Text
from plugins.cash import api as cash
from plugins.sales import api as sales

from .models import EARNED, RETURNED, SPENT, PointEntry, Policy
from .policy import policy_of

_ = sdk.translator("plugins.loyalty")
ORDER = "sales.order"


def balance_of(context: Context, customer: UUID) -> int:
    """How many points a customer has."""
    return balances(context, [customer])[customer]


def balances(context: Context, customers: Iterable[UUID]) -> dict[UUID, int]:
    """How many points customers have."""
    ids, table = set(customers), PointEntry.__table__
    sums = (
        sa.select(table.c.customer_id, sa.func.sum(table.c.points))
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.customer_id.in_(ids))
        .group_by(table.c.customer_id)
    )
    found = {row[0]: int(row[1]) for row in context.session.connection().execute(sums)}
    return {one: found.get(one, 0) for one in ids}


def shown(context: Context, customer: UUID) -> int | None:
    """A customer's points for whoever may see them, with one statement; None where the company has none."""
    table = PointEntry.__table__
    mine = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.customer_id == customer)
    total = sa.select(sa.func.coalesce(sa.func.sum(table.c.points), 0)).where(*mine).scalar_subquery()
    if not context.can("loyalty.point_entry", "see"):
        return None
    found = context.session.scalar(sa.select(total).where(Policy.tenant_id == context.tenant, Policy.points))
    return None if found is None else int(found)


def lock(context: Context, customers: Iterable[UUID]) -> None:
    """Let nobody else write entries of these customers until the commit."""
    table = Customer.__table__
    chosen = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, table.c.id.in_(set(customers)))
    context.session.connection().execute(chosen.order_by(table.c.id).with_for_update(key_share=True)).all()


def guard(_context: Context, entry: PointEntry | None, values: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
    """What was counted stays as it was counted."""
    if entry is None:
        return
    for name in ("customer", "points"):
        if name in values and values[name] != (entry.link_id(name) if name == "customer" else entry.points):
            yield name, _("An entry stays as it is. Add another that puts it right.")


def prepare(context: Context, entries: Sequence[PointEntry]) -> None:
    """Nobody has less than no points; asked of new entries, before they are saved."""
    new = [one for one in entries if not sa.inspect(one).persistent]
    if not new:
        return
    lock(context, [one.customer_id for one in new])
    have = balances(context, [one.customer_id for one in new])
    for one in new:
        left = have[one.customer_id]
        have[one.customer_id] += one.points
        if one.points < 0 and have[one.customer_id] < 0:
            raise InvalidError({"points": [_("The customer has %(n)s points left.", n=left)]})


def follow(context: Context, entries: Sequence[PointEntry], event: str) -> None:
    """Taking back an import of points stops where they were spent meanwhile."""
    if event != "deleted":
        return
    ids = {one.customer_id for one in entries}
    lock(context, ids)
    if any(left < 0 for left in balances(context, ids).values()):
        raise InvalidError({"points": [_("These points have been spent meanwhile.")]})


def write(context: Context, customer: UUID, points: int, kind: str, document: str | None, reason: Text) -> PointEntry:
    """An entry that follows from a document. Raises InvalidError where the customer has not so many."""
    values = {"customer": customer, "points": points, "reason": str(reason)}
    entry = sdk.create(context.unrestricted(), PointEntry, values)
    entry.kind, entry.document = kind, document
    context.session.flush()
    return entry


# --- earned ------------------------------------------------------------------------------------------------------


def earn(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Bring the points of vouchers in step with what is paid by them now; a voucher earns once, whoever asks how often.

    Where a payment is taken back, so are its points, as far as they are not spent.
    """
    policy = policy_of(context)
    if not policy.points or policy.since is None or "cash" not in context.active:
        return
    documents = {f"{entity}/{one}": one for one in ids}
    paid = cash.vouchers_of(context, entity, ids)
    lock(context, {one.customer for one in paid.values() if one.customer} | _holders(context, documents))
    had = _earned(context, documents)
    for document, key in documents.items():
        voucher, mine = paid.get(key), had.get(document, {})
        wanted = _wanted(voucher, policy.per, None if mine else policy.since)
        for customer in sorted({*wanted, *mine}):
            number = voucher.number if voucher else ""
            _settle(context, document, customer, wanted.get(customer, 0) - mine.get(customer, 0), number)


def _wanted(voucher: cash.Paid | None, per: Decimal, since: date | None) -> dict[UUID, int]:
    """The points of a voucher, by customer; of one from before the days of points none, unless it has some already."""
    if voucher is None or voucher.customer is None or (since is not None and voucher.on < since):
        return {}
    return {voucher.customer: int(voucher.amount / per)}


def _settle(context: Context, document: str, customer: UUID, more: int, number: str) -> None:
    """Write the difference; what is taken away is no more than there is."""
    if more < 0:
        more = -min(-more, balance_of(context, customer))
    if more:
        said = _("Paid: %(number)s", number=number) if more > 0 else _("Payment taken back: %(number)s", number=number)
        write(context, customer, more, EARNED.value, document, said)


def _earned(context: Context, documents: Iterable[str]) -> dict[str, dict[UUID, int]]:
    """What these documents have earned, by customer."""
    table = PointEntry.__table__
    statement = (
        sa.select(table.c.document, table.c.customer_id, sa.func.sum(table.c.points))
        .where(
            table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None),
            table.c.document.in_(list(documents)), table.c.kind == EARNED.value,
        )
        .group_by(table.c.document, table.c.customer_id)
        .having(sa.func.sum(table.c.points) != 0)
    )  # fmt: skip
    found: dict[str, dict[UUID, int]] = {}
    for document, customer, points in context.session.connection().execute(statement):
        found.setdefault(document, {})[customer] = int(points)
    return found


def _holders(context: Context, documents: Iterable[str]) -> set[UUID]:
    return {customer for mine in _earned(context, documents).values() for customer in mine}


# --- spent -------------------------------------------------------------------------------------------------------


def spend(context: Context, order_id: UUID, points: int) -> PointEntry:
    """Pay a part of an order by points: a discount on the whole of it. Raises InvalidError, naming ``points``."""
    policy = policy_of(context)
    if not policy.points:
        raise InvalidError({"points": [_("Loyalty points are switched off.")]})
    if points <= 0:
        raise InvalidError({"points": [_("A number above zero is needed.")]})
    order = sdk.get(context, sales.Order, order_id, lock=True)
    said = _("Spent on %(number)s", number=order.number)
    entry = write(context, order.customer_id, -points, SPENT.value, f"{ORDER}/{order.id}", said)
    entry.amount = sdk.rounded(context, points * policy.worth)
    try:
        sales.take_off(context, order, entry.amount)
    except InvalidError as error:
        raise InvalidError({"points": [text for texts in error.errors.values() for text in texts]}) from None
    return entry


@dataclass(frozen=True, slots=True)
class Held:
    """Points that are in an order, and the discount they are."""

    points: int
    amount: Decimal


def held_by(context: Context, order_id: UUID) -> dict[UUID, Held]:
    """The points in an order, by the customer who gave them."""
    table = PointEntry.__table__
    sums = (
        sa.select(table.c.customer_id, -sa.func.sum(table.c.points), sa.func.sum(table.c.amount))
        .where(
            table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None),
            table.c.document == f"{ORDER}/{order_id}",
        )
        .group_by(table.c.customer_id)
        .having(sa.func.sum(table.c.points) != 0)
    )  # fmt: skip
    rows = context.session.connection().execute(sums)
    return {row[0]: Held(int(row[1]), row[2] or Decimal(0)) for row in rows}


def give_back(context: Context, order: sales.Order) -> int:
    """Take the points out of an order again, and the discount that they were; how many. The order is locked."""
    held = held_by(context, order.id)
    for customer, one in held.items():
        said = _("Given back: %(number)s", number=order.number)
        entry = write(context, customer, one.points, RETURNED.value, f"{ORDER}/{order.id}", said)
        entry.amount = -one.amount
    context.session.flush()
    if held and order.deleted_at is None:
        discount = sum((one.amount for one in held.values()), Decimal(0))
        sales.take_off(context, order, -min(discount, order.discount))
    return sum(one.points for one in held.values())


def follow_order(context: Context, order_id: UUID) -> None:
    """An order that is cancelled, deleted or another customer's now holds no points of anybody else."""
    mine = sa.select(sales.Order).where(sales.Order.tenant_id == context.tenant, sales.Order.id == order_id)
    order = context.session.scalar(mine.with_for_update())
    if order is None or not (holders := held_by(context, order_id)):
        return
    if sales.is_cancelled(order) or order.deleted_at is not None or set(holders) != {order.customer_id}:
        give_back(context.unrestricted(), order)
