"""What follows from the stage of an opportunity: its outcome, its probability, and the day it was closed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import sdk
from core.sdk import Ask, Context, Entity
from plugins.catalog.api import price_goods

from .models import LOST, OPEN, Opportunity, Stage
from .pipelines import stages

_ = sdk.translator("plugins.sales")


def follow_stage(context: Context, opportunities: Sequence[Opportunity]) -> None:
    """Bring opportunities into step with their stages and goods, just before they are written.

    One that is only being typed may have no stage yet.
    """
    found = stages(context, [one.stage_id for one in opportunities if one.stage_id])
    price_goods(context, [(one.goods, one.customer_id, None) for one in opportunities])
    for one in opportunities:
        if one.goods:
            one.amount = sum((line.amount for line in one.goods), Decimal(0))
        if one.begins_on is None:
            one.begins_on = context.today()
        if (stage := found.get(one.stage_id)) is not None:
            _take_over(context, one, stage)


def _take_over(context: Context, one: Opportunity, stage: Stage) -> None:
    """What a stage says of an opportunity in it."""
    one.pipeline_id, one.outcome = stage.pipeline_id, stage.outcome
    if one.probability is None or (sdk.is_changed(one, "stage_id") and not sdk.is_changed(one, "probability")):
        one.probability = stage.probability
    if one.outcome == OPEN.value:
        one.closed_on = None
    elif one.closed_on is None:
        one.closed_on = context.today()
    if one.outcome != LOST.value:
        one.lost_reason_id = None


def ask_why(context: Context, _opportunity: Entity, values: Mapping[str, Any]) -> Ask | None:
    """Whoever gives up an opportunity says why (OPP-10)."""
    stage = values.get("stage")
    if stage is None or sdk.get(context, Stage, stage).outcome != LOST.value:
        return None
    return Ask(
        fields=("lost_reason",), title=_("Why was it lost?"), text=_("The reasons are counted on the dashboard.")
    )
