"""What the papers of a car come to: work and parts with VAT, and which part of it an insurer pays."""

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from core import sdk
from core.sdk import Context
from plugins.catalog.api import GOODS, RATES, SERVICE, Product, add_up, price_goods

from .documents import INSURER, PART, WORK, CarDocument, GarageLine, RepairOrder, Settlement

NOTHING = Decimal(0)
SORTS = {SERVICE.value: WORK.value, GOODS.value: PART.value}
"""What a product of this kind is on a paper of a car; of a combo people say it."""


def prepare(context: Context, documents: Sequence[CarDocument]) -> None:
    """Amounts of lines and documents, just before they are written."""
    _sort(context, [line for one in documents for line in one.priced if isinstance(line, GarageLine)])
    add_up(context, documents)
    for one in documents:
        if isinstance(one, Settlement):
            _share(one)


def price_offers(context: Context, orders: Sequence[RepairOrder]) -> None:
    """What lines that were only proposed would come to; the orders do not count them."""
    price_goods(context, [(one.offered, one.customer_id, one.dated) for one in orders])
    for line in (line for one in orders for line in one.offered):
        line.vat = sdk.rounded(context, line.amount * RATES.get(line.rate or "", NOTHING) / 100)


def _sort(context: Context, lines: Sequence[GarageLine]) -> None:
    """Whether lines are work or parts follows from their products."""
    ids = {line.product_id for line in lines if line.product_id}
    if not ids:
        return
    wanted = sa.select(Product.id, Product.kind).where(Product.tenant_id == context.tenant, Product.id.in_(ids))
    kinds = {row[0]: row[1] for row in context.session.execute(wanted)}
    for line in lines:
        if line.product_id is not None:
            line.kind = SORTS.get(kinds.get(line.product_id, ""), line.kind)


def _share(settlement: Settlement) -> None:
    """The insurer pays its lines, less what the insured bears of them; a discount on the whole is the customer's."""
    theirs = sum((line.amount + line.vat for line in settlement.goods if line.payer == INSURER.value), NOTHING)
    settlement.insured = min(max(theirs - settlement.deductible, NOTHING), settlement.total)
    settlement.due = settlement.total - settlement.insured
