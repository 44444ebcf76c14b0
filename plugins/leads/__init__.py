"""People who may become customers, until they do."""

from core import sdk

_ = sdk.translator("plugins.leads")
ABOUT = _("Leads on a board, from the first word to a customer.")
MANIFEST = sdk.Manifest(
    name="leads",
    title=_("Leads"),
    version="1.0.0",
    api=">=1,<2",
    uses=("catalog", "sales"),
    icon="target-arrow",
    summary=ABOUT,
)
