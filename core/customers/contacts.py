"""The people at a customer: who of them is spoken to first."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import require_reach
from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.history import Entry, write, write_erasure
from core.entity.values import search_text, value_of


def forget_main_contact(context: Context, ids: Sequence[UUID]) -> None:
    """A customer names its main contact: the name goes with the person, in the customer's history too."""
    resource, contacts = context.resource(Customer), Contact.__table__
    theirs = sa.select(contacts.c.customer_id).where(
        contacts.c.tenant_id == context.tenant, contacts.c.id.in_(ids), contacts.c.main
    )
    statement = sa.select(Customer).where(Customer.tenant_id == context.tenant, Customer.id.in_(theirs))
    customers = list(context.session.scalars(statement.with_for_update().execution_options(populate_existing=True)))
    for customer in customers:
        customer.main_contact = None
        customer.search_norm = search_text(customer, context.all_fields(resource))
    context.session.flush()
    if customers:
        write_erasure(context, resource, [Entry(one, "erased", {}) for one in customers], ["main_contact"])


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
