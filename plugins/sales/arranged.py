"""The lists of sales as they are looked at day by day: tabs that everybody has (OPP-07, QUO-05, CTR-03, ORD-07)."""

from core import sdk
from core.sdk import ListView

from .documents import ACCEPTED, SENT, UNPAID
from .models import LOST, OPEN, WON

_ = sdk.translator("plugins.sales")

OPPORTUNITIES = (
    ListView("following", _("Following"), {"outcome__eq": OPEN.value, "sort": "expected_on"}),
    ListView("won", _("Won"), {"outcome__eq": WON.value, "sort": "-closed_on"}),
    ListView("lost", _("Lost"), {"outcome__eq": LOST.value, "sort": "-closed_on"}),
)
"""*Following* is the stage of all that is open, whatever its stage is called."""
QUOTES = (
    ListView("waiting", _("Waiting for an answer"), {"stage__eq": SENT.value, "sort": "-quoted_on"}),
    ListView("accepted", _("Accepted this month"), {"stage__eq": ACCEPTED.value, "quoted_on__preset": "this_month"}),
)
CONTRACTS = (
    ListView("ending", _("Ending within 30 days"), {"ends_on__preset": "next_30_days", "sort": "ends_on"}),
    ListView("this_month", _("Begun this month"), {"starts_on__preset": "this_month", "sort": "-starts_on"}),
)
ORDERS = (
    ListView("unpaid", _("Not paid"), {"payment__in": f"{UNPAID.value},advanced", "sort": "ordered_on"}),
    ListView(
        "unpaid_last_month",
        _("Last month, not paid"),
        {"payment__eq": UNPAID.value, "ordered_on__preset": "last_month", "sort": "ordered_on"},
    ),
    ListView("this_month", _("This month"), {"ordered_on__preset": "this_month", "sort": "-ordered_on"}),
)
