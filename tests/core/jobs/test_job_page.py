"""Jobs as people see them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.context import CompanyInfo, Context, Grants
from core.entity.errors import MissingError
from core.jobs import housekeeping, service
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.jobs.work import Work
from tests.core.jobs.trial import effects

Ask = Callable[..., UUID]
Handle = Callable[[str, Callable[[Context, Work], object]], None]
MakeDue = Callable[[UUID], None]


@pytest.fixture
def clerk(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """Somebody of the same company who is no administrator."""
    return make_context(company, grants=Grants(), name="Trần Văn Bình")


def test_everybody_sees_their_own_jobs(context: Context, clerk: Context, ask: Ask) -> None:
    ask("note", name="the administrator's")
    own = ask("note", clerk, name="the clerk's")
    assert [one.id for one in service.list_jobs(clerk)] == [own]


def test_an_administrator_sees_whose_jobs_there_are(context: Context, clerk: Context, ask: Ask) -> None:
    ask("note", name="x")
    ask("note", clerk, name="y")
    assert [one.user_name for one in service.list_jobs(context)] == ["Trần Văn Bình", "Nguyễn Thị Hạnh"]


def test_the_list_goes_on_where_a_page_ended(context: Context, ask: Ask) -> None:
    asked = [ask("note", name=str(number)) for number in range(5)]
    first = service.list_jobs(context, limit=2)
    rest = service.list_jobs(context, limit=10, before=first[-1].id)
    assert [one.id for one in [*first, *rest]] == list(reversed(asked))


def test_a_job_tells_how_far_it_is(context: Context, ask: Ask, drain: Drain, handle: Handle) -> None:
    seen: list[service.JobView] = []

    def look(_turn: Context, work: Work) -> None:
        work.progress(1, 3)
        work.checkpoint()
        context.session.rollback()
        seen.append(service.get_job(context, work.job_id))

    handle("look", look)
    ask("look")
    drain.company(context.tenant)
    (view,) = seen
    assert (view.state, view.progress, view.total, view.percent) == ("running", 1, 3, 33)
    assert view.can_cancel
    assert not view.can_retry


def test_a_job_that_failed_says_why_and_when_it_is_tried_again(context: Context, ask: Ask, drain: Drain) -> None:
    asked = ask("poison")
    drain.company(context.tenant)
    view = service.get_job(context, asked)
    assert view.state == "waiting"
    assert "this one always fails" in view.error
    assert view.next_at is not None
    assert view.percent is None


def test_a_job_that_was_given_up_can_be_done_again(
    context: Context, ask: Ask, drain: Drain, make_due: MakeDue, handle: Handle
) -> None:
    asked = ask("poison", name="mended")
    for _attempt in range(3):
        make_due(asked)
        drain.company(context.tenant)
    view = service.get_job(context, asked)
    assert (view.state, view.can_retry) == ("dead", True)
    handle("poison", drain.hooks.registry.handlers["trial.note"][0].run)
    assert service.retry(context, asked)
    context.session.commit()
    drain.company(context.tenant)
    assert service.get_job(context, asked).state == "done"
    assert effects(context) == {"mended": 1}


def test_what_is_done_is_not_done_again(context: Context, ask: Ask, drain: Drain) -> None:
    asked = ask("note", name="x")
    drain.company(context.tenant)
    assert not service.retry(context, asked)
    assert not service.cancel(context, asked)


@pytest.mark.parametrize("act", [service.get_job, service.cancel, service.retry])
def test_other_peoples_jobs_are_not_there(
    act: Callable[[Context, UUID], object], context: Context, clerk: Context, stranger: Context, ask: Ask
) -> None:
    asked = ask("note", name="x")
    for somebody in (clerk, stranger):
        with pytest.raises(MissingError):
            act(somebody, asked)
    assert service.get_job(context, asked).state == "new"


def test_jobs_that_ended_long_ago_are_cleared_but_not_what_must_not_be_repeated(
    context: Context, ask: Ask, drain: Drain, handle: Handle, make_due: MakeDue
) -> None:
    old, failed = ask("note", name="old"), ask("poison")
    (kept,) = enqueue(context, "trial.note", {"name": "kept"}, dedupe_key="once")
    context.session.commit()
    for _attempt in range(3):
        make_due(failed)
        drain.company(context.tenant)
    long_ago = Job.done_at - housekeeping.KEPT - timedelta(days=1)
    context.session.execute(sa.update(Job).values(done_at=long_ago))
    context.session.commit()
    recent = ask("note", name="recent")
    drain.company(context.tenant)
    handle("clear", housekeeping.clear)
    clearing = ask("clear")
    drain.company(context.tenant)
    assert {one.id for one in service.list_jobs(context)} == {failed, kept, recent, clearing}
    assert old not in {one.id for one in service.list_jobs(context)}
    assert service.get_job(context, clearing).result == {"cleared": 1}
