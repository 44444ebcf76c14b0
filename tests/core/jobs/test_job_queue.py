"""Asking for work, and the work being done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.i18n import current_locale
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.jobs.queue import Wish, enqueue, enqueue_many
from core.jobs.work import Work
from core.plugin.models import ActiveModule, Quarantine
from core.vendor.models import Company
from tests.core.jobs.trial import MANIFEST, effects, leave

Ask = Callable[..., UUID]
Read = Callable[[UUID], Job]
Handle = Callable[[str, Callable[[Context, Work], object]], None]


def test_a_job_is_done_once(context: Context, ask: Ask, drain: Drain, job: Read) -> None:
    asked = ask("note", name="x")
    assert drain.company(context.tenant) == 1
    assert drain.company(context.tenant) == 0
    assert job(asked).state == "done"
    assert job(asked).done_at is not None
    assert effects(context) == {"x": 1}


def test_a_request_that_is_rolled_back_asked_for_nothing(context: Context, drain: Drain) -> None:
    enqueue(context, "trial.note", {"name": "x"})
    context.session.rollback()
    assert drain.company(context.tenant) == 0


def test_a_second_request_with_the_same_key_does_nothing(context: Context, drain: Drain) -> None:
    for name in ("first", "second"):
        enqueue(context, "trial.note", {"name": name}, dedupe_key="the same")
        context.session.commit()
        drain.company(context.tenant)
    assert effects(context) == {"first": 1}


def test_delayed_work_waits(context: Context, drain: Drain, make_due: Callable[[UUID], None]) -> None:
    (asked,) = enqueue(context, "trial.note", {"name": "x"}, delay=timedelta(hours=1))
    context.session.commit()
    assert drain.company(context.tenant) == 0
    make_due(asked)
    assert drain.company(context.tenant) == 1


def test_nobody_is_asked_on_a_topic_that_nobody_handles(context: Context) -> None:
    assert enqueue(context, "trial.nothing") == []


def test_the_older_job_comes_first(context: Context, ask: Ask, drain: Drain, handle: Handle) -> None:
    order: list[str] = []
    handle("note", lambda _context, work: order.append(work.payload["name"]))
    for name in "abc":
        ask("note", name=name)
    drain.company(context.tenant)
    assert order == ["a", "b", "c"]


def test_the_work_of_all_companies_is_done(
    context: Context, stranger: Context, ask: Ask, drain: Drain, job: Read
) -> None:
    asked = ask("note", name="ours")
    ask("note", stranger, name="theirs")
    drain.drain()
    assert job(asked).state == "done"
    assert effects(context) == {"ours": 1}
    assert effects(stranger) == {"theirs": 1}


def test_the_job_of_one_company_sees_nothing_of_another(
    context: Context, stranger: Context, ask: Ask, drain: Drain, handle: Handle
) -> None:
    seen: list[Any] = []

    def look(turn: Context, work: Work) -> None:
        everything = turn.session.connection().exec_driver_sql
        seen.extend(everything("SELECT name FROM core_customer").scalars())
        seen.extend(everything("SELECT id FROM core_job WHERE id <> %s", (work.job_id,)).scalars())

    handle("look", look)
    leave(stranger, "a customer of theirs")
    ask("note", stranger, name="a job of theirs")
    asked = ask("look")
    drain.company(context.tenant)
    assert context.session.scalars(sa.select(Job.state).where(Job.id == asked)).one() == "done"
    assert seen == []


def test_a_job_acts_for_the_person_who_asked(context: Context, ask: Ask, drain: Drain, handle: Handle) -> None:
    found: list[Any] = []
    handle("note", lambda turn, _work: found.append((turn.user, turn.source, turn.grants.admin)))
    ask("note")
    drain.company(context.tenant)
    assert found == [(context.user, "job", True)]


def test_a_job_of_somebody_who_left_is_done_in_nobodys_name(
    context: Context, ask: Ask, drain: Drain, handle: Handle
) -> None:
    found: list[Any] = []
    handle("note", lambda turn, _work: found.append(turn.user))
    ask("note")
    context.session.execute(sa.update(User).values(active=False))
    context.session.commit()
    drain.company(context.tenant)
    assert found == [None]


def test_a_job_speaks_the_language_of_whoever_asked(context: Context, ask: Ask, drain: Drain, handle: Handle) -> None:
    found: list[str] = []
    handle("note", lambda _turn, _work: found.append(current_locale()))
    ask("note")
    drain.company(context.tenant)
    context.session.execute(sa.update(User).values(locale="en"))
    ask("note")
    drain.company(context.tenant)
    assert found == ["vi", "en"]


class TestSwitchedOff:
    def test_the_jobs_of_a_module_that_is_off_do_nothing(
        self, context: Context, ask: Ask, drain: Drain, job: Read
    ) -> None:
        asked = ask("note", name="x")
        switch(context, on=False)
        drain.company(context.tenant)
        assert job(asked).state == "skipped"
        assert "trial" in job(asked).last_error

    def test_they_are_not_made_up_for_when_it_is_on_again(self, context: Context, ask: Ask, drain: Drain) -> None:
        ask("note", name="x")
        switch(context, on=False)
        drain.company(context.tenant)
        switch(context, on=True)
        drain.company(context.tenant)
        assert effects(context) == {}

    def test_a_module_in_quarantine_does_nothing(
        self, context: Context, ask: Ask, drain: Drain, job: Read, database: Database
    ) -> None:
        with database.vendor_session() as vendor, vendor.begin():
            vendor.add(Quarantine(plugin="trial", reason="it kept failing"))
        try:
            asked = ask("note", name="x")
            drain.company(context.tenant)
            assert job(asked).state == "skipped"
        finally:
            with database.vendor_session() as vendor, vendor.begin():
                vendor.execute(sa.delete(Quarantine).where(Quarantine.plugin == MANIFEST.name))

    def test_the_jobs_of_a_module_whose_code_is_gone_are_skipped(
        self, context: Context, ask: Ask, drain: Drain, job: Read
    ) -> None:
        asked = ask("note", name="x")
        del drain.hooks.registry.handlers["trial.note"]
        drain.company(context.tenant)
        assert job(asked).state == "skipped"

    def test_the_jobs_of_a_suspended_company_wait_until_it_is_open_again(
        self, company: CompanyInfo, ask: Ask, drain: Drain, job: Read, database: Database
    ) -> None:
        asked = ask("note", name="x")
        suspend(database, company, "suspended")
        drain.drain()
        assert drain.company(company.id) == 0
        assert job(asked).state == "new"
        suspend(database, company, "open")
        drain.drain()
        assert job(asked).state == "done"


class TestFailing:
    def test_a_failure_leaves_no_effect_and_is_tried_again_later(
        self, context: Context, ask: Ask, drain: Drain, job: Read
    ) -> None:
        asked = ask("poison")
        drain.company(context.tenant)
        assert drain.company(context.tenant) == 0
        assert job(asked).state == "new"
        assert job(asked).last_error == "ValueError: this one always fails"
        assert effects(context) == {}

    def test_it_is_given_up_after_as_many_attempts_as_the_handler_allows(
        self, context: Context, ask: Ask, drain: Drain, job: Read, make_due: Callable[[UUID], None]
    ) -> None:
        asked = ask("poison")
        for _attempt in range(3):
            assert job(asked).state == "new"
            make_due(asked)
            assert drain.company(context.tenant) == 1
        assert job(asked).state == "dead"
        assert job(asked).attempts == 3

    def test_the_waits_double_give_or_take_half(
        self, context: Context, ask: Ask, drain: Drain, make_due: Callable[[UUID], None]
    ) -> None:
        asked = ask("poison")
        waits = []
        for _attempt in range(2):
            make_due(asked)
            drain.company(context.tenant)
            remaining = sa.select(sa.extract("epoch", Job.available_at - sa.func.clock_timestamp())).where(
                Job.id == asked
            )
            waits.append(float(context.session.scalars(remaining).one()))
            context.session.commit()
        assert 0 < waits[0] <= 3
        assert 1 < waits[1] <= 6

    @pytest.mark.parametrize("topic", ["poison", "leaver", "spoiled"])
    def test_one_that_fails_does_not_stop_the_others(
        self, topic: str, context: Context, ask: Ask, drain: Drain
    ) -> None:
        ask("note", name="before")
        ask(topic)
        ask("note", name="after")
        assert drain.company(context.tenant) == 3
        assert effects(context) == {"before": 1, "after": 1}

    def test_the_error_is_reported_with_its_plugin_and_company(
        self, context: Context, ask: Ask, drain: Drain, reported: list[Any]
    ) -> None:
        ask("poison")
        drain.company(context.tenant)
        ((plugin, place, company, error),) = reported
        assert (plugin, place, company) == ("trial", "job trial.poison", context.tenant)
        assert isinstance(error, ValueError)

    def test_a_job_that_ends_its_worker_each_time_is_given_up(
        self, context: Context, ask: Ask, drain: Drain, job: Read
    ) -> None:
        asked = ask("breaker")
        context.session.execute(sa.update(Job).values(state="running", attempts=3))
        context.session.commit()
        drain.company(context.tenant)
        assert job(asked).state == "dead"
        assert effects(context) == {}


def switch(context: Context, *, on: bool) -> None:
    context.session.execute(sa.update(ActiveModule).where(ActiveModule.plugin == "trial").values(active=on))
    context.session.commit()


def suspend(database: Database, company: CompanyInfo, state: str) -> None:
    with database.vendor_session() as vendor, vendor.begin():
        vendor.execute(sa.update(Company).where(Company.id == company.id).values(state=state))


def test_any_number_of_wishes_travel_together(context: Context, drain: Drain) -> None:
    asked: list[str] = []

    def listen(*given: Any) -> None:
        asked.append(given[2])

    engine = context.session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    made = enqueue_many(context, (Wish("trial.note", {"name": f"n{number}"}) for number in range(300)))
    context.session.commit()
    sa.event.remove(engine, "before_cursor_execute", listen)
    assert len(made) == 300
    assert len([one for one in asked if "core_job" in one]) == 1
    while drain.company(context.tenant):
        pass
    assert effects(context) == {f"n{number}": 1 for number in range(300)}
