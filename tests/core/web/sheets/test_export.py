"""Taking records out: the view as it is or the ticked rows, at once or when it is ready, and never for others."""

import csv
import io
import os
import re
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.models import Role, User
from core.app import Platform
from core.context import Context
from core.customers.models import Customer, Source
from core.entity import service
from core.entity.tables import Change
from core.testing import limited
from core.testing.web import browser, enrol

Work = Callable[[], int]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def records(context: Context) -> list[Customer]:
    source = service.create(context, Source, {"name": "Hội chợ"})
    rows: list[dict[str, Any]] = [
        {"name": "Lan", "mobile": "+84912345678", "sector": "Hoa", "source": source.id},
        {"name": "Mai", "sector": "Trà"},
        {"name": "=cmd|' /C calc'!A0", "sector": "Hoa"},
    ]
    made = service.create_many(context, Customer, rows)
    context.session.commit()
    return made


def table(answer: TestResponse) -> list[list[Any]]:
    """The rows of a CSV or a workbook."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if answer.mimetype == "text/csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert page is not None
    return [list(row) for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_view_is_exported_as_it_stands(client: FlaskClient, records: list[Customer], kind: str) -> None:
    answer = client.get(f"/customers/export?format={kind}&sector__contains=hoa&sort=name&columns=sector,source")
    header, *rows = table(answer)
    assert header == ["Tên khách hàng", "Ngành nghề", "Nguồn gốc"]
    names = {"csv": "'=cmd|' /C calc'!A0", "xlsx": "=cmd|' /C calc'!A0"}
    assert [list(row) for row in rows] == [[names[kind], "Hoa", rows[0][2]], ["Lan", "Hoa", "Hội chợ"]]
    assert not rows[0][2]


def test_a_formula_in_a_workbook_is_text(client: FlaskClient, records: list[Customer]) -> None:
    page = openpyxl.load_workbook(io.BytesIO(client.get("/customers/export?format=xlsx&sort=name").data)).active
    assert page is not None
    assert (page["A2"].data_type, page["A2"].value) == ("s", "=cmd|' /C calc'!A0")


def test_ticked_rows_alone_are_exported_from_a_dialog(client: FlaskClient, records: list[Customer]) -> None:
    ids = [str(record.id) for record in records[:2]]
    dialog = client.post("/customers/export?sort=name", data={"ids": ids}, headers=HTMX).get_data(as_text=True)
    assert re.findall(r'name="ids" value="([^"]+)"', dialog) == ids
    form = {"ids": ids, "view": "1", "format": "csv", "all_columns": ""}
    rows = table(client.post("/customers/export?sort=name", data=form))
    assert [row[0] for row in rows[1:]] == ["Lan", "Mai"]
    everything = table(client.post("/customers/export", data=form | {"all_columns": "1"}))
    assert len(everything[0]) > len(rows[0])


def test_nothing_ticked_is_not_everything(client: FlaskClient, records: list[Customer]) -> None:
    assert client.post("/customers/export", data={}, headers=HTMX).status_code == 422
    assert client.post("/customers/export", data={"ids": "nonsense", "format": "csv"}).status_code == 422


def test_a_condition_that_cannot_be_is_not_left_out(client: FlaskClient, records: list[Customer]) -> None:
    assert client.get("/customers/export?format=csv&employees__gt=viele").status_code == 422
    assert client.get("/customers/export?format=pdf").status_code == 422


def test_the_question_can_be_answered_without_a_script(client: FlaskClient, records: list[Customer]) -> None:
    page = client.get("/customers/export?sector__contains=hoa").get_data(as_text=True)
    assert "<html" in page
    assert 'action="/customers/export?sector__contains=hoa"' in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_took_how_many_out_is_in_the_log(
    client: FlaskClient, context: Context, records: list[Customer], kind: str
) -> None:
    assert client.get(f"/customers/export?format={kind}", buffered=True).status_code == 200
    context.session.rollback()
    line = context.session.scalars(sa.select(Change).where(Change.action == "exported")).one()
    assert context.user is not None
    assert (line.entity, line.values, line.user_id) == ("core.customer", {"count": [None, 3]}, context.user.id)


def test_a_reader_that_goes_away_is_in_the_log_as_well(
    client: FlaskClient, context: Context, platform: Platform
) -> None:
    service.insert_many(context, Customer, [{"name": f"Khách {number}"} for number in range(2500)])
    context.session.commit()
    answer = client.get("/customers/export?format=csv&sort=name")
    assert bytes(next(answer.iter_encoded())).startswith('\ufeff"Tên'.encode())
    answer.close()
    assert platform.database.engine.pool.checkedout() <= 1  # type: ignore[attr-defined] # of the pools that count
    context.session.rollback()
    line = context.session.scalars(sa.select(Change).where(Change.action == "exported")).one()
    assert 0 < line.values["count"][1] <= 2500


def test_without_the_right_nothing_leaves(
    platform: Platform, client: FlaskClient, make_context: Callable[..., Context], context: Context
) -> None:
    grants = limited(core_customer=["see"])
    colleague = browser(
        client.application, enrol(platform.database, make_context(context.company, grants=grants), grants)
    )
    for address in ("/customers/export", "/customers/export?format=csv"):
        assert colleague.get(address).status_code == 403
    assert colleague.post("/customers/export", data={"view": "1", "format": "xlsx"}).status_code == 403
    assert "/customers/export" not in colleague.get("/customers").get_data(as_text=True)


def long_export(client: FlaskClient, context: Context, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of an export that is too long to wait for."""
    monkeypatch.setattr("core.web.sheets.export.DIRECT", 2)
    service.insert_many(context, Customer, [{"name": f"Khách {number:04}", "sector": "Trà"} for number in range(1500)])
    context.session.commit()
    answer = client.get("/customers/export?format=xlsx&sector__contains=tra&sort=name")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_a_long_one_is_written_by_a_worker_and_fetched_by_whoever_asked(
    client: FlaskClient, context: Context, records: list[Customer], work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = long_export(client, context, monkeypatch)
    assert f'hx-get="{here}"' in client.get(here).get_data(as_text=True)
    assert client.get(f"{here}/file").status_code == 404
    work()
    page = client.get(here, headers=HTMX).get_data(as_text=True)
    assert f'href="{here}/file"' in page
    assert "hx-get" not in page
    rows = table(client.get(f"{here}/file", buffered=True))
    assert [row[0] for row in rows[1:]] == [*(f"Khách {number:04}" for number in range(1500)), "Mai"]


def test_an_export_is_nobody_elses_not_even_an_administrators(
    platform: Platform,
    client: FlaskClient,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
    context: Context,
    stranger: Context,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = long_export(client, context, monkeypatch)
    work()
    other = browser(client.application, enrol(platform.database, make_context(context.company)))
    for somebody in (other, make_client(stranger)):
        assert somebody.get(here).status_code == 404
        assert somebody.get(f"{here}/file").status_code == 404
    assert client.get(f"{here}/file", buffered=True).status_code == 200


def test_a_long_export_has_the_rights_the_person_has_by_then(
    client: FlaskClient, context: Context, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = long_export(client, context, monkeypatch)
    assert context.user is not None
    context.session.execute(sa.update(Role).values(admin=False, grants={"core.customer": {"see": "all"}}))
    context.session.commit()
    work()
    page = client.get(here).get_data(as_text=True)
    assert f"{here}/file" not in page
    assert client.get(f"{here}/file").status_code == 404


def test_somebody_who_has_left_gets_no_file(
    client: FlaskClient, context: Context, platform: Platform, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_export(client, context, monkeypatch)
    context.session.execute(sa.update(User).values(active=False))
    context.session.commit()
    work()
    folder = platform.settings.var / "exports" / str(context.tenant)
    assert not folder.exists() or not list(folder.iterdir())


def test_a_file_is_gone_after_a_day(
    client: FlaskClient, context: Context, platform: Platform, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs.models import Job
    from core.jobs.queue import enqueue

    here = long_export(client, context, monkeypatch)
    work()
    (file,) = (platform.settings.var / "exports" / str(context.tenant)).iterdir()
    past = time.time() - 25 * 3600
    os.utime(file, (past, past))
    context.session.execute(sa.update(Job).values(done_at=sa.func.now() - sa.text("interval '25 hours'")))
    context.session.commit()
    assert client.get(f"{here}/file").status_code == 404
    enqueue(context, "core.sheets.clear")
    context.session.commit()
    work()
    assert not file.exists()


def test_a_long_export_can_be_stopped(
    client: FlaskClient, context: Context, platform: Platform, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs.work import Work as Attempt

    here = long_export(client, context, monkeypatch)
    look = Attempt.look

    def cancelling(self: Attempt) -> None:
        client.post(f"/jobs/{self.job_id}/cancel")
        look(self)

    monkeypatch.setattr(Attempt, "look", cancelling)
    work()
    folder = platform.settings.var / "exports" / str(context.tenant)
    assert not list(folder.iterdir())
    assert f"{here}/file" not in client.get(here).get_data(as_text=True)
    assert not context.session.scalars(sa.select(Change).where(Change.action == "exported")).all()
