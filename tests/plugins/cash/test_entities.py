"""What the kit asks of every entity."""

from typing import Any, ClassVar
from uuid import uuid4

import pytest

from core import sdk
from core.context import Context
from core.entity.entity import Resource
from core.testing.entities import EntityTests
from plugins.cash.models import Advance, BankLine, Category, Fund, Payment, Receipt, Terms


class TestFund(EntityTests):
    model = Fund
    values: ClassVar[dict[str, Any]] = {
        "name": "Techcombank",
        "kind": "bank",
        "bank": "970407",
        "account": "19030413601018",
        "holder": "BINH MINH",
    }
    change: ClassVar[dict[str, Any]] = {"holder": "CONG TY BINH MINH"}
    wrong: ClassVar[dict[str, Any]] = {"account": "1903 0413"}


class TestCategory(EntityTests):
    model = Category
    values: ClassVar[dict[str, Any]] = {"name": "Tiền điện", "direction": "out"}
    change: ClassVar[dict[str, Any]] = {"name": "Điện nước"}


class TestTerms(EntityTests):
    model = Terms
    values: ClassVar[dict[str, Any]] = {"limit": "50000000", "note": "Theo hợp đồng"}
    change: ClassVar[dict[str, Any]] = {"limit": "80000000.00"}


class _InFund(EntityTests):
    """The kit with a fund, which every voucher needs."""

    def filled(self, context: Context, resource: Resource) -> dict[str, Any]:
        assert "fund" in resource.fields
        fund = sdk.create(context, Fund, {"name": f"Quỹ {uuid4().hex[:6]}"})
        context.session.commit()
        return {**self.values, "fund": str(fund.id)}


VOUCHER = {"amount": "1500000", "on": "2026-03-01", "party": "Chị Lan", "reason": "Đặt cọc"}


class TestReceipt(_InFund):
    model = Receipt
    values: ClassVar[dict[str, Any]] = VOUCHER
    change: ClassVar[dict[str, Any]] = {"reason": "Thu tiền hàng"}


class TestPayment(_InFund):
    model = Payment
    values: ClassVar[dict[str, Any]] = VOUCHER
    change: ClassVar[dict[str, Any]] = {"reason": "Trả lại khách"}


class TestAdvance(_InFund):
    model = Advance
    values: ClassVar[dict[str, Any]] = VOUCHER
    change: ClassVar[dict[str, Any]] = {"reason": "Ứng trước"}


@pytest.mark.parametrize("entity", ["receipt", "payment", "advance"])
def test_a_voucher_is_cancelled_and_never_deleted(context: Context, entity: str) -> None:
    assert "delete" not in context.resource(f"cash.{entity}").verbs


class TestBankLine(_InFund):
    model = BankLine
    values: ClassVar[dict[str, Any]] = {
        "reference": "FT26061123", "at": "2026-03-01T07:00:00Z", "amount": "1500000", "text": "Chi Lan tra tien",
    }  # fmt: skip
    change: ClassVar[dict[str, Any]] = {"text": "Chị Lan trả tiền"}
