"""Dialogs of leads beyond what every entity has: converting one, and the addresses where they come in."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import escape

from core.sdk import Context, Customer, InvalidError, MissingError, duplicates, get, translator
from core.sdk_web import context, go, guest_token

from .converting import convert
from .doors import Form, Intake
from .models import CONVERTED, INTERESTED, ORGANISATION, Lead
from .public import FORM, INTAKE

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
        sales="sales" in turn.active,
        state=state if state in CONVERTED else INTERESTED.value,
        known=known,
        errors=[text for texts in error.errors.values() for text in texts] if error else [],
    )


@blueprint.get("/forms/<uuid:form_id>/address")
def form_address(form_id: UUID) -> str:
    """Where a form opens, and what shows it in a site."""
    turn = context()
    turn.require("leads.form", "edit")
    form = get(turn, Form, form_id)
    url = _url(f"/leads/form/{guest_token(turn, FORM, form.id)}")
    snippet = f'<iframe src="{url}" width="100%" height="640" loading="lazy" title="{escape(form.name)}"></iframe>'
    text = _("Give people this address, or put the form into your own site.")
    return render_template("leads/address.html", title=form.name, url=url, snippet=snippet, text=text)


@blueprint.get("/intakes/<uuid:intake_id>/address")
def intake_address(intake_id: UUID) -> str:
    """Where a program posts leads."""
    turn = context()
    turn.require("leads.intake", "edit")
    intake = get(turn, Intake, intake_id)
    url = _url(f"/leads/in/{guest_token(turn, INTAKE, intake.id)}")
    text = _(
        "Programs send leads here as JSON, by POST. Whoever knows the address can send some: keep it to yourselves."
    )
    return render_template("leads/address.html", title=intake.name, url=url, snippet="", text=text)


def _url(path: str) -> str:
    return f"{request.url_root.rstrip('/')}{path}"
