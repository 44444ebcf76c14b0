"""What other plugins may do with opportunities."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from core.sdk import Context, create

from .models import Opportunity
from .pipelines import first_stage

__all__ = ["Opportunity", "create_opportunity"]

USUAL = timedelta(days=30)
"""When a deal is expected, where nobody says."""


def create_opportunity(context: Context, values: Mapping[str, Any]) -> Opportunity:
    """A new opportunity, at the beginning of the first pipeline unless ``values`` name a stage of their own.

    Raises :class:`core.sdk.InvalidError` where there is no pipeline to begin in.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if "stage" not in given:
        given["stage"] = first_stage(context)
    return create(context, Opportunity, {"expected_on": context.today() + USUAL, **given})
