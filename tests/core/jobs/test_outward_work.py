"""What leaves the building: never twice without anybody having decided it."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.context import Context
from core.jobs import service
from core.jobs.drain import Drain
from core.jobs.models import Job, Sending
from core.jobs.work import NotSentError, OutcomeUnknownError, Work
from tests.core.jobs.trial import Post, effects, leave

Ask = Callable[..., UUID]
Read = Callable[[UUID], Job]
Handle = Callable[[str, Callable[[Context, Work], object]], None]
MakeDue = Callable[[UUID], None]
Attempt = Callable[..., UUID]


class WorkerDiedError(BaseException):
    """Stands for a SIGKILL: nobody gets to do anything more."""


@pytest.fixture
def attempt(context: Context, ask: Ask, drain: Drain, handle: Handle, make_due: MakeDue) -> Attempt:
    """Let a letter be sent through a post office, as a new job or one more attempt of the same."""

    def attempt(post: Post, job_id: UUID | None = None, *, idempotent: bool) -> UUID:
        handle("letter", lambda _turn, work: work.outward("letter", post.send, idempotent=idempotent))
        asked = job_id or ask("letter")
        make_due(asked)
        with suppress(WorkerDiedError):
            drain.company(context.tenant)
        return asked

    return attempt


def test_what_was_sent_is_not_sent_again_when_the_job_fails_later(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle, make_due: MakeDue
) -> None:
    post = Post()

    def sends(turn: Context, work: Work) -> None:
        answer = work.outward("letter", post.send, idempotent=False)
        if work.attempt == 1:
            raise ValueError("after sending")
        leave(turn, answer)

    handle("sends", sends)
    asked = ask("sends")
    drain.company(context.tenant)
    make_due(asked)
    drain.company(context.tenant)
    assert job(asked).state == "done"
    assert len(post.taken) == 1
    assert effects(context) == {"letter 1": 1}


def test_the_attempt_is_on_record_before_anything_is_sent(
    context: Context, ask: Ask, drain: Drain, handle: Handle
) -> None:
    seen: list[tuple[UUID, str]] = []

    def send(attempt: UUID) -> None:
        context.session.rollback()
        statement = sa.select(Sending.id, Sending.state)
        seen.extend((found, state) for found, state in context.session.execute(statement))
        assert seen == [(attempt, "sending")]

    handle("sends", lambda _turn, work: work.outward("letter", send, idempotent=False))
    ask("sends")
    drain.company(context.tenant)
    assert len(seen) == 1


class TestWithoutAKeyOfTheOtherSide:
    @pytest.mark.parametrize("trouble", [WorkerDiedError(), TimeoutError()])
    def test_an_attempt_of_unknown_outcome_is_shown_and_not_repeated(
        self, trouble: Exception, context: Context, attempt: Attempt, drain: Drain, job: Read, make_due: MakeDue
    ) -> None:
        post = Post(trouble)
        asked = attempt(post, idempotent=False)
        post.trouble = None
        make_due(asked)
        drain.company(context.tenant)
        assert job(asked).state == "unknown"
        assert len(post.taken) == 1

    def test_a_person_may_decide_to_repeat_it(self, context: Context, attempt: Attempt, job: Read) -> None:
        asked = attempt(Post(TimeoutError()), idempotent=False)
        assert service.retry(context, asked)
        context.session.commit()
        post = Post()
        attempt(post, asked, idempotent=False)
        assert job(asked).state == "done"
        assert len(post.taken) == 1

    def test_one_of_many_does_not_hold_up_the_others_but_is_shown(
        self, context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
    ) -> None:
        good, bad = Post(), Post(TimeoutError())

        def campaign(_turn: Context, work: Work) -> None:
            for name, post in (("a", good), ("b", bad), ("c", good)):
                try:
                    work.outward(name, post.send, idempotent=False)
                except OutcomeUnknownError as error:
                    work.result(unsure=error.key)

        handle("campaign", campaign)
        asked = ask("campaign")
        drain.company(context.tenant)
        assert (job(asked).state, job(asked).result) == ("unknown", {"unsure": "b"})
        assert len(good.taken) == 2


class TestWithAKeyOfTheOtherSide:
    @pytest.mark.parametrize("trouble", [WorkerDiedError(), TimeoutError()])
    def test_it_is_sent_again_under_the_same_key(self, trouble: Exception, attempt: Attempt, job: Read) -> None:
        first, second = Post(trouble), Post()
        asked = attempt(first, idempotent=True)
        attempt(second, asked, idempotent=True)
        assert job(asked).state == "done"
        assert first.taken == second.taken


@pytest.mark.parametrize("idempotent", [True, False])
def test_what_was_certainly_not_taken_is_sent_again(
    idempotent: bool, attempt: Attempt, job: Read, reported: list[object]
) -> None:
    post = Post(NotSentError("no connection"), takes=False)
    asked = attempt(post, idempotent=idempotent)
    assert job(asked).state == "new"
    post.trouble, post.takes = None, True
    attempt(post, asked, idempotent=idempotent)
    assert job(asked).state == "done"
    assert len(post.taken) == 1
    assert reported == [], "the plugin is not to blame"


def test_what_was_sent_stays_sent_when_the_job_is_cancelled(
    context: Context, ask: Ask, drain: Drain, job: Read, handle: Handle
) -> None:
    post = Post()

    def campaign(_turn: Context, work: Work) -> None:
        for name in "abc":
            if name == "b":
                service.cancel(context, work.job_id)
                context.session.commit()
            work.outward(name, post.send, idempotent=False)

    handle("campaign", campaign)
    asked = ask("campaign")
    drain.company(context.tenant)
    assert job(asked).state == "cancelled"
    assert len(post.taken) == 1
    assert context.session.scalars(sa.select(Sending.state)).all() == ["done"]
