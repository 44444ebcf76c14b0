"""A quote as the customer sees it by a link: read, agreed to with a signature, or refused."""

from core import sdk
from core.sdk import Context, PublicAction, PublicAnswer, PublicPage

from .documents import DRAFT, SENT, Order, Quote
from .selling import accept, refuse

_ = sdk.translator("plugins.sales")


def _is_open(context: Context, quote: Quote) -> bool:
    valid = quote.valid_until is None or quote.valid_until >= context.today()
    return quote.stage in {DRAFT.value, SENT.value} and valid


def _agree(context: Context, quote: Quote, _answer: PublicAnswer) -> None:
    accept(context, quote.id)


def _decline(context: Context, quote: Quote, answer: PublicAnswer) -> None:
    refuse(context, quote.id, answer.reason)


def _write_to(_context: Context, document: Quote | Order) -> str:
    """The contact's address where there is one, or else the customer's."""
    return str((document.contact.email if document.contact else None) or document.customer.email or "")


QUOTE = PublicPage(
    template="sales/public_quote.html",
    print="quote",
    recipient=_write_to,
    actions=(
        PublicAction(name="accept", title=_("Agree and sign"), run=_agree, offered=_is_open, asks_signature=True),
        PublicAction(name="refuse", title=_("Refuse"), run=_decline, offered=_is_open, asks_reason=True, danger=True),
    ),
)
ORDER = PublicPage(template="sales/public_order.html", print="order", recipient=_write_to)
