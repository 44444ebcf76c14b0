"""Boards whose lanes are records, such as the stages of a pipeline: their order, figures, pages, and moving a card."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.context import Context, Grants
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError
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


def test_of_two_who_drag_a_card_in_the_same_moment_one_wins(
    context: Context,
    board: SimpleNamespace,
    make_client: Callable[..., FlaskClient],
    make_context: Callable[..., Context],
) -> None:
    colleague = make_context(context.company, name="Trần Bình")
    people = [Pages(make_client(context)), Pages(make_client(colleague))]
    lanes = [board.ids["Báo giá"], board.ids["Thất bại"]]
    for number in range(4):  # the clock decides who is first; a few rounds meet either
        one = board.deal(f"Máy giặt {number}")
        context.session.commit()
        together = Barrier(len(people))

        def drag(pages: Pages, to: Any, deal: str = str(one.id), start: Barrier = together) -> int:
            start.wait()
            form = {"id": deal, "version": "1", "value": str(to)}
            return pages.client.post("/dummy/deals/move", data=form, headers={"HX-Request": "true"}).status_code

        with ThreadPoolExecutor(len(people)) as pool:
            answers = list(pool.map(drag, people, lanes))
        context.session.refresh(one)
        assert sorted(answers) == [200, 409]
        assert one.stage_id == lanes[answers.index(200)]


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


# --- what a change takes besides -------------------------------------------------------------------------------


@pytest.fixture
def deal(context: Context, board: SimpleNamespace) -> Entity:
    """A deal on a board where *Thất bại* takes a reason, and *Báo giá* a dialog of its own."""
    service.update(context, board.stages["Thất bại"], {"kind": "lost"})
    service.update(context, board.stages["Báo giá"], {"kind": "won"})
    made: Entity = board.deal("Máy giặt")
    context.session.commit()
    return made


def stage_and_reason(context: Context, deal: Any) -> tuple[Any, Any]:
    context.session.rollback()
    context.session.refresh(deal)
    return deal.stage_id, deal.reason


def test_a_dragged_card_is_asked_for_the_reason_and_moves_with_it_alone(
    context: Context, pages: Pages, board: SimpleNamespace, deal: Entity
) -> None:
    lost, before = board.ids["Thất bại"], board.ids["Tiếp cận"]
    answer = pages.send("/dummy/deals/move", id=str(deal.id), version="1", value=str(lost)).get_json()
    assert stage_and_reason(context, deal) == (before, None), "nothing is done while the dialog is open"
    dialog = pages.part(answer["ask_url"])
    assert "Vì sao thất bại?" in dialog
    assert 'name="reason"' in dialog
    assert f'name="stage" value="{lost}"' in dialog
    form = {"stage": str(lost), "version": "1", "stay": "board", "also": "reason"}
    url = f"/dummy/deals/{deal.id}/asked"
    assert 'aria-invalid="true"' in pages.send(url, 422, **form, reason=" ").get_data(as_text=True)
    done = pages.send(url, **form, reason="Chê đắt")
    assert {"recordChanged", "closeDialog", "toast"} <= set(json.loads(done.headers["HX-Trigger"]))
    assert stage_and_reason(context, deal) == (lost, "Chê đắt")
    assert "Chê đắt" not in pages.send(url, 409, **form, reason="Đổi ý").headers.get("HX-Trigger", "")
    assert stage_and_reason(context, deal) == (lost, "Chê đắt"), "whoever dragged it meanwhile is told"
    moved = pages.send("/dummy/deals/move", id=str(deal.id), version="2", value=str(before)).get_json()
    assert moved["version"] == 3, "the way back asks nothing"


def test_a_dialog_of_the_plugins_own_is_opened_by_board_field_and_form(
    context: Context, pages: Pages, board: SimpleNamespace, deal: Entity
) -> None:
    won, before = str(board.ids["Báo giá"]), board.ids["Tiếp cận"]
    path = f"/dummy/deals/{deal.id}"
    its = f"{path}/edit?quick=1"
    move = pages.send("/dummy/deals/move", id=str(deal.id), version="1", value=won)
    assert move.get_json() == {"ask_url": its}
    for url in (f"{path}/field?field=stage", f"{path}/edit"):
        refused = pages.send(url, 422, stage=won, version="1", name="Máy giặt")
        assert json.loads(refused.headers["HX-Trigger"]) == {"ask": {"url": its}}
    assert stage_and_reason(context, deal) == (before, None)
    service.update(context, deal, {"stage": board.ids["Báo giá"]}, answered=True)
    assert deal.stage_id == board.ids["Báo giá"], "the dialog itself makes the change"  # type: ignore[attr-defined] # the dummy's


def test_a_field_changed_where_it_stands_a_form_and_many_at_once_ask_too(
    context: Context, pages: Pages, board: SimpleNamespace, deal: Entity
) -> None:
    lost, path = str(board.ids["Thất bại"]), f"/dummy/deals/{deal.id}"
    asked = json.loads(pages.send(f"{path}/field?field=stage", 422, stage=lost, version="1").headers["HX-Trigger"])
    assert 'name="reason"' in pages.part(asked["ask"]["url"])
    form = pages.send(f"{path}/edit", 422, stage=lost, version="1", reason="").get_data(as_text=True)
    assert 'href="#f-reason"' in form
    other = board.deal("Tủ lạnh")
    context.session.commit()
    many = {"ids": [str(deal.id), str(other.id)], "field": "stage", "set": "1", "stage": lost}
    dialog = pages.send("/dummy/deals/bulk/edit", 422, **many).get_data(as_text=True)
    assert 'name="also" value="reason"' in dialog
    assert 'name="reason"' in dialog
    pages.send("/dummy/deals/bulk/edit", 204, **many, also="reason", reason="Hết mùa")
    for one in (deal, other):
        assert stage_and_reason(context, one) == (board.ids["Thất bại"], "Hết mùa")


def test_programs_and_code_are_told_which_field_is_missing(
    context: Context, api: Any, board: SimpleNamespace, deal: Entity
) -> None:
    lost, won, url = str(board.ids["Thất bại"]), str(board.ids["Báo giá"]), f"/api/v1/dummy/deals/{deal.id}"
    match = {"If-Match": '"1"'}
    refused = api.patch(url, json={"stage": lost}, headers=match)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["reason"])
    refused = api.patch(url, json={"stage": won}, headers=match)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["stage"])
    done = api.patch(url, json={"stage": lost, "reason": "Chê đắt"}, headers=match)
    assert (done.status_code, done.get_json()["reason"]) == (200, "Chê đắt")
    with pytest.raises(InvalidError) as told:
        service.update_many(context, [board.deal("A"), board.deal("B")], {"stage": board.ids["Thất bại"]})
    assert list(told.value.errors) == ["reason"]
    service.update(context, board.deal("C"), {"name": "Tên khác", "stage": board.ids["Tiếp cận"]})
