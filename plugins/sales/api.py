"""What other plugins may ask of sales, and do with opportunities and orders."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.sdk import Context, InvalidError, create

from .documents import REPLACED, Contract, Order, Quote
from .models import Opportunity, Pipeline, Stage
from .payments import Revenue, is_cancelled, revenue_by, take_off
from .pipelines import first_stage

__all__ = [
    "REPLACED",
    "Contract",
    "Opportunity",
    "Order",
    "Pipeline",
    "Quote",
    "Revenue",
    "Stage",
    "create_opportunity",
    "is_cancelled",
    "revenue_by",
    "take_off",
]

USUAL = timedelta(days=30)
"""When a deal is expected, where nobody says."""


def create_opportunity(context: Context, values: Mapping[str, Any]) -> Opportunity | None:
    """A new opportunity, at the beginning of the first pipeline unless ``values`` name a stage of their own.

    None where the company has no pipeline: it does not work with opportunities.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if "stage" not in given:
        try:
            given["stage"] = first_stage(context)
        except InvalidError:
            return None
    return create(context, Opportunity, {"expected_on": context.today() + USUAL, **given})
