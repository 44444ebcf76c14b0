"""One's own day: what is late, what is for today and tomorrow, done and put off with one click, and whom to think of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.activities.models import Call, Meeting, Task
from core.calendar.day import birthdays, my_plans, silent
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity

Budget = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def noon(context: Context) -> datetime:
    return datetime.combine(context.today(), time(12), context.company.zone)


def titles(entries: list[Any]) -> list[str]:
    return [entry.title for entry in entries]


def test_work_is_sorted_by_when_it_is_to_be_done(context: Context, noon: datetime) -> None:
    day = timedelta(days=1)
    service.create(context, Task, {"subject": "Trễ", "starts": noon - 3 * day, "ends": noon - day})
    service.create(context, Task, {"subject": "Đang chạy", "starts": noon - 3 * day, "ends": noon + 5 * day})
    service.create(context, Meeting, {"subject": "Hôm nay", "starts": noon})
    service.create(context, Call, {"subject": "Mai", "starts": noon + day})
    service.create(context, Call, {"subject": "Mốt", "starts": noon + 2 * day})
    service.create(context, Call, {"subject": "Xong", "starts": noon - 5 * day, "state": "held"})
    service.create(context, Task, {"subject": "Không ngày"})
    service.create(context, Task, {"subject": "Trễ lâu", "starts": noon - 2 * day, "ends": noon - 2 * day})
    found = my_plans(context)
    assert titles(found.overdue) == ["Trễ lâu", "Trễ"], "by when it was due, not by when it began"
    assert titles(found.today) == ["Đang chạy", "Hôm nay"]
    assert (titles(found.tomorrow), titles(found.done)) == (["Mai"], ["Xong"])


def test_what_others_do_is_not_mine_unless_i_was_given_it(
    context: Context, noon: datetime, make_context: Callable[..., Context]
) -> None:
    colleague = make_context(context.company, name="Trần Anh Tuấn")
    assert context.user is not None
    service.create(colleague, Meeting, {"subject": "Của Tuấn", "starts": noon})
    service.create(colleague, Meeting, {"subject": "Giao cho tôi", "starts": noon, "assignees": [context.user.id]})
    colleague.session.commit()
    assert titles(my_plans(context).today) == ["Giao cho tôi"]


def test_birthdays_of_my_customers_and_their_people_this_week(
    context: Context, make_context: Callable[..., Context]
) -> None:
    today = context.today()
    customer = service.create(context, Customer, {"name": "Công ty An Phát"})
    service.create(context, Customer, {"name": "Hôm nay", "birthday": today.replace(year=1988)})
    service.create(context, Contact, {"name": "Ngày kia", "customer": customer.id, "birthday": today + timedelta(days=2) - timedelta(days=365)})  # fmt: skip
    service.create(context, Customer, {"name": "Đã qua", "birthday": today - timedelta(days=3)})
    colleague = make_context(context.company, name="Trần Anh Tuấn")
    service.create(colleague, Customer, {"name": "Của Tuấn", "birthday": today.replace(year=1988)})
    colleague.session.commit()
    found = birthdays(context)
    assert found[0].party.name == "Hôm nay"
    assert {(one.party.name, one.at) for one in found} <= {("Hôm nay", ""), ("Ngày kia", "Công ty An Phát")}


def test_customers_whom_nothing_happened_to_are_shown_the_longest_first(context: Context, noon: datetime) -> None:
    names = ["Lâu nhất", "Lâu", "Vừa gọi", "Mới"]
    made = service.create_many(context, Customer, [{"name": name} for name in names])
    table = Customer.__table__
    for customer, days in zip(made, (60, 40, 50, 1), strict=True):
        changed = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id == customer.id)
        context.session.connection().execute(changed.values(updated_at=now() - timedelta(days=days)))
    service.create(context, Call, {"subject": "Hỏi thăm", "starts": noon, "customer": made[2].id})
    assert [party.name for party, _at in silent(context, 30)] == ["Lâu nhất", "Lâu"]
    assert [party.name for party, _at in silent(context, 45)] == ["Lâu nhất"]


def test_one_click_completes_and_another_puts_off_at_the_same_hour(
    client: FlaskClient, context: Context, noon: datetime
) -> None:
    long = {"subject": "Hai ngày", "starts": noon - timedelta(days=2), "ends": noon - timedelta(days=1)}
    task = service.create(context, Task, long)
    context.session.commit()
    place = f"/calendar/entries/core.task/{task.id}"
    assert client.post(f"{place}/postpone", data={"to": "tomorrow"}).status_code == 200
    context.session.refresh(task)
    assert (task.starts, task.ends) == (noon, noon + timedelta(days=1))
    client.post(f"{place}/postpone", data={"to": "next_week"})
    context.session.refresh(task)
    assert task.ends is not None
    assert task.ends.astimezone(context.company.zone).weekday() == 0
    assert task.ends > noon
    answer = client.post(f"{place}/complete")
    assert "undo_url" in answer.headers["HX-Trigger"]
    context.session.refresh(task)
    assert (task.state, task.ended is not None) == ("done", True)


def test_the_page_teaches_while_it_is_empty(client: FlaskClient) -> None:
    page = client.get("/my-day").get_data(as_text=True)
    assert "Không có việc nào" in page
    assert 'href="/tasks/new"' in page


def test_a_full_page_takes_a_few_statements(
    client: FlaskClient, context: Context, noon: datetime, query_budget: Budget
) -> None:
    customer: Entity = service.create(
        context, Customer, {"name": "Chị Lan", "mobile": "+84912345678", "birthday": context.today().replace(year=1990)}
    )
    rows = [{"subject": f"Gặp {n}", "starts": noon, "customer": customer.id} for n in range(5)]
    service.create_many(context, Meeting, rows)
    context.session.commit()
    client.get("/my-day")
    with query_budget("my day"):
        page = client.get("/my-day").get_data(as_text=True)
    assert page.count("tel:+84912345678") == 6


def test_after_how_many_days_a_customer_is_shown_is_remembered(client: FlaskClient) -> None:
    client.post("/my-day/prefer", data={"days": "7"})
    assert '<option value="7" selected>' in client.get("/my-day").get_data(as_text=True)
    assert client.post("/my-day/prefer", data={"days": "<b>"}).status_code == 302
    assert '<option value="7" selected>' in client.get("/my-day").get_data(as_text=True)
