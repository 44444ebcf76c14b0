"""What other plugins may ask of the catalogue, and the goods that documents of every trade are made of."""

from core.sdk import Context, Query, read_page

from .contents import contents, contents_of_one
from .goods import NOT_TAXED, TOTALS, VAT, GoodsDocument, GoodsLine
from .lines import LineDefaults, line_defaults
from .models import COMBO, GOODS, SERVICE, Group, Product, TaxClass, Unit
from .prices import price_of
from .pricing import TOGETHER, set_tier_discount
from .taxes import vat_on
from .totals import RATES, add_up, price_goods
from .units import Conversion, conversions, factors, in_own_units, line_factors

__all__ = [
    "COMBO",
    "GOODS",
    "NOT_TAXED",
    "RATES",
    "SERVICE",
    "TOGETHER",
    "TOTALS",
    "VAT",
    "Conversion",
    "GoodsDocument",
    "GoodsLine",
    "Group",
    "LineDefaults",
    "Product",
    "TaxClass",
    "Unit",
    "add_up",
    "contents",
    "contents_of_one",
    "conversions",
    "factors",
    "find_products",
    "in_own_units",
    "line_defaults",
    "line_factors",
    "price_goods",
    "price_of",
    "set_tier_discount",
    "vat_on",
]

FOUND = 20


def find_products(context: Context, text: str, *, for_sale: bool = True, most: int = FOUND) -> list[dict[str, object]]:
    """Products by part of a name, code or barcode, as rows with ``id`` and the listed fields."""
    resource = context.resource(Product)
    columns = [spec for spec in context.fields(resource).values() if spec.listed]
    limits = [Product.__table__.c.active] if for_sale else []
    return read_page(context, Query(resource, columns=columns, conditions=limits, q=text, limit=most)).rows
