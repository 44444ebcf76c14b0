"""Money in and out: receipts, payments, advances, funds, and what customers still owe."""

from core import sdk

_ = sdk.translator("plugins.cash")
ABOUT = _("Receipts, payments and advances; funds, cash book, debts and VietQR.")
MANIFEST = sdk.Manifest(
    name="cash", title=_("Cash and bank"), version="1.0.0", api=">=1,<2", icon="cash", summary=ABOUT
)
