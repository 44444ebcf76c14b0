"""What goods have moved through is not deleted but taken out of use; what nothing ever came to goes as ever."""

from collections.abc import Callable
from typing import Any

import pytest

from core.sdk import Context, Entity, InvalidError, create, delete, get, update
from plugins.catalog.api import Product
from plugins.warehouse.lying import cards
from plugins.warehouse.models import Location, Lot, Rule, Warehouse
from plugins.warehouse.moving import transit

Move = Callable[..., Any]


def refusal(context: Context, record: Entity) -> str:
    """What somebody is told who deletes it."""
    with pytest.raises(InvalidError) as refused:
        delete(context, [record])
    context.session.rollback()
    return str(refused.value.text)


def test_what_has_goods_or_has_had_them_stays(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move, issue: Move
) -> None:
    shelf = create(context, Location, {"name": "Kệ A1", "warehouse": warehouse.id})
    create(context, Rule, {"product": oil.id, "tracked": "lot"})
    receive(oil, 5, 100_000, line={"lot": "L1", "location": shelf.id})
    empty = [
        create(context, Location, {"name": "Kệ trống", "warehouse": warehouse.id}),
        create(context, Warehouse, {"name": "Kho chưa dùng"}),
        create(context, Lot, {"code": "L2", "product": oil.id}),
    ]
    lot = context.session.query(Lot).filter_by(tenant_id=context.tenant, code="L1").one()
    context.session.commit()
    for one in (shelf, warehouse, lot):
        assert f"“{one.title}” còn hàng" in refusal(context, one)
    (card,) = cards(context, lot)
    assert [(item.title, item.subtitle, item.value) for item in card.items] == [("Kho chính", "Kệ A1", "5")]
    (card,) = cards(context, shelf)
    assert [(item.title, item.subtitle) for item in card.items] == [("Dầu máy 5W-30", "L1")]
    issue(oil, 5)
    context.session.commit()
    assert not [*cards(context, lot), *cards(context, shelf)]
    for one in (shelf, warehouse, lot):
        assert f"“{one.title}” đã có phát sinh" in refusal(context, one)
    assert "ngừng sử dụng" in refusal(context, shelf)
    assert "đang đi đường" in refusal(context, get(context, Warehouse, transit(context)))
    for unused in empty:
        delete(context, [unused])


def test_nothing_comes_to_a_shelf_that_is_out_of_use(
    context: Context, warehouse: Warehouse, oil: Product, receive: Move
) -> None:
    shelf = create(context, Location, {"name": "Kệ A1", "warehouse": warehouse.id})
    slip = receive(oil, 5, 100_000, state="new", line={"location": shelf.id})
    update(context, shelf, {"active": False})
    with pytest.raises(InvalidError, match="ngừng sử dụng"):
        update(context, slip, {"state": "approved"})
