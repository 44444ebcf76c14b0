"""From opportunity to quote to contract to order: each made of the one before, and once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.approvals import service as approvals
from core.approvals import steps
from core.sdk import Context, Customer, ForbiddenError, InvalidError, create, get, update
from core.testing import limited
from plugins.sales import selling
from plugins.sales.documents import Contract, ContractStatus, Order, Quote
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import first_stage
from tests.plugins.sales.conftest import Again


def test_a_quote_is_made_of_what_an_opportunity_is_about(context: Context, customer: Customer) -> None:
    values = {"name": "Máy in", "customer": customer.id, "stage": first_stage(context), "expected_on": date(2026, 3, 1)}
    opportunity = create(
        context, Opportunity, values | {"goods": [{"name": "Máy in", "quantity": Decimal(3), "price": Decimal(1000)}]}
    )
    assert opportunity.amount == Decimal(3000)
    quote = selling.quote_of(context, opportunity.id)
    assert [(line.name, line.quantity, line.price) for line in quote.goods] == [("Máy in", Decimal(3), Decimal(1000))]
    assert (quote.opportunity_id, quote.customer_id) == (opportunity.id, customer.id)
    assert quote.valid_until == context.today() + timedelta(days=30)


def test_a_newer_version_takes_the_place_of_a_quote(context: Context, make_quote: Callable[..., Quote]) -> None:
    quote = make_quote(region="Huế")
    newer = selling.new_version(context, quote.id)
    assert (newer.revision, newer.replaces_id, newer.region, newer.total) == (2, quote.id, "Huế", quote.total)
    assert quote.stage == "replaced"
    assert selling.new_version(context, quote.id) is newer
    with pytest.raises(InvalidError):
        selling.accept(context, quote.id)


def test_a_contract_has_all_of_its_quote_whatever_its_maker_may_not_set(
    context: Context, make_context: Callable[..., Context], make_quote: Callable[..., Quote]
) -> None:
    verbs = {"sales.quote": ["see", "edit"], "sales.contract": ["see", "create"], "sales.contract_status": ["see"]}
    quote = make_quote()
    context.session.commit()
    limits = {"sales.contract": {"goods.price": "hidden", "goods.cut": "readonly"}}
    somebody = make_context(context.company, grants=replace(limited(**verbs), fields=limits))
    made = selling.contract_of(somebody, quote.id)
    assert [(line.price, line.cut) for line in made.goods] == [(line.price, line.cut) for line in quote.goods]
    assert made.owner_id == somebody.user.id  # type: ignore[union-attr] # somebody is somebody
    somebody.session.rollback()
    reader = make_context(context.company, grants=limited(**{**verbs, "sales.contract": ["see"]}))
    with pytest.raises(ForbiddenError):
        selling.contract_of(reader, quote.id)


def test_a_quote_that_ran_out_is_not_agreed_to(context: Context, make_quote: Callable[..., Quote]) -> None:
    yesterday = context.today() - timedelta(days=1)
    quote = make_quote(quoted_on=yesterday, valid_until=yesterday)
    with pytest.raises(InvalidError, match="valid_until"):
        selling.accept(context, quote.id)


def test_a_contract_and_an_order_are_made_once(context: Context, make_quote: Callable[..., Quote]) -> None:
    quote = make_quote()
    assert selling.accept(context, quote.id)
    assert not selling.accept(context, quote.id)
    contract = selling.contract_of(context, quote.id)
    assert (contract.total, contract.quote_id) == (quote.total, quote.id)
    assert selling.contract_of(context, quote.id) is contract
    order = selling.order_of(context, contract)
    assert (order.total, order.contract_id, order.payment, order.stock) == (quote.total, contract.id, "unpaid", "new")
    assert selling.order_of(context, contract) is order


def test_of_two_who_agree_at_once_one_does_it(again: Again, context: Context, make_quote: Callable[..., Quote]) -> None:
    quotes = [make_quote().id for _time in range(20)]
    context.session.commit()

    def agree(_who: int) -> int:
        done = 0
        for one in quotes:
            with again(context) as turn:
                done += selling.accept(turn, one)
                selling.order_of(turn, selling.contract_of(turn, one))
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(agree, range(2))) == len(quotes)
    for model in (Contract, Order):
        assert context.session.query(model).filter_by(tenant_id=context.tenant).count() == len(quotes)


def test_milestones_ask_for_their_share(context: Context, make_quote: Callable[..., Quote]) -> None:
    contract = selling.contract_of(context, make_quote().id)
    update(
        context,
        contract,
        {"milestones": [{"name": "Đặt cọc", "share": Decimal(30)}, {"name": "Nghiệm thu", "share": Decimal(70)}]},
    )
    assert [one.amount for one in contract.milestones] == [round(contract.total * share / 100) for share in (30, 70)]
    with pytest.raises(InvalidError, match="milestones"):
        update(context, contract, {"milestones": [{"name": "Đặt cọc", "share": Decimal(101)}]})


def test_a_company_begins_with_statuses_of_which_some_count_as_debt(context: Context) -> None:
    found = context.session.query(ContractStatus).filter_by(tenant_id=context.tenant)
    assert [one.counts for one in sorted(found, key=lambda one: one.position)] == [False, True, True, True, False]


def test_why_a_quote_was_refused_is_kept(context: Context, make_quote: Callable[..., Quote]) -> None:
    quote = make_quote()
    assert selling.refuse(context, quote.id, "Giá cao")
    assert (quote.stage, quote.refusal) == ("refused", "Giá cao")
    with pytest.raises(InvalidError):
        selling.contract_of(context, quote.id)


def test_what_needs_approval_is_neither_sent_nor_agreed_to_before(
    context: Context, make_context: Callable[..., Context], make_quote: Callable[..., Quote]
) -> None:
    head = make_context(
        context.company, grants=limited(sales_quote=["see"], core_customer=["see"]), name="Trưởng phòng"
    )
    assert head.user is not None
    dear = steps.StepDraft("Trưởng phòng", [head.user.id], at_least=Decimal(1_000_000))
    steps.add(context, context.resource(Quote), dear)
    context.session.commit()
    quote, cheap = make_quote(), make_quote(goods=[{"name": "Giấy in", "price": Decimal(65_000)}])
    assert update(context, cheap, {"stage": "sent"})
    with pytest.raises(InvalidError, match="stage"):
        update(context, quote, {"stage": "sent"})
    context.session.expire(quote)
    with pytest.raises(InvalidError, match="stage"):
        selling.accept(context, quote.id)
    context.session.expire(quote)
    approvals.request(context, quote)
    context.session.commit()
    approvals.answer(head, get(head, Quote, quote.id), 0, approve=True)
    head.session.commit()
    context.session.expire_all()
    assert quote.stage == "sent"
    assert selling.accept(context, quote.id)
