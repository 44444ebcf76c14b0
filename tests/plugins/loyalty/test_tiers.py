"""Customers reach tiers by what they buy or pay, once and upwards, and get the discount of theirs (TIE-01 … TIE-07)."""

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
from core.jobs.models import Job
from core.notifications.models import Notification
from core.plugin.enablement import switch_off, switch_on
from core.sdk import Customer, InvalidError, Tier
from core.testing import limited
from core.testing.web import ApiClient
from plugins.catalog import pricing
from plugins.catalog.api import line_defaults
from plugins.catalog.models import PriceList, Product
from plugins.loyalty import tiers
from plugins.loyalty.following import CATCH_UP
from plugins.loyalty.models import Reached, TierRule
from plugins.loyalty.policy import policy_of
from plugins.sales.documents import ContractStatus
from tests.plugins.loyalty.conftest import MILLION, Shop


def test_a_contract_that_counts_as_debt_moves_its_customer_without_being_paid(shop: Shop) -> None:
    shop.policy(automatic=True)
    draft = shop.contract(60, "Đang soạn thảo")
    assert shop.tier() is None
    sdk.update(shop.context, draft, {"status": shop.status("Đã ký")})
    shop.context.session.commit()
    assert shop.tier() == "Bạc"
    shop.contract(45)
    assert shop.tier() == "Vàng"
    shop.contract(1)
    assert shop.tier() == "Kim cương"
    history = shop.context.session.scalars(sa.select(Reached).where(Reached.customer_id == shop.lan.id))
    assert sorted((int(one.amount), one.contracts) for one in history) == [
        (60 * MILLION, 1), (105 * MILLION, 2), (106 * MILLION, 3),
    ]  # fmt: skip


def test_switched_off_nobody_is_moved_and_switched_on_all_who_reached_a_tier_are(shop: Shop) -> None:
    shop.contract(60)
    assert shop.tier() is None
    assert tiers.promote(shop.context, [shop.lan.id]) == 0
    shop.policy(automatic=True)
    assert shop.tier() == "Bạc"


def test_a_person_s_choice_stays_until_the_next_tier_is_reached_and_nobody_is_moved_down(shop: Shop) -> None:
    shop.policy(automatic=True)
    contract = shop.contract(60)
    assert shop.tier() == "Bạc"
    sdk.update(shop.context, shop.lan, {"tier": None})
    shop.context.session.commit()
    tiers.ask_for_all(shop.context)
    shop.contract(1)
    assert shop.tier() is None
    sdk.update(shop.context, contract, {"status": shop.status("Đã hủy")})
    shop.context.session.commit()
    assert shop.tier() is None
    shop.contract(110)
    assert shop.tier() == "Vàng"
    sdk.update(shop.context, shop.lan, {"tier": shop.tiers["Kim cương"].id})
    shop.contract(1)
    assert shop.tier() == "Kim cương"


def test_by_payments_what_came_in_counts_and_numbers_of_contracts_do_not(shop: Shop) -> None:
    shop.policy(basis="payments", automatic=True)
    for _time in range(3):
        shop.contract(200)
    waiting = shop.receipt(120, "pending")
    assert shop.tier() is None
    shop.receipt(50)
    assert shop.tier() == "Bạc"
    sdk.update(shop.context, waiting, {"state": "paid"})
    shop.context.session.commit()
    assert shop.tier() == "Vàng"
    with pytest.raises(InvalidError, match="amount"):
        sdk.create(
            shop.context,
            TierRule,
            {"tier": sdk.create(shop.context, Tier, {"name": "X", "rank": 9}).id, "contracts": 2},
        )


def test_a_status_that_counts_from_now_on_and_a_lower_mark_have_everybody_looked_at(shop: Shop) -> None:
    shop.policy(automatic=True)
    others = [sdk.create(shop.context, Customer, {"name": f"Khách {n}"}) for n in range(4)]
    for one in others:
        shop.contract(60, "Đang soạn thảo", one.id)
    assert {shop.tier(one) for one in others} == {None}
    status = sdk.get(shop.context, ContractStatus, shop.status("Đang soạn thảo"))
    sdk.update(shop.context, status, {"counts": True})
    shop.context.session.commit()
    assert {shop.tier(one) for one in others} == {"Bạc"}
    gold = shop.context.session.scalars(sa.select(TierRule).where(TierRule.tier_id == shop.tiers["Vàng"].id)).one()
    sdk.update(shop.context, gold, {"amount": Decimal(55 * MILLION)})
    shop.context.session.commit()
    assert {shop.tier(one) for one in others} == {"Vàng"}
    mine = (Job.tenant_id == shop.context.tenant, Job.topic == tiers.RECALCULATE)
    last = shop.context.session.scalars(sa.select(Job).where(*mine).order_by(Job.id.desc())).first()
    assert last is not None
    assert (last.progress, last.total, last.result) == (5, 5, {"moved": 4})


def test_two_jobs_about_one_customer_move_them_once(
    shop: Shop, make_user: Callable[..., Context], again: Callable[..., AbstractContextManager[Context]]
) -> None:
    shop.policy(automatic=True)
    shop.contract(60)
    make_user(shop.context)
    lan = shop.lan.id
    shop.context.session.rollback()

    def promote(_turn: int) -> int:
        with again(shop.context) as turn:
            return tiers.promote(turn, [lan])

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(promote, range(8))) == [0] * 7 + [1]
    assert shop.tier() == "Bạc"
    told = sa.select(sa.func.count()).select_from(Notification).where(Notification.tenant_id == shop.context.tenant)
    assert shop.context.session.scalar(told) == 1


def test_two_customers_who_become_one_reach_together_what_neither_did(shop: Shop) -> None:
    shop.policy(automatic=True)
    twin = sdk.create(shop.context, Customer, {"name": "Lan chị"})
    for one in (shop.lan, twin):
        shop.contract(60, customer=one.id)
    assert [shop.tier(), shop.tier(twin)] == ["Bạc", "Bạc"]
    operation = merge(shop.context, Customer, shop.lan.id, [twin.id], {})
    shop.context.session.commit()
    assert shop.tier() == "Vàng"
    unmerge(shop.context, operation)
    shop.context.session.commit()
    assert shop.tier(twin) == "Bạc"


def test_sales_off_and_on_again(shop: Shop) -> None:
    shop.contract(60)
    switch_off(shop.context, "sales")
    shop.policy(automatic=True)
    assert shop.tier() is None
    switch_on(shop.context, "sales")
    sdk.enqueue(shop.context, CATCH_UP)
    shop.context.session.commit()
    assert shop.tier() == "Bạc"
    switch_off(shop.context, "loyalty")
    shop.context.session.commit()
    shop.contract(70)
    assert shop.tier() == "Bạc"
    switch_on(shop.context, "loyalty")
    shop.context.session.commit()
    assert shop.tier() == "Vàng"


def price(shop: Shop, product: Product) -> int:
    """What a line of a document begins with."""
    return int(line_defaults(shop.context, [product.id], shop.lan.id)[product.id].price)


def test_a_discount_is_for_all_goods_or_for_new_ones_and_documents_suggest_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pricing.set_tier_discount, "__kwdefaults__", {"most": 2})
    paper = [sdk.create(shop.context, Product, {"name": f"Giấy {n}", "code": f"A{n}", "price": Decimal(100_000)}) for n in range(5)]  # fmt: skip
    sdk.update(shop.context, shop.lan, {"tier": shop.tiers["Bạc"].id})
    rule = shop.context.session.scalars(sa.select(TierRule).where(TierRule.tier_id == shop.tiers["Bạc"].id)).one()

    def give(percent: int | None, goods: str) -> None:
        sdk.update(shop.context, rule, {"discount": Decimal(percent) if percent else None, "goods": goods})
        shop.context.session.commit()
        shop.work()
        shop.context.session.rollback()

    give(10, "all")
    assert {price(shop, one) for one in paper} == {90_000}
    give(20, "new")
    later = sdk.create(shop.context, Product, {"name": "Bút", "code": "B1", "price": Decimal(10_000)})
    assert ({price(shop, one) for one in paper}, price(shop, later)) == ({90_000}, 8_000)
    give(30, "all")
    assert ({price(shop, one) for one in paper}, price(shop, later)) == ({70_000}, 7_000)
    order = shop.order()
    sdk.update(shop.context, order, {"goods": [{"product": later.id}]})
    assert order.goods[0].price == 7_000
    sdk.delete(shop.context, [shop.tiers["Bạc"]])
    shop.context.session.commit()
    shop.work()
    assert price(shop, later) == 10_000
    lists = sa.select(sa.func.count()).select_from(PriceList).where(PriceList.tenant_id == shop.context.tenant)
    assert shop.context.session.scalar(lists) == 1


def test_only_administrators_set_up_tiers(
    shop: Shop, stranger: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient],
    make_api: Callable[..., ApiClient],
) -> None:  # fmt: skip
    colleague = make_context(shop.context.company)
    rights = limited(
        loyalty_policy=["see", "edit"], loyalty_tier_rule=["see", "create", "edit"], core_tier=["see", "edit"]
    )
    api, client = make_api(colleague, grants=rights), make_client(colleague, grants=rights)
    policy = policy_of(shop.context)
    path = f"/api/v1/loyalty/policies/{policy.id}"
    assert api.patch(path, json={"automatic": True}, headers={"If-Match": "*"}).status_code == 422
    for page in ("/loyalty/tiers", "/loyalty/basis", "/loyalty/points", "/loyalty/tiers/new"):
        assert client.get(page).status_code == 403, page
    assert client.post("/loyalty/recalculate").status_code == 403
    foreign = make_client(stranger)
    assert foreign.get(f"/loyalty/tiers/{shop.tiers['Bạc'].id}").status_code == 404
    assert foreign.post(f"/loyalty/tiers/{shop.tiers['Bạc'].id}/delete").status_code == 404
    assert foreign.get(f"/loyalty/customers/{shop.lan.id}").status_code == 404
    assert make_api(shop.context).get("/api/v1/loyalty/policies").get_json()["items"][0]["basis"] == "revenue"
