"""Plans that repeat: their days are made ahead, keep their hour, and are changed or ended from one of them on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from dateutil.rrule import rrulestr
from flask.testing import FlaskClient
from uuid_utils.compat import uuid7

from core.activities.doing import finish
from core.activities.models import Call, Meeting, Plan, Task
from core.activities.repeating import Rule, carry_on, extend, following, in_words, repeat, stop
from core.context import Context, ForbiddenError, Grants
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.undo import undo
from core.i18n import use_locale

BEGIN = datetime.combine(date(2027, 1, 31), time(9))


class Working:
    """The little of a job that is looked at here."""

    def result(self, **values: Any) -> None:
        self.made = values["made"]


def extended(context: Context) -> int:
    working = Working()
    extend(context, cast("Any", working))
    return int(working.made)


def tomorrow(context: Context, hour: int = 9) -> datetime:
    return datetime.combine(context.today() + timedelta(days=1), datetime.min.time(), context.company.zone).replace(
        hour=hour
    )


def days(context: Context, plan: Plan) -> list[Plan]:
    model = type(plan)
    statement = sa.select(model).where(model.tenant_id == context.tenant, model.series_id == plan.series_id)
    return list(context.session.scalars(statement.where(model.deleted_at.is_(None)).order_by(model.series_at)))


def test_every_day_is_made_ahead_so_many_times(context: Context) -> None:
    starts = tomorrow(context)
    given = {"subject": "Giao ban", "starts": starts, "ends": starts + timedelta(hours=1), "place": "Phòng họp"}
    meeting = service.create(context, Meeting, given)
    assert repeat(context, meeting, Rule("daily", count=5)) == 4
    found = cast("list[Meeting]", days(context, meeting))
    assert [one.starts for one in found] == [starts + timedelta(days=n) for n in range(5)]
    assert {(one.subject, one.place, one.owner_id) for one in found} == {("Giao ban", "Phòng họp", meeting.owner_id)}
    assert all(one.ends is not None and one.ends - one.starts == timedelta(hours=1) for one in found)
    assert extended(context) == 0


def test_a_series_without_end_is_made_on_as_time_goes_by_and_nothing_twice(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = service.create(context, Call, {"subject": "Gọi thăm", "starts": tomorrow(context)})
    repeat(context, call, Rule("weekly"))
    first = days(context, call)
    service.delete(context, [first[-1]])
    assert extended(context) == 0
    later = now() + timedelta(days=14)
    monkeypatch.setattr("core.activities.repeating.now", lambda: later)
    assert extended(context) == 2
    moments = [one.series_at for one in days(context, call)]
    assert len(moments) == len(set(moments)) == len(first) + 1


def test_nine_stays_nine_when_the_clocks_are_changed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    context.company = replace(context.company, timezone="Europe/Berlin")
    before = datetime(2027, 3, 26, 8, tzinfo=UTC)  # nine in Berlin; summer time begins two days later
    monkeypatch.setattr("core.activities.repeating.now", lambda: before)
    call = service.create(context, Call, {"subject": "Gọi", "starts": before})
    repeat(context, call, Rule("daily", count=4))
    found = cast("list[Call]", days(context, call))
    assert [one.starts.astimezone(UTC).hour for one in found] == [8, 8, 7, 7]
    assert {one.starts.astimezone(context.company.zone).hour for one in found} == {9}


def test_the_last_of_a_month_stays_the_last() -> None:
    kept = Rule("monthly", count=4).starting(BEGIN)
    assert [one.day for one in rrulestr(kept)] == [31, 28, 31, 30]


def test_what_one_day_says_is_carried_on(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi", "starts": tomorrow(context)})
    repeat(context, call, Rule("daily", count=4))
    second, third = cast("list[Call]", days(context, call))[1:3]
    finish(context, third)
    service.update(context, second, {"subject": "Gọi chiều", "starts": second.starts + timedelta(hours=5)})
    assert carry_on(context, second) == 1
    found = cast("list[Call]", days(context, call))
    assert [one.subject for one in found] == ["Gọi", "Gọi chiều", "Gọi", "Gọi chiều"]
    assert [one.starts.astimezone(context.company.zone).hour for one in found] == [9, 14, 9, 14]
    assert extended(context) == 0


def test_it_is_stopped_from_one_day_on(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi", "starts": tomorrow(context)})
    repeat(context, call, Rule("daily"))
    second = days(context, call)[1]
    assert stop(context, second) > 10
    assert len(days(context, call)) == 2
    assert following(context, second) == []
    assert extended(context) == 0


def test_another_rule_takes_the_place_of_the_first(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi", "starts": tomorrow(context)})
    repeat(context, call, Rule("daily", count=9))
    third = days(context, call)[2]
    assert repeat(context, third, Rule("weekly", count=3)) == 2
    assert len(days(context, call)) == 2
    assert len(days(context, third)) == 3


def test_what_has_no_start_cannot_repeat(context: Context) -> None:
    with pytest.raises(InvalidError):
        repeat(context, service.create(context, Task, {"subject": "Việc"}), Rule("daily"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("daily"), "Hằng ngày"),
        (Rule("weekly", (0, 4)), "Hằng tuần vào Thứ Hai, Thứ Sáu"),
        (Rule("monthly", count=6), "Hằng tháng, 6 lần"),
        (Rule("yearly", until=date(2030, 12, 31)), "Hằng năm đến 31/12/2030"),
    ],
    ids=lambda one: getattr(one, "frequency", ""),
)
def test_a_rule_is_said_in_words(rule: Rule, said: str) -> None:
    with use_locale("vi"):
        assert in_words(rule.starting(BEGIN)) == said


def test_who_may_not_edit_a_plan_does_not_let_it_repeat(context: Context, make_context: Callable[..., Context]) -> None:
    call = service.create(context, Call, {"subject": "Gọi", "starts": tomorrow(context)})
    grants = Grants(verbs={"*": {"see": "all", "create": "all", "edit": "own"}})
    colleague = make_context(context.company, grants=grants, name="Lê Văn Nhân Viên")
    for act in (stop, carry_on):
        with pytest.raises(ForbiddenError):
            act(colleague, call)
    with pytest.raises(ForbiddenError):
        repeat(colleague, call, Rule("daily"))


def test_stopping_a_series_is_taken_back_with_its_rule(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi thăm", "starts": tomorrow(context)})
    repeat(context, call, Rule("weekly"))
    made, rule, mark = days(context, call), call.repeats, uuid7()
    service.delete(context, [made[2]])  # on its own, before: it stays away
    assert stop(context, call) == len(made) - 2
    assert (call.repeats, extended(context)) == (None, 0)
    undo(context, context.resource(Call), mark, uuid7())
    assert {one.repeats for one in days(context, call)} == {rule}
    assert days(context, call) == made, "the one that was deleted between the marks came back too"


def test_one_day_of_a_stopped_series_comes_back_alone(context: Context) -> None:
    call = service.create(context, Call, {"subject": "Gọi thăm", "starts": tomorrow(context)})
    repeat(context, call, Rule("weekly"))
    third = days(context, call)[2]
    stop(context, call)
    service.restore(context, [third])
    assert call.repeats is None
    assert extended(context) == 0


def test_a_plan_repeats_from_its_form_on(client: FlaskClient, context: Context) -> None:
    starts = f"{tomorrow(context):%Y-%m-%dT%H:%M}"
    form = {"subject": "Giao ban", "starts": starts, "state": "planned", "repeat.frequency": "weekly"}
    form |= {"direction": "out", "repeat.ends": "count", "repeat.count": "x"}
    answer = client.post("/calls/new", data=form)
    assert answer.status_code == 422
    assert "từ 2 đến 500" in answer.get_data(as_text=True)
    assert client.post("/calls/new", data={**form, "repeat.count": "3"}).status_code == 302
    context.session.rollback()
    found = list(context.session.scalars(sa.select(Call).where(Call.tenant_id == context.tenant).order_by(Call.starts)))
    assert len(found) == 3
    page = client.get(f"/calls/{found[0].id}/edit").get_data(as_text=True)
    assert 'value="weekly" selected' in page
    edited = {**form, "repeat.count": "3", "version": str(found[0].version), "subject": "Giao ban sáng"}
    assert client.post(f"/calls/{found[0].id}/edit", data=edited).status_code == 302
    context.session.expire_all()
    assert len(days(context, found[1])) == 3, "what repeats as before is not made anew"
    again = {**edited, "repeat.frequency": "", "version": str(found[0].version)}
    assert client.post(f"/calls/{found[0].id}/edit", data=again).status_code == 302
    context.session.expire_all()
    assert days(context, found[0]) == [found[0]]
