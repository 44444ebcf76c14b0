"""Work given to others, and who got how much done: counted by the database, of what one may see, with the lists behind."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from core.activities.models import Call, Meeting, Task, Transaction
from core.calendar.entries import plans, read
from core.calendar.work import COMPLETED, ON_TIME, OVERDUE, PLANNED, due_within, figures, given, what
from core.context import Context, Grants
from core.entity import service
from core.entity.entity import Entity

DAY = timedelta(days=1)
SEES_OWN = Grants(verbs={"*": {"see": "own", "edit": "own", "create": "own"}})


@pytest.fixture
def noon(context: Context) -> datetime:
    return datetime.combine(context.today(), time(12), context.company.zone)


@pytest.fixture
def colleague(context: Context, make_context: Callable[..., Context]) -> Context:
    return make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")


def me(context: Context) -> Any:
    assert context.user is not None
    return context.user.id


def ended(context: Context, record: Entity, at: datetime) -> None:
    table = type(record).__table__
    found = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id == record.id)
    context.session.connection().execute(found.values(ended=at))


def test_what_i_gave_to_others_is_listed_by_when_it_is_due(
    client: FlaskClient, context: Context, colleague: Context, noon: datetime
) -> None:
    tuan = [me(colleague)]
    service.create(context, Task, {"subject": "Sau", "ends": noon + 2 * DAY, "assignees": tuan, "progress": 40})
    service.create(context, Meeting, {"subject": "Trước", "starts": noon - DAY, "assignees": tuan})
    service.create(context, Call, {"subject": "Xong", "starts": noon - DAY, "assignees": tuan, "state": "held"})
    service.create(context, Task, {"subject": "Việc của tôi", "ends": noon, "assignees": [me(context)]})
    service.create(colleague, Task, {"subject": "Việc của Tuấn", "ends": noon})
    colleague.session.commit()
    context.session.commit()
    shown = [one.title for one in read(context, plans(context), given(context), by="due")]
    assert shown[:2] == ["Trước", "Xong"] or shown[:2] == ["Xong", "Trước"]
    assert shown[2:] == ["Sau"]
    page = client.get("/work/given").get_data(as_text=True)
    assert page.index("Trước") < page.index("Sau")
    assert "Trần Anh Tuấn" in page
    assert "40%" in page
    assert "Xong" not in page
    done = client.get("/work/given?what=completed&kind=core.call").get_data(as_text=True)
    assert "Xong" in done
    assert "Sau" not in done.partition("<tbody>")[2]


def test_figures_count_what_was_due_and_what_came_of_it(context: Context, colleague: Context, noon: datetime) -> None:
    tuan = [me(colleague)]
    service.create(context, Task, {"subject": "Trễ", "ends": noon - DAY, "assignees": tuan})
    late = service.create(context, Task, {"subject": "Xong trễ", "ends": noon - 3 * DAY, "state": "done"})
    ended(context, late, noon - DAY)
    held = service.create(context, Meeting, {"subject": "Xong", "starts": noon - 2 * DAY, "state": "held"})
    ended(context, held, noon - 2 * DAY + timedelta(hours=6))
    called_off = {"name": "Huỷ", "starts": noon - 2 * DAY, "ends": noon - DAY, "state": "called_off"}
    service.create(context, Transaction, called_off)
    service.create(context, Task, {"subject": "Kỳ khác", "ends": noon + 40 * DAY})
    service.create(context, Task, {"subject": "Không hạn"})
    first, last = noon - 10 * DAY, noon + DAY
    found = {(one.person, one.kind): (one.planned, one.completed, one.on_time, one.overdue) for one in figures(context, first, last)}  # fmt: skip
    assert found == {
        (me(context), "core.task"): (2, 1, 0, 1),
        (me(context), "core.meeting"): (1, 1, 1, 0),
        (me(colleague), "core.task"): (1, 0, 0, 1),
    }
    lists = {
        name: {one.title for one in read(context, plans(context), due_within(first, last), what(context, name))}
        for name in (PLANNED, COMPLETED, ON_TIME, OVERDUE)
    }
    assert lists == {
        PLANNED: {"Trễ", "Xong trễ", "Xong"},
        COMPLETED: {"Xong trễ", "Xong"},
        ON_TIME: {"Xong"},
        OVERDUE: {"Trễ"},
    }


def test_nobody_counts_what_they_may_not_see(
    context: Context, colleague: Context, noon: datetime, make_client: Callable[..., FlaskClient]
) -> None:
    service.create(context, Task, {"subject": "Bí mật", "ends": noon})
    service.create(context, Task, {"subject": "Giao cho Tuấn", "ends": noon, "assignees": [me(colleague)]})
    context.session.commit()
    found = figures(colleague, noon - DAY, noon + DAY)
    assert {(one.person, one.planned) for one in found} == {(me(context), 1), (me(colleague), 1)}
    theirs = make_client(colleague, grants=SEES_OWN)
    address = f"/work/list?person={me(context)}&what=planned&period=today"
    page = theirs.get(address).get_data(as_text=True)
    assert "Giao cho Tuấn" in page
    assert "Bí mật" not in page
    assert theirs.get("/work/report.xlsx").status_code == 403
    assert theirs.get("/work/list?person=nobody").status_code == 404
    for nonsense in ("what=x", "period=x", "kind=x"):
        assert theirs.get(f"{address}&{nonsense}").status_code == 200


def test_the_report_leads_to_its_lists_and_goes_into_a_file(
    client: FlaskClient, context: Context, noon: datetime
) -> None:
    service.create_many(context, Task, [{"subject": f"Việc {n}", "ends": noon} for n in range(3)])
    service.create(context, Call, {"subject": "Gọi", "starts": noon, "state": "held"})
    context.session.commit()
    page = client.get("/work/report?period=today").get_data(as_text=True)
    assert f'href="/work/list?person={me(context)}&amp;what=planned&amp;period=today">4</a>' in page
    assert "Việc 1" in client.get(f"/work/list?person={me(context)}&what=planned&period=today").get_data(as_text=True)
    assert 'href="/work/list?what=planned&amp;period=today&amp;kind=core.task">3</a>' in page
    of_a_kind = client.get("/work/list?what=planned&period=today&kind=core.task").get_data(as_text=True)
    assert "Việc 1" in of_a_kind
    assert "Gọi" not in of_a_kind.split("<main")[1]
    sheet = load_workbook(io.BytesIO(client.get("/work/report.xlsx?period=today").get_data())).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert {row[1]: row[2:5] for row in rows} == {"Công việc": [3, 0, 0], "Cuộc gọi": [1, 1, 1]}
    assert "Không có việc nào đến hạn" in client.get("/work/report?period=last_week").get_data(as_text=True)
