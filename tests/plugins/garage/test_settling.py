"""Settling a repair: parts leave once and come back, one receipt, the insurer's part, what it brought, the next visit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.sdk import Context, Customer, Days, InvalidError, MissingError, StaleError, create, delete, get, update
from core.testing.web import ApiClient
from plugins.cash.models import Fund, Payment, Receipt
from plugins.cash.results import Figures, Wanted, figures_of, results
from plugins.cash.vouchers import cancel
from plugins.catalog.api import Product
from plugins.garage import parts, repairing
from plugins.garage.documents import Claim, Quote, RepairOrder, Settlement
from plugins.garage.figures import presets
from plugins.garage.models import Norm, Vehicle
from plugins.garage.reminding import notices
from plugins.garage.settling import settlement_of
from plugins.warehouse.api import (
    GoodsIssue,
    GoodsOut,
    GoodsReceipt,
    Stock,
    default_warehouse,
    issue_goods,
    request_goods,
)

Again = Callable[[Context], Any]


@pytest.fixture
def box(context: Context) -> Fund:
    return create(context, Fund, {"name": "Quỹ tiền mặt"})


@pytest.fixture
def stock(context: Context, oil: Product, box: Fund) -> Stock:
    """Twenty litres of oil, bought for 100.000 each."""
    line = {"product": oil.id, "quantity": Decimal(20), "price": Decimal(100_000)}
    values = {"warehouse": default_warehouse(context), "state": "approved", "goods": [line]}
    create(context, GoodsReceipt, values)
    return context.session.scalars(sa.select(Stock).where(Stock.tenant_id == context.tenant)).one()


@pytest.fixture
def make_slip(
    context: Context, car: Vehicle, customer: Customer, oil: Product, oil_change: Product, stock: Stock
) -> Callable[..., Settlement]:
    """Settlements from scratch of an oil change with four litres: 1.296.000 with VAT."""

    def make(**values: Any) -> Settlement:
        goods = [
            {"product": oil_change.id, "price": Decimal(200_000), "rate": "8"},
            {"product": oil.id, "quantity": Decimal(4), "price": Decimal(250_000), "rate": "8"},
        ]
        return create(context, Settlement, {"vehicle": car.id, "customer": customer.id, "goods": goods} | values)

    return make


def receipts(context: Context, *states: str) -> list[Receipt]:
    wanted = sa.select(Receipt).where(Receipt.tenant_id == context.tenant, Receipt.document.is_not(None))
    return [one for one in context.session.scalars(wanted.order_by(Receipt.id)) if not states or one.state in states]


def test_a_slip_from_scratch_takes_over_what_is_known(
    context: Context, car: Vehicle, oil_change: Product, make_slip: Callable[..., Settlement]
) -> None:
    norm = context.session.scalars(sa.select(Norm).where(Norm.product_id == oil_change.id)).one()
    update(context, norm, {"warranty_months": 6, "warranty_km": 5000, "every_months": 6, "every_km": 5000})
    insured_until = context.today() + timedelta(days=40)
    update(context, car, {"insurance_on": insured_until, "km": 45_000})
    slip = make_slip()
    assert (slip.total, slip.due, slip.settled_on) == (Decimal(1_296_000), Decimal(1_296_000), context.today())
    assert [line.kind for line in slip.goods] == ["work", "part"]
    assert (slip.goods[0].warranty_months, slip.goods[0].warranty_km, slip.goods[1].warranty_km) == (6, 5000, None)
    assert (slip.insurance_on, slip.km, slip.maintenance_km) == (insured_until, 45_000, 50_000)
    assert slip.maintenance_on is not None
    assert slip.maintenance_on.month % 12 == (slip.settled_on.month + 6) % 12


def test_a_slip_is_read_and_typed_in_four_blocks(
    client: FlaskClient, context: Context, make_slip: Callable[..., Settlement]
) -> None:
    slip = make_slip()
    context.session.commit()
    blocks = ("Thông tin phiếu", "Thông tin xe", "Các hạng mục", "NVGĐ, bảo hiểm và đăng kiểm")
    for path in ("new", f"{slip.id}", f"{slip.id}/edit"):
        page = client.get(f"/garage/settlements/{path}").text
        places = [page.index(f">{title}<") for title in blocks]
        assert places == sorted(places), path
        assert page.index(">Ngày quyết toán<") < places[1] < page.index(">Cố vấn dịch vụ<") < places[2], path
        assert places[3] < page.index(">Nhân viên giám định (NVGĐ)<"), path
    quote = client.get("/garage/quotes/new").text
    assert 'data-when="kind=insurance"><h2>Bảo hiểm</h2>' in "".join(line.strip() for line in quote.splitlines())


def test_parts_of_a_slip_leave_in_the_unit_of_the_line(
    context: Context, cans: Product, make_slip: Callable[..., Settlement], stock: Stock
) -> None:
    make_slip(stock="approved", goods=[{"product": cans.id, "quantity": Decimal(3), "unit": "can"}])
    context.session.refresh(stock)
    assert stock.on_hand == 20 - 3 * 4


def test_a_repair_order_is_settled_once_with_what_was_agreed(
    context: Context, make_quote: Callable[..., Quote], stock: Stock, oil: Product
) -> None:
    order = repairing.order_of_quote(
        context, make_quote(stage="accepted", discount=Decimal(50_000), km=45_200, claim_no="BV-77").id
    )
    declined = {"name": "Thay lọc gió", "price": Decimal(180_000), "agreed": "declined"}
    lines = [*({"product": one.product_id, "quantity": one.quantity} for one in order.parts), declined]
    update(context, order, {"parts": lines})
    issue_goods(context, ("garage.repair_order", order.id), default_warehouse(context), [GoodsOut(oil.id, Decimal(3))])
    slip = settlement_of(context, order.id)
    assert settlement_of(context, order.id) is slip
    assert [line.name for line in slip.goods] == [line.name for line in (*order.works, order.parts[0])]
    assert (slip.km, slip.claim_no, int(slip.discount)) == (45_200, "BV-77", 50_000)
    with pytest.raises(InvalidError, match="order"):
        create(context, Settlement, {"vehicle": slip.vehicle_id, "customer": slip.customer_id, "order": order.id,
                                     "goods": [{"name": "Công"}]})  # fmt: skip

    asked = request_goods(
        context, ("garage.repair_order", order.id), default_warehouse(context), [GoodsOut(oil.id, Decimal(4))]
    )
    assert asked is not None
    assert asked.state == "new"
    update(context, slip, {"stock": "approved"})
    assert stock.on_hand == 16, "the order has had three of the four litres"
    assert asked.state == "cancelled", "the fourth leaves once"
    with pytest.raises(InvalidError, match=slip.number):
        parts.issue(context, order.id)
    update(context, slip, {"stock": "cancelled"})
    assert stock.on_hand == 17


def test_parts_leave_when_stock_out_is_approved_and_come_back(
    context: Context, make_slip: Callable[..., Settlement], stock: Stock, oil: Product
) -> None:
    slip = make_slip(stock="approved")
    assert (stock.on_hand, stock.value) == (Decimal(16), Decimal(1_600_000))
    update(context, slip, {"goods": [{"product": oil.id, "quantity": Decimal(5)}]})
    assert stock.on_hand == 15, "one litre more leaves with it"
    context.session.commit()
    with pytest.raises(InvalidError, match="goods"):
        update(context, slip, {"goods": [{"product": oil.id, "quantity": Decimal(1)}]})
    context.session.rollback()
    with pytest.raises(InvalidError, match="hủy xuất kho"):
        delete(context, [slip])
    context.session.rollback()
    with pytest.raises(InvalidError, match="stock"):
        update(context, slip, {"stock": "new"})
    update(context, slip, {"stock": "cancelled"})
    assert (stock.on_hand, stock.value) == (Decimal(20), Decimal(2_000_000))
    delete(context, [slip])
    with pytest.raises(InvalidError):
        make_slip(stock="approved", goods=[{"product": oil.id, "quantity": Decimal(21)}])
    context.session.rollback()


def test_settling_makes_one_receipt_and_money_says_what_is_paid(
    context: Context, make_slip: Callable[..., Settlement], box: Fund, car: Vehicle
) -> None:
    bank = create(context, Fund, {"name": "VCB", "kind": "bank", "bank": "970436", "account": "0011", "holder": "A"})
    slip = make_slip(method="company", maintenance_on=context.today() + timedelta(days=180), km=48_000)
    update(context, slip, {"state": "settled"})
    [asked] = receipts(context)
    assert (asked.amount, asked.state) == (slip.due, "pending")
    assert asked.fund_id == bank.id
    assert (slip.payment, car.maintenance_on, car.km) == ("unpaid", slip.maintenance_on, 48_000)
    update(context, slip, {"note": "Khách hẹn chiều lấy xe"})
    context.session.commit()

    update(context, asked, {"amount": Decimal(500_000), "fund": box.id, "state": "paid"})
    assert (int(slip.paid), slip.payment) == (500_000, "unpaid")
    rest = create(context, Receipt, {"document": f"garage.settlement/{slip.id}", "fund": bank.id, "state": "paid"})
    assert (int(rest.amount), slip.paid, slip.payment) == (796_000, slip.due, "paid")
    context.session.commit()
    for values in ({"payment": "unpaid"}, {"discount": Decimal(1)}, {"state": "new"}):
        with pytest.raises(InvalidError):
            update(context, slip, values)
        context.session.rollback()

    for one in receipts(context, "paid"):
        cancel(context, one)
    assert (int(slip.paid), slip.payment) == (0, "unpaid")
    update(context, slip, {"state": "new"})
    assert car.maintenance_on is None
    update(context, slip, {"state": "settled", "payment": "paid"})
    assert (slip.payment, slip.paid, len(receipts(context, "paid"))) == ("paid", slip.due, 1)


def test_the_insurer_pays_a_part_and_bears_as_much_of_the_costs(
    context: Context, make_slip: Callable[..., Settlement], oil: Product, box: Fund, customer: Customer
) -> None:
    insurer = create(context, Customer, {"name": "Bảo hiểm Bảo Việt"})
    goods = [
        {"name": "Công gò", "price": Decimal(600_000)},
        {"product": oil.id, "quantity": Decimal(4), "price": Decimal(350_000), "payer": "insurer"},
    ]
    slip = make_slip(goods=goods, kind="insurance", deductible=Decimal(400_000), stock="approved")
    assert [int(one) for one in (slip.total, slip.insured, slip.due)] == [2_000_000, 1_000_000, 1_000_000]
    context.session.commit()
    with pytest.raises(InvalidError, match="insurer"):
        update(context, slip, {"state": "settled"})
    context.session.rollback()
    update(context, slip, {"state": "settled", "insurer": insurer.id, "claim_no": "BV-77", "payment": "paid"})
    claim = context.session.scalars(sa.select(Claim).where(Claim.tenant_id == context.tenant)).one()
    assert (int(claim.amount), claim.insurer_id, claim.claim_no) == (1_000_000, insurer.id, "BV-77")
    reference = f"garage.settlement/{slip.id}"
    create(context, Payment, {"cost_of": reference, "amount": Decimal(150_000), "fund": box.id, "state": "paid"})

    whole = Figures(2, Decimal(2_000_000), Decimal(1_000_000), Decimal(550_000))
    assert figures_of(context, "garage.settlement", slip.id) == whole
    today = context.today()
    by_slip = results(context, Wanted(days=Days(today, today), by="garage.settlement"))
    assert [(one.title, one.figures) for one in by_slip.lines] == [(slip.number, whole)]
    by_customer = {one.title: one.figures for one in results(context, Wanted(days=Days(today, today))).lines}
    assert [int(by_customer[name].spent) for name in ("Anh Tuấn", "Bảo hiểm Bảo Việt")] == [350_000, 200_000]
    assert [int(by_customer[name].debt) for name in ("Anh Tuấn", "Bảo hiểm Bảo Việt")] == [0, 1_000_000]

    money = {"document": f"garage.claim/{claim.id}", "fund": box.id, "state": "paid"}
    received = create(context, Receipt, money)
    assert claim.paid == 1_000_000
    cancel(context, received)
    for one in receipts(context, "paid"):
        cancel(context, one)
    update(context, slip, {"state": "new", "stock": "cancelled"})
    assert claim.deleted_at is not None
    assert results(context, Wanted(days=Days(today, today))).total.figures == Figures()


def test_two_who_settle_at_once_make_one_receipt(
    context: Context, make_slip: Callable[..., Settlement], again: Again
) -> None:
    slip = make_slip()
    slip_id = slip.id
    context.session.commit()
    start = Barrier(2)

    def settle(_who: int) -> bool:
        try:
            with again(context) as mine:
                found = get(mine, Settlement, slip_id)
                start.wait(60)
                return bool(update(mine, found, {"state": "settled", "stock": "approved"}))
        except StaleError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(settle, range(2))) == [False, True]
    context.session.rollback()
    assert len(receipts(context)) == 1
    assert len(context.session.scalars(sa.select(GoodsIssue).where(GoodsIssue.tenant_id == context.tenant)).all()) == 1


def test_whoever_receives_a_car_is_told_what_is_due_by_its_kilometres(
    context: Context, car: Vehicle, make_slip: Callable[..., Settlement]
) -> None:
    make_slip(state="settled", km=45_000, maintenance_km=50_000)
    assert not list(notices(context, car))
    here = {"vehicle": car.id, "customer": car.customer_id, "works": [{"name": "Công"}]}
    for km, told in ((49_900, []), (50_100, ["garage_maintenance"])):
        assert [one.name for one in notices(context, create(context, RepairOrder, here | {"km": km}))] == told


def test_what_is_not_there_is_not_settled(context: Context, car: Vehicle) -> None:
    with pytest.raises(MissingError):
        settlement_of(context, car.id)
    empty = create(context, RepairOrder, {"vehicle": car.id, "customer": car.customer_id})
    with pytest.raises(InvalidError, match="được khách đồng ý"):
        settlement_of(context, empty.id)


def test_the_buttons_print_and_the_customers_page(
    context: Context,
    make_slip: Callable[..., Settlement],
    make_user: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
) -> None:
    create(
        context,
        Fund,
        {"name": "VCB", "kind": "bank", "bank": "970436", "account": "0011001234567", "holder": "GARA", "shown": True},
    )
    make_user(context)
    slip = make_slip()
    context.session.commit()
    client, path = make_client(context), f"/garage/settlements/{slip.id}"
    page = client.get(path).get_data(as_text=True)
    assert all(words in page for words in ("Duyệt xuất kho", "Quyết toán, đã thu tiền"))
    for deed, told in (
        ("issue", "Vật tư đã xuất kho."), ("settle", "Phiếu thu đang chờ"), ("settle", "trước đó"),
        ("reopen", "mở lại"), ("settle-paid", "đã thu tiền"), ("reopen", "hủy các phiếu thu"), ("take-back", "nhập lại kho"),
    ):  # fmt: skip
        answer = client.post(f"{path}/{deed}", follow_redirects=True).get_data(as_text=True)
        assert told in answer + client.get(path).get_data(as_text=True), deed
    context.session.expire_all()
    assert (slip.stock, slip.state, slip.payment) == ("cancelled", "settled", "paid")
    assert "Lợi nhuận" in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/nothing").status_code == 404
    assert client.post(f"/garage/settlements/{context.user.id if context.user else 0}/settle").status_code == 404
    for name in ("settlement", "bill"):
        assert client.get(f"{path}/print/{name}/pdf").data.startswith(b"%PDF")


def test_the_reports_of_a_workshop_add_up(
    context: Context, make_slip: Callable[..., Settlement], make_api: Callable[..., ApiClient]
) -> None:
    make_slip(state="settled", stock="approved")
    make_slip()
    api = make_api(context)
    context.session.commit()
    found = {}
    for one in presets(context):
        answer = api.get(f"/api/v1/reports/{one.name}/figures")
        assert answer.status_code == 200, answer.get_json(force=True)
        groups = [group for group in answer.get_json()["groups"] if group["figures"][0]["value"]]
        found[one.name] = sum(int(Decimal(str(group["figures"][-1]["value"]))) for group in groups)
    assert found == {
        "garage.months": 0, "garage.sorts": 1_200_000, "garage.goods": 1_200_000, "garage.advisors": 0,
        "garage.technicians": 0, "garage.insurers": 0,
    }  # fmt: skip
