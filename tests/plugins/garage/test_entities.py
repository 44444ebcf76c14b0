"""What the kit asks of every entity."""

from typing import Any, ClassVar

from core.testing.entities import EntityTests
from plugins.garage.documents import Quote, RepairOrder, Settlement
from plugins.garage.models import Bay, Norm, Photo, Reception, Vehicle

GOODS = [{"name": "Thay dầu máy", "quantity": "1", "price": "350000", "rate": "8"}]


class TestVehicle(EntityTests):
    model = Vehicle
    values: ClassVar[dict[str, Any]] = {"plate": "30A-123.45", "brand": "Toyota", "model": "Vios", "km": 45000}
    change: ClassVar[dict[str, Any]] = {"km": 50000}


class TestBay(EntityTests):
    model = Bay
    values: ClassVar[dict[str, Any]] = {"name": "Khoang 1"}
    change: ClassVar[dict[str, Any]] = {"position": 2}


class TestNorm(EntityTests):
    model = Norm
    values: ClassVar[dict[str, Any]] = {"hours": "1.5", "every_km": 5000, "note": "Kèm lọc dầu"}
    change: ClassVar[dict[str, Any]] = {"every_months": 6}


class TestReception(EntityTests):
    model = Reception
    values: ClassVar[dict[str, Any]] = {"km": 45200, "fuel": "2", "wishes": "Thay dầu, kiểm tra phanh"}
    change: ClassVar[dict[str, Any]] = {"belongings": "Ô, kính râm"}
    wrong: ClassVar[dict[str, Any] | None] = {
        "received_at": "2026-03-02T08:00:00+07:00", "promised_at": "2026-03-01T17:00:00+07:00",
    }  # fmt: skip


class TestPhoto(EntityTests):
    model = Photo
    values: ClassVar[dict[str, Any]] = {"caption": "Xước cản trước"}
    change: ClassVar[dict[str, Any]] = {"caption": "Xước cản sau"}


class TestQuote(EntityTests):
    model = Quote
    values: ClassVar[dict[str, Any]] = {"quoted_on": "2026-03-01", "goods": GOODS}
    change: ClassVar[dict[str, Any]] = {"note": "Báo giá lần hai"}


class TestRepairOrder(EntityTests):
    model = RepairOrder
    values: ClassVar[dict[str, Any]] = {"opened_on": "2026-03-01", "works": GOODS}
    change: ClassVar[dict[str, Any]] = {"note": "Khách chờ"}


class TestSettlement(EntityTests):
    model = Settlement
    values: ClassVar[dict[str, Any]] = {"settled_on": "2026-03-02", "goods": GOODS}
    change: ClassVar[dict[str, Any]] = {"note": "Đã gọi khách"}
