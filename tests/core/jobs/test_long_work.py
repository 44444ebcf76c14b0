"""Work in steps: it shows how far it is, can be stopped, and goes on where it was."""

import threading
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid4

from core.context import Context
from core.jobs import queue
from core.jobs.drain import PATIENCE, Drain
from core.jobs.lease import LostLease
from core.jobs.models import Job
from core.jobs.work import Cancelled, Work
from tests.core.jobs.conftest import eventually
from tests.core.jobs.trial import effects, leave, steps

Ask = Callable[..., UUID]
Read = Callable[[UUID], Job]
Handle = Callable[[str, Callable[[Context, Work], object]], None]
MakeDue = Callable[[UUID], None]


def test_long_work_leaves_its_progress_and_result(context: Context, ask: Ask, drain: Drain, job: Read) -> None:
    asked = ask("steps", steps=3, name="x")
    drain.company(context.tenant)
    done = job(asked)
    assert (done.state, done.progress, done.total, done.result) == ("done", 3, 3, {"last": 3})
    assert effects(context) == {"x": 3}


def test_each_step_can_be_seen_before_the_next(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
) -> None:
    seen: list[tuple[int, int]] = []

    def look(turn: Context, work: Work) -> None:
        for step in range(3):
            leave(turn, "x")
            work.progress(step + 1, 3)
            work.checkpoint(step=step + 1)
            seen.append((job(work.job_id).progress, effects(context)["x"]))

    handle("look", look)
    ask("look")
    drain.company(context.tenant)
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_progress_is_seen_without_a_checkpoint(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
) -> None:
    def slow(_turn: Context, work: Work) -> None:
        work.progress(7, 10)
        eventually(lambda: job(work.job_id).progress == 7)

    handle("slow", slow)
    asked = ask("slow")
    replace(drain, lease=0.3).company(context.tenant)
    assert job(asked).state == "done"


def test_after_a_failure_it_goes_on_from_its_cursor(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle, make_due: MakeDue
) -> None:
    def falls(turn: Context, work: Work) -> None:
        for step in range(work.cursor.get("step", 0), 4):
            leave(turn, f"step {step}")
            if step == 2 and work.attempt == 1:
                raise ValueError("no")
            work.checkpoint(step=step + 1)

    handle("falls", falls)
    asked = ask("falls")
    drain.company(context.tenant)
    assert job(asked).cursor == {"step": 2}
    make_due(asked)
    drain.company(context.tenant)
    assert job(asked).state == "done"
    assert effects(context) == {f"step {step}": 1 for step in range(4)}


class TestCancelling:
    def test_a_job_that_waits_is_cancelled_at_once(self, context: Context, ask: Ask, drain: Drain, job: Read) -> None:
        asked = ask("note", name="x")
        assert queue.cancel(context, asked)
        context.session.commit()
        assert job(asked).state == "cancelled"
        assert drain.company(context.tenant) == 0

    def test_a_job_that_runs_is_cancelled_at_its_next_step_and_keeps_what_it_did(
        self, context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
    ) -> None:
        def asked_to_stop(turn: Context, work: Work) -> None:
            for step in range(10):
                leave(turn, "x")
                if step == 3:
                    assert queue.cancel(context, work.job_id)
                    context.session.commit()
                work.checkpoint(step=step + 1)

        handle("stopped", asked_to_stop)
        asked = ask("stopped")
        drain.company(context.tenant)
        assert job(asked).state == "cancelled"
        assert job(asked).cursor == {"step": 4}
        assert effects(context) == {"x": 4}

    def test_a_handler_may_tidy_up_when_it_is_cancelled(
        self, context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
    ) -> None:
        def tidy(turn: Context, work: Work) -> None:
            assert queue.cancel(context, work.job_id)
            context.session.commit()
            try:
                work.checkpoint()
            except Cancelled:
                leave(turn, "tidied")
                work.checkpoint(tidy=True)

        handle("tidy", tidy)
        asked = ask("tidy")
        drain.company(context.tenant)
        assert job(asked).state == "cancelled"
        assert effects(context) == {"tidied": 1}

    def test_a_job_whose_worker_died_after_it_was_cancelled_is_not_begun_again(
        self, context: Context, ask: Ask, drain: Drain, job: Read
    ) -> None:
        asked = ask("note", name="x")
        context.session.execute(sa.update(Job).values(state="running", lease_key=uuid4()))
        assert queue.cancel(context, asked)
        context.session.commit()
        assert job(asked).state == "running"
        drain.company(context.tenant)
        assert job(asked).state == "cancelled"
        assert effects(context) == {}

    def test_what_is_over_cannot_be_cancelled(self, context: Context, ask: Ask, drain: Drain) -> None:
        asked = ask("note", name="x")
        drain.company(context.tenant)
        assert not queue.cancel(context, asked)


class TestTakenOver:
    """A worker that was cut off wakes up, and its job has gone to another meanwhile."""

    @pytest.mark.parametrize("long", [True, False])
    def test_the_old_attempt_leaves_nothing(
        self, long: bool, context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle, make_due: MakeDue
    ) -> None:
        def overtaken(turn: Context, work: Work) -> None:
            leave(turn, f"attempt {work.attempt}")
            turn.session.flush()
            if work.attempt == 1:
                make_due(work.job_id)
                drain.company(context.tenant)
            if long:
                work.checkpoint()

        handle("overtaken", overtaken)
        asked = ask("overtaken")
        drain.company(context.tenant)
        assert job(asked).state == "done"
        assert job(asked).attempts == 2
        assert effects(context) == {"attempt 2": 1}

    def test_the_handler_learns_of_it_at_its_checkpoint(
        self, context: Context, ask: Ask, drain: Drain, handle: Handle, make_due: MakeDue
    ) -> None:
        learned: list[BaseException] = []

        def overtaken(_turn: Context, work: Work) -> None:
            if work.attempt > 1:
                return
            make_due(work.job_id)
            drain.company(context.tenant)
            try:
                work.checkpoint()
            except LostLease as lost:
                learned.append(lost)
                raise

        handle("overtaken", overtaken)
        ask("overtaken")
        drain.company(context.tenant)
        assert len(learned) == 1

    def test_a_handler_that_swallows_everything_cannot_commit_either(
        self, context: Context, ask: Ask, drain: Drain, handle: Handle, make_due: MakeDue
    ) -> None:
        def stubborn(turn: Context, work: Work) -> None:
            leave(turn, f"attempt {work.attempt}")
            if work.attempt == 1:
                make_due(work.job_id)
                drain.company(context.tenant)
                try:
                    work.checkpoint()
                except BaseException:  # noqa: BLE001 # the worst that a handler can do
                    leave(turn, "in spite of all")

        handle("stubborn", stubborn)
        ask("stubborn")
        drain.company(context.tenant)
        assert effects(context) == {"attempt 2": 1}

    def test_a_job_that_takes_longer_than_its_lease_stays_with_its_worker(
        self, context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
    ) -> None:
        impatient = replace(drain, lease=2.0)
        others: list[int] = []

        def slow(turn: Context, work: Work) -> None:
            leave(turn, f"attempt {work.attempt}")
            end = job(work.job_id).available_at
            clock = sa.select(sa.func.clock_timestamp())
            eventually(lambda: context.session.scalars(clock).one() > end)
            others.append(impatient.company(context.tenant))

        handle("slow", slow)
        asked = ask("slow")
        impatient.company(context.tenant)
        assert others == [0]
        assert job(asked).attempts == 1
        assert effects(context) == {"attempt 1": 1}


def test_a_step_that_takes_longer_than_the_lease_renews_it_from_its_end(
    context: Context, ask: Ask, drain: Drain, handle: Handle
) -> None:
    lease = 1.0
    remaining: list[float] = []

    def slow(turn: Context, work: Work) -> None:
        lasted = sa.select(sa.extract("epoch", sa.func.clock_timestamp() - sa.func.now()))
        eventually(lambda: turn.session.scalars(lasted).one() > 1.2 * lease)
        work.checkpoint()
        left = sa.select(sa.extract("epoch", Job.available_at - sa.func.clock_timestamp())).where(Job.id == work.job_id)
        remaining.append(float(turn.session.scalars(left).one()))

    handle("slow", slow)
    ask("slow")
    replace(drain, lease=lease).company(context.tenant)
    assert 0 < remaining[0] <= lease


def test_a_handler_that_hangs_is_given_up_on(context: Context, ask: Ask, drain: Drain, handle: Handle) -> None:
    given_up = threading.Event()

    def hangs(_turn: Context, work: Work) -> None:
        work.touched -= 2 * PATIENCE
        assert given_up.wait(30)

    handle("hangs", hangs)
    ask("hangs")
    replace(drain, lease=0.3, stuck=given_up.set).company(context.tenant)
    assert given_up.is_set()


def test_a_worker_that_is_about_to_stop_gives_its_long_work_back(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
) -> None:
    stopping = threading.Event()

    def interrupted(turn: Context, work: Work) -> None:
        stopping.set()
        steps(turn, work)

    handle("interrupted", interrupted)
    asked = ask("interrupted", steps=3, name="x")
    assert replace(drain, stopping=stopping.is_set).company(context.tenant) == 1
    assert (job(asked).state, job(asked).cursor, job(asked).attempts) == ("new", {"step": 1}, 0)
    drain.company(context.tenant)
    assert job(asked).state == "done"
    assert effects(context) == {"x": 3}


def test_a_worker_that_is_about_to_stop_begins_nothing(context: Context, ask: Ask, drain: Drain) -> None:
    ask("note", name="x")
    assert replace(drain, stopping=lambda: True).company(context.tenant) == 0
