"""Figures as people read them."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.entity.format import money, number
from core.reports.offered import Measure

if TYPE_CHECKING:
    from core.context import Context

_NOTHING = "—"
_CENT = Decimal("0.01")


def figure_text(context: "Context", measure: Measure, value: Any) -> str:
    """A figure as people read it."""
    if value is None:
        return _NOTHING
    if measure.field is None:
        return number(int(value))
    if measure.field.kind.name == "money":
        return money(context, value)
    text = number(Decimal(value).quantize(_CENT))
    unit = "%" if measure.field.kind.name == "percent" else f" {measure.field.unit}" if measure.field.unit else ""
    return f"{text}{unit}"
