"""What a customer sees by a link: the quote, to be agreed to; the car in the workshop, and what else it needs."""

from core import sdk
from core.sdk import Context, PublicAction, PublicAnswer, PublicPage

from . import extra, quoting
from .documents import CANCELLED, Quote, RepairOrder
from .models import INSURANCE

_ = sdk.translator("plugins.garage")


def _agree(context: Context, quote: Quote, _answer: PublicAnswer) -> None:
    quoting.accept(context, quote.id)


def _decline(context: Context, quote: Quote, answer: PublicAnswer) -> None:
    quoting.refuse(context, quote.id, answer.reason)


def _decide(context: Context, order: RepairOrder, answer: PublicAnswer) -> None:
    extra.answer(context, order, answer.choices)


def _asks(_context: Context, order: RepairOrder) -> bool:
    return order.state != CANCELLED.value and bool(extra.waiting(order))


def _of_customer(_context: Context, document: Quote | RepairOrder) -> str:
    return str(document.customer.email or "")


def _of_payer(context: Context, quote: Quote) -> str:
    """The insurer's address where they pay, or else the customer's."""
    insurer = quote.insurer if quote.kind == INSURANCE.value else None
    return str((insurer and insurer.email) or _of_customer(context, quote))


QUOTE = PublicPage(
    template="garage/public_quote.html",
    print="quote",
    recipient=_of_payer,
    given=quoting.note_sent,
    actions=(
        PublicAction(
            name="accept", title=_("Agree and sign"), run=_agree, offered=quoting.is_open, asks_signature=True
        ),
        PublicAction(
            name="refuse", title=_("Refuse"), run=_decline, offered=quoting.is_open, asks_reason=True, danger=True
        ),
    ),
)
ORDER = PublicPage(
    template="garage/public_order.html",
    recipient=_of_customer,
    repeats=True,
    actions=(
        PublicAction(
            name="extra", title=_("Answer the workshop"), run=_decide, offered=_asks, asks=extra.choices,
        ),
    ),
)  # fmt: skip
