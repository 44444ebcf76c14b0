"""What a document comes to: by the line, as it is paid, so that every sum is the sum of what is printed above it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from core import sdk
from core.sdk import Context, InvalidError

from .goods import NOT_TAXED, VAT, GoodsDocument, GoodsLine
from .lines import LineDefaults, line_defaults

_ = sdk.translator("plugins.catalog")

RATES = {one.value: Decimal(one.value) for one in VAT if one.value.isdigit()}
"""Percent by choice; what is not subject to VAT bears none."""
_NOTHING = Decimal(0)


def add_up(context: Context, documents: Sequence[GoodsDocument]) -> None:
    """Work out the amounts of lines and documents. A discount on the whole is spread over the lines before tax.

    Raises :class:`core.sdk.InvalidError` for a discount that is more than the goods come to.
    """
    price_goods(context, [(one.priced, one.customer_id, one.dated) for one in documents])
    for document in documents:
        lines = document.priced
        document.subtotal = sum((line.amount for line in lines), _NOTHING) if lines else document.worth
        if document.discount > document.subtotal:
            raise InvalidError({"discount": [_("The discount cannot be more than what the goods come to.")]})
        parts = sdk.spread(context, document.discount, [line.amount for line in lines])
        for line, part in zip(lines, parts, strict=True):
            rate = RATES.get(line.rate or "", _NOTHING)
            line.vat = sdk.rounded(context, (line.amount - part) * rate / 100)
        document.vat = sum((line.vat for line in lines), _NOTHING)
        document.total = document.subtotal - document.discount + document.vat


def price_goods(context: Context, documents: Sequence[tuple[Sequence[GoodsLine], UUID | None, date | None]]) -> None:
    """What each line comes to before tax; what it leaves open is as the catalogue has it for the customer that day.

    A document is its lines, its customer and its day: the catalogue is asked once for each customer and day.
    """
    bare: dict[tuple[UUID | None, date | None], list[GoodsLine]] = defaultdict(list)
    for lines, customer, day in documents:
        unsaid = (one for one in lines if one.product_id is not None and None in (one.price, one.name, one.rate))
        bare[customer, day] += unsaid
    for (customer, day), some in bare.items():
        _fill_in(context, some, customer, day)
    for line in (line for lines, _customer, _day in documents for line in lines):
        price, cut = line.price or _NOTHING, line.cut or _NOTHING
        line.amount = sdk.rounded(context, line.quantity * price * (100 - cut) / 100)


def _fill_in(context: Context, lines: Sequence[GoodsLine], customer: UUID | None, day: date | None) -> None:
    if not lines or "catalog" not in context.active:
        return
    wanted = {line.product_id for line in lines if line.product_id}
    known = line_defaults(context, list(wanted), customer, day)
    for line in lines:
        product = known.get(line.product_id) if line.product_id else None
        if product is not None:
            line.name = line.name or product.name
            line.unit = line.unit or product.unit
            line.price = product.price if line.price is None else line.price
            line.rate = line.rate or _rate(product)


def _rate(product: LineDefaults) -> str | None:
    """The VAT of a product as the documents say it; None where the catalogue does not say."""
    if product.taxed is False:
        return NOT_TAXED.value
    return next((name for name, percent in RATES.items() if percent == product.vat), None)
