"""What every entity of sales keeps, by the kit's tests."""

from typing import Any, ClassVar

from core.testing.entities import EntityTests
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
    values: ClassVar[dict[str, Any]] = {"name": "Giá cao"}
    change: ClassVar[dict[str, Any]] = {"name": "Giá quá cao"}
