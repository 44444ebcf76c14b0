"""What a company sells: products and services, their groups, units, prices and taxes."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint

from core import sdk
from core.sdk import Context, Resource
from hooks import hookimpl

from . import beginning, examples, pricing, products, web
from .models import COMBO, Attribute, AttributeValue, Group, Price, PriceList, Product, TaxClass, Unit

_ = sdk.translator("plugins.catalog")
ABOUT = _("Products, services, groups, units, price lists and VAT.")
MANIFEST = sdk.Manifest(
    name="catalog", title=_("Products and services"), version="1.0.0", api=">=1,<2", icon="package", summary=ABOUT
)


@hookimpl
def entities() -> Iterable[Resource]:
    """Everybody's: goods have no owner. What is set up once is reached from the settings."""
    return [
        _shared(
            Product,
            _("Product"),
            _("Products"),
            "package",
            navigation=True,
            narrow="group",
            weight=50,
            before_save=products.prepare,
        ),
        _shared(Group, _("Product group"), _("Product groups"), "category", navigation=True, weight=51),
        _shared(PriceList, _("Price list"), _("Price lists"), "tags", navigation=True, weight=52),
        _shared(Price, _("Price"), _("Prices"), "tag", before_save=pricing.name_prices),
        _shared(Unit, _("Unit"), _("Units"), "ruler-measure"),
        _shared(TaxClass, _("VAT class"), _("VAT classes"), "receipt-tax"),
        _shared(Attribute, _("Attribute"), _("Attributes"), "palette"),
        _shared(AttributeValue, _("Value of an attribute"), _("Values of attributes"), "color-swatch"),
    ]


def _shared(
    model: type[sdk.Entity], title: sdk.Text, plural: sdk.Text, icon: str, *, navigation: bool = False, **more: Any
) -> Resource:
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=navigation, **more)


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The dialog that makes variants."""
    return [web.blueprint]


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> Iterable[sdk.RecordAction]:
    """Variants, of what is neither one itself nor a combo."""
    if isinstance(record, Product) and context.can("catalog.product", "create"):
        url = f"/catalog/products/{record.id}/variants"
        if record.kind != COMBO.value and record.link_id("variant_of") is None:
            title = _("Make variants")
            yield sdk.RecordAction(name="variants", title=title, url=url, icon="versions", method="dialog")


@hookimpl
def module_on(context: Context) -> None:
    """Units and the classes of VAT that the law knows, for a company that has none."""
    beginning.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """A small shop's goods and services, with prices for tiers."""
    examples.load(context)
