"""A lead becomes a customer: once, for good, with everything that was done for it."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from core.sdk import Contact, Context, Customer, Entity, InvalidError, create, get, move_activities, translator, update
from plugins.sales.api import Opportunity, create_opportunity

from .answering import note_answers
from .models import CARING, CONVERTED, INTERESTED, ORGANISATION, Lead

_ = translator("plugins.leads")
Made = TypeVar("Made", bound=Entity)


def convert(context: Context, lead_id: UUID, *, state: str = INTERESTED.value, customer_id: UUID | None = None) -> Lead:
    """Make of a lead a customer, an opportunity, and of an organisation a contact; activities go along (LEA-05 … 07).

    ``customer_id`` names a customer that is there already, which is then the one. The lead is locked: whoever comes
    second finds it converted, and nothing is made twice.
    """
    if state not in CONVERTED:
        raise InvalidError({"state": [_("A lead that becomes a customer comes into one of the last two columns.")]})
    lead = get(context, Lead, lead_id, lock=True)
    if lead.link_id("customer") is not None:
        return lead
    note_answers(context, [lead.id])  # while the activities are still the lead's
    customer = get(context, Customer, customer_id) if customer_id else _customer(context, lead)
    contact = _contact(context, lead, customer) if lead.kind == ORGANISATION.value else None
    lead.customer_id, lead.contact_id = customer.id, contact.id if contact else None
    lead.converted_at = datetime.now(UTC)
    opportunity = _opportunity(context, lead)
    lead.opportunity = f"sales.opportunity/{opportunity.id}" if opportunity else None
    update(context, lead, {"state": state, "care": CARING.value})
    move_activities(context, lead, opportunity or customer)
    return lead


def _customer(context: Context, lead: Lead) -> Customer:
    firm = lead.kind == ORGANISATION.value
    values: dict[str, Any] = {
        "name": lead.company if firm else lead.name,
        "kind": lead.kind,
        "main_contact": lead.name if firm else None,
        "mobile": lead.mobile,
        "email": lead.email,
        "address": lead.address,
        "source": lead.link_id("source"),
        "note": lead.note,
    }
    return _owned_alike(lead, create(context, Customer, values))


def _contact(context: Context, lead: Lead, customer: Customer) -> Contact:
    values = {
        "name": lead.name, "customer": customer.id, "mobile": lead.mobile, "email": lead.email,
        "position": lead.position,
    }  # fmt: skip
    return _owned_alike(lead, create(context, Contact, values))


def _opportunity(context: Context, lead: Lead) -> Opportunity | None:
    """The opportunity that begins with the customer; none while sales is off, or has no pipeline."""
    if "sales" not in context.active:
        return None
    values = {
        "name": lead.opportunity_name or lead.company or lead.name,
        "customer": lead.customer_id,
        "contact": lead.contact_id,
        "amount": lead.amount,
        "source": lead.link_id("source"),
        "description": lead.note,
        "goods": _goods(context, lead),
    }
    made = create_opportunity(context, values)
    return _owned_alike(lead, made) if made else None


def _goods(context: Context, lead: Lead) -> list[dict[str, Any]]:
    """One of the product they are interested in, for what was agreed on."""
    product = lead.link_id("product")
    return [{"product": product, "price": lead.amount}] if product and "catalog" in context.active else []


def _owned_alike(lead: Lead, made: Made) -> Made:
    """Whoever looked after the lead looks after what it becomes, whoever pressed the button."""
    if lead.owner_id is not None:
        made.owner_id = lead.owner_id
    return made
