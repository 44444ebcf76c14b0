"""What a company sells: products and services, their groups, units, tax and prices."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from core.sdk import (
    Choice,
    Customer,
    Entity,
    Image,
    Line,
    LongText,
    Mapped,
    Money,
    Percent,
    Text,
    Tier,
    choice,
    computed,
    field,
    lines,
    link,
    links,
    translator,
)

_ = translator("plugins.catalog")

GOODS = Choice("goods", _("Goods"), "blue")
SERVICE = Choice("service", _("Service"), "green")
COMBO = Choice("combo", _("Combo"), "purple")
SHARE = Decimal(100)
"""A whole, in percent."""


class Group(Entity):
    """A shelf of the catalogue; shelves stand on shelves."""

    __tablename__ = "catalog_group"

    name: Mapped[str] = field(_("Group"), search=True, sort=True, unique=True, length=120, aliases=("nhóm",))
    parent: Mapped[Any | None] = link(_("Part of"), to="catalog_group", tree=True, aliases=("nhóm cha",))
    note: Mapped[LongText | None] = field(_("Description"), listed=False)


class Unit(Entity):
    """What goods are counted in, such as a box."""

    __tablename__ = "catalog_unit"

    name: Mapped[str] = field(_("Unit"), search=True, sort=True, unique=True, length=40)


class TaxRate(Line):
    """The rate of a class between two days; of two that fit a day the one that began later counts."""

    __tablename__ = "catalog_tax_rate"

    percent: Mapped[Percent] = field(_("Rate"), unit="%", minimum=0, maximum=100)
    starts: Mapped[date] = field(_("Valid from"))
    ends: Mapped[date | None] = field(_("Valid until"))

    def check(self) -> Iterator[tuple[str, Text]]:
        """A rate has a first day and, maybe, a last one."""
        if self.ends and self.ends < self.starts:
            yield "ends", _("The last day comes before the first.")


class TaxClass(Entity):
    """How a product is taxed, whatever the rate is on a given day: goods of 10 %, say, that are at 8 % for a while."""

    __tablename__ = "catalog_tax_class"

    name: Mapped[str] = field(_("VAT class"), search=True, unique=True, length=80)
    taxed: Mapped[bool] = field(
        _("Subject to VAT"), default=True, help=_("Without it nothing is added, and invoices say “not subject to VAT”.")
    )
    rates: Mapped[list[TaxRate]] = lines(
        _("Rates"), help=_("Of two rates that fit a day the one that began later counts.")
    )


class Attribute(Entity):
    """What variants of a product differ by, such as colour."""

    __tablename__ = "catalog_attribute"

    name: Mapped[str] = field(_("Attribute"), search=True, unique=True, length=60)


class AttributeValue(Entity):
    """One value of an attribute, such as red."""

    __tablename__ = "catalog_attribute_value"

    name: Mapped[str] = field(_("Value"), search=True, length=60)
    attribute: Mapped[Attribute] = link(_("Attribute"), part=True)
    code: Mapped[str | None] = field(
        _("Short code"), length=12, help=_("Ends the code of a variant, such as DO for red.")
    )


class ProductUnit(Line):
    """Another unit a product is sold in, such as a case of 24."""

    __tablename__ = "catalog_product_unit"

    unit: Mapped[Unit] = link(_("Unit"))
    factor: Mapped[Decimal] = field(
        _("Contains"), minimum=0, help=_("How many of the product's own unit, such as 24 for a case of 24 cans.")
    )
    price: Mapped[Money | None] = field(
        _("Selling price"), minimum=0, help=_("Without one it is that of the product times what the unit contains.")
    )

    def check(self) -> Iterator[tuple[str, Text]]:
        """A unit contains something."""
        if not self.factor:
            yield "factor", _("More than 0.")


class ComboItem(Line):
    """A product that belongs to a combo."""

    __tablename__ = "catalog_combo_item"

    product: Mapped[Any] = link(_("Product"), to="catalog_product")
    quantity: Mapped[Decimal] = field(_("Quantity"), default=1, minimum=0)


class Product(Entity):
    """Something the company sells."""

    __tablename__ = "catalog_product"

    name: Mapped[str] = field(
        _("Product name"), search=True, sort=True, aliases=("tên hàng hóa", "tên hàng", "tên sản phẩm", "product")
    )
    code: Mapped[str] = field(
        _("Product code"), search=True, sort=True, unique=True, length=60, aliases=("mã hh", "mã hàng", "mã sp", "sku")
    )
    kind: Mapped[str] = choice(_("Kind"), GOODS, SERVICE, COMBO)
    group: Mapped[Group | None] = link(_("Group"), aliases=("nhóm", "nhóm hàng", "nhóm sản phẩm/dịch vụ", "series"))
    unit: Mapped[Unit | None] = link(_("Unit"), aliases=("đvt", "đơn vị tính"))
    price: Mapped[Money] = field(
        _("Selling price"), default=0, sort=True, minimum=0, aliases=("giá xuất", "giá bán", "đơn giá", "sales_price")
    )
    cost: Mapped[Money | None] = field(_("Cost price"), listed=False, minimum=0, aliases=("giá nhập", "giá vốn"))
    margin: Mapped[Decimal | None] = computed(
        _("Margin"),
        "CASE WHEN cost > 0::numeric THEN round((price - cost) / cost * 100::numeric, 2) ELSE NULL::numeric END",
        listed=False,
        help=_("(Selling price − cost price) ÷ cost price, in percent."),
    )
    tax_class: Mapped[TaxClass | None] = link(_("VAT class"), aliases=("thuế gtgt", "thuế suất", "vat"))
    barcode: Mapped[str | None] = field(
        _("Barcode"), search=True, unique=True, listed=False, length=48, aliases=("mã vạch", "ean", "gtin")
    )
    active: Mapped[bool] = field(_("For sale"), default=True, aliases=("đang bán",))
    picture: Mapped[Image | None] = field(_("Picture"), listed=False)
    variant_of: Mapped[Any | None] = link(_("Variant of"), to="catalog_product", listed=False)
    values: Mapped[list[AttributeValue]] = links(_("Attributes"), listed=False)
    units: Mapped[list[ProductUnit]] = lines(_("Other units"))
    items: Mapped[list[ComboItem]] = lines(
        _("Items of the combo"), help=_("A combo without a selling price costs what its items cost together.")
    )
    note: Mapped[LongText | None] = field(_("Description"), listed=False, aliases=("ghi chú", "mô tả"))


class PriceList(Entity):
    """Prices for some customers, or for some time; :func:`plugins.catalog.prices.prices` says which of them count."""

    __tablename__ = "catalog_price_list"

    name: Mapped[str] = field(_("Price list"), search=True, sort=True, unique=True, length=120)
    tier: Mapped[Tier | None] = link(_("For customers of the tier"))
    customer: Mapped[Customer | None] = link(_("For the customer"))
    starts: Mapped[date | None] = field(_("Valid from"))
    ends: Mapped[date | None] = field(_("Valid until"))
    discount: Mapped[Percent | None] = field(
        _("Discount"), unit="%", minimum=0, maximum=100,
        help=_("From the selling price, for every product that has no price of its own in the list."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("In use"), default=True)

    def check(self) -> Iterator[tuple[str, Text]]:
        """A list is for a customer or for a tier, and has a first and a last day."""
        if self.starts and self.ends and self.ends < self.starts:
            yield "ends", _("The last day comes before the first.")
        if self.link_id("customer") and self.link_id("tier"):
            yield "customer", _("A list is for a tier or for one customer, not for both.")


class Price(Entity):
    """What one product costs by a price list, from a quantity on."""

    __tablename__ = "catalog_price"

    name: Mapped[str | None] = field(_("Name"), search=True, listed=False, readonly=True, length=400)
    price_list: Mapped[PriceList] = link(_("Price list"), part=True, aliases=("bảng giá",))
    product: Mapped[Product] = link(_("Product"), part=True, aliases=("hàng hóa", "mã hh"))
    quantity: Mapped[Decimal] = field(_("From the quantity"), default=1, minimum=0)
    price: Mapped[Money | None] = field(_("Price"), minimum=0, aliases=("giá",))
    discount: Mapped[Percent | None] = field(
        _("Discount"), unit="%", minimum=0, maximum=100, help=_("From the selling price.")
    )

    def check(self) -> Iterator[tuple[str, Text]]:
        """It says an amount or a discount."""
        if (self.price is None) == (self.discount is None):
            yield "price", _("Give a price or a discount, one of the two.")
