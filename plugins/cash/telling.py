"""Telling whoever answers for a document that it is paid."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .allocating import documents

_ = sdk.translator("plugins.cash")
PAID_IN_FULL = "cash_paid"


def tell_owners(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """The owners of documents that are paid in full now; once for each document, and not to whoever took the money."""
    found = documents(context, [(entity, one) for one in amounts])
    full = {one.reference[1]: one for one in found.values() if one.direction == "in" and one.rest <= 0 < one.paid}
    if not full:
        return
    model = context.resource(entity).model
    me = context.user.id if context.user else None
    for record in context.session.scalars(
        sa.select(model).where(model.tenant_id == context.tenant, model.id.in_(full))
    ):
        if record.owner_id and record.owner_id != me:
            title = _("%(number)s is paid in full", number=full[record.id].number)
            key = f"cash.paid.{record.id}"
            sdk.notify(context, [record.owner_id], PAID_IN_FULL, title, record=record, dedupe_key=key)
