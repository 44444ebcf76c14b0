"""Parts of a repair order: asked of the warehouse, issued once, back with the order; extra work line by line."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.public.links import give
from core.sdk import Context, InvalidError, create, delete, update
from core.testing.automation import Database, have_modules, work_off
from plugins.catalog.api import Product
from plugins.garage import parts
from plugins.garage.documents import Quote, RepairOrder
from tests.plugins.garage.conftest import Shelf


def rows(lines: Any, **more: Any) -> list[dict[str, Any]]:
    """Lines as they are, and one more."""
    return [{"id": line.id} for line in lines] + ([more] if more else [])


def gone(order: RepairOrder) -> int:
    """How much of the oil has left."""
    return int(order.parts[0].issued)


def test_parts_are_kept_then_issued_once_and_come_back_with_the_order(
    context: Context, order: RepairOrder, shelf: Shelf
) -> None:
    shelf(10)
    slip = parts.request(context, order.id)
    assert slip is not None
    assert (slip.state, slip.kind, order.state, gone(order)) == ("new", "repair", "parts", 0)
    assert shelf() == (10, 4)
    assert parts.issue(context, order.id) is slip
    assert (gone(order), order.state, parts.are_missing(order)) == (4, "waiting", False)
    assert parts.issue(context, order.id) is slip
    assert shelf() == (6, 0)
    update(context, order, {"parts": [{"id": order.parts[0].id, "quantity": Decimal(5)}]})
    assert parts.are_missing(order)
    parts.issue(context, order.id)
    assert (shelf(), gone(order)) == ((5, 0), 5)
    update(context, order, {"state": "cancelled"})
    assert (shelf(), gone(order)) == ((10, 0), 0)
    with pytest.raises(InvalidError, match="state"):
        parts.issue(context, order.id)


def test_parts_leave_in_the_unit_of_the_line(context: Context, order: RepairOrder, cans: Product, shelf: Shelf) -> None:
    shelf(20)
    update(context, order, {"parts": [{"product": cans.id, "quantity": Decimal(2), "unit": "can"}]})
    parts.issue(context, order.id)
    assert (shelf(), gone(order), parts.are_missing(order)) == ((12, 0), 2, False)
    update(context, order, {"parts": rows(order.parts, product=cans.id, quantity=Decimal(3), unit="lít")})
    assert parts.are_missing(order)
    parts.issue(context, order.id)
    assert (shelf(), [int(line.issued) for line in order.parts]) == ((9, 0), [2, 3])


def test_a_combo_has_left_with_what_is_in_it_and_a_service_needs_nothing(
    context: Context, order: RepairOrder, oil: Product, shelf: Shelf
) -> None:
    shelf(10)
    items = [{"product": oil.id, "quantity": Decimal(2)}]
    whole = create(context, Product, {"name": "Gói thay dầu", "code": "GOI", "kind": "combo", "items": items})
    wash = create(context, Product, {"name": "Rửa khoang máy", "code": "RUA", "kind": "service"})
    asked = [{"product": whole.id, "quantity": Decimal(3)}, {"product": wash.id}, {"product": oil.id}]
    update(context, order, {"parts": asked})
    parts.issue(context, order.id)
    assert shelf() == (3, 0)
    assert ([int(line.issued) for line in order.parts], parts.are_missing(order)) == ([3, 1, 1], False)
    update(context, order, {"parts": [{"id": order.parts[0].id, "quantity": Decimal(1)}, *rows(order.parts[1:])]})
    assert parts.take_back_surplus(context, order.id)
    assert (shelf(), [int(line.issued) for line in order.parts]) == ((7, 0), [1, 1, 1])
    bought, washed, poured = order.parts
    with pytest.raises(InvalidError, match="Gói thay dầu"):
        update(context, order, {"parts": rows([washed, poured])})
    update(context, order, {"parts": rows([bought, poured])})


def test_parts_that_nobody_wants_any_more_are_taken_back(
    context: Context, order: RepairOrder, cans: Product, shelf: Shelf, client: FlaskClient
) -> None:
    shelf(20)
    first = order.parts[0].id
    update(context, order, {"parts": [*rows(order.parts), {"product": cans.id, "quantity": Decimal(2), "unit": "can"}]})
    parts.issue(context, order.id)
    second = order.parts[1].id
    context.session.commit()
    for lost in ([{"id": first}], [{"id": first}, {"id": second, "product": None}]):
        with pytest.raises(InvalidError, match="parts"):
            update(context, order, {"parts": lost})
        context.session.rollback()
    update(context, order, {"parts": [{"id": first}, {"id": second, "agreed": "declined"}]})
    assert [(line.id, int(many)) for line, many in parts.surplus(order)] == [(second, 2)]
    context.session.commit()
    page = client.get(f"/garage/repair-orders/{order.id}").get_data(as_text=True)
    assert "Đã xuất nhưng không dùng, cần nhận lại kho: Dầu máy 5W-30 2 can." in page
    assert f"/garage/repair-orders/{order.id}/parts/take-back" in page
    assert client.post(f"/garage/repair-orders/{order.id}/parts/take-back").status_code in {204, 302, 303}
    context.session.expire_all()
    assert (shelf(), [int(line.issued) for line in order.parts]) == ((16, 0), [4, 0])
    assert not parts.surplus(order)
    assert not parts.take_back_surplus(context, order.id)
    update(context, order, {"parts": [{"id": first, "quantity": Decimal(1)}]})
    parts.take_back_surplus(context, order.id)
    assert (shelf(), gone(order)) == ((19, 0), 1)


def test_what_is_not_there_is_waited_for_and_a_deleted_order_lets_go(
    context: Context, order: RepairOrder, shelf: Shelf
) -> None:
    shelf(3)
    context.session.commit()
    with pytest.raises(InvalidError):
        parts.issue(context, order.id)
    context.session.rollback()
    update(context, order, {"state": "working"})
    assert parts.request(context, order.id) is not None
    assert (order.state, shelf()) == ("parts", (3, 3))
    delete(context, [order])
    assert shelf() == (3, 0)


def test_the_storekeeper_hands_out_and_the_order_goes_on(
    context: Context, database: Database, order: RepairOrder, shelf: Shelf, tmp_path: Path
) -> None:
    have_modules(context, database)
    shelf(10)
    update(context, order, {"state": "working"})
    slip = parts.request(context, order.id)
    assert slip is not None
    assert order.state == "parts"
    context.session.commit()
    update(context, slip, {"state": "approved"})
    context.session.commit()
    work_off(context, database, tmp_path)
    context.session.expire_all()
    assert (order.state, gone(order)) == ("working", 4)


def test_the_customer_follows_the_car_and_decides_line_by_line(
    context: Context, database: Database, order: RepairOrder, oil: Product, shelf: Shelf, app: Flask
) -> None:
    have_modules(context, database)
    shelf(10)
    total = int(order.total)
    update(
        context, order,
        {
            "works": rows(order.works, name="Thay má phanh", price=Decimal(300_000), rate="8", agreed="proposed"),
            "parts": rows(order.parts, product=oil.id, quantity=Decimal(2), rate="8", agreed="proposed"),
        },
    )  # fmt: skip
    assert int(order.total) == total
    parts.request(context, order.id)
    assert shelf() == (10, 4)
    url = f"/p/{give(context, order)}"
    context.session.commit()
    somebody = app.test_client()
    page = somebody.get(url).get_data(as_text=True)
    for words in (
        "30A-123.45",
        "Thay má phanh",
        "SL 1 · 324.000 đ gồm VAT",
        "SL 2 · 540.000 đ gồm VAT",
        "Công thay dầu",
    ):
        assert words in page, words
    brakes, litres = re.findall(r'name="choice-([0-9a-f-]+)" value="yes"', page)
    seen = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    said = {"name": "Anh Tuấn", "seen": seen}
    assert somebody.post(f"{url}/extra", data=said).status_code == 422
    update(context, order, {"works": [*rows(order.works[:2]), {"id": order.works[2].id, "price": Decimal(350_000)}]})
    context.session.commit()
    changed = somebody.post(f"{url}/extra", data={**said, f"choice-{brakes}": "yes"})
    assert changed.status_code == 422
    page = changed.get_data(as_text=True)
    assert "378.000 đ" in page
    said["seen"] = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    assert somebody.post(f"{url}/extra", data={**said, f"choice-{litres}": "yes"}).status_code == 302
    context.session.expire_all()
    assert [line.agreed for line in order.works] == ["agreed", "agreed", "proposed"]
    assert (int(order.total), shelf()) == (total + 540_000, (10, 6))
    page = somebody.get(url).get_data(as_text=True)
    said["seen"] = re.findall(r'name="seen" value="([0-9a-f]+)"', page)[0]
    assert somebody.post(f"{url}/extra", data={**said, f"choice-{brakes}": "no"}).status_code == 302
    context.session.expire_all()
    assert order.works[2].agreed == "declined"
    assert 'action="/p/' not in somebody.get(url).get_data(as_text=True)
    assert somebody.post(f"{url}/extra", data={**said, f"choice-{brakes}": "yes"}).status_code == 422
    update(context, order, {"state": "cancelled"})
    assert shelf() == (10, 0)


def test_work_is_not_done_before_the_customer_agreed(context: Context, order: RepairOrder) -> None:
    first = order.works[0].id
    with pytest.raises(InvalidError, match="done"):
        update(context, order, {"works": [{"id": first, "agreed": "proposed", "done": True}]})


def test_a_quote_is_sent_and_signed(
    context: Context, database: Database, make_quote: Callable[..., Quote], app: Flask
) -> None:
    have_modules(context, database)
    quote = make_quote()
    url = f"/p/{give(context, quote)}"
    assert quote.stage == "sent"
    context.session.commit()
    page = app.test_client().get(url).get_data(as_text=True)
    assert "1.350.000" in page
    assert "Đồng ý và ký tên" in page
