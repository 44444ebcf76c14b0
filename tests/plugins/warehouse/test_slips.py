"""Slips as people handle them: their buttons, who may press them, and their papers."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pypdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.approvals.steps import StepDraft, add
from core.printing.letterhead import Letterhead
from core.sdk import Context, Customer, InvalidError, create, update
from core.testing import limited
from plugins.catalog.api import Product
from plugins.warehouse.actions import record_actions
from plugins.warehouse.models import Policy, Stock, Warehouse
from plugins.warehouse.slips import GoodsReceipt, Transfer

Move = Callable[..., Any]
Client = Callable[..., FlaskClient]
DAY = date(2026, 3, 4)


def offered(context: Context, slip: Any) -> list[str]:
    return [one.name for one in record_actions(context, slip)]


@pytest.fixture
def branch(context: Context) -> Warehouse:
    return create(
        context, Warehouse, {"name": "Kho chi nhánh", "address": {"street": "12 Lê Lợi", "province": "Đà Nẵng"}}
    )


def test_a_slip_is_taken_step_by_step_to_its_end_and_back(
    context: Context, warehouse: Warehouse, branch: Warehouse, oil: Product, receive: Move, make_client: Client
) -> None:
    came = receive(oil, 10, 100_000, state="new")
    goods = [{"product": oil.id, "quantity": Decimal(4)}]
    sent = create(context, Transfer, {"source": warehouse.id, "target": branch.id, "goods": goods})
    context.session.commit()
    client, slip = make_client(context), f"/warehouse/slip/transfer/{sent.id}"

    def press(url: str, status: int = 204) -> str:
        answer = client.post(url, headers={"HX-Request": "true"})
        assert answer.status_code == status
        context.session.expire_all()
        return answer.get_data(as_text=True)

    assert (offered(context, came), offered(context, sent)) == (["approved", "cancel"], ["sent", "cancel"])
    assert "Dầu máy 5W-30" in press(f"{slip}/sent", 422)
    assert sent.state == "new"
    press(f"/warehouse/slip/goods_receipt/{came.id}/approved")
    assert (came.state, offered(context, came)) == ("approved", ["cancel"])
    press(f"{slip}/sent")
    assert offered(context, sent) == ["received", "cancel"]
    press(f"{slip}/received")
    assert (sent.state, sent.received_on, sent.cost) == ("received", context.today(), Decimal(400_000))
    assert "Những gì phiếu đã xuất nhập" in client.get(f"{slip}/cancelled").get_data(as_text=True)
    press(f"/warehouse/slip/goods_receipt/{came.id}/cancelled", 422)
    assert came.state == "approved"  # part of it lies in the other warehouse
    press(f"{slip}/cancelled")
    press(f"/warehouse/slip/goods_receipt/{came.id}/cancelled")
    assert (sent.state, came.state, offered(context, came)) == ("cancelled", "cancelled", [])


def test_the_note_of_a_slip_is_written_after_it_has_moved_goods(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, issue: Move, make_client: Client
) -> None:
    bought, sold = receive(oil, 10, 100_000), issue(oil, 4)
    update(context, warehouse, {"active": False})  # whatever has become of it since
    for slip in (bought, sold):
        update(context, slip, {"note": "Thiếu chữ ký thủ kho"})
        assert slip.note == "Thiếu chữ ký thủ kho"
        for values in ({"reason": "Khác"}, {"note": "Khác", "on": slip.on - timedelta(days=1)}):
            with pytest.raises(InvalidError, match="hủy"):
                update(context, slip, values)
    assert [bought.total, sold.cost] == [1_000_000, 400_000]
    update(context, sold, {"state": "cancelled"})
    update(context, sold, {"note": "Khách trả lại"})
    stock = context.session.scalars(sa.select(Stock).where(Stock.tenant_id == context.tenant)).one()
    assert [stock.on_hand, stock.entries] == [10, 3]
    context.session.commit()
    page = make_client(context).get(f"/warehouse/goods-issues/{sold.id}").get_data(as_text=True)
    assert page.index("Dầu máy 5W-30") < page.index("Định khoản") < page.index("Khách trả lại")


def test_a_slip_begins_with_the_warehouse_one_keeps(
    context: Context, warehouse: Warehouse, make_client: Client
) -> None:
    def chosen(path: str) -> list[Warehouse]:
        page = client.get(f"/warehouse/{path}/new").get_data(as_text=True)
        return [one for one in every if f'<option value="{one.id}" selected' in page]

    client, every = make_client(context), [warehouse]
    context.session.commit()
    assert chosen("goods-receipts") == chosen("stocktakes") == [warehouse]
    every.append(create(context, Warehouse, {"name": "Kho Thủ Đức"}))
    context.session.commit()
    assert chosen("goods-issues") == []
    update(context, every[1], {"keeper": context.user.id if context.user else None})
    context.session.commit()
    assert chosen("goods-issues") == chosen("transfers") == [every[1]]


def test_who_may_not_or_asks_for_what_is_not_there(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, make_client: Client
) -> None:
    slip = receive(oil, 1, 1, state="new")
    context.session.commit()
    reader = make_client(context, grants=limited(warehouse_goods_receipt=["see"]))
    assert f"{slip.id}/approved" not in reader.get(f"/warehouse/goods-receipts/{slip.id}").get_data(as_text=True)
    assert reader.post(f"/warehouse/slip/goods_receipt/{slip.id}/approved").status_code == 403
    client = make_client(context)
    for url in (
        f"/warehouse/slip/goods_receipt/{uuid4()}/approved", f"/warehouse/slip/goods_issue/{slip.id}/approved",
        f"/warehouse/slip/goods_receipt/{slip.id}/sent", f"/warehouse/slip/goods_receipt/{slip.id}/new",
        f"/warehouse/slip/stock/{slip.id}/approved",
    ):  # fmt: skip
        assert client.post(url).status_code == 404, url


def test_where_a_company_approves_in_steps_there_is_no_shortcut(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move
) -> None:
    slip = receive(oil, 1, 1_000_000, state="new")
    assert context.user is not None
    add(context, context.resource(GoodsReceipt), StepDraft(name="Kế toán", people=[context.user.id]))
    assert offered(context, slip) == ["cancel"]


def text_of(answer: Any) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(page.extract_text().split())


def test_forms_of_the_ministry(
    context: Context,
    warehouse: Warehouse,
    branch: Warehouse,
    oil: Product,
    receive: Move,
    issue: Move,
    make_client: Client,
) -> None:
    create(context, Letterhead, {"name": "Gara Bình Minh", "accountant": "Lê Thu", "storekeeper": "Ngô Kho"})
    supplier = create(context, Customer, {"name": "Công ty Phụ tùng Sao Việt"})
    came = receive(
        oil, 10, 100_000, on=DAY, customer=supplier.id, deliverer="Anh Tài", invoice="0000123", costs=Decimal(50_000),
        vat=Decimal(100_000), debit="156", credit="331", enclosed="01 hóa đơn", line={"expected": Decimal(12)},
    )  # fmt: skip
    left = issue(oil, 2, on=DAY, receiver="Tổ máy", reason="Thay dầu")
    goods = [{"product": oil.id, "quantity": Decimal(3)}]
    moved = create(context, Transfer, {"source": warehouse.id, "target": branch.id, "goods": goods, "on": DAY})
    update(context, moved, {"state": "sent"})
    context.session.commit()
    client = make_client(context)
    law = "Thông tư số 99/2025/TT-BTC"
    for path, words in {
        f"goods-receipts/{came.id}": (
            "Mẫu số 01 - VT", law, "PHIẾU NHẬP KHO", "Ngày 04 tháng 03 năm 2026", "Nợ: 156", "Có: 331", "Anh Tài",
            "Công ty Phụ tùng Sao Việt", "0000123", "DAU-5W30", "12", "100.000", "1.000.000", "50.000", "1.150.000 đ",
            "Một triệu một trăm năm mươi nghìn đồng", "01 hóa đơn", "Ngô Kho", "Lê Thu",
        ),
        f"goods-issues/{left.id}": ("Mẫu số 02 - VT", "PHIẾU XUẤT KHO", "Tổ máy", "Thay dầu", "105.000", "210.000 đ"),
        f"transfers/{moved.id}": ("PHIẾU CHUYỂN KHO", "Kho chi nhánh", "12 Lê Lợi", "315.000 đ"),
    }.items():  # fmt: skip
        said = text_of(client.get(f"/warehouse/{path}/print/form/pdf"))
        for one in words:
            assert one in said, (one, said)
    context.session.add(
        Policy(tenant_id=context.tenant, method="average", overdraws=False, law="Thông tư 133/2016", closed_until=None)
    )
    context.session.commit()
    assert "Thông tư 133/2016" in text_of(client.get(f"/warehouse/goods-issues/{left.id}/print/form/pdf"))
