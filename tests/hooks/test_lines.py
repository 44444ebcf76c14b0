"""Lines of a document, with the dummy's slips: kept, changed, added, removed, refused, told; whatever the door."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import Context
from core.entity import service
from core.entity.errors import InvalidError, RowErrorsError, StaleError
from core.entity.purge import purge, uses
from core.entity.tables import Change
from core.entity.timeline import history
from core.plugin.boot import Registry
from core.testing.entities import EntityTests
from core.testing.values import Sampler
from core.testing.web import ApiClient

GOODS = [
    {"name": "Dầu gội", "quantity": Decimal(2), "price": Decimal(50_000)},
    {"name": "Sữa tắm", "price": Decimal(80_000), "cut": Decimal(10)},
    {"name": "Khăn", "quantity": Decimal(3), "price": Decimal(20_000), "colours": ["red"]},
]


@pytest.fixture
def model(registry: Registry) -> Any:
    """The dummy's document."""
    return registry.resources["dummy.slip"].model


@pytest.fixture
def slip(context: Context, model: Any) -> Any:
    """A slip with three lines."""
    found = service.create(context, model, {"note": "Phiếu đầu", "goods": [dict(one) for one in GOODS]})
    context.session.commit()
    return found


def rows(slip: Any, *names: str) -> list[Any]:
    """What stands in the lines, read anew."""
    sa.inspect(slip).session.expire_all()
    return [tuple(getattr(line, name) for name in names) for line in slip.goods]


def kept(slip: Any) -> list[dict[str, Any]]:
    """The lines as a form sends those nobody touched."""
    return [{"id": line.id} for line in slip.goods]


def log_of(context: Context, slip: Any) -> list[dict[str, list[Any]]]:
    """What the log says of a slip, the oldest first."""
    lines = sa.select(Change.values).where(Change.tenant_id == context.tenant, Change.record_id == slip.id)
    return list(context.session.scalars(lines.order_by(Change.id)))


class TestSlip(EntityTests):
    """What every entity does, of one that has lines."""

    values = {"note": "Giao hàng", "goods": [{"name": "Dầu gội", "quantity": "2.0000", "price": "50000.00"}]}
    change = {"note": "Giao gấp"}

    @pytest.fixture(autouse=True)
    def slips(self, model: Any) -> None:
        """The dummy is there only while these tests run."""
        type(self).model = model


def test_the_entitys_rule_sees_the_lines_and_adds_them_up(context: Context, slip: Any) -> None:
    assert rows(slip, "name", "amount", "gross", "position") == [
        ("Dầu gội", 100_000, 100_000, 0), ("Sữa tắm", 72_000, 80_000, 1), ("Khăn", 60_000, 60_000, 2),
    ]  # fmt: skip
    assert slip.total == 232_000
    service.update(context, slip, {"discount": Decimal(2_000)})
    assert slip.total == 230_000


def test_lines_with_an_id_are_kept_others_are_new_and_absent_ones_go(context: Context, slip: Any) -> None:
    first, _second, third = slip.goods
    version, ids = slip.version, [line.id for line in slip.goods]
    wanted = [
        {"id": third.id, "quantity": Decimal(4)},
        {"name": "Lược", "price": Decimal(15_000)},
        {"id": str(first.id)},
    ]
    assert service.update(context, slip, {"goods": wanted}, version=version)
    context.session.commit()
    assert rows(slip, "name", "quantity", "amount") == [
        ("Khăn", 4, 80_000),
        ("Lược", 1, 15_000),
        ("Dầu gội", 2, 100_000),
    ]
    assert [line.id for line in slip.goods][::2] == [ids[2], ids[0]]
    assert (slip.total, slip.version) == (195_000, version + 1)
    values = log_of(context, slip)[-1]
    assert values["total"] == ["232000.00", "195000.00"]
    went, came = values["goods"]
    assert {"id": str(ids[2]), "name": "Khăn", "quantity": "3.0000", "amount": "60000.00"} in went
    assert {"id": str(ids[2]), "name": "Khăn", "quantity": "4.0000", "amount": "80000.00"} in came
    assert sorted(one["name"] for one in went) == ["Khăn", "Sữa tắm"]
    assert sorted(one["name"] for one in came) == ["Khăn", "Lược"]


def test_nothing_happens_where_nothing_differs_and_an_order_is_a_change(context: Context, slip: Any) -> None:
    version = slip.version
    assert not service.update(context, slip, {"goods": kept(slip)})
    assert service.update(context, slip, {"goods": kept(slip)[::-1]})
    assert [name for (name,) in rows(slip, "name")] == ["Khăn", "Sữa tắm", "Dầu gội"]
    assert slip.version == version + 1
    assert log_of(context, slip)[-1]["goods"] == [[], []]


def test_what_is_wrong_is_said_beside_the_line_and_nothing_is_saved(context: Context, model: Any, slip: Any) -> None:
    goods = [
        {"name": "Dầu gội", "quantity": Decimal(-1)},
        {"name": ""},
        {"name": "Khăn", "cut": Decimal(5)},
        {"name": "Lược", "amount": Decimal(1), "nothing": 1},
    ]
    with pytest.raises(InvalidError) as refused:
        service.update(context, slip, {"goods": [*kept(slip), *goods]})
    assert set(refused.value.errors) == {
        "goods.3.quantity", "goods.4.name", "goods.5.cut", "goods.6.amount", "goods.6.nothing",
    }  # fmt: skip
    assert len(rows(slip, "name")) == 3
    for misshapen in ("x", [1], {"name": "x"}, [{"name": "x"}] * 1001):
        with pytest.raises(InvalidError):
            service.update(context, slip, {"goods": misshapen})
    with pytest.raises(RowErrorsError) as several:
        service.create_many(context, model, [{"goods": [{"name": "Có"}]}, {"goods": [{"price": Decimal(1)}]}])
    assert set(several.value.rows[1]) == {"goods.0.name"}


def test_an_id_that_is_not_this_documents_line_is_no_line(
    context: Context, stranger: Context, model: Any, slip: Any
) -> None:
    other = service.create(context, model, {"goods": [{"name": "Của phiếu khác"}]})
    foreign = service.create(stranger, model, {"goods": [{"name": "Của công ty khác"}]})
    stranger.session.commit()
    mine = slip.goods[0].id
    for hostile in (other.goods[0].id, foreign.goods[0].id, uuid4(), "x", 7):
        with pytest.raises(InvalidError) as refused:
            service.update(context, slip, {"goods": [{"id": mine}, {"id": hostile, "name": "Cướp"}]})
        assert {name: [str(one) for one in texts] for name, texts in refused.value.errors.items()} == {
            "goods.1.id": ["Không có dòng này."]
        }
    with pytest.raises(InvalidError):
        service.update(context, slip, {"goods": [{"id": mine}, {"id": mine}]})
    with pytest.raises(InvalidError):
        service.create(context, model, {"goods": [{"id": mine, "name": "Mới"}]})
    part = stranger.resource("dummy.part").model
    hidden = service.create(stranger, part, {"name": "Lạ"})
    stranger.session.commit()
    with pytest.raises(InvalidError) as refused:
        service.update(context, slip, {"goods": [{"id": mine, "part": hidden.id}]})
    assert set(refused.value.errors) == {"goods.0.part"}
    assert rows(foreign, "name") == [("Của công ty khác",)]


def test_of_two_who_change_lines_at_once_the_second_is_refused(
    context: Context, make_context: Callable[..., Context], model: Any, slip: Any
) -> None:
    second = make_context(context.company)
    theirs = service.get(second, model, slip.id)
    wanted = [{"id": line.id, "quantity": Decimal(9)} for line in theirs.goods]
    service.update(context, slip, {"goods": kept(slip)[1:]})
    context.session.commit()
    with pytest.raises(StaleError):
        service.update(second, theirs, {"goods": wanted})
    second.session.rollback()
    assert len(rows(slip, "name")) == 2


def test_lines_go_with_their_document_and_hold_what_they_point_at(context: Context, slip: Any) -> None:
    parts = context.resource("dummy.part")
    part = service.create(context, parts.model, {"name": "Nắp"})
    service.update(context, slip, {"goods": [{"name": "Chai", "part": part.id}]})
    service.delete(context, [part])
    service.delete(context, [slip])
    assert uses(context, parts, [part.id]) == {"Phiếu": 1}
    service.restore(context, [slip])
    assert rows(slip, "name") == [("Chai",)]
    service.delete(context, [slip])
    purge(context, [slip])
    assert uses(context, parts, [part.id]) == {}


def test_two_hundred_lines_cost_no_statement_more_than_two(
    context: Context, model: Any, api: ApiClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def body(count: int) -> dict[str, Any]:
        return {"goods": [{"name": f"Hàng {number}", "price": "1000.00"} for number in range(count)]}

    api.post("/api/v1/dummy/slips", json=body(2))
    with count_queries() as few:
        made = api.post("/api/v1/dummy/slips", json=body(2)).get_json()
    with count_queries() as many:
        large = api.post("/api/v1/dummy/slips", json=body(200)).get_json()
    assert len(many) == len(few)
    assert sum("INTO dummy_slip_line" in one for one in many) == 1
    assert large["total"] == "200000.00"
    changed: list[int] = []
    for record in (made, large):
        goods = [{"id": one["id"], "quantity": "2"} for one in record["goods"][1:]] + [{"name": "Mới"}]
        with count_queries() as statements:
            answer = api.patch(f"/api/v1/dummy/slips/{record['id']}", json={"goods": goods}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.get_json(force=True)
        changed.append(len(statements))
    assert changed[0] == changed[1]


def test_the_api_takes_and_gives_lines_in_one_shape(api: ApiClient, context: Context, slip: Any) -> None:
    path = f"/api/v1/dummy/slips/{slip.id}"
    record = api.get(path).get_json()
    assert set(record["goods"][0]) >= {"id", "name", "quantity", "amount", "gross", "part"}
    assert record["goods"][1]["amount"] == "72000.00"
    settable = {"id", "name", "part", "quantity", "price", "cut", "given", "fragile", "state", "colours"}
    same = [{name: one[name] for name in settable} for one in record["goods"]]
    answer = api.patch(path, json={"goods": same}, headers={"If-Match": f'"{record["version"]}"'})
    assert answer.get_json() == record
    wrong = [{"name": 5}, {"id": "x", "name": "x"}, {"name": "x", "price": "many"}, {"name": "x", "nothing": 1}]
    refused = api.patch(path, json={"goods": wrong}, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert set(refused.get_json(force=True)["errors"]) == {
        "goods.0.name", "goods.1.id", "goods.2.price", "goods.3.nothing",
    }  # fmt: skip
    listed = api.get("/api/v1/dummy/slips").get_json()["items"][0]
    assert "goods" not in listed
    named = api.get("/api/v1/dummy/slips?fields=code,goods").get_json()["items"][0]
    assert named["goods"] == record["goods"]
    schemas = api.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert schemas["DummySlipGoodsLineChange"]["properties"]["quantity"]


def test_the_log_tells_of_lines_in_words(context: Context, slip: Any) -> None:
    part = service.create(context, context.resource("dummy.part").model, {"name": "Nắp"})
    first, _second, third = slip.goods
    wanted = [{"id": first.id, "quantity": Decimal(5)}, {"name": "Lược", "part": part.id}, {"id": third.id}]
    service.update(context, slip, {"goods": wanted})
    said = {str(title): (old, new) for title, old, new in next(history(context, slip, 1)).changes}
    assert said["Hàng hóa – Dầu gội"] == (
        "Số lượng: 2, Thành tiền: 100.000 đ", "Số lượng: 5, Thành tiền: 250.000 đ",
    )  # fmt: skip
    assert said["Hàng hóa, bỏ dòng"][0].startswith("Sữa tắm (Số lượng: 1, Giá: 80.000 đ")
    assert said["Hàng hóa, thêm dòng"][1].startswith("Lược (Bộ phận: Nắp, Số lượng: 1")
    service.update(context, slip, {"goods": kept(slip)[::-1]})
    assert [change[2] for change in next(history(context, slip, 1)).changes] == ["thứ tự khác"]


def test_whoever_was_slower_chooses_whose_lines_it_shall_be(
    context: Context, client: FlaskClient, model: Any, slip: Any
) -> None:
    form = {"version": str(slip.version), "note": "Của tôi", "goods": ["", "0"]}
    form |= {"goods.0.id": str(slip.goods[2].id), "goods.0.name": "Khăn lớn", "goods.0.quantity": "1"}
    service.update(context, slip, {"goods": [*kept(slip)[:2], {"name": "Của họ"}]})
    context.session.commit()
    page = client.post(f"/dummy/slips/{slip.id}/edit", data=form)
    assert page.status_code == 409
    text = page.get_data(as_text=True)
    assert 'name="choose.goods"' in text
    assert "Của họ" in text
    assert "Khăn lớn" in text
    form |= {"version": str(slip.version), "choose.goods": "theirs"}
    assert client.post(f"/dummy/slips/{slip.id}/edit", data=form).status_code == 302
    assert [name for (name,) in rows(slip, "name")] == ["Dầu gội", "Sữa tắm", "Của họ"]
    form |= {"version": str(slip.version), "choose.goods": "mine", "goods.0.id": ""}
    assert client.post(f"/dummy/slips/{slip.id}/edit", data=form).status_code == 302
    assert [name for (name,) in rows(slip, "name")] == ["Khăn lớn"]


def test_a_form_is_added_up_without_telling_of_what_is_hidden(
    context: Context, client: FlaskClient, stranger: Context, slip: Any
) -> None:
    form = {"note": "", "discount": "1000", "goods": ["", "a", "b"], "goods.a.name": "", "goods.a.quantity": "2"}
    form |= {"goods.a.price": "10000", "goods.b.name": "Khăn", "goods.b.price": "many"}
    answer = client.post("/dummy/slips/lines", data=form).get_json()
    assert answer["texts"]["goods.a.amount"] == "20.000 đ"
    assert answer["texts"]["total"] == "19.000 đ"
    changed = {**form, "record": str(slip.id)}
    assert client.post("/dummy/slips/lines", data=changed).get_json()["texts"]["total"] == "19.000 đ"
    assert rows(slip, "name") == [("Dầu gội",), ("Sữa tắm",), ("Khăn",)]
    foreign = service.create(stranger, type(slip), {"goods": [{"name": "Lạ"}]})
    stranger.session.commit()
    assert client.post("/dummy/slips/lines", data={**form, "record": str(foreign.id)}).status_code == 404


def test_the_kit_makes_up_lines(context: Context, model: Any) -> None:
    made = Sampler(context, "Mẫu").make(model)
    assert [line.name for line in made.goods]  # type: ignore[attr-defined] # the dummy's document has them
