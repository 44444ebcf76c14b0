"""The people at a customer: who of them is spoken to first."""

import sqlalchemy as sa

from core.access.visibility import require_reach
from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.history import Entry, write
from core.entity.values import value_of


def make_main(context: Context, contact: Contact) -> None:
    """Let a contact be the main one of their customer, whose page then names them; the one before is an ordinary one."""
    resource, customer = context.resource(Contact), value_of(contact, Contact.__fields__["customer"])
    require_reach(context, resource, "edit", [contact.id])
    before = list(
        context.session.scalars(
            sa.select(Contact)
            .where(Contact.tenant_id == context.tenant, Contact.__table__.c.customer_id == customer, Contact.main)
            .with_for_update()
        )
    )
    changed = [one for one in before if one is not contact] + ([] if contact.main else [contact])
    for one in changed:
        one.main = one is contact
    context.session.flush()
    write(context, resource, [Entry(one, "changed", {"main": [not one.main, one.main]}) for one in changed])
    service.update(context, service.get(context, Customer, customer), {"main_contact": contact.name})
