"""Amounts as people pay them: to the smallest unit of the company's currency, which of the đồng is one."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from babel.numbers import get_currency_precision

if TYPE_CHECKING:
    from core.context import Context


def rounded(context: "Context", amount: Decimal) -> Decimal:
    """An amount to the smallest unit of the company's currency, a half away from zero, as on Vietnamese invoices."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(context.company.currency)), ROUND_HALF_UP)


def spread(context: "Context", amount: Decimal, over: "list[Decimal]") -> list[Decimal]:
    """Parts of an amount in proportion to others, that come to it exactly: the largest takes what rounding leaves."""
    whole = sum(over, Decimal(0))
    if not whole:
        return [Decimal(0) for _one in over]
    parts = [rounded(context, amount * one / whole) for one in over]
    parts[max(range(len(over)), key=lambda place: over[place])] += amount - sum(parts, Decimal(0))
    return parts
