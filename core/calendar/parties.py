"""The customers that entries are about: what they are called and how they are reached."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.context import Context
from core.customers.models import Customer
from core.entity.format import national


@dataclass(frozen=True, slots=True)
class Party:
    """A customer, as far as the person may know them."""

    id: UUID
    name: str
    mobile: str = ""
    place: str = "/customers"
    """Where people like them are found."""

    @property
    def mobile_text(self) -> str:
        """Their number as people dial it."""
        return national(self.mobile)

    @property
    def url(self) -> str:
        """Their page."""
        return f"{self.place}/{self.id}"


def parties(context: Context, ids: set[UUID]) -> dict[UUID, Party]:
    """Those of these customers that the person sees."""
    resource = context.resource(Customer)
    if not ids or not context.can(resource.name, "see"):
        return {}
    table, known = Customer.__table__, resource.fields
    columns = [table.c[name] if name in known else sa.literal("") for name in ("name", "mobile")]
    statement = sa.select(table.c.id, *columns).where(
        table.c.tenant_id == context.tenant,
        table.c.id.in_(ids),
        table.c.deleted_at.is_(None),
        visible(context, resource),
    )
    found = context.session.connection().execute(statement)
    return {row[0]: Party(row[0], row[1] or "—", row[2] or "") for row in found}
