"""What a company sells: products and services, their groups, units, prices and taxes."""

from core import sdk

_ = sdk.translator("plugins.catalog")
ABOUT = _("Products, services, groups, units, price lists and VAT.")
MANIFEST = sdk.Manifest(
    name="catalog", title=_("Products and services"), version="1.0.0", api=">=1,<2", icon="package", summary=ABOUT
)
