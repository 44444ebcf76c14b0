"""What every entity of sales keeps, by the kit's tests."""

from typing import Any, ClassVar

from core.testing.entities import EntityTests
from plugins.sales.documents import Contract, ContractStatus, Order, Quote
from plugins.sales.models import LossReason, Opportunity, Pipeline, Stage


class TestOpportunity(EntityTests):
    model = Opportunity
    values: ClassVar[dict[str, Any]] = {"name": "Bán xe tải", "amount": "100.00", "expected_on": "2026-03-01"}
    change: ClassVar[dict[str, Any]] = {"name": "Bán hai xe tải"}
    wrong: ClassVar[dict[str, Any]] = {"deposit": "200.00"}


class TestPipeline(EntityTests):
    model = Pipeline
    values: ClassVar[dict[str, Any]] = {"name": "Bán lẻ"}
    change: ClassVar[dict[str, Any]] = {"name": "Bán sỉ"}


class TestStage(EntityTests):
    model = Stage
    values: ClassVar[dict[str, Any]] = {"name": "Chào hàng"}
    change: ClassVar[dict[str, Any]] = {"name": "Báo giá"}


class TestLossReason(EntityTests):
    model = LossReason
    values: ClassVar[dict[str, Any]] = {"name": "Giao hàng trễ"}
    change: ClassVar[dict[str, Any]] = {"name": "Hàng về trễ"}


LINES = [{"name": "Máy in", "quantity": "2", "price": "100.00"}]


class TestQuote(EntityTests):
    model = Quote
    values: ClassVar[dict[str, Any]] = {"goods": LINES, "region": "Huế"}
    change: ClassVar[dict[str, Any]] = {"region": "Đà Nẵng"}
    wrong: ClassVar[dict[str, Any]] = {"valid_until": "2026-01-01", "quoted_on": "2026-02-01"}


class TestContract(EntityTests):
    model = Contract
    values: ClassVar[dict[str, Any]] = {"starts_on": "2026-03-01", "kind": "Mua bán", "goods": LINES}
    change: ClassVar[dict[str, Any]] = {"kind": "Bảo trì"}
    wrong: ClassVar[dict[str, Any]] = {"ends_on": "2026-01-01"}


class TestContractStatus(EntityTests):
    model = ContractStatus
    values: ClassVar[dict[str, Any]] = {"name": "Tạm dừng"}
    change: ClassVar[dict[str, Any]] = {"name": "Hoãn"}


class TestOrder(EntityTests):
    model = Order
    values: ClassVar[dict[str, Any]] = {"goods": LINES, "note": "Giao sáng"}
    change: ClassVar[dict[str, Any]] = {"note": "Giao chiều"}
