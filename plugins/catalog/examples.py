"""Demo data: what a shop for office equipment in Vietnam sells."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context, Tier, create, create_many, translator, update

from .models import COMBO, GOODS, SERVICE, Attribute, AttributeValue, Group, PriceList, Product, TaxClass, Unit
from .variants import generate

_ = translator("plugins.catalog")

_GROUPS = {
    "Thiết bị văn phòng": ("Máy in", "Máy chiếu", "Máy hủy tài liệu"),
    "Nội thất văn phòng": ("Bàn làm việc", "Ghế"),
    "Vật tư tiêu hao": ("Giấy", "Mực in"),
    "Dịch vụ": ("Bảo trì", "Lắp đặt"),
}
_PRODUCTS = (
    ("MI-L2321", "Máy in laser Brother HL-L2321D", "Máy in", "cái", 3_490_000, 2_980_000, "8936012340011"),
    ("MI-M404", "Máy in HP LaserJet Pro M404dn", "Máy in", "cái", 7_890_000, 6_950_000, "8936012340028"),
    ("MI-G3010", "Máy in phun màu Canon G3010", "Máy in", "cái", 4_250_000, 3_600_000, "8936012340035"),
    ("MC-E01", "Máy chiếu Epson EB-E01", "Máy chiếu", "cái", 9_900_000, 8_700_000, "8936012340042"),
    ("MC-MS560", "Máy chiếu BenQ MS560", "Máy chiếu", "cái", 10_900_000, 9_450_000, "8936012340059"),
    ("HTL-C18", "Máy hủy tài liệu Silicon PS-812C", "Máy hủy tài liệu", "cái", 2_650_000, 2_150_000, "8936012340066"),
    ("BLV-120", "Bàn làm việc chân sắt 1m2", "Bàn làm việc", "cái", 1_450_000, 980_000, "8936012340073"),
    ("BLV-160", "Bàn giám đốc gỗ công nghiệp 1m6", "Bàn làm việc", "cái", 4_800_000, 3_500_000, "8936012340080"),
    ("GHE-LUOI", "Ghế xoay lưới văn phòng", "Ghế", "cái", 890_000, 610_000, "8936012340097"),
    ("GIAY-A4", "Giấy A4 Double A 70gsm", "Giấy", "hộp", 78_000, 66_000, "8936012340103"),
    ("GIAY-A3", "Giấy A3 Double A 80gsm", "Giấy", "hộp", 165_000, 142_000, "8936012340110"),
    ("MUC-TN2385", "Mực in Brother TN-2385", "Mực in", "hộp", 1_150_000, 930_000, "8936012340127"),
    ("MUC-CF276", "Mực in HP CF276A", "Mực in", "hộp", 2_450_000, 2_080_000, "8936012340134"),
    ("DV-BTMI", "Bảo trì máy in định kỳ", "Bảo trì", "lần", 350_000, None, None),
    ("DV-BTNAM", "Gói bảo trì máy in 12 tháng", "Bảo trì", "gói", 3_200_000, None, None),
    ("DV-LDMC", "Lắp đặt máy chiếu treo trần", "Lắp đặt", "lần", 650_000, None, None),
)
_COMBO = {"MI-L2321": 1, "MUC-TN2385": 1, "GIAY-A4": 5}
_COLOURS = (("Đen", "DEN"), ("Xám", "XAM"), ("Xanh", "XANH"))
_LESS_FOR_EACH_TIER = Decimal(3)


def load(context: Context) -> None:
    """Groups, products, a combo, chairs in three colours, and prices that fall with the tier."""
    groups, units = _groups(context), _named(context, Unit)
    tax = next(iter(sorted(_named(context, TaxClass).values())), None)
    rows = [{**_product(one, groups, units), "tax_class": tax} for one in _PRODUCTS]
    products = {one.code: one for one in create_many(context, Product, rows)}
    items = [{"product": products[code].id, "quantity": Decimal(number)} for code, number in _COMBO.items()]
    combo = {"code": "CB-KHOIDAU", "name": "Bộ in ấn cho văn phòng mới", "kind": COMBO.value, "items": items}
    create(context, Product, {**combo, "unit": units.get("bộ"), "tax_class": tax})
    cases = [{"unit": units["thùng"], "factor": Decimal(5), "price": Decimal(380_000)}] if "thùng" in units else []
    update(context, products["GIAY-A4"], {"units": cases})
    colour = create(context, Attribute, {"name": "Màu sắc"})
    values = [{"name": name, "code": code, "attribute": colour.id} for name, code in _COLOURS]
    colours = create_many(context, AttributeValue, values)
    generate(context, products["GHE-LUOI"].id, [one.id for one in colours])
    _price_lists(context)


def _groups(context: Context) -> dict[str, UUID]:
    parents = create_many(context, Group, [{"name": name} for name in _GROUPS])
    below = [{"name": name, "parent": parent.id} for parent in parents for name in _GROUPS[parent.name]]
    return {one.name: one.id for one in (*parents, *create_many(context, Group, below))}


def _named(context: Context, model: type[Unit | TaxClass]) -> dict[str, UUID]:
    table = model.__table__
    rows = context.session.execute(sa.select(table.c.name, table.c.id).where(table.c.tenant_id == context.tenant))
    return {row.name: row.id for row in rows}


def _product(one: tuple[Any, ...], groups: dict[str, UUID], units: dict[str, UUID]) -> dict[str, Any]:
    code, name, group, unit, price, cost, barcode = one
    kind = GOODS if cost else SERVICE
    return {
        "code": code, "name": name, "group": groups[group], "unit": units.get(unit), "kind": kind.value,
        "price": Decimal(price), "cost": Decimal(cost) if cost else None, "barcode": barcode,
    }  # fmt: skip


def _price_lists(context: Context) -> None:
    """The higher the tier, the less its customers pay."""
    tiers = context.session.scalars(
        sa.select(Tier).where(Tier.tenant_id == context.tenant, Tier.__table__.c.deleted_at.is_(None))
    )
    rows = [
        {"name": str(_("Prices for %(tier)s", tier=tier.name)), "tier": tier.id, "discount": tier.rank * _LESS_FOR_EACH_TIER}
        for tier in tiers
    ]  # fmt: skip
    create_many(context, PriceList, rows)
