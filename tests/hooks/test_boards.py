"""Boards whose lanes are records, such as the stages of a pipeline: their order, figures, pages, and moving a card."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.context import Context, Grants
from core.entity import service
from core.entity.entity import Entity
from core.entity.lanes import cards, figures
from core.entity.query import Query, read_page
from core.plugin.boot import Registry
from tests.core.web.entity.conftest import Pages

BOARD = "/dummy/deals?mode=board"


@pytest.fixture
def pages(client: FlaskClient) -> Pages:
    """The administrator's browser."""
    return Pages(client)


@pytest.fixture
def board(context: Context, registry: Registry) -> SimpleNamespace:
    """Three stages, made out of order, and what makes a deal in one of them."""
    stage, deal = (registry.resources[f"dummy.{name}"].model for name in ("stage", "deal"))
    rows = [("Thất bại", 30, "red"), ("Tiếp cận", 10, "blue"), ("Báo giá", 20, "orange")]
    made = {
        name: service.create(context, stage, {"name": name, "position": place, "color": color})
        for name, place, color in rows
    }

    def make(name: str, where: str = "Tiếp cận", **values: Any) -> Entity:
        return service.create(context, deal, {"name": name, "stage": made[where].id, **values})

    context.session.commit()
    return SimpleNamespace(stages=made, deal=make, model=deal, ids={name: one.id for name, one in made.items()})


def lane(page: str, one: Any) -> str:
    return page.split(f'class="lane c-{one.color}" data-value="{one.id}"')[1].split("</section>", maxsplit=1)[0]


def test_lanes_are_the_records_in_their_order_with_count_and_every_sum(
    context: Context, pages: Pages, board: SimpleNamespace
) -> None:
    board.deal("Máy lạnh", amount=Decimal(100_000), profit=Decimal(20_000))
    board.deal("Quạt trần", amount=Decimal(50_000))
    board.deal("Tủ lạnh", "Báo giá", amount=Decimal(900_000))
    context.session.commit()
    page = pages.get(BOARD)
    places = [page.index(f"<h2>{name}</h2>") for name in ("Tiếp cận", "Báo giá", "Thất bại")]
    assert places == sorted(places)
    first = lane(page, board.stages["Tiếp cận"])
    assert '<b class="count">2</b>' in first
    assert "150.000 đ" in first
    assert "20.000 đ" in first
    assert lane(page, board.stages["Thất bại"]).count("kcard") == 0
    page = pages.get(f"{BOARD}&q=tu+lanh")
    assert '<b class="count">0</b>' in lane(page, board.stages["Tiếp cận"])
    assert "Tủ lạnh" in lane(page, board.stages["Báo giá"])


def test_a_lane_is_paged_and_as_many_statements_read_ten_lanes_as_one(
    context: Context, pages: Pages, board: SimpleNamespace, count_queries: Callable[[], Any]
) -> None:
    for number in range(23):
        board.deal(f"Số {number:02d}")
    board.deal("Báo giá 1", "Báo giá")
    context.session.commit()
    first = lane(pages.get(BOARD), board.stages["Tiếp cận"])
    assert first.count('class="kcard"') == 20
    url = first.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert pages.part(url).count('class="kcard"') == 3
    resource = context.resource(board.model)
    spec, shown = resource.fields["stage"], [resource.fields["name"]]
    for order in (None, resource.fields["name"], resource.fields["profit"]):
        query = Query(resource, columns=shown, sort=order, descending=order is None, limit=2)
        query.total = 0
        found = cards(context, query, spec, board.ids.values())
        for value, page in found.items():
            alone = Query(resource, columns=shown, sort=order, descending=order is None, limit=2)
            alone.conditions = [board.model.__table__.c.stage_id == value]
            assert page == read_page(context, alone)
    with count_queries() as statements:
        cards(context, Query(resource, columns=shown, limit=2), spec, board.ids.values())
    assert len(statements) == 1


def test_figures_and_cards_are_of_what_a_person_may_see(
    context: Context, board: SimpleNamespace, make_context: Callable[..., Context]
) -> None:
    board.deal("Của sếp", amount=Decimal(700))
    context.session.commit()
    grants = Grants(verbs={"dummy.deal": {"see": "own", "create": "all"}, "dummy.stage": {"see": "all"}})
    seller = make_context(context.company, grants=grants, name="Lê Bán Hàng")
    mine = service.create(seller, board.model, {"name": "Của tôi", "stage": board.ids["Báo giá"], "amount": Decimal(5)})
    resource = seller.resource(board.model)
    found = figures(seller, Query(resource), resource.fields["stage"])
    assert {value: (one.count, one.sums[0]) for value, one in found.items()} == {board.ids["Báo giá"]: (1, Decimal(5))}
    pages = cards(seller, Query(resource), resource.fields["stage"], board.ids.values())
    assert [row["id"] for page in pages.values() for row in page.rows] == [mine.id]


def test_a_card_is_moved_and_whoever_comes_second_is_told(
    context: Context, pages: Pages, board: SimpleNamespace
) -> None:
    one = board.deal("Máy giặt", amount=Decimal(1_000))
    context.session.commit()
    move = {"id": str(one.id), "version": "1"}
    answer = pages.send("/dummy/deals/move", **move, value=str(board.ids["Báo giá"])).get_json()
    assert {row["value"]: row["sums"][0].replace("\xa0", " ") for row in answer["lanes"]} == {
        str(board.ids["Tiếp cận"]): "", str(board.ids["Báo giá"]): "1.000 đ"
    }  # fmt: skip
    late = pages.send("/dummy/deals/move", 409, **move, value=str(board.ids["Thất bại"]))
    assert late.get_json()["detail"]
    context.session.refresh(one)
    assert one.stage_id == board.ids["Báo giá"]
    pages.send(answer["undo_url"], 204)
    context.session.refresh(one)
    assert one.stage_id == board.ids["Tiếp cận"]


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000", "another company's"])
def test_a_card_goes_to_no_lane_that_is_not_there(
    value: str, context: Context, pages: Pages, board: SimpleNamespace, stranger: Context
) -> None:
    one = board.deal("Máy giặt")
    context.session.commit()
    if value.startswith("another"):
        theirs = service.create(stranger, type(board.stages["Báo giá"]), {"name": "Của họ"})
        stranger.session.commit()
        value = str(theirs.id)
    assert pages.send("/dummy/deals/move", 422, id=str(one.id), version="1", value=value).get_json()["detail"]


def test_a_stage_that_is_deleted_keeps_its_cards_in_sight_and_takes_no_more(
    context: Context, pages: Pages, board: SimpleNamespace
) -> None:
    board.deal("Còn đây", "Báo giá")
    service.delete(context, [board.stages["Báo giá"], board.stages["Thất bại"]])
    context.session.commit()
    page = pages.get(BOARD)
    assert "Còn đây" in lane(page, board.stages["Báo giá"])
    assert "data-closed" in lane(page, board.stages["Báo giá"])
    assert str(board.ids["Thất bại"]) not in page
