"""Goods that leave for the documents of other trades: once, by what is asked for, and back again with the document."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.approvals.models import ApprovalStep
from core.sdk import Context, Customer, InvalidError, create
from plugins.catalog.api import Product
from plugins.warehouse import api
from plugins.warehouse.api import GoodsOut
from plugins.warehouse.models import Stock, Warehouse

Move = Callable[..., Any]


@pytest.fixture
def document(context: Context) -> tuple[str, Any]:
    """Something that goods are for."""
    return "core.customer", create(context, Customer, {"name": "Công ty An Phát"}).id


def on_hand(context: Context, product: Product) -> list[Decimal]:
    """What is there, and what of it is kept for somebody."""
    context.session.flush()
    found = sa.select(Stock.on_hand, Stock.reserved).where(
        Stock.tenant_id == context.tenant, Stock.product_id == product.id
    )
    return list(context.session.execute(found).one())


def test_what_has_left_for_a_document_does_not_leave_again(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, document: tuple[str, Any]
) -> None:
    receive(oil, 10, 100_000)
    first = api.issue_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(3))], kind=api.REPAIR.value)
    assert first is not None
    assert [first.state, first.cost, first.kind] == ["approved", 300_000, "repair"]
    again = api.issue_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(3))])
    assert again is first
    more = api.issue_goods(
        context, document, warehouse.id, [GoodsOut(oil.id, Decimal(1)), GoodsOut(oil.id, Decimal(4))]
    )
    assert more is not None
    assert more is not first
    assert on_hand(context, oil) == [5, 0]
    assert api.issued(context, document[0], [document[1]]) == {document[1]: {oil.id: 5}}
    assert api.costs_of(context, document[0], [document[1]]) == {document[1]: 500_000}
    assert api.take_back(context, document) == 2
    assert api.take_back(context, document) == 0
    assert on_hand(context, oil) == [10, 0]
    assert api.costs_of(context, document[0], [document[1]]) == {}


def test_what_is_asked_for_is_kept_until_it_leaves(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, issue: Move, document: tuple[str, Any]
) -> None:
    receive(oil, 10, 100_000)
    context.session.commit()
    api.reserve(context, document, warehouse.id, {oil.id: Decimal(2)})
    assert api.available(context, [oil.id]) == {oil.id: 8}
    asked = api.request_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(6))])
    assert asked is not None
    assert asked.state == "new"
    assert on_hand(context, oil) == [10, 6]
    context.session.commit()
    with pytest.raises(InvalidError, match="Dầu máy"):
        issue(oil, 5)
    context.session.rollback()
    assert api.request_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(7))]) is asked
    assert on_hand(context, oil) == [10, 7]
    assert api.issue_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(7))]) is asked
    assert asked.state == "approved"
    assert on_hand(context, oil) == [3, 0]
    api.request_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(9))])
    assert on_hand(context, oil) == [3, 2]
    assert api.take_back(context, document) == 2
    assert on_hand(context, oil) == [10, 0]


def test_a_combo_is_what_is_in_it_and_a_service_is_nothing(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, document: tuple[str, Any]
) -> None:
    receive(oil, 10, 100_000)
    work = create(context, Product, {"name": "Công thay dầu", "code": "CONG-DAU", "kind": "service"})
    items = [{"product": oil.id, "quantity": Decimal(4)}, {"product": work.id, "quantity": Decimal(1)}]
    whole = create(context, Product, {"name": "Gói thay dầu", "code": "GOI-DAU", "kind": "combo", "items": items})
    assert api.issue_goods(context, document, warehouse.id, [GoodsOut(work.id, Decimal(1))]) is None
    api.issue_goods(context, document, warehouse.id, [GoodsOut(whole.id, Decimal(2)), GoodsOut(work.id, Decimal(1))])
    assert on_hand(context, oil) == [2, 0]


def test_where_people_have_to_agree_they_are_asked(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, document: tuple[str, Any]
) -> None:
    receive(oil, 10, 100_000)
    context.session.add(
        ApprovalStep(tenant_id=context.tenant, entity="warehouse.goods_issue", name="Kế toán", people=[], roles=[])
    )
    context.session.flush()
    context.cache.clear()
    slip = api.issue_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(6))])
    assert slip is not None
    assert slip.state == "new"
    assert on_hand(context, oil) == [10, 6]
    assert api.issue_goods(context, document, warehouse.id, [GoodsOut(oil.id, Decimal(6))]) is slip
    assert slip.state == "new"
