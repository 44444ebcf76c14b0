"""Points are earned by what is paid and spent on orders; a balance is never below zero, whoever writes at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core import sdk
from core.bulk.merging import merge, unmerge
from core.context import Context
from core.privacy.erasing import erase
from core.sdk import Customer, InvalidError
from core.testing import limited
from plugins.cash.vouchers import cancel
from plugins.loyalty import points
from plugins.loyalty.models import PointEntry
from tests.plugins.loyalty.conftest import Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A point for each 100,000, worth 1,000."""
    shop.policy(points=True)
    return shop


def have(shop: Shop, customer: Customer | None = None) -> int:
    """What a customer has, once the jobs are done."""
    shop.work()
    shop.context.session.rollback()
    return points.balance_of(shop.context, (customer or shop.lan).id)


def entries(shop: Shop) -> list[tuple[str, int]]:
    """The ledger of the customer."""
    mine = sa.select(PointEntry).where(PointEntry.customer_id == shop.lan.id).order_by(PointEntry.id)
    return [(one.kind, one.points) for one in shop.context.session.scalars(mine)]


def test_a_payment_earns_once_and_only_the_difference_follows_a_change(shop: Shop) -> None:
    receipt = shop.receipt(Decimal("2.55"))
    assert have(shop) == 25
    points.earn(shop.context, "cash.receipt", [receipt.id])
    assert have(shop) == 25
    sdk.update(shop.context, receipt, {"amount": Decimal(3_000_000)})
    shop.context.session.commit()
    assert have(shop) == 30
    twin = sdk.create(shop.context, Customer, {"name": "Anh Nam"})
    sdk.update(shop.context, receipt, {"customer": twin.id})
    shop.context.session.commit()
    assert (have(shop), have(shop, twin)) == (0, 30)
    assert entries(shop) == [("earned", 25), ("earned", 5), ("earned", -30)]


def test_a_payment_that_is_cancelled_takes_its_points_along_as_far_as_they_are_left(shop: Shop) -> None:
    receipt = shop.receipt(3)
    assert have(shop) == 30
    points.spend(shop.context, shop.order().id, 20)
    cancel(shop.context, receipt)
    shop.context.session.commit()
    assert have(shop) == 0
    assert entries(shop) == [("earned", 30), ("spent", -20), ("earned", -10)]


def test_points_are_a_discount_on_an_order_and_come_back_when_it_is_cancelled(shop: Shop) -> None:
    shop.receipt(10)
    assert have(shop) == 100
    order = shop.order(1000)
    points.spend(shop.context, order.id, 40)
    assert [order.discount, order.total] == [40_000, 960_000]
    with pytest.raises(InvalidError, match="points"):
        points.spend(shop.context, order.id, 61)
    shop.context.session.commit()
    shop.policy(worth=Decimal(500))
    sdk.update(shop.context, order, {"payment": "cancelled"})
    shop.context.session.commit()
    assert have(shop) == 100
    shop.context.session.refresh(order)
    assert order.discount == 0
    assert points.held_by(shop.context, order.id) == {}
    with pytest.raises(InvalidError, match="points"):
        points.spend(shop.context, order.id, 1)
    shop.context.session.rollback()
    small = shop.order(20)
    with pytest.raises(InvalidError, match="points"):
        points.spend(shop.context, small.id, 100)
    shop.context.session.rollback()
    assert have(shop) == 100


def test_many_spend_the_same_points_at_once_and_nobody_gets_below_zero(
    shop: Shop, again: Callable[..., AbstractContextManager[Context]]
) -> None:
    shop.receipt(10)
    assert have(shop) == 100
    orders = [shop.order().id for _time in range(10)]

    def spend(order: object) -> bool:
        try:
            with again(shop.context) as turn:
                points.spend(turn, order, 30)  # type: ignore[arg-type] # an id, as it came
        except InvalidError:
            return False
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(spend, orders)) == 3
    assert have(shop) == 10


def test_two_who_become_one_have_the_points_of_both_and_two_again_nobody_owes_any(shop: Shop) -> None:
    twin = sdk.create(shop.context, Customer, {"name": "Lan chị"})
    gift = {"points": 100, "reason": "Tri ân"}
    sdk.create(shop.context, PointEntry, {**gift, "customer": twin.id})
    shop.receipt(2)
    assert have(shop) == 20
    operation = merge(shop.context, Customer, shop.lan.id, [twin.id], {})
    shop.context.session.commit()
    assert have(shop) == 120
    points.spend(shop.context, shop.order().id, 90)
    shop.context.session.commit()
    assert "Điểm đã dùng trong thời gian đó" in unmerge(shop.context, operation)
    shop.context.session.commit()
    assert (have(shop), have(shop, twin)) == (0, 30)


def test_who_is_erased_leaves_numbers_and_no_words(shop: Shop) -> None:
    gift = {"customer": shop.lan.id, "points": 5, "reason": "Sinh nhật con gái chị Lan"}
    entry = sdk.create(shop.context, PointEntry, gift)
    erase(shop.context, shop.lan, typed="Chị Lan", reason="Khách yêu cầu")
    shop.context.session.commit()
    shop.context.session.refresh(entry)
    assert (entry.points, "Sinh nhật" in entry.reason) == (5, False)


def test_the_pages_show_why_and_ask_for_rights(
    shop: Shop, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient], stranger: Context
) -> None:
    receipt = shop.receipt(10)
    assert have(shop) == 100
    order, client = shop.order(), make_client(shop.context)
    assert "100 điểm" in client.get(f"/customers/{shop.lan.id}").get_data(as_text=True)
    why = client.get(f"/loyalty/customers/{shop.lan.id}").get_data(as_text=True)
    assert f"Thanh toán {receipt.number}" in why
    assert "Dùng điểm" in client.get(f"/sales/orders/{order.id}").get_data(as_text=True)
    path = f"/loyalty/orders/{order.id}"
    assert client.post(path, data={"points": "101"}).status_code == 422
    assert client.post(path, data={"points": "nhiều"}).status_code == 422
    assert client.post(path, data={"points": "10"}).status_code == 302
    assert "Đã dùng 10 điểm" in client.get(f"/sales/orders/{order.id}").get_data(as_text=True)
    assert client.post(f"{path}/return").status_code == 302
    assert have(shop) == 100
    reader = make_client(make_context(shop.context.company), grants=limited(sales_order=["see"], core_customer=["see"]))
    assert reader.post(path, data={"points": "10"}).status_code == 403
    assert "100 điểm" not in reader.get(f"/customers/{shop.lan.id}").get_data(as_text=True)
    assert make_client(stranger).post(path, data={"points": "1"}).status_code == 404
