"""Everything the catalogue declares, by the kit's tests."""

from typing import Any, ClassVar
from uuid import uuid4

from core.entity.entity import Resource
from core.sdk import Context, Entity, create
from core.testing.entities import EntityTests
from plugins.catalog.models import Attribute, AttributeValue, Group, Price, PriceList, Product, TaxClass, Unit


class TestProduct(EntityTests):
    model = Product
    values: ClassVar[dict[str, Any]] = {
        "name": "Máy in laser", "code": "MI-01", "price": "3490000.00", "cost": "2980000.00", "barcode": "8936012340011"
    }  # fmt: skip
    change: ClassVar[dict[str, Any]] = {"price": "3590000.00"}


class TestGroup(EntityTests):
    model = Group
    values: ClassVar[dict[str, Any]] = {"name": "Máy in"}
    change: ClassVar[dict[str, Any]] = {"name": "Máy in laser"}


class TestUnit(EntityTests):
    model = Unit
    values: ClassVar[dict[str, Any]] = {"name": "ống"}
    change: ClassVar[dict[str, Any]] = {"name": "cuộn"}


class TestTaxClass(EntityTests):
    model = TaxClass
    values: ClassVar[dict[str, Any]] = {"name": "Hàng cũ", "rates": [{"percent": "10.0000", "starts": "2026-01-01"}]}
    change: ClassVar[dict[str, Any]] = {"taxed": False}


class TestAttribute(EntityTests):
    model = Attribute
    values: ClassVar[dict[str, Any]] = {"name": "Màu sắc"}
    change: ClassVar[dict[str, Any]] = {"name": "Màu"}


class TestPriceList(EntityTests):
    model = PriceList
    values: ClassVar[dict[str, Any]] = {"name": "Giá Tết", "starts": "2026-01-10", "ends": "2026-02-20"}
    change: ClassVar[dict[str, Any]] = {"discount": "5.0000"}
    wrong: ClassVar[dict[str, Any]] = {"ends": "2026-01-01"}


class _Linked(EntityTests):
    """Of what is part of something else: that is made first."""

    parts: ClassVar[dict[str, tuple[type[Entity], dict[str, Any]]]]

    def filled(self, context: Context, resource: Resource) -> dict[str, Any]:
        assert resource.model is self.model
        made = {
            name: str(create(context, model, {one: f"{value} {uuid4().hex[:6]}" for one, value in values.items()}).id)
            for name, (model, values) in self.parts.items()
        }
        context.session.commit()
        return {**self.values, **made}


class TestAttributeValue(_Linked):
    model = AttributeValue
    parts: ClassVar[dict[str, tuple[type[Entity], dict[str, Any]]]] = {"attribute": (Attribute, {"name": "Màu"})}
    values: ClassVar[dict[str, Any]] = {"name": "Đỏ", "code": "DO"}
    change: ClassVar[dict[str, Any]] = {"name": "Đỏ tươi"}


class TestPrice(_Linked):
    model = Price
    parts: ClassVar[dict[str, tuple[type[Entity], dict[str, Any]]]] = {
        "price_list": (PriceList, {"name": "Giá sỉ"}),
        "product": (Product, {"name": "Giấy A4", "code": "A4"}),
    }
    values: ClassVar[dict[str, Any]] = {"quantity": "10.0000", "price": "72000.00"}
    change: ClassVar[dict[str, Any]] = {"price": "70000.00"}
    wrong: ClassVar[dict[str, Any]] = {"price": None}
