"""Stays, by the kit's tests and some of their own."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from ghep_kennel import Stay

from core.sdk import Context, Customer, InvalidError, create, update
from core.testing.automation import Database, automate, runs, work_off
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


def test_when_a_pet_is_collected_its_people_are_called(context: Context, database: Database, tmp_path: Path) -> None:
    automate(
        context,
        Stay,
        trigger={"on": "event", "event": "collected"},
        conditions={"all": [{"field": "price", "operator": "gte", "value": "500000"}]},
        steps=[
            {"do": "kennel.tag", "room": "A1"},
            {
                "do": "message", "channel": "kennel_slip", "to": "customer.mobile", "purpose": "service",
                "text": "Cảm ơn đã gửi {{ record.pet }}.",
            },
        ],
    )  # fmt: skip
    customer = create(context, Customer, {"name": "Cô Lan", "mobile": "+84912345678"})
    days = {"arrives": date(2026, 3, 1), "leaves": date(2026, 3, 4), "customer": customer.id}
    dear, cheap = (
        create(context, Stay, {"pet": pet, "price": price, **days})
        for pet, price in (("Mướp", Decimal(600_000)), ("Vàng", Decimal(100_000)))
    )
    for stay in (dear, cheap):
        update(context, stay, {"state": "collected"})
    work_off(context, database, tmp_path)
    assert [(run.record_title, run.state) for run in runs(context)] == [("Mướp", "done")]
    (slip,) = (tmp_path / "slips").iterdir()
    assert slip.read_text(encoding="utf-8") == "+84912345678\nCảm ơn đã gửi Mướp.\n"
