"""Reports that are kept: whose they are, who sees them, their pages, workbooks and dashboards."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from core.context import Context, Grants
from core.customers.models import Customer, Source
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.reports import catalogue, dashboards, saved
from core.reports.definition import Definition, as_pairs, of_json, of_pairs
from core.reports.models import Dashboard, Report

SEES_OWN = Grants(verbs={"*": {"see": "own", "create": "own"}})
BY_SOURCE = Definition(entity="core.customer", by=("source",), show=("count", "sum:revenue"), chart="bar", top=5)


@pytest.fixture
def colleague(context: Context, make_context: Callable[..., Context]) -> Context:
    return make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")


@pytest.fixture
def customers(context: Context) -> None:
    web = service.create(context, Source, {"name": "Web"}).id
    for place in range(3):
        service.create(
            context, Customer, {"name": f"Khách {place}", "kind": "individual", "source": web, "revenue": Decimal(10)}
        )
    service.create(context, Customer, {"name": "=1+1", "kind": "organisation"})
    context.session.commit()


def test_a_definition_is_the_same_in_addresses_and_as_it_is_kept() -> None:
    asked = replace(BY_SOURCE, filters={"kind__in": "a,b"}, period="this_month", on="created_at", compare=True)
    assert of_pairs(as_pairs(asked)) == asked
    assert of_json(asked.as_json()) == asked
    assert of_pairs([("entity", "x"), ("by", "a"), ("by", "b"), ("show", ""), ("nonsense", "1")]).by == ("a", "b")


def test_who_sees_a_report_and_who_changes_it(
    context: Context, colleague: Context, make_context: Callable[..., Context], stranger: Context
) -> None:
    third = make_context(context.company, grants=SEES_OWN, name="Lê Minh Châu")
    mine = saved.save(context, "  Theo nguồn ", BY_SOURCE)
    theirs = saved.save(colleague, "Của Tuấn", BY_SOURCE)
    context.session.commit()
    colleague.session.commit()
    assert (mine.name, saved.definition_of(mine)) == ("Theo nguồn", BY_SOURCE)
    for other in (colleague, third, stranger):
        with pytest.raises(MissingError):
            saved.one_of(other, Report, mine.id)
    assert colleague.user is not None
    saved.share(context, mine, [colleague.user.id, uuid4()], everybody=False)
    context.session.commit()
    assert mine.audience == [colleague.user.id]
    seen = saved.one_of(colleague, Report, mine.id)
    assert not saved.may_edit(colleague, seen)
    with pytest.raises(MissingError):
        saved.one_of(colleague, Report, mine.id, edit=True)
    with pytest.raises(PermissionError):
        saved.share(colleague, theirs, [], everybody=True)
    saved.share(context, mine, [], everybody=True)
    context.session.commit()
    assert [one.name for one in saved.kept(third, Report)] == ["Theo nguồn"]
    assert not saved.kept(stranger, Report)
    # What nobody else sees is nobody else's to change, an administrator's neither.
    with pytest.raises(MissingError):
        saved.one_of(context, Report, theirs.id, edit=True)
    for name in ("", "x" * 81):
        with pytest.raises(InvalidError):
            saved.save(context, name, BY_SOURCE)
    with pytest.raises(InvalidError):
        saved.save(colleague, "x", replace(BY_SOURCE, by=("nothing",)))


def test_a_report_of_a_module_that_is_off_sleeps_and_says_so(context: Context, client: FlaskClient) -> None:
    report = saved.save(context, "Khách sạn", BY_SOURCE)
    report.definition = {**report.definition, "entity": "sales.order"}
    context.session.commit()
    context.active = frozenset({"core"})
    found = catalogue.entry(context, str(report.id))
    assert found.asleep is not None
    report.definition = {**report.definition, "entity": "gone.thing"}
    context.session.commit()
    page = client.get(f"/reports/{report.id}").get_data(as_text=True)
    assert "Báo cáo đang tạm nghỉ" in page
    assert "Tạm nghỉ vì phân hệ “gone” đang tắt." in client.get("/reports").get_data(as_text=True)


def test_every_preset_of_core_is_a_page_with_figures(client: FlaskClient, context: Context, customers: None) -> None:
    for one in catalogue.shipped(context):
        page = client.get(one.url)
        assert page.status_code == 200
        wanted = "Không có số liệu" if one.key == "core.tasks" else "report-table"
        assert wanted in page.get_data(as_text=True), one.key
    assert client.get("/reports/core.nothing").status_code == 404
    assert client.get(f"/reports/{uuid4()}").status_code == 404
    this_year = client.get("/reports/core.activity?period=this_year").get_data(as_text=True)
    assert "selected>Năm nay" in this_year


def test_the_builder_draws_saves_and_changes(client: FlaskClient, context: Context, customers: None) -> None:
    query = "entity=core.customer&by=source&show=count,sum:revenue&chart=bar&top=5"
    page = client.get(f"/reports/new?{query}").get_data(as_text=True)
    assert "data-chart=" in page
    assert "Web" in page
    raw = f"/reports/new?{query}&condition=c1&c1.field=kind&c1.op=eq&c1.value=individual&by=&period=days&first=2020-01-01&last=2099-01-01"
    part = client.get(raw, headers={"HX-Request": "true"})
    assert "kind__eq=individual" in part.headers["HX-Push-Url"]
    assert "period=2020-01-01..2099-01-01" in part.headers["HX-Push-Url"]
    assert "<html" not in part.get_data(as_text=True)
    assert client.get("/reports/new?entity=core.nothing").status_code == 404
    refused = client.get("/reports/new?entity=core.customer&by=nothing").get_data(as_text=True)
    assert "Không có trường này" in refused or "note c-warning" in refused
    assert client.post(f"/reports/save?{query}", data={"title": ""}).status_code == 422
    answer = client.post(f"/reports/save?{query}", data={"title": "Theo nguồn"})
    (kept,) = saved.kept(context, Report)
    assert answer.location == f"/reports/{kept.id}"
    client.post(f"/reports/save?{query}&report={kept.id}", data={"title": "Theo nguồn, nhiều nhất"})
    client.post(f"/reports/save?{query}&report={kept.id}", data={"title": "Bản khác", "anew": "1"})
    context.session.expire_all()
    assert [one.name for one in saved.kept(context, Report)] == ["Bản khác", "Theo nguồn, nhiều nhất"]
    assert client.get("/reports/condition/core.customer?field=kind").status_code == 200
    assert client.get("/reports/condition/core.customer?field=nothing").status_code == 404
    client.post(f"/reports/{kept.id}/delete")
    assert client.get(f"/reports/{kept.id}").status_code == 404


def test_the_workbook_holds_the_figures_and_nothing_that_runs(
    client: FlaskClient, context: Context, customers: None, colleague: Context, make_client: Callable[..., FlaskClient]
) -> None:
    url = "/reports/file.xlsx?entity=core.customer&by=name,kind&show=count&filters=&title=Sổ"
    sheet = load_workbook(io.BytesIO(client.get(url).data)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "Tên khách hàng"
    assert rows[-1] == ["Tổng cộng", 1, 3, 4]
    assert {cell.data_type for cell in sheet["A"] if cell.value == "=1+1"} == {"s"}
    assert make_client(colleague, grants=SEES_OWN).get(url).status_code == 403


def test_dashboards_hold_reports_that_are_worked_out_for_whoever_looks(
    client: FlaskClient, context: Context, colleague: Context, customers: None, make_client: Callable[..., FlaskClient]
) -> None:
    report = saved.save(context, "Theo nguồn", BY_SOURCE)
    context.session.commit()
    assert client.get("/dashboards").location == "/dashboards/overview"
    made = client.post(f"/dashboards/pin/{report.id}", data={"look": "chart", "wide": "1"})
    url = made.location
    (dashboard,) = saved.kept(context, Dashboard)
    client.post("/dashboards/pin/core.sources", data={"look": "table", "dashboard": str(dashboard.id)})
    client.post("/dashboards/pin/core.sources", data={"look": "figure", "dashboard": str(dashboard.id)})
    context.session.expire_all()
    first, second, third = dashboards.cards_of(dashboard)
    assert (first.report, first.wide, second.look) == (str(report.id), True, "table")
    assert client.post(f"{url}/order", data={"ids": [third.id, first.id]}).status_code == 200
    context.session.expire_all()
    assert [one.id for one in dashboards.cards_of(dashboard)] == [third.id, first.id, second.id]
    assert "data-chart=" in client.get(f"{url}/cards/{first.id}").get_data(as_text=True)
    assert ">4<" in client.get(f"{url}/cards/{third.id}").get_data(as_text=True)
    theirs = make_client(colleague, grants=SEES_OWN)
    assert theirs.get(url).status_code == 404
    client.post(f"{url}/share", data={"to": f"user:{colleague.user and colleague.user.id}"})
    assert theirs.get(url).status_code == 200
    assert "Web" not in theirs.get(f"{url}/cards/{first.id}").get_data(as_text=True)
    assert ">0<" in theirs.get(f"{url}/cards/{third.id}").get_data(as_text=True)
    for refused in ("order", f"cards/{first.id}/delete", "delete", "rename", "share"):
        assert theirs.post(f"{url}/{refused}", data={"title": "x"}).status_code == 404
    client.post(f"/reports/{report.id}/delete")
    assert "Báo cáo không còn nữa" in client.get(f"{url}/cards/{first.id}").get_data(as_text=True)
    client.post(f"{url}/cards/{first.id}/delete")
    client.post(f"{url}/rename", data={"title": "Sáng thứ hai"})
    assert "Sáng thứ hai" in client.get(url).get_data(as_text=True)
    client.post(f"{url}/delete")
    assert client.get(url).status_code == 404


def test_the_overview_is_there_from_the_beginning_and_its_cards_take_another_period(
    client: FlaskClient, context: Context, colleague: Context, customers: None, make_client: Callable[..., FlaskClient]
) -> None:
    page = client.get("/dashboards/overview").get_data(as_text=True)
    url = "/dashboards/overview/cards/core.new_customers"
    assert url in page
    assert ">4<" in client.get(url).get_data(as_text=True)
    assert "Không có số liệu" in client.get(f"{url}?period=days&first=2020-01-01&last=2020-01-31").get_data(
        as_text=True
    )
    assert ">4<" not in make_client(colleague, grants=SEES_OWN).get(url).get_data(as_text=True)
    for none in ("core.tasks", "core.nothing"):
        assert "Báo cáo không còn nữa" in client.get(f"/dashboards/overview/cards/{none}").get_data(as_text=True)
