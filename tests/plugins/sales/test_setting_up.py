"""What a company sets up: the order of statuses and stages, whether contracts name goods, the ready lists."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from core.sdk import Context, Customer, InvalidError, create, delete, update
from core.testing import limited
from plugins.sales import ordering, ruling
from plugins.sales.documents import Contract, ContractStatus, Order, Quote
from plugins.sales.models import Pipeline, Stage
from plugins.sales.pipelines import add_preset
from plugins.sales.selling import first_status, order_of

Client = Callable[..., FlaskClient]
MakeContext = Callable[..., Context]


def names(context: Context, model: Any, pipeline: Any = None) -> list[str]:
    context.session.rollback()
    return [one.name for one in ordering.in_order(context, model, pipeline)]


def test_statuses_of_contracts_take_another_order_and_the_first_begins(context: Context, make_client: Client) -> None:
    context.session.commit()
    present = ordering.in_order(context, ContractStatus)
    client, url = make_client(context), "/sales/arrange/contract-status"
    assert "Thay đổi bước trạng thái" in client.get("/sales/contract-status").get_data(as_text=True)
    assert client.get(url).get_data(as_text=True).count('name="ids"') == len(present)
    asked = [present[1].id, present[0].id, uuid4()]
    assert client.post(url, data={"ids": asked}).status_code == 302
    assert names(context, ContractStatus)[:3] == ["Đã ký", "Đang soạn thảo", "Đang thực hiện"]
    assert first_status(context) == present[1].id
    delete(context, [context.session.get_one(ContractStatus, (context.tenant, present[0].id))])
    context.session.commit()
    places = [one.position for one in ordering.in_order(context, ContractStatus)]
    assert places == [0, 2, 3, 4]  # what was deleted leaves a gap


def test_stages_are_put_in_order_within_their_pipeline(
    context: Context, make_context: MakeContext, make_client: Client
) -> None:
    other = add_preset(context, "interest")
    context.session.commit()
    before = names(context, Stage, other.id)
    mine = [one.id for one in ordering.in_order(context, Stage, other.id)]
    client = make_client(context)
    url = f"/sales/arrange/stage?pipeline={other.id}"
    assert client.post(url, data={"ids": mine[::-1]}).status_code == 302
    assert names(context, Stage, other.id) == before[::-1]
    first = next(one for one in ordering.in_order(context, Pipeline) if one.id != other.id)
    assert names(context, Stage, first.id)[0] == "Tìm hiểu nhu cầu"
    for wrong in ("/sales/arrange/nothing", "/sales/arrange/stage", f"/sales/arrange/stage?pipeline={uuid4()}"):
        assert client.get(wrong).status_code == 404
    assert (
        make_client(make_context(context.company), grants=limited(sales_stage=["see"], sales_pipeline=["see"]))
        .get(url)
        .status_code
        == 403
    )


def test_a_contract_names_goods_unless_the_company_does_without(
    context: Context, customer: Customer, make_context: MakeContext, make_client: Client
) -> None:
    values = {"customer": customer.id, "status": first_status(context), "starts_on": context.today()}
    with pytest.raises(InvalidError, match="goods"):
        create(context, Contract, values | {"value": Decimal(5_000_000)})
    goods = [{"name": "Máy in", "price": Decimal(100)}]
    made = create(context, Contract, values | {"goods": goods, "value": Decimal(7)})
    assert made.total == 100
    with pytest.raises(InvalidError, match="goods"):
        update(context, made, {"goods": []})
    context.session.commit()
    client = make_client(context)
    assert "checked" in client.get("/sales/rules").get_data(as_text=True)
    assert client.post("/sales/rules", data={}).status_code == 302
    assert (
        make_client(make_context(context.company), grants=limited(sales_contract=["see", "edit"]))
        .get("/sales/rules")
        .status_code
        == 403
    )
    context.cache.clear()
    assert not ruling.rules_of(context).contract_goods
    made = create(context, Contract, values | {"value": Decimal(5_000_000)})
    assert [made.subtotal, made.vat, made.total] == [5_000_000, 0, 5_000_000]


def test_milestones_share_the_whole_exactly_and_ask_for_no_more(context: Context, customer: Customer) -> None:
    goods = [{"name": "Phần mềm", "price": Decimal(100)}]
    values = {"customer": customer.id, "status": first_status(context), "starts_on": context.today(), "goods": goods}
    thirds = [{"name": f"Đợt {n}", "share": share} for n, share in enumerate(map(Decimal, ("33.3", "33.3", "33.4")))]
    made = create(context, Contract, values | {"milestones": thirds})
    assert sum(one.amount or 0 for one in made.milestones) == made.total
    with pytest.raises(InvalidError, match="milestones"):
        update(context, made, {"milestones": [*thirds, {"name": "Thêm", "amount": Decimal(1)}]})


def test_ready_lists_stand_beside_all_and_are_worked_out(
    context: Context, make_quote: Callable[..., Quote], make_context: MakeContext, make_client: Client
) -> None:
    order = order_of(context, make_quote())
    paid = create(context, Order, {"customer": order.customer_id, "goods": [{"name": "Mực"}], "payment": "paid"})
    context.session.commit()
    client = make_client(context)
    page = client.get("/sales/orders").get_data(as_text=True)
    for title in ("Tháng trước chưa thanh toán", "Chưa thanh toán hết", "Tháng này"):
        assert title in page
    page = client.get("/sales/orders?payment__in=unpaid%2Cadvanced&view=unpaid").get_data(as_text=True)
    assert str(order.number) in page
    assert str(paid.number) not in page
    for path in ("opportunities", "quotes", "contracts"):
        assert client.get(f"/sales/{path}").status_code == 200
    blind = make_client(make_context(context.company), grants=limited(sales_order=["see"]))
    assert blind.get("/sales/orders").status_code == 200
