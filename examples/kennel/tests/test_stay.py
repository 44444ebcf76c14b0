"""Stays, by the kit's tests and some of their own."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask.testing import FlaskClient
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


def test_the_front_desk_sees_who_comes_and_who_goes_today(
    context: Context, make_client: Callable[..., FlaskClient]
) -> None:
    customer = create(context, Customer, {"name": "Cô Lan"})
    today = context.today()
    for pet, arrives, leaves in (("Mướp", 0, 3), ("Vàng", -3, 0), ("Đốm", -1, 1)):
        days = {"arrives": today + timedelta(days=arrives), "leaves": today + timedelta(days=leaves)}
        create(context, Stay, {"pet": pet, "customer": customer.id, **days})
    page = make_client(context).get("/kennel/today").get_data(as_text=True)
    assert [name for name in ("Mướp", "Vàng", "Đốm") if name in page] == ["Mướp", "Vàng"]
    assert page.index("Đến gửi") < page.index("Mướp") < page.index("Về nhà") < page.index("Vàng")
