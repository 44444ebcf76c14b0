"""A module that works with another is whole without it: links into one that is off are kept, read as text, not offered."""

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.context import Context
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.query import Query, list_fields
from core.entity.tables import CustomField
from core.plugin.boot import Registry
from core.plugin.enablement import switch_off, switch_on
from core.sheets.exporter import by_lines, columns_of, export_csv
from tests.core.web.entity.conftest import Pages
from tests.hooks.conftest import booted

SLIPS = "/second/slips"


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    """The dummy, and a plugin that uses it."""
    with booted("dummy", "second") as found:
        yield found


@pytest.fixture
def pages(client: FlaskClient) -> Pages:
    """The administrator's browser."""
    return Pages(client)


@pytest.fixture
def slip(context: Context, registry: Registry) -> SimpleNamespace:
    """A slip of one deal that names another, changed once; then the deals' module is switched off."""
    models = registry.resources
    stage = service.create(context, models["dummy.stage"].model, {"name": "Tiếp cận"})
    deals = [
        service.create(context, models["dummy.deal"].model, {"name": name, "stage": stage.id})
        for name in ("Máy lạnh", "Quạt trần")
    ]
    rows = [{"name": "Dòng 1", "deal": deals[1].id}]
    values = {"name": "Phiếu 1", "deal": deals[1].id, "others": [deals[1].id], "rows": rows}
    made = service.create(context, models["second.slip"].model, values)
    context.session.commit()
    service.update(context, made, {"deal": deals[0].id})
    context.session.commit()
    switch_off(context, "dummy")
    context.session.commit()
    context.active = context.active - {"dummy"}
    return SimpleNamespace(record=made, model=type(made), deals=deals, url=f"{SLIPS}/{made.id}")


def kept(context: Context, slip: SimpleNamespace) -> list[Any]:
    """What the slip points at, in the database."""
    context.session.rollback()
    context.session.refresh(slip.record)
    return [slip.record.deal_id, *(one.id for one in slip.record.others)]


def test_it_is_offered_in_no_form_filter_column_or_board_and_reads_as_text(pages: Pages, slip: SimpleNamespace) -> None:
    for part in (f"{SLIPS}/new", f"{slip.url}/edit", f"{SLIPS}/filters", f"{SLIPS}/columns", SLIPS):
        page = pages.get(part)
        assert "Của thương vụ" not in page, part
        assert "Máy lạnh" not in page, part
    assert 'class="board"' not in pages.get(f"{SLIPS}?mode=board")
    pages.get(f"{SLIPS}/narrow/deal", 404)
    assert "Phiếu 1" in pages.get(f"{SLIPS}?deal__eq={slip.deals[0].id}"), "a saved view that names it is a list still"
    page = pages.get(slip.url)
    row = page.split('id="row-deal"')[1].split("</dd>")[0]
    assert "Máy lạnh" in row
    assert "hx-get" not in row
    assert "/dummy/deals" not in page
    assert "Quạt trần" in page.split('id="row-others"')[1].split("</dd>")[0]
    assert "Quạt trần" in page.split("Dòng 1")[1].split("</tr>")[0]
    history = pages.part(f"{slip.url}/timeline")
    assert "Quạt trần" in history
    assert "Máy lạnh" in history


def test_what_is_saved_meanwhile_keeps_it_and_nobody_can_set_it(
    context: Context, pages: Pages, slip: SimpleNamespace
) -> None:
    deal, other = (one.id for one in slip.deals)
    pages.post(f"{slip.url}/edit", name="Tên mới", version=str(slip.record.version), deal="", others="")
    assert kept(context, slip) == [deal, other]
    pages.get(f"{slip.url}/field?field=deal", 404)
    for name, value in (("deal", None), ("deal", other), ("others", [])):
        with pytest.raises(InvalidError) as told:
            service.update(context, slip.record, {name: value})
        assert set(told.value.errors) == {name}
    assert kept(context, slip) == [deal, other]
    made = service.create(context, slip.model, {"name": "Không có thương vụ"})
    assert made.deal_id is None


def test_lines_keep_theirs_as_they_are_and_say_so_in_no_api(context: Context, api: Any, slip: SimpleNamespace) -> None:
    line, (deal, other) = slip.record.rows[0], slip.deals
    service.update(context, slip.record, {"rows": [{"id": line.id, "name": "Tên khác"}]})
    assert (line.name, line.deal_id) == ("Tên khác", other.id)
    for value in (deal.id, other.id, None):
        with pytest.raises(InvalidError) as told:
            service.update(context, slip.record, {"rows": [{"id": line.id, "deal": value}]})
        assert list(told.value.errors) == ["rows.0.deal"]
    context.session.commit()
    assert api.get(f"/api/v1{slip.url}").get_json()["rows"] == [{"id": str(line.id), "name": "Tên khác"}]
    resource = context.resource(slip.model)
    file = io.BytesIO()
    export_csv(context, resource, file, by_lines(context, Query(resource), "rows"))
    assert "Quạt trần" in file.getvalue().decode()


def test_a_companys_own_link_reads_as_text(context: Context, pages: Pages, slip: SimpleNamespace) -> None:
    """Made while its module was on."""
    options = {"target": "dummy.deal"}
    context.session.add(
        CustomField(entity="second.slip", key="own", title="Thương vụ cũ", kind="link", options=options)
    )
    slip.record.custom = {"own": str(slip.deals[0].id)}
    context.session.commit()
    context.cache.clear()
    page = pages.get(slip.url)
    assert "Máy lạnh" in page.split("Thương vụ cũ")[1].split("</dd>")[0]
    assert "Thương vụ cũ" not in pages.get(f"{slip.url}/edit")
    assert "Thương vụ cũ" not in pages.get(f"{SLIPS}/columns")
    resource = context.resource(slip.model)
    file = io.BytesIO()
    export_csv(context, resource, file, Query(resource, columns=columns_of(context, resource)))
    assert "Thương vụ cũ" in file.getvalue().decode()
    switch_on(context, "dummy")
    context.session.commit()
    assert "/dummy/deals/" in pages.get(slip.url).split("Thương vụ cũ", 1)[1].split("</dd>")[0]


def test_the_api_knows_no_such_field_and_keeps_its_value(context: Context, api: Any, slip: SimpleNamespace) -> None:
    url = f"/api/v1{slip.url}"
    body = api.get(url).get_json()
    assert {"deal", "others"}.isdisjoint(body)
    assert {"deal", "others"}.isdisjoint(api.get(f"/api/v1{SLIPS}").get_json()["items"][0])
    match = {"If-Match": f'"{body["version"]}"'}
    refused = api.patch(url, json={"name": "Khác", "deal": None}, headers=match)
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["deal"])
    assert api.patch(url, json={"name": "Khác"}, headers=match).status_code == 200
    assert api.get(f"/api/v1{SLIPS}?deal__eq={slip.deals[0].id}").status_code == 422
    assert kept(context, slip) == [one.id for one in slip.deals]


def test_a_file_has_it_as_text_and_it_is_all_back_with_the_module(
    context: Context, pages: Pages, slip: SimpleNamespace
) -> None:
    resource = context.resource(slip.model)
    file = io.BytesIO()
    export_csv(context, resource, file, Query(resource, columns=columns_of(context, resource)))
    assert "Máy lạnh" in file.getvalue().decode()
    assert "deal" not in list_fields(context, resource)
    switch_on(context, "dummy")
    context.session.commit()
    assert "/dummy/deals/" in pages.get(slip.url).split('id="row-deal"')[1].split("</dd>")[0]
    assert "Của thương vụ" in pages.get(f"{slip.url}/edit")
    assert "Máy lạnh" in pages.get(SLIPS)
