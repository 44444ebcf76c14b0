"""What the papers of a car come to: work and parts with VAT, and which part of it an insurer pays."""

from collections.abc import Sequence
from decimal import Decimal

from core.sdk import Context
from plugins.catalog.api import add_up

from .documents import INSURER, CarDocument, Settlement

NOTHING = Decimal(0)


def prepare(context: Context, documents: Sequence[CarDocument]) -> None:
    """Amounts of lines and documents, just before they are written."""
    add_up(context, documents)
    for one in documents:
        if isinstance(one, Settlement):
            _share(one)


def _share(settlement: Settlement) -> None:
    """The insurer pays its lines, less what the insured bears of them; a discount on the whole is the customer's."""
    theirs = sum((line.amount + line.vat for line in settlement.goods if line.payer == INSURER.value), NOTHING)
    settlement.insured = min(max(theirs - settlement.deductible, NOTHING), settlement.total)
    settlement.due = settlement.total - settlement.insured
