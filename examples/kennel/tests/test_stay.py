"""Stays, by the kit's tests and one of their own."""

from datetime import date
from typing import Any, ClassVar

import pytest
from ghep_kennel import Stay

from core.sdk import Context, Customer, InvalidError, create
from core.testing.entities import EntityTests


class TestStay(EntityTests):
    model = Stay
    values: ClassVar[dict[str, Any]] = {"pet": "Mướp", "arrives": "2026-03-01", "leaves": "2026-03-04"}
    change: ClassVar[dict[str, Any]] = {"pet": "Vàng"}
    wrong: ClassVar[dict[str, Any]] = {"leaves": "2026-02-01"}


def test_a_pet_cannot_leave_before_it_arrives(context: Context) -> None:
    customer = create(context, Customer, {"name": "Cô Lan"})
    days = {"arrives": date(2026, 3, 4), "leaves": date(2026, 3, 1)}
    with pytest.raises(InvalidError, match="leaves"):
        create(context, Stay, {"pet": "Mướp", "customer": customer.id, **days})
