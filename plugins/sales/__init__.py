"""From an opportunity to an order: pipelines, quotes, contracts, orders."""

from core import sdk

_ = sdk.translator("plugins.sales")
ABOUT = _("Opportunities, quotes, contracts and orders.")
MANIFEST = sdk.Manifest(
    name="sales",
    title=_("Sales"),
    version="1.0.0",
    api=">=1,<2",
    uses=("catalog", "cash"),
    icon="briefcase",
    summary=ABOUT,
)
