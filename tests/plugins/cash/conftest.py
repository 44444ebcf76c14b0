"""A company with funds and with stays that are to be paid."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from ghep_kennel import Stay

from core import sdk
from core.context import Context
from core.customers.models import Customer
from plugins.cash import allocating
from plugins.cash.models import Advance, Fund, Payment, Receipt, Voucher

DAY = date(2026, 3, 1)


@dataclass
class Till:
    """What there is, and how money moves."""

    context: Context
    box: Fund
    bank: Fund
    lan: Customer

    def stay(
        self, price: int, *, customer: UUID | None = None, on: date = DAY, due: date = DAY, name: str = "Mướp"
    ) -> Stay:
        """A document of so much."""
        values = {
            "pet": name,
            "customer": customer or self.lan.id,
            "arrives": on,
            "leaves": due,
            "price": Decimal(price),
        }
        return sdk.create(self.context, Stay, values)

    def voucher(self, model: type[Any], amount: int, document: Any = None, **values: Any) -> Any:
        """A voucher that is paid."""
        given = {"amount": Decimal(amount), "fund": self.box.id, "state": "paid", "on": DAY, **values}
        if document is not None:
            given["document"] = f"kennel.stay/{document.id}"
        else:
            given.setdefault("customer", self.lan.id)
        return sdk.create(self.context, model, given)

    def receipt(self, amount: int, document: Any = None, **values: Any) -> Receipt:
        """Money in."""
        return self.voucher(Receipt, amount, document, **values)  # type: ignore[no-any-return] # of that model

    def payment(self, amount: int, document: Any = None, **values: Any) -> Payment:
        """Money out."""
        return self.voucher(Payment, amount, document, **values)  # type: ignore[no-any-return] # of that model

    def advance(self, amount: int, document: Any = None, **values: Any) -> Advance:
        """Money ahead."""
        return self.voucher(Advance, amount, document, **values)  # type: ignore[no-any-return] # of that model

    def paid(self, stay: Stay) -> int:
        """What is paid of a document."""
        reference = ("kennel.stay", stay.id)
        return int(allocating.documents(self.context, [reference])[reference].paid)

    def divide(self, voucher: Voucher, parts: dict[Stay, int]) -> None:
        """By hand."""
        wanted = {("kennel.stay", stay.id): Decimal(amount) for stay, amount in parts.items()}
        allocating.divide(self.context, voucher, wanted)


def make_till(context: Context) -> Till:
    """In a company that has none."""
    box = sdk.create(context, Fund, {"name": "Quỹ tiền mặt", "opening": Decimal(1_000_000)})
    account = {
        "kind": "bank",
        "bank": "970436",
        "account": "0011001234567",
        "holder": "CONG TY BINH MINH",
        "shown": True,
    }
    bank = sdk.create(context, Fund, {"name": "Vietcombank", **account})
    lan = sdk.create(context, Customer, {"name": "Chị Lan"})
    context.session.commit()
    return Till(context, box, bank, lan)


@pytest.fixture
def till(context: Context) -> Till:
    """This test's."""
    return make_till(context)


@pytest.fixture
def other_person(make_context: Callable[..., Context], context: Context) -> Context:
    """A colleague, in a session of their own."""
    return make_context(context.company, name="Kế toán")
