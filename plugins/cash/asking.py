"""Receipts that a document of another trade writes itself: money that is asked for, and is not asked for any more."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from . import allocating
from .allocating import Reference
from .models import BANK, CANCELLED, CASH, PAID, PENDING, Fund, Receipt

_ = sdk.translator("plugins.cash")


def ask_for(
    context: Context, document: Reference, *, at_bank: bool = False, paid: bool = False, on: date | None = None
) -> Receipt | None:
    """A receipt for what is neither paid of a document nor asked for yet; None where nothing is.

    It waits for the money unless ``paid``. The document is locked, so of two who ask at once the second asks for nothing.
    Raises InvalidError where the company has no fund.
    """
    turn = context.unrestricted()
    allocating.lock(turn, [document])
    found = allocating.documents(turn, [document]).get(document)
    if found is None:
        return None
    rest = found.rest - sum((one.amount for one in _waiting(turn, document)), Decimal(0))
    if rest <= 0:
        return None
    values = {
        "document": f"{document[0]}/{document[1]}", "customer": found.customer, "amount": rest, "on": on or turn.today(),
        "state": PAID.value if paid else PENDING.value, "fund": _fund(turn, at_bank=at_bank).id,
        "reason": str(_("Payment of %(number)s", number=found.number)),
    }  # fmt: skip
    return sdk.create(turn, Receipt, values)


def withdraw(context: Context, document: Reference) -> None:
    """Ask for nothing any more: cancel the receipts that wait for the money of a document."""
    turn = context.unrestricted()
    allocating.lock(turn, [document])
    sdk.update_each(turn, [(one, {"state": CANCELLED.value}) for one in _waiting(turn, document)])


def _waiting(context: Context, document: Reference) -> Sequence[Receipt]:
    wanted = sa.select(Receipt).where(
        Receipt.tenant_id == context.tenant, Receipt.document == f"{document[0]}/{document[1]}",
        Receipt.state == PENDING.value, Receipt.deleted_at.is_(None),
    )  # fmt: skip
    return context.session.scalars(wanted.order_by(Receipt.id).with_for_update()).all()


def _fund(context: Context, *, at_bank: bool) -> Fund:
    """The oldest fund of a kind, accounts that customers are shown before others; any where there is none of it."""
    kind = BANK.value if at_bank else CASH.value
    found = context.session.scalar(
        sa.select(Fund)
        .where(Fund.tenant_id == context.tenant, Fund.deleted_at.is_(None))
        .order_by((Fund.kind == kind).desc(), Fund.shown.desc(), Fund.id)
        .limit(1)
    )
    if found is None:
        raise sdk.InvalidError({"": [_("There is no fund yet. Add one in the settings of cash.")]})
    return found
