"""What follows from what people say of a lead, and what they may not say."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.sdk import Ask, Context, InvalidError, is_changed, translator
from plugins.catalog import api as catalog

from .answering import set_deadlines
from .models import CARING, CONVERTED, STOPPED, Lead

_ = translator("plugins.leads")


def prepare(context: Context, leads: Sequence[Lead]) -> None:
    """Before leads are saved: hold them to their column, fill in opportunity and deadline. Raises InvalidError."""
    for lead in leads:
        _hold_to_column(lead)
        if lead.care == CARING.value:
            lead.stop_reason = None
    _fill_in(context, leads)
    set_deadlines(context, [lead for lead in leads if not sa.inspect(lead).has_identity])


def _hold_to_column(lead: Lead) -> None:
    converted = lead.link_id("customer") is not None
    if converted and lead.state not in CONVERTED:
        raise InvalidError({"state": [_("Once a lead has become a customer there is no way back.")]})
    if not converted and lead.state in CONVERTED:
        raise InvalidError(
            {"state": [_("Convert the lead: it becomes a customer and comes into this column by itself.")]}
        )


def ask(_context: Context, lead: Lead, changes: Mapping[str, Any]) -> Ask | None:
    """Whoever drags a lead among the customers converts it; who stops caring for one says why."""
    if (state := changes.get("state")) in CONVERTED and lead.link_id("customer") is None:
        return Ask(
            url=f"/leads/leads/{lead.id}/convert?state={state}",
            text=_("The lead becomes a customer first: convert it."),
        )
    if changes.get("care") == STOPPED.value:
        return Ask(fields=("stop_reason",), title=STOPPED.title)
    return None


def _fill_in(context: Context, leads: Sequence[Lead]) -> None:
    """Name the opportunities of leads by product and telephone, and give them the product's price (LEA-02)."""
    named = [lead for lead in leads if lead.fills_in and lead.link_id("product") and not lead.link_id("customer")]
    if not named or "catalog" not in context.active:
        return
    chosen = {lead.id: product for lead in named if (product := lead.link_id("product"))}
    known = catalog.line_defaults(context, sorted(chosen.values()))
    for lead in named:
        if (found := known.get(chosen[lead.id])) is None:
            continue
        lead.opportunity_name = "_".join(filter(None, (found.name, _national(lead.mobile))))[:200]
        if is_changed(lead, "product_id") and not (is_changed(lead, "amount") and lead.amount is not None):
            lead.amount = found.price


def _national(mobile: str | None) -> str:
    """As people write it."""
    return f"0{mobile.removeprefix('+84')}" if mobile and mobile.startswith("+84") else mobile or ""
