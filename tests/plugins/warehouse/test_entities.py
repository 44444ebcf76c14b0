"""What the kit asks of every entity."""

from typing import Any, ClassVar
from uuid import uuid4

from core.entity.entity import Resource
from core.sdk import Context, create
from core.testing.entities import EntityTests
from plugins.warehouse.counting import Count, Stocktake
from plugins.warehouse.models import Location, Lot, Rule, Warehouse
from plugins.warehouse.slips import GoodsIssue, GoodsReceipt, Transfer


class TestWarehouse(EntityTests):
    model = Warehouse
    values: ClassVar[dict[str, Any]] = {"name": "Kho phụ tùng"}
    change: ClassVar[dict[str, Any]] = {"note": "Tầng hai"}


class TestLocation(EntityTests):
    model = Location
    values: ClassVar[dict[str, Any]] = {"name": "Kệ A1"}
    change: ClassVar[dict[str, Any]] = {"name": "Kệ A2"}


class TestRule(EntityTests):
    model = Rule
    values: ClassVar[dict[str, Any]] = {"tracked": "lot", "minimum": "5", "note": "Hàng dễ hết"}
    change: ClassVar[dict[str, Any]] = {"minimum": "8.0000"}
    wrong: ClassVar[dict[str, Any]] = {"maximum": "1"}


class TestLot(EntityTests):
    model = Lot
    values: ClassVar[dict[str, Any]] = {"code": "L2601", "expires_on": "2027-01-31"}
    change: ClassVar[dict[str, Any]] = {"note": "Đợt đầu năm"}


class TestGoodsReceipt(EntityTests):
    model = GoodsReceipt
    values: ClassVar[dict[str, Any]] = {"on": "2026-03-01", "reason": "Mua phụ tùng"}
    change: ClassVar[dict[str, Any]] = {"reason": "Mua dầu máy"}


class TestGoodsIssue(EntityTests):
    model = GoodsIssue
    values: ClassVar[dict[str, Any]] = {"on": "2026-03-01", "reason": "Bán lẻ"}
    change: ClassVar[dict[str, Any]] = {"reason": "Dùng nội bộ"}


class TestTransfer(EntityTests):
    model = Transfer
    values: ClassVar[dict[str, Any]] = {"on": "2026-03-01", "reason": "Bổ sung chi nhánh"}
    change: ClassVar[dict[str, Any]] = {"reason": "Trả về kho chính"}
    wrong: ClassVar[dict[str, Any]] = {"target": ""}

    def filled(self, context: Context, resource: Resource) -> dict[str, Any]:
        """From one warehouse to another; what goes nowhere else is refused."""
        names = ("Kho chính", "Chi nhánh")
        source, target = (create(context, Warehouse, {"name": f"{one} {uuid4().hex[:6]}"}) for one in names)
        type(self).wrong = {"target": str(source.id)}
        found = super().filled(context, resource)
        return {**found, "source": str(source.id), "target": str(target.id)}


class TestStocktake(EntityTests):
    model = Stocktake
    values: ClassVar[dict[str, Any]] = {"on": "2026-03-31", "reason": "Cuối quý"}
    change: ClassVar[dict[str, Any]] = {"reason": "Cuối tháng"}


class TestCount(EntityTests):
    model = Count
    values: ClassVar[dict[str, Any]] = {"counted": "4"}
    change: ClassVar[dict[str, Any]] = {"counted": "5.0000"}
