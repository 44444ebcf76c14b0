"""Leads are dealt out evenly, and answered within so many working hours (LEA-17, SLA)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.entity.filters import read_filters
from core.sdk import Call, Context, Query, Source, create, create_many, read_page
from plugins.leads.answering import note_answers
from plugins.leads.assigning import deal_out
from plugins.leads.models import Assignment, Lead, ResponseTime
from plugins.leads.working_time import after

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEEK = range(5)


@pytest.mark.parametrize(
    ("came", "minutes", "due"),
    [
        ("2026-06-01T08:30", 60, "2026-06-01T09:30"),  # a Monday
        ("2026-06-01T17:00", 60, "2026-06-02T08:30"),
        ("2026-06-01T06:00", 60, "2026-06-01T09:00"),
        ("2026-06-05T17:00", 60, "2026-06-08T08:30"),
        ("2026-06-06T10:00", 570, "2026-06-08T17:30"),
        ("2026-06-01T08:00", 1140, "2026-06-02T17:30"),
    ],
)
def test_only_working_hours_count(came: str, minutes: int, due: str) -> None:
    moment = datetime.fromisoformat(came).replace(tzinfo=HANOI)
    found = after(moment.astimezone(UTC), minutes, WEEK, time(8), time(17, 30), HANOI)
    assert found == datetime.fromisoformat(due).replace(tzinfo=HANOI)


def promise(context: Context, minutes: int, **values: Any) -> None:
    days = {"days": [str(day) for day in range(7)], "opens": time(0), "closes": time(23, 59)}
    create(context, ResponseTime, {"name": f"{minutes} phút", "minutes": minutes, **days, **values})


def with_response(context: Context, value: str) -> list[Any]:
    resource = context.resource(Lead)
    filters = read_filters(context.fields(resource), [("response__eq", value)])
    return [row["id"] for row in read_page(context, Query(resource, filters=filters)).rows]


def test_the_first_call_is_held_against_the_deadline_of_the_leads_source(context: Context) -> None:
    assert create(context, Lead, {"name": "Ngày xưa"}).respond_by is None
    hotline = create(context, Source, {"name": "Hotline"})
    promise(context, 600)
    promise(context, 5, source=hotline.id)
    slow, fast = (create(context, Lead, {"name": name, "source": of}) for name, of in (("A", None), ("B", hotline.id)))
    assert slow.respond_by
    assert fast.respond_by
    assert slow.respond_by > fast.respond_by
    assert set(with_response(context, "waiting")) == {slow.id, fast.id}
    late = fast.respond_by + timedelta(minutes=1)
    calls = [(slow, slow.created_at), (slow, late), (fast, late)]
    for lead, at in calls:
        said = {"subject": "Gọi", "state": "held", "starts": at, "about": f"leads.lead/{lead.id}"}
        create(context, Call, said).ended = at
    context.session.flush()
    note_answers(context)
    assert with_response(context, "in_time") == [slow.id]
    assert with_response(context, "late") == [fast.id]
    context.session.refresh(slow)
    assert slow.responded_at == slow.created_at


def test_what_nobody_answers_in_time_is_late(context: Context) -> None:
    promise(context, 5)
    lead = create(context, Lead, {"name": "A"})
    lead.respond_by = datetime.now(UTC) - timedelta(minutes=1)
    context.session.flush()
    note_answers(context)
    assert with_response(context, "late") == [lead.id]


def test_leads_are_dealt_out_evenly_and_those_of_other_sources_stay(
    context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> None:
    people = [make_user(make_context(context.company, name=name)).user for name in ("An", "Bình", "Chi")]
    fair = create(context, Source, {"name": "Hội chợ"})
    dealer = create(context, Assignment, {
        "name": "Chia đều", "people": [one.id for one in people if one], "source": fair.id,
    })  # fmt: skip
    rows = [{"name": f"Khách {n}", "care": "automatic", "source": fair.id} for n in range(7)]
    leads = create_many(context, Lead, [*rows, {"name": "Khác", "care": "automatic"}])
    assert deal_out(context) == 7
    for lead in leads:
        context.session.refresh(lead)
    shares = [sum(lead.owner_id == one.id for lead in leads) for one in people if one]
    assert sorted(shares) == [2, 2, 3]
    assert [lead.care for lead in leads] == ["caring"] * 7 + ["automatic"]
    create_many(context, Lead, [{**row, "name": f"{row['name']} b"} for row in rows[:2]])
    assert deal_out(context) == 0, "the interval is not over yet"
    dealer.ran_at = datetime.now(UTC) - timedelta(minutes=5)
    context.session.flush()
    assert deal_out(context) == 2
