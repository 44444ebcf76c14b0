"""The Jobs page: everybody sees their own work, the administrator all of it, and it looks after itself while it runs."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import CompanyInfo, Context, Grants
from core.db.base import now
from core.jobs.models import Job

PAGE = "/jobs"
BY_SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def english(client: FlaskClient) -> FlaskClient:
    """The administrator's browser, in English."""
    client.set_cookie("locale", "en")
    return client


@pytest.fixture
def colleague(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """Somebody of the same company with no role."""
    return make_context(company, grants=Grants(), name="Trần Anh Tuấn")


def _job(context: Context, **values: Any) -> Job:
    """A job as a worker left it."""
    assert context.user is not None
    given = {"plugin": "core", "topic": "core.trial", "title": f"Việc {uuid4().hex[:8]}", "user_id": context.user.id}
    job = Job(**{**given, **values})
    context.session.add(job)
    context.session.commit()
    return job


def _row(page: str, job: Job) -> str:
    return html.unescape(page.partition(job.title)[2].partition("</tr>")[0])


def _state(context: Context, job: UUID) -> str:
    context.session.rollback()
    return context.session.scalars(sa.select(Job.state).where(Job.tenant_id == context.tenant, Job.id == job)).one()


def test_the_administrator_sees_everybodys_jobs_and_others_their_own(
    english: FlaskClient, make_client: Callable[..., FlaskClient], context: Context, colleague: Context
) -> None:
    mine, theirs = _job(context), _job(colleague)
    nobodys = _job(context, user_id=None)
    page = english.get(PAGE).text
    assert all(one.title in page for one in (mine, theirs, nobodys))
    assert "Trần Anh Tuấn" in _row(page, theirs)
    assert "The system" in _row(page, nobodys)
    other = make_client(colleague, grants=Grants()).get(PAGE).text
    assert theirs.title in other
    assert mine.title not in other
    assert nobodys.title not in other


def test_another_companys_jobs_are_nowhere(english: FlaskClient, stranger: Context) -> None:
    job = _job(stranger)
    assert job.title not in english.get(PAGE).text
    for verb in ("cancel", "retry"):
        assert english.post(f"{PAGE}/{job.id}/{verb}").status_code == 404
    assert _state(stranger, job.id) == "new"


def test_a_colleagues_job_is_not_ones_own_to_stop(
    make_client: Callable[..., FlaskClient], context: Context, colleague: Context
) -> None:
    job = _job(context)
    browser = make_client(colleague, grants=Grants())
    assert browser.post(f"{PAGE}/{job.id}/cancel").status_code == 404
    assert _state(context, job.id) == "new"


@pytest.mark.parametrize(
    ("values", "looked_at_again"),
    [
        ({"state": "running", "progress": 30, "total": 120}, True),
        ({"state": "new"}, True),
        ({"state": "new", "available_at": now() + timedelta(days=1)}, False),
        ({"state": "done"}, False),
        ({"state": "dead"}, False),
    ],
)
def test_the_page_asks_again_only_while_something_runs(
    english: FlaskClient, context: Context, values: dict[str, Any], looked_at_again: bool
) -> None:
    _job(context, **values)
    part = english.get(PAGE, headers=BY_SCRIPT).text
    assert ('hx-trigger="every 2s"' in part) is looked_at_again
    assert "<!doctype html>" not in part, "what is asked for is the table alone"
    assert ('hx-trigger="every 2s"' in english.get(PAGE).text) is looked_at_again


def test_progress_is_shown_in_figures_and_as_a_bar(english: FlaskClient, context: Context) -> None:
    job = _job(context, state="running", progress=2500, total=10000, attempts=2)
    row = _row(english.get(PAGE).text, job)
    assert '<progress value="2500" max="10000"' in row
    assert "2,500 / 10,000" in row
    assert 'data-label="Attempts">2' in row


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"state": "dead", "attempts": 12, "last_error": "NotSentError: <busy>"},
            "Given up after 12 tries. NotSentError: <busy>",
        ),
        ({"state": "new", "attempts": 1, "last_error": "TimeoutError: slow"}, "It did not work; the next try is at"),
        ({"state": "unknown", "last_error": "It is not known."}, "It may have been sent or not"),
        ({"state": "skipped", "last_error": "The module kennel is off or gone."}, "The module kennel is off or gone."),
    ],
)
def test_what_went_wrong_is_said_in_words(
    english: FlaskClient, context: Context, values: dict[str, Any], said: str
) -> None:
    job = _job(context, **values)
    assert said in _row(english.get(PAGE).text, job)


def test_a_waiting_job_is_cancelled_and_can_be_tried_again(english: FlaskClient, context: Context) -> None:
    job = _job(context, available_at=now() + timedelta(days=1))
    assert f"{PAGE}/{job.id}/cancel" in english.get(PAGE).text
    assert english.post(f"{PAGE}/{job.id}/cancel", headers=BY_SCRIPT).headers["HX-Redirect"] == PAGE
    assert _state(context, job.id) == "cancelled"
    assert "Cancelled" in _row(english.get(PAGE).text, job)
    assert english.post(f"{PAGE}/{job.id}/retry").headers["Location"] == PAGE
    assert _state(context, job.id) == "new"


def test_a_button_that_comes_too_late_says_so(english: FlaskClient, context: Context) -> None:
    job = _job(context, state="done")
    english.post(f"{PAGE}/{job.id}/cancel")
    assert "It is over already." in english.get(PAGE).text
    english.post(f"{PAGE}/{job.id}/retry")
    assert "It does not need to be tried again." in english.get(PAGE).text
    assert _state(context, job.id) == "done"


def test_jobs_come_in_pages_the_newest_first(
    english: FlaskClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.jobs.PAGE", 2)
    jobs = [_job(context, state="done") for _n in range(3)]
    first = english.get(PAGE).text
    assert [job.title in first for job in jobs] == [False, True, True]
    more = re.search(rf'href="({PAGE}\?before=[^"]+)"', first)
    assert more is not None
    second = english.get(more[1]).text
    assert [job.title in second for job in jobs] == [True, False, False]
    assert "before=" not in second.partition('id="jobs"')[2].replace("/cancel?before=", "")


@pytest.mark.parametrize("odd", ["x", "%00", "1", "'; --"])
def test_odd_addresses_are_not_found(english: FlaskClient, odd: str) -> None:
    assert english.get(f"{PAGE}?before={odd}").status_code == 404
    assert english.post(f"{PAGE}/{odd}/cancel").status_code in {302, 404}
    assert english.post(f"{PAGE}/{uuid4()}/retry").status_code == 404


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_another_site_stops_nothing(english: FlaskClient, context: Context, verb: str, headers: dict[str, str]) -> None:
    job = _job(context, available_at=now() + timedelta(days=1))
    assert english.post(f"{PAGE}/{job.id}/{verb}", headers=headers).status_code == 403
    assert _state(context, job.id) == "new"


def test_a_visitor_is_asked_to_sign_in(visitor: FlaskClient) -> None:
    assert visitor.get(PAGE).headers["Location"] == f"/login?next={PAGE}"
    assert visitor.get(PAGE, headers=BY_SCRIPT).headers["HX-Redirect"] == "/login"


def test_the_settings_lead_here(english: FlaskClient) -> None:
    assert f'href="{PAGE}"' in english.get("/settings").text


def test_the_list_is_narrowed_to_what_failed_or_is_at_work(english: FlaskClient, context: Context) -> None:
    by_state = {state: _job(context, state=state) for state in ("new", "running", "done", "dead", "unknown", "skipped")}
    shown = {"open": {"new", "running"}, "failed": {"dead", "unknown"}, "done": {"done"}, "ended": {"skipped"}}
    for group, states in shown.items():
        page = english.get(f"{PAGE}?state={group}").text
        assert {state for state, job in by_state.items() if job.title in page} == states
        assert f'href="{PAGE}?state={group}" aria-current="page"' in page
    page = english.get(PAGE).text
    assert all(job.title in page for job in by_state.values())
    assert english.get(f"{PAGE}?state=nothing").status_code == 404


def test_a_narrowed_list_stays_narrowed_on_its_next_page_and_after_a_deed(
    english: FlaskClient, context: Context
) -> None:
    jobs = [_job(context, state="dead") for _number in range(51)]
    page = html.unescape(english.get(f"{PAGE}?state=failed").text)
    assert f"{PAGE}?before={jobs[1].id}&state=failed" in page
    again = english.post(f"{PAGE}/{jobs[-1].id}/retry?state=failed")
    assert again.headers["Location"] == f"{PAGE}?state=failed"
    assert jobs[-1].title not in english.get(f"{PAGE}?state=failed").text


def test_a_list_narrowed_to_nothing_says_so(english: FlaskClient) -> None:
    assert "No job is in this state." in english.get(f"{PAGE}?state=failed").text
