"""How much customers may owe: said on the pages of their documents, and, where the company forbids more, held at each save.

A save notes what its documents counted for before, and asks once they are written. The limit is locked then, until the
commit: of two orders at once the second sees the first. Whatever does not add to the debt is never refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Entity

from .debts import debts_of
from .models import CreditPolicy, Terms

_ = sdk.translator("plugins.cash")
NOTHING = Decimal(0)
Counted = Mapping[UUID, Decimal]
"""What documents count for, by customer."""


def is_forbidden(context: Context) -> bool:
    """Whether nobody may owe more than their limit; otherwise people are warned."""
    mine = sa.select(CreditPolicy.forbids).where(CreditPolicy.tenant_id == context.tenant)
    return bool(context.session.scalar(mine))


def forbid(context: Context, *, forbids: bool) -> None:
    """Set whether more than the limit is forbidden, for the whole company."""
    context.require("*", "admin")
    mine = sa.select(CreditPolicy).where(CreditPolicy.tenant_id == context.tenant).with_for_update()
    row = context.session.scalar(mine) or CreditPolicy(tenant_id=context.tenant)
    row.forbids = forbids
    context.session.add(row)
    context.session.flush()


def over_limit(context: Context, customer: UUID, more: Decimal = NOTHING) -> sdk.Text | None:
    """A warning where a customer owes more than they may, or will with so much more; None otherwise."""
    limit = _limits(context, [customer]).get(customer)
    if limit is None:
        return None
    found = debts_of(context.unrestricted(), [customer]).get(customer)
    owed = more + (found.owed if found else NOTHING)
    return _warning(context, limit, owed) if owed > limit else None


def _warning(context: Context, limit: Decimal, owed: Decimal) -> sdk.Text:
    if not context.can("cash.receipt", "see"):
        return _("The customer owes more than they may.")
    said = {"limit": sdk.show_number(limit), "owed": sdk.show_number(owed)}
    return _("The customer may owe %(limit)s and will owe %(owed)s.", **said)


def counted(context: Context, documents: Sequence[Entity], customers: Iterable[UUID]) -> Counted:
    """What documents count for as they stand in the database, by customer; of customers without a limit nothing."""
    limits = _limits(context, customers)
    if not limits or not documents:
        return {}
    owed = sdk.payables(context, of=[context.resource(type(documents[0])).name])
    sums = sa.select(owed.c.customer_id, sa.func.sum(owed.c.amount)).where(
        owed.c.id.in_([one.id for one in documents]), owed.c.customer_id.in_(limits)
    )
    rows = context.session.connection().execute(sums.group_by(owed.c.customer_id))
    return dict.fromkeys(limits, NOTHING) | {row[0]: row[1] for row in rows}


def insist(context: Context, documents: Sequence[Entity], before: Counted) -> None:
    """Refuse documents that were just written, where the company forbids it and a customer owes too much by them.

    ``before`` is what :func:`counted` said before they were. Raises InvalidError.
    """
    if not before or not is_forbidden(context):
        return
    _limits(context, before, lock=True)
    now = counted(context, documents, before)
    more = [customer for customer, amount in now.items() if amount > before.get(customer, NOTHING)]
    for debt in debts_of(context.unrestricted(), more).values():
        if debt.too_much and debt.limit is not None:
            raise sdk.InvalidError({"customer": [_warning(context, debt.limit, debt.owed)]})


def _limits(context: Context, customers: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Decimal]:
    """The limits of those customers who have one, locked until the commit where that is wanted."""
    table = Terms.__table__
    found = sa.select(table.c.customer_id, table.c.limit).where(
        table.c.tenant_id == context.tenant, table.c.customer_id.in_(set(customers)), table.c.deleted_at.is_(None)
    )
    statement = found.order_by(table.c.id).with_for_update() if lock else found
    return {row.customer_id: row.limit for row in context.session.connection().execute(statement)}


def notices(context: Context, record: Entity) -> Iterable[sdk.Notice]:
    """On a document that customers pay: that its customer owes more than they may."""
    payable = context.resource(type(record)).payable
    if payable is None or payable.direction != "in" or not context.can("cash.receipt", "see"):
        return
    customer = getattr(record, type(record).__fields__[payable.customer].column)
    if customer and (text := over_limit(context, customer)):
        yield sdk.Notice(name="cash_credit", text=text)
