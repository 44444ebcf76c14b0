"""Profit and debt against what one counts by hand, each way of grouping, and what employees did (REP-01, REP-04)."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from core.context import Grants
from core.sdk import Context, Customer, Days, Department, InvalidError, create
from plugins.cash.models import Fund, Payment, Receipt
from plugins.cash.results import Figures, Wanted, figures_of, results
from plugins.sales import selling
from plugins.sales.documents import Order
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import first_stage

OWN = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit"), "own")})


def goods(price: int) -> list[dict[str, Any]]:
    return [{"name": "Máy in", "price": Decimal(price), "quantity": Decimal(1)}]


@pytest.fixture
def an(context: Context, make_user: Callable[..., Context], make_context: Callable[..., Context]) -> Context:
    """A salesperson of a group, who sees what is theirs."""
    make_user(context)
    an = make_user(make_context(context.company, grants=OWN, name="An"), grants=OWN)
    create(context, Department, {"name": "Nhóm Bắc", "kind": "group", "members": [an.user.id if an.user else None]})
    context.session.commit()
    return an


@pytest.fixture
def sold(context: Context, an: Context) -> dict[str, Any]:
    """An sold for an opportunity in Hà Nội, was paid a part and spent something; the administrator sold to somebody else."""
    hanoi, hue = (
        create(turn, Customer, {"name": name, "address": {"street": "1", "ward": "", "province": province}})
        for turn, name, province in ((an, "Sao Mai", "Hà Nội"), (context, "An Phát", "Huế"))
    )
    deal = {"name": "Máy in", "customer": hanoi.id, "stage": first_stage(context), "expected_on": date(2026, 3, 1)}
    chance = create(an, Opportunity, deal)
    mine = create(an, Order, {"customer": hanoi.id, "goods": goods(900), "opportunity": chance.id})
    an.session.commit()
    other = create(context, Order, {"customer": hue.id, "goods": goods(500)})
    fund = create(context, Fund, {"name": "Quỹ"})
    common = {"fund": fund.id, "state": "paid"}
    create(context, Receipt, {**common, "document": f"sales.order/{mine.id}", "amount": Decimal(700)})
    create(context, Payment, {**common, "document": f"sales.order/{mine.id}", "amount": Decimal(100)})
    create(context, Payment, {**common, "cost_of": f"sales.order/{mine.id}", "amount": Decimal(250)})
    create(
        context, Payment, {**common, "cost_of": f"sales.order/{other.id}", "amount": Decimal(40), "state": "pending"}
    )
    context.session.commit()
    return {"hanoi": hanoi, "hue": hue, "chance": chance, "mine": mine, "other": other}


AN, BOTH = Figures(1, Decimal(900), Decimal(600), Decimal(250)), Figures(2, Decimal(1400), Decimal(600), Decimal(250))


def found(context: Context, **wanted: Any) -> tuple[dict[str, Figures], Figures]:
    """By what groups are called, and in all."""
    context.session.rollback()
    today = context.today()
    answer = results(context, Wanted(**{"days": Days(today, today), **wanted}))
    return {one.title: one.figures for one in answer.lines}, answer.total.figures


def test_what_documents_bring_by_customer_document_opportunity_and_employee(
    context: Context, an: Context, sold: dict[str, Any]
) -> None:
    lines, total = found(context)
    assert (lines["Sao Mai"], total) == (AN, BOTH)
    assert (AN.profit, AN.debt) == (Decimal(650), Decimal(300))
    assert found(context, by="sales.order")[0][sold["mine"].number] == AN
    assert found(context, by="sales.opportunity") == ({"Máy in": AN}, AN)
    assert found(context, by="employee")[0]["An"] == AN
    assert figures_of(context, "sales.order", sold["mine"].id) == AN
    assert found(an) == ({"Sao Mai": AN}, AN)


def test_it_is_narrowed_by_days_province_group_and_who_added_it(
    context: Context, an: Context, sold: dict[str, Any]
) -> None:
    yesterday = context.today() - timedelta(days=1)
    assert found(context, days=Days(yesterday, yesterday)) == ({}, Figures())
    assert list(found(context, province="Huế")[0]) == ["An Phát"]
    group = context.session.query(Department).filter_by(tenant_id=context.tenant, name="Nhóm Bắc").one()
    assert found(context, group=group.id)[1] == AN
    assert found(context, person=context.user.id if context.user else None)[1].revenue == 500
    assert found(context, by="employee", active=False) == ({}, Figures())
    customers = {sold["hanoi"].id, sold["hue"].id}
    assert {one.key for one in results(context, Wanted(days=Days(yesterday, context.today()))).lines} == customers


def test_what_is_ordered_by_a_contract_counts_once(context: Context, customer: Customer, make_quote: Any) -> None:
    contract = selling.contract_of(context, make_quote().id)
    selling.order_of(context, contract)
    contract.status_id = sorted(_statuses(context), key=lambda one: one.position)[1].id
    context.session.commit()
    assert found(context)[1].revenue == contract.total


def _statuses(context: Context) -> list[Any]:
    from plugins.sales.documents import ContractStatus

    return list(context.session.query(ContractStatus).filter_by(tenant_id=context.tenant))


def test_a_payment_gives_back_or_is_a_cost(context: Context, sold: dict[str, Any]) -> None:
    order = f"sales.order/{sold['mine'].id}"
    fund = create(context, Fund, {"name": "Quỹ 2"})
    for wrong in ({"document": order, "cost_of": order}, {"cost_of": f"sales.order/{sold['hanoi'].id}"}):
        with pytest.raises(InvalidError, match="cost_of"):
            create(context, Payment, {"fund": fund.id, "amount": Decimal(1), **wrong})


def test_the_page_adds_up_and_the_same_comes_as_a_file(
    context: Context, an: Context, sold: dict[str, Any], make_client: Callable[..., FlaskClient]
) -> None:
    client = make_client(context)
    page = client.get("/cash/results?by=employee&period=this_month&active=yes").get_data(as_text=True)
    for words in ("Lợi nhuận", "Công nợ", "Thống kê", "650 đ", "Báo giá", "Giao dịch với khách hàng", "An"):
        assert words in page, words
    order = client.get(f"/sales/orders/{sold['mine'].id}").get_data(as_text=True)
    assert all(words in order for words in ("Lợi nhuận", "650 đ", "300 đ"))
    assert client.get("/cash/results?by=x&period=y&person=z&group=1&first=2").status_code == 200
    today = context.today().isoformat()
    file = client.get(f"/cash/results/file.xlsx?by=customer&period=days&first={today}&last={today}")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)  # type: ignore[union-attr] # there is one
    assert rows[0] == ("Khách hàng", "Doanh thu", "Tổng thu", "Tổng chi", "Lợi nhuận", "Công nợ")
    assert rows[-1] == ("Tổng cộng", 1400, 600, 250, 1150, 800)
    assert client.get("/cash/results/file.pdf").data.startswith(b"%PDF")
    assert client.get("/cash/results/file.exe").status_code == 404
