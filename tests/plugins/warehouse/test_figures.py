"""What the ledger adds up to: in, out and balance, the value on a day, the card; as pages and as files."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import python_calamine as calamine
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.sdk import Context, Days, create, update
from core.testing import limited
from plugins.catalog.api import Group, Product
from plugins.catalog.examples import load as load_catalogue
from plugins.warehouse.examples import load as load_demo
from plugins.warehouse.figures import Amounts, Wanted, balance, card
from plugins.warehouse.models import Entry, Stock, Warehouse
from plugins.warehouse.slips import Transfer

Move = Callable[..., Any]
Client = Callable[..., FlaskClient]
MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))


def amounts(quantity: int, value: int) -> Amounts:
    return Amounts(Decimal(quantity), Decimal(value))


@pytest.fixture
def month(context: Context, warehouse: Warehouse, oil: Product, receive: Move, issue: Move) -> Product:
    """Before March, in it, and after it; one slip that was a mistake, and goods brought to a branch."""
    group = create(context, Group, {"name": "Dầu nhớt"})
    update(context, oil, {"group": group.id})
    receive(oil, 10, 100_000, on=date(2026, 2, 20), reason="Nhập đầu năm")
    receive(oil, 20, 130_000, on=date(2026, 3, 5), reason="Nhập tháng ba")
    wrong = receive(oil, 7, 90_000, on=date(2026, 3, 6))
    update(context, wrong, {"state": "cancelled"})
    issue(oil, 12, on=date(2026, 3, 10), reason="Thay dầu")
    branch = create(context, Warehouse, {"name": "Kho chi nhánh"})
    goods = [{"product": oil.id, "quantity": Decimal(3)}]
    brought = {"source": warehouse.id, "target": branch.id, "goods": goods, "on": date(2026, 3, 20)}
    moved = create(context, Transfer, brought)
    update(context, moved, {"state": "sent"})
    issue(oil, 5, on=date(2026, 4, 2))
    context.session.commit()
    return oil


def test_in_out_and_balance(context: Context, warehouse: Warehouse, month: Product) -> None:
    (row,) = balance(context, Wanted(MARCH)).rows
    assert [row.opening, row.came, row.left, row.closing] == [
        amounts(10, 1_000_000), amounts(20, 2_600_000), amounts(12, 1_440_000), amounts(18, 2_160_000),
    ]  # fmt: skip
    (row,) = balance(context, Wanted(MARCH, warehouse=warehouse.id)).rows
    assert [row.left, row.closing] == [amounts(15, 1_800_000), amounts(15, 1_800_000)]
    by_warehouse = balance(context, Wanted(MARCH, by="warehouse"))
    assert {one.name: one.closing.quantity for one in by_warehouse.rows} == {"Kho chính": 15, "Hàng đang đi đường": 3}
    assert by_warehouse.total.closing.value == 2_160_000
    assert [one.name for one in balance(context, Wanted(MARCH, by="group")).rows] == ["Dầu nhớt"]
    assert not balance(context, Wanted(MARCH, text="không có")).rows
    assert balance(context, Wanted(MARCH, text="dau 5w")).rows
    year = Days(date(2026, 1, 1), date(2026, 1, 31))
    assert not balance(context, Wanted(year)).rows


def test_the_card_of_a_stock(context: Context, month: Product, warehouse: Warehouse) -> None:
    stock = context.session.scalars(sa.select(Stock).where(Stock.warehouse_id == warehouse.id)).one()
    found = card(context, stock, MARCH)
    assert found.opening == amounts(10, 1_000_000)
    assert [one.reason for one in found.lines] == ["Nhập tháng ba", "", "", "Thay dầu", ""]
    assert [one.after.quantity for one in found.lines] == [30, 37, 30, 18, 15]
    assert found.closing == amounts(15, 1_800_000) == found.lines[-1].after


def test_the_pages_and_their_files(context: Context, month: Product, make_client: Client) -> None:
    client, period = make_client(context), "period=days&first=2026-03-01&last=2026-03-31"
    page = client.get(f"/warehouse/balance?{period}").get_data(as_text=True)
    for words in ("Nhập – xuất – tồn", "Dầu máy 5W-30", "2.600.000 đ", "2.160.000 đ"):
        assert words in page
    page = client.get("/warehouse/valuation?day=2026-03-31").get_data(as_text=True)
    assert "120.000 đ" in page
    page = client.get(f"/warehouse/card?product={month.id}&{period}").get_data(as_text=True)
    assert "Thay dầu" in page
    assert "1.440.000 đ" in page
    for path in (
        f"balance/file.xlsx?{period}",
        "valuation/file.xlsx?day=2026-03-31",
        f"card/file.xlsx?product={month.id}&{period}",
    ):
        rows = (
            calamine.load_workbook(io.BytesIO(client.get(f"/warehouse/{path}").data)).get_sheet_by_index(0).to_python()
        )
        assert any("Tổng cộng" in row for row in rows), path
    assert client.get(f"/warehouse/balance/file.pdf?{period}").data.startswith(b"%PDF")


def test_who_may_not_know_what_goods_are_worth(context: Context, month: Product, make_client: Client) -> None:
    hidden = limited(warehouse_stock=["see"])
    hidden.fields["warehouse.stock"] = {"value": "hidden"}
    reader = make_client(context, grants=hidden)
    for path in ("balance?period=days&first=2026-03-01&last=2026-03-31", f"card?product={month.id}"):
        page = reader.get(f"/warehouse/{path}").get_data(as_text=True)
        assert "Dầu máy" in page
        assert "000 đ" not in page
    assert reader.get("/warehouse/valuation").status_code == 403
    assert reader.get("/warehouse/balance/file.xlsx").status_code == 403


def test_the_demo_is_a_month_whose_ledger_agrees(context: Context) -> None:
    load_catalogue(context)
    load_demo(context)
    stocks = context.session.scalars(sa.select(Stock).where(Stock.tenant_id == context.tenant)).all()
    assert {one.level for one in stocks} >= {"enough", "low"}
    sums = sa.select(Entry.stock_id, sa.func.sum(Entry.quantity), sa.func.sum(Entry.value)).group_by(Entry.stock_id)
    entries = {
        row[0]: (row[1], row[2]) for row in context.session.execute(sums.where(Entry.tenant_id == context.tenant))
    }
    assert {one.id: (one.on_hand, one.value) for one in stocks} == entries
