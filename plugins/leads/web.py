"""Pages of leads beyond what every entity has: the dialog that converts one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.sdk import Context, Customer, InvalidError, MissingError, duplicates, get, translator
from core.sdk_web import context, go

from .converting import convert
from .models import CONVERTED, INTERESTED, ORGANISATION, Lead

_ = translator("plugins.leads")
blueprint = Blueprint("leads", __name__)


@blueprint.get("/leads/<uuid:lead_id>/convert")
def ask(lead_id: UUID) -> str:
    """Có / Không: what will be made, and who is known already by the same number."""
    turn = context()
    turn.require("leads.lead", "edit")
    return _dialog(turn, get(turn, Lead, lead_id))


@blueprint.post("/leads/<uuid:lead_id>/convert")
def decide(lead_id: UUID) -> Any:
    """Converted, once: who comes second is led to the customer that there is."""
    turn = context()
    turn.require("leads.lead", "edit")
    try:
        lead = convert(turn, lead_id, state=request.form.get("state", INTERESTED.value), customer_id=_chosen())
    except InvalidError as error:
        turn.session.rollback()
        return _dialog(turn, get(turn, Lead, lead_id), error), 422
    return go(f"/customers/{lead.link_id('customer')}", _("“%(name)s” is a customer now.", name=lead.title))


def _chosen() -> UUID | None:
    text = request.form.get("customer", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise MissingError("core.customer", text) from None


def _dialog(turn: Context, lead: Lead, error: InvalidError | None = None) -> str:
    state = request.values.get("state", "")
    values = {"mobile": lead.mobile, "email": lead.email}
    known = {
        one.id: one.title
        for one in duplicates(turn, turn.resource(Lead), values, lead.id)
        if one.resource is not None and one.resource.model is Customer
    }
    return render_template(
        "leads/convert.html",
        lead=lead,
        firm=lead.kind == ORGANISATION.value,
        converted=lead.link_id("customer"),
        state=state if state in CONVERTED else INTERESTED.value,
        known=known,
        errors=[text for texts in error.errors.values() for text in texts] if error else [],
    )
