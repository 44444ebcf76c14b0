"""Scores of customers who are merged, erased and looked at; who may set them up; stars, sorting and filters (SCO-01, SCO-12)."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.bulk.merging import merge, unmerge
from core.entity.query import Query, list_fields, read_page
from core.privacy.erasing import erase
from core.sdk import Context, Customer, create, update
from core.testing import limited
from core.testing.web import ApiClient
from plugins.scoring import api, levels, people
from plugins.scoring.models import Entry, Score, Signal
from tests.plugins.scoring.conftest import MILLION, Board


@pytest.fixture
def two(board: Board) -> tuple[Customer, Customer]:
    """Two customers with points: one for a quote and a group, one for a group."""
    vip = board.group("Nhóm 1", 20)
    board.rules(("quote_count", "", 0, 5), ("email_open", "", 0, 2))
    nam = create(board.context, Customer, {"name": "Anh Nam"})
    for one in (board.lan, nam):
        update(board.context, one, {"groups": [vip.id]})
    board.quote(MILLION, nam.id)
    api.record(board.context, api.EMAIL_OPEN, nam.id, "thư 1", about="Thư mời khai trương")
    board.work()
    return board.lan, nam


def test_a_merge_moves_the_points_and_taking_it_back_returns_them(board: Board, two: tuple[Customer, Customer]) -> None:
    lan, nam = two
    assert (board.score(lan), board.score(nam)) == ((20, "1"), (27, "1"))
    operation = merge(board.context, Customer, lan.id, [nam.id], {})
    board.work()
    assert board.score(lan) == (27, "1")
    unmerge(board.context, operation)
    board.work()
    assert (board.score(lan), board.score(nam)) == ((20, "1"), (27, "1"))
    for one in two:
        assert board.score(one)[0] == sum(points for _kind, points in board.entries(one))


def test_of_an_erased_person_nothing_is_left(board: Board, two: tuple[Customer, Customer]) -> None:
    _lan, nam = two
    told = [one for one in people.told(board.context, [nam.id]) if one.name == "scoring_signals"]
    assert "Thư mời khai trương" in str(told[0].rows)
    erase(board.context, nam, typed="Anh Nam", reason="Khách yêu cầu xóa")
    board.context.session.commit()
    for column in (Signal.customer_id, Entry.customer_id, Score.id):
        assert board.context.session.scalar(sa.select(sa.func.count()).where(column == nam.id)) == 0


def test_the_list_is_sorted_and_narrowed_by_stars(
    board: Board, two: tuple[Customer, Customer], make_api: Callable[..., ApiClient]
) -> None:
    levels.save(board.context, (10, 25, 50, 60, 70), decay_percent=0, decay_days=30)
    board.work()
    create(board.context, Customer, {"name": "Chị Không Điểm"})
    board.context.session.commit()
    resource = board.context.resource(Customer)
    fields = list_fields(board.context, resource)
    query = Query(resource, columns=[fields["name"], fields["stars"]], sort=fields["score"])
    rows = [(row["name"], row["stars"]) for row in read_page(board.context, query).rows]
    assert rows == [("Chị Không Điểm", None), ("Anh Nam", "2"), ("Chị Lan", "1")]
    found = make_api(board.context).get("/api/v1/customers?stars__in=2,3&fields=name,score").get_json()["items"]
    assert [(one["name"], one["score"]) for one in found] == [("Anh Nam", 27)]
    assert two


def test_administrators_alone_set_it_up(
    board: Board, make_client: Callable[..., FlaskClient], make_context: Callable[..., Context]
) -> None:
    seller = make_context(board.context.company, grants=limited(core_customer=["see"]), name="Nam")
    client = make_client(seller, grants=limited(core_customer=["see"]))
    for path in ("/scoring/levels", "/scoring/rules", "/scoring/recompute", "/scoring/rules/row/web_time"):
        assert client.get(path).status_code == 403, path
    assert client.post("/scoring/recompute").status_code == 403
    assert client.get(f"/scoring/customers/{board.lan.id}").status_code == 404  # not committed: as if it were not there
    board.context.session.commit()
    assert client.get(f"/scoring/customers/{board.lan.id}").status_code == 200


def test_why_a_score_tells_nobody_of_what_they_may_not_see(
    board: Board,
    two: tuple[Customer, Customer],
    make_client: Callable[..., FlaskClient],
    make_context: Callable[..., Context],
    stranger: Context,
) -> None:
    _lan, nam = two
    boss = make_client(board.context).get(f"/scoring/customers/{nam.id}").get_data(as_text=True)
    assert "BG-" in boss
    assert "Nhóm 1" in boss
    seller = make_context(board.context.company, grants=limited(core_customer=["see"]), name="Nam")
    page = make_client(seller, grants=limited(core_customer=["see"])).get(f"/scoring/customers/{nam.id}")
    assert "Số lượng báo giá" in page.get_data(as_text=True)
    assert "BG-" not in page.get_data(as_text=True)
    assert make_client(stranger).get(f"/scoring/customers/{nam.id}").status_code == 404


def test_what_cannot_be_is_refused_beside_its_field(board: Board, make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(board.context)
    stars = {"level": ["10", "5", "30", "40", "50"], "decay_percent": "101", "decay_days": "0"}
    answer = client.post("/scoring/levels", data=stars)
    assert answer.status_code == 422
    for text in ("nhiều điểm hơn mức trước", "từ 0 đến 100", "từ 1 đến"):
        assert text in answer.get_data(as_text=True)
    for typed in (
        {"quote_count/": "1,5"}, {"quote_count/": "999999"}, {"quote_value": ["5", "5"], "quote_value.points": ["1", "2"]},
        {"quote_value": "tám", "quote_value.points": "1"}, {"web_page": "", "web_page.points": "1"},
    ):  # fmt: skip
        assert client.post("/scoring/rules", data=typed).status_code == 422, typed
    assert client.get("/scoring/rules/row/fax").status_code == 404
    good = {"web_page": "gia/?x=1", "web_page.points": "4", "quote_value": ["80000000"], "quote_value.points": ["30"]}
    assert client.post("/scoring/rules", data=good).status_code in {200, 302, 303}
    page = client.get("/scoring/rules").get_data(as_text=True)
    assert 'value="/gia"' in page
    assert 'value="80000000"' in page
    audit = client.get("/settings/audit?kind=setting").get_data(as_text=True)
    assert "đã đổi thiết lập" in audit
    assert "/gia: 4" in audit


def test_pages_of_entries_follow_each_other(board: Board, make_client: Callable[..., FlaskClient]) -> None:
    board.rules(("email_open", "", 0, 1))
    for number in range(60):
        api.record(board.context, api.EMAIL_OPEN, board.lan.id, f"thư {number}", about=f"Thư số {number}.")
    board.work()
    assert board.score()[0] == 60
    client = make_client(board.context)
    first = client.get(f"/scoring/customers/{board.lan.id}").get_data(as_text=True)
    start = first.index(f"/scoring/customers/{board.lan.id}?before=")
    url = first[start : first.index('"', start)]
    second = client.get(url).get_data(as_text=True)
    assert first.count("Thư số") + second.count("Thư số") == 60
