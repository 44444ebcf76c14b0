"""Reminders of plans, work that is given to people, and names in comments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.activities.doing import FollowUp, close, finish, reopen
from core.activities.models import Call, Comment, Meeting, Task
from core.activities.telling import colleagues
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.notifications.models import Notification
from core.reminders.models import Reminder
from core.testing import limited

SOON = timedelta(days=2)


@pytest.fixture
def colleague(
    context: Context, make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> Callable[..., UUID]:
    """Somebody who sees everything, or just what is said."""

    def make(name: str, **verbs: list[str]) -> UUID:
        grants = limited(**(verbs or {"*": ["see"]}))
        person = make_user(make_context(context.company, grants=grants, name=name), grants=grants)
        assert person.user is not None
        return person.user.id

    return make


def reminders(context: Context, record: Any) -> set[tuple[UUID, Any, bool, bool]]:
    table = Reminder.__table__
    rows = context.session.connection().execute(sa.select(table).where(table.c.record_id == record.id))
    return {(row.user_id, row.due_at, row.bell, row.mail) for row in rows}


def told(context: Context, kind: str) -> list[tuple[UUID, UUID]]:
    table = Notification.__table__
    rows = context.session.connection().execute(
        sa.select(table).where(table.c.tenant_id == context.tenant, table.c.kind == kind)
    )
    return [(row.user_id, row.record_id) for row in rows]


def test_the_owner_and_those_it_is_assigned_to_are_reminded(context: Context, colleague: Callable[..., UUID]) -> None:
    assert context.user is not None
    binh, starts = colleague("Bình"), now() + SOON
    meeting = service.create(
        context, Meeting,
        {"subject": "Họp", "starts": starts, "assignees": [binh], "remind_before": "30", "remind_by": ["bell", "mail"]},
    )  # fmt: skip
    at = starts - timedelta(minutes=30)
    assert reminders(context, meeting) == {(context.user.id, at, True, True), (binh, at, True, True)}


def test_a_reminder_moves_with_its_plan_and_goes_with_it(context: Context) -> None:
    assert context.user is not None
    me, starts = context.user.id, now() + SOON
    given = {"subject": "Gọi", "starts": starts, "remind_before": "0", "remind_by": ["bell"]}
    call = service.create(context, Call, given)
    service.update(context, call, {"starts": starts + SOON})
    assert reminders(context, call) == {(me, starts + SOON, True, False)}
    finish(context, call)
    assert reminders(context, call) == set()
    reopen(context, call)
    assert len(reminders(context, call)) == 1
    service.delete(context, [call])
    assert reminders(context, call) == set()
    service.restore(context, [call])
    assert len(reminders(context, call)) == 1
    service.update(context, call, {"remind_by": []})
    assert reminders(context, call) == set()


def test_a_task_without_a_start_is_reminded_of_before_its_end(context: Context) -> None:
    ends = now() + SOON
    task = service.create(context, Task, {"subject": "Nộp", "ends": ends, "remind_before": "60", "remind_by": ["mail"]})
    assert [(at, bell, mail) for _user, at, bell, mail in reminders(context, task)] == [
        (ends - timedelta(hours=1), False, True)
    ]


def test_people_are_told_once_of_work_that_is_given_to_them(context: Context, colleague: Callable[..., UUID]) -> None:
    assert context.user is not None
    binh, chi = colleague("Bình"), colleague("Chi")
    task = service.create(context, Task, {"subject": "Soạn báo giá", "assignees": [binh, context.user.id]})
    service.update(context, task, {"assignees": [binh, chi]})
    service.update(context, task, {"subject": "Soạn báo giá mới"})
    assert sorted(told(context, "assigned")) == sorted([(binh, task.id), (chi, task.id)])


def test_those_named_in_a_comment_are_told_if_they_see_it(context: Context, colleague: Callable[..., UUID]) -> None:
    customer = service.create(context, Customer, {"name": "Khách"})
    binh, chi = colleague("Bình"), colleague("Chi", core_source=["see"])
    comment = service.create(
        context, Comment, {"text": "@Bình xem giúp", "customer": customer.id, "mentions": [binh, chi]}
    )
    assert told(context, "mentioned") == [(binh, comment.id)]


def test_only_colleagues_who_see_a_record_are_offered(context: Context, colleague: Callable[..., UUID]) -> None:
    customer = service.create(context, Customer, {"name": "Khách"})
    binh = colleague("Nguyễn Thanh Bình")
    colleague("Trần Bình", core_source=["see"])
    assert colleagues(context, customer, "binh") == [(binh, "Nguyễn Thanh Bình")]
    assert colleagues(context, customer, "nam") == []


def test_closing_keeps_the_result_and_plans_what_follows(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Khách"})
    call = service.create(context, Call, {"subject": "Gọi", "starts": now(), "customer": customer.id})
    at = now() + SOON
    close(context, call, {"result": "again", "note": "Bận họp"}, FollowUp(Call, "Gọi lại", at, "15"))
    assert (call.state, call.result, call.note) == ("held", "again", "Bận họp")
    following = context.session.scalars(sa.select(Call).where(Call.subject == "Gọi lại")).one()
    assert following.starts == at
    assert following.customer_id == customer.id  # type: ignore[attr-defined] # the link's own column
    assert len(reminders(context, following)) == 1


def test_what_cannot_follow_leaves_the_plan_open(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi", "starts": now()})
    with pytest.raises(InvalidError), context.session.begin_nested():
        close(context, call, {"result": "again"}, FollowUp(Call, "x" * 300, now()))
    context.session.expire_all()
    assert service.get(context, Call, call.id).state == "planned"
