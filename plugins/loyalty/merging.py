"""Customers who become one, and two again. What points at them follows by itself: entries, and the tiers they reached."""

from collections.abc import Sequence
from uuid import UUID

from core import sdk
from core.sdk import Context

from . import points
from .following import CHECK
from .models import BY_HAND

_ = sdk.translator("plugins.loyalty")


def merged(context: Context, keep: UUID) -> None:
    """Together they may have reached what neither had."""
    sdk.enqueue(context, CHECK, {"customers": [str(keep)]})


def unmerged(context: Context, keep: UUID, losers: Sequence[UUID]) -> list[str]:
    """Points go back to those who earned them; what was spent of them meanwhile is theirs to have spent."""
    points.lock(context, [keep, *losers])
    have = points.balances(context, [keep, *losers])
    missing = -have[keep]
    for loser in losers:
        given = min(missing, have[loser])
        if given > 0:
            said = _("Spent while these customers were one")
            points.write(context, loser, -given, BY_HAND.value, None, said)
            points.write(context, keep, given, BY_HAND.value, None, said)
            missing -= given
    return [str(_("Points that were spent meanwhile"))] if have[keep] < 0 else []
