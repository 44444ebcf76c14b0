"""Quotes for cars: how long they hold, and what the customer says to them (GAR-03)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, ListView, Print

from . import pricing
from .documents import ACCEPTED, DRAFT, REFUSED, SENT, Quote

_ = sdk.translator("plugins.garage")
VALID = timedelta(days=15)
"""How long a quote is good for where nobody says otherwise."""
OPEN = frozenset((DRAFT.value, SENT.value))
_LONGEST = 200
PRINTS = (Print(name="quote", title=_("Quote for a car"), template="garage/quote.html"),)
VIEWS = (
    ListView("waiting", _("Waiting for an answer"), {"stage__eq": SENT.value, "sort": "-quoted_on"}),
    ListView("accepted", _("Accepted this month"), {"stage__eq": ACCEPTED.value, "quoted_on__preset": "this_month"}),
)


def prepare(context: Context, quotes: Sequence[Quote]) -> None:
    """Days and sums, just before quotes are written. What the customer agreed to stays as it is until it is opened again.

    Raises InvalidError where it would not.
    """
    for one in quotes:
        one.valid_until = one.valid_until or one.quoted_on + VALID
    pricing.prepare(context, quotes)
    if any(_was_agreed(one) and _is_another(context, one) for one in quotes):
        text = _("The customer agreed to this. Set the quote back to draft first, or add it to the repair order.")
        raise InvalidError({"goods": [text]})


def _was_agreed(quote: Quote) -> bool:
    stage = sa.inspect(quote).attrs.stage.history
    return sa.inspect(quote).persistent and not stage.added and quote.stage == ACCEPTED.value


def _is_another(context: Context, quote: Quote) -> bool:
    lines = (sa.inspect(line).key is None or context.session.is_modified(line) for line in quote.goods)
    return bool(sa.inspect(quote).attrs.total.history.deleted) or any(lines)


def note_sent(context: Context, quote: Quote) -> None:
    """A link to it was given away: it is no draft any more."""
    if quote.stage == DRAFT.value:
        sdk.update(context, quote, {"stage": SENT.value})


def is_open(context: Context, quote: Quote) -> bool:
    """Whether the customer can still answer."""
    return quote.stage in OPEN and (quote.valid_until is None or quote.valid_until >= context.today())


def accept(context: Context, quote_id: UUID) -> bool:
    """The customer agrees; False where they did already. Of two at once only one does it."""
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage == ACCEPTED.value:
        return False
    _insist_open(quote)
    if not is_open(context, quote):
        raise InvalidError({"valid_until": [_("This quote is not valid any more. Give it another day first.")]})
    return sdk.update(context, quote, {"stage": ACCEPTED.value})


def refuse(context: Context, quote_id: UUID, reason: str) -> bool:
    """The customer does not want it; False where they said so already."""
    quote = sdk.get(context, Quote, quote_id, lock=True)
    if quote.stage == REFUSED.value:
        return False
    _insist_open(quote)
    quote.refusal = reason[:_LONGEST] or None
    return sdk.update(context, quote, {"stage": REFUSED.value})


def _insist_open(quote: Quote) -> None:
    if quote.stage not in OPEN:
        raise InvalidError({"stage": [_("This quote is not open any more.")]})
