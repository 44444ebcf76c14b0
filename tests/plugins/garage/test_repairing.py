"""From the reception to the quote to the repair order: each made of the one before, and once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from core.printing.documents import documents, print_of
from core.sdk import Context, InvalidError, MissingError, get, update
from core.testing import limited_to
from core.web.entity.form import storage
from plugins.garage import quoting, repairing
from plugins.garage.documents import Quote, RepairOrder, WorkLine
from plugins.garage.models import Reception
from tests.plugins.garage.conftest import Again

MakeQuote = Callable[..., Quote]


def test_a_repair_order_has_the_work_and_the_parts_of_its_quote(context: Context, make_quote: MakeQuote) -> None:
    quote = make_quote(discount=Decimal(50_000), deductible=Decimal(500_000))
    assert [line.kind for line in quote.goods] == ["work", "part", "work"]
    assert quote.total == Decimal(1_296_000)  # (200,000 + 4 × 250,000 + 50,000 − 50,000) × 1.08
    assert quote.valid_until == context.today() + timedelta(days=15)
    with pytest.raises(InvalidError, match="stage"):
        repairing.order_of_quote(context, quote.id)
    assert quoting.accept(context, quote.id)
    order = repairing.order_of_quote(context, quote.id)
    assert [(line.name, line.hours, line.pay) for line in order.works] == [
        ("Công thay dầu", Decimal("0.5"), Decimal(20)),
        ("Phí rửa xe", None, None),
    ]
    assert [(line.name, line.quantity, line.payer) for line in order.parts] == [
        ("Dầu máy 5W-30", Decimal(4), "insurer")
    ]
    assert (order.total, order.deductible, order.quote_id) == (quote.total, quote.deductible, quote.id)
    assert (order.reception_id, order.vehicle_id) == (quote.reception_id, quote.vehicle_id)
    assert repairing.order_of_quote(context, quote.id) is order


def test_a_car_goes_to_the_workshop_without_a_quote(context: Context, reception: Reception) -> None:
    order = repairing.order_of_reception(context, reception.id)
    assert (order.customer_id, order.km, order.claim_no, order.kind, order.note) == (
        reception.vehicle.customer_id, 45_200, "BV-77", "insurance", "Thay dầu",
    )  # fmt: skip
    assert repairing.order_of_reception(context, reception.id) is order


def test_a_reception_says_how_far_its_car_is(context: Context, reception: Reception) -> None:
    order = repairing.order_of_reception(context, reception.id)
    assert (reception.state, order.started_at) == ("work", None)
    update(context, order, {"state": "working"})
    begun = order.started_at
    update(context, order, {"state": "done"})
    assert begun is not None
    assert order.finished_at is not None
    update(context, order, {"state": "working"})
    assert order.started_at == begun
    assert {order.finished_at} == {None}
    update(context, order, {"state": "delivered"})
    assert reception.state == "delivered"
    update(context, order, {"state": "cancelled"})
    assert reception.state == "waiting"
    assert repairing.order_of_reception(context, reception.id) is not order


def test_what_the_customer_agreed_to_stays_as_it_is(context: Context, make_quote: MakeQuote) -> None:
    quote = make_quote()
    quoting.accept(context, quote.id)
    context.session.commit()
    with pytest.raises(InvalidError, match="goods"):
        update(context, quote, {"discount": Decimal(1000)})
    context.session.rollback()
    same = [{"id": line.id, "name": line.name, "quantity": line.quantity} for line in quote.goods]
    update(context, quote, {"note": "Khách hẹn sáng mai", "goods": same})
    for other in (same[1:], [*same, {"name": "Quà tặng"}], [{**same[0], "name": "Khác"}, *same[1:]]):
        with pytest.raises(InvalidError, match="goods"):
            update(context, quote, {"goods": other})
        context.session.rollback()
    assert not quoting.accept(context, quote.id)
    with pytest.raises(InvalidError, match="stage"):
        quoting.refuse(context, quote.id, "Đắt")
    update(context, quote, {"stage": "draft", "discount": Decimal(1000)})
    assert quoting.refuse(context, quote.id, "Đắt")
    assert (quote.stage, quote.refusal) == ("refused", "Đắt")
    yesterday = context.today() - timedelta(days=1)
    with pytest.raises(InvalidError, match="valid_until"):
        quoting.accept(context, make_quote(valid_until=yesterday).id)


def test_of_two_who_agree_at_once_one_does_it(again: Again, context: Context, make_quote: MakeQuote) -> None:
    quotes = [make_quote().id for _time in range(8)]
    context.session.commit()

    def agree(_who: int) -> int:
        done = 0
        for one in quotes:
            with again(context) as turn:
                done += quoting.accept(turn, one)
                repairing.order_of_quote(turn, one)
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(agree, range(2))) == len(quotes)
    assert context.session.query(RepairOrder).filter_by(tenant_id=context.tenant).count() == len(quotes)


def test_whoever_is_named_on_a_piece_of_work_sees_the_order(
    context: Context, order: RepairOrder, make_context: Callable[..., Context]
) -> None:
    grants = limited_to("own", garage_repair_order=["see"])
    context.session.commit()
    first, second = (make_context(context.company, grants=grants, name=name) for name in ("Thợ Nam", "Thợ Bình"))
    assert first.user
    assert second.user
    update(context, order, {"technicians": [first.user.id]})
    context.session.commit()
    with pytest.raises(MissingError):
        get(second, RepairOrder, order.id)
    work = [{"id": order.works[0].id, "technician": second.user.id}, {"id": order.works[1].id}]
    update(context, order, {"works": work})
    context.session.commit()
    assert get(second, RepairOrder, order.id).id == order.id
    assert get(first, RepairOrder, order.id).id == order.id
    assert {one.id for one in order.technicians} == {first.user.id, second.user.id}


def test_people_read_first_what_matters_most() -> None:
    assert list(RepairOrder.__fields__)[:3] == ["number", "vehicle", "customer"]
    assert list(WorkLine.__fields__)[:6] == ["name", "product", "quantity", "price", "agreed", "technician"]


def test_the_job_card_has_a_box_to_tick_for_each_piece_of_work(
    context: Context, order: RepairOrder, app: Flask
) -> None:
    done, open_ = order.works[:2]
    update(context, order, {"works": [{"id": done.id, "done": True}, {"id": open_.id}]})
    context.session.commit()
    resource = context.resource(RepairOrder)
    with app.app_context():
        (paper,) = documents(context, storage(), resource, print_of(resource, "job"), [order])
    assert paper.count('<td class="tick"><span>×</span>') == 1
    assert paper.count('<td class="tick"><span></span>') == 1
    assert "Không" not in paper
