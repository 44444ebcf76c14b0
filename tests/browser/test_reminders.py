"""A reminder rings in an open page and arrives by e-mail, once, whatever becomes of the workers, by everybody's clock."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from core.access.models import User
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.i18n import translator
from core.jobs.models import Job
from core.jobs.scheduler import Scheduler
from core.notifications.service import notify
from core.plugin.facade import Hooks
from core.reminders.models import Reminder
from core.reminders.ringing import RING
from core.reminders.service import remind
from core.testing import SECRET
from core.web.events import PLACES, Places
from tests.browser.looks import overflow
from tests.core.jobs.conftest import eventually
from tests.core.mail.conftest import MailServer, mail_server
from tests.core.notifications.conftest import me, speak

__all__ = ["mail_server"]

pytestmark = pytest.mark.browser
_ = translator("core")

SUMMER, WINTER = datetime(2026, 7, 1, 2, 30, tzinfo=UTC), datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(database_url: str, mail_server: MailServer, tmp_path: Path) -> Iterator[Start]:
    """Real workers of an installation whose clock is UTC and whose mail server is ours."""
    environment = {
        **os.environ, "TZ": "UTC", "GHEP_VAR": str(tmp_path), "GHEP_DATABASE_URL": database_url, "GHEP_SECRET_KEY": SECRET,
        "GHEP_REDIS_URL": os.environ["GHEP_TEST_REDIS_URL"], "GHEP_SMTP_URL": mail_server.url, "GHEP_URL": "https://crm.vn",
    }  # fmt: skip
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([str(Path(sys.executable).with_name("ghep")), "worker"], env=environment))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def streams(app: Flask, live_server: str) -> Iterator[None]:
    """The shared server gives streams."""
    del live_server
    app.extensions[PLACES] = Places()
    yield
    app.extensions[PLACES] = Places(0)


@pytest.fixture
def customer(context: Context, make_user: Callable[..., Context]) -> Customer:
    make_user(context)
    made = service.create(context, Customer, {"name": "Công ty Sao Mai"})
    context.session.commit()
    return made


def notices(page: Page) -> list[str]:
    return page.locator(".toast.notice a").all_inner_texts()


@pytest.mark.slow
@pytest.mark.usefixtures("streams")
def test_a_reminder_rings_and_arrives_once_though_its_worker_is_killed_meanwhile(
    context: Context, customer: Customer, make_context: Callable[..., Context], make_user: Callable[..., Context],
    open_page: Callable[..., Page], start_worker: Start, mail_server: MailServer, database: Database, hooks: Hooks,
) -> None:  # fmt: skip
    foreign = make_user(make_context(context.company, name="John Smith"))
    speak(foreign, "en", "America/New_York")
    page = open_page(context)
    expect(page.locator(".bell .pip")).to_be_hidden()
    scheduler = Scheduler(database, hooks)
    worker = start_worker()

    title = _("%(what)s: %(summer)s, %(winter)s", what="Gọi lại", summer=SUMMER, winter=WINTER)
    due = now() + timedelta(seconds=2)
    remind(context, customer, [me(context), me(foreign)], due, bell=True, mail=True, title=title)
    context.session.commit()
    # Whoever holds the person's row keeps the worker in the middle of ringing, where it is killed.
    context.session.execute(sa.select(User.id).where(User.id == me(context)).with_for_update())
    eventually(lambda: "running" in _rings(database, context), meanwhile=scheduler.tick)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    context.session.rollback()
    assert notices(page) == []
    start_worker()
    eventually(lambda: notices(page), meanwhile=scheduler.tick)
    eventually(lambda: len(_mail(mail_server, context, foreign)) == 2, meanwhile=scheduler.tick)
    eventually(lambda: _nothing_left(context), meanwhile=scheduler.tick)

    assert notices(page) == ["Gọi lại: 09:30 01/07/2026, 09:30 01/12/2026"]
    assert _mail(mail_server, context, foreign) == [
        "Gọi lại: 09:30 01/07/2026, 09:30 01/12/2026",
        "Gọi lại: 22:30 30/06/2026, 21:30 30/11/2026",
    ]


def _mail(server: MailServer, *people: Context) -> list[str]:
    """What these people were sent, one after the other; the workers send what other companies left, too."""
    addresses = [person.user.email for person in people if person.user is not None]
    return [message["Subject"] for one in addresses for message in server.taken if message["To"] == one]


def _rings(database: Database, context: Context) -> list[str]:
    """How the jobs stand that ring reminders."""
    with database.session(context.tenant) as session:
        return list(session.scalars(sa.select(Job.state).where(Job.tenant_id == context.tenant, Job.topic == RING)))


def _nothing_left(context: Context) -> bool:
    """Whether every e-mail is sent; the lease of the worker that was killed may take longer."""
    context.session.rollback()
    left = sa.select(sa.func.count()).select_from(Job).where(Job.state == "new", Job.tenant_id == context.tenant)
    return not context.session.scalar(left)


def test_it_rings_in_one_of_two_tabs_and_can_be_put_off(
    context: Context, customer: Customer, open_page: Callable[..., Page]
) -> None:
    assert context.user is not None
    notify(context, [context.user.id], "reminder", "Gọi lại cho khách", body="Hợp đồng bảo trì", record=customer)
    context.session.commit()
    first = open_page(context)
    second = first.context.new_page()
    second.goto("/customers")
    expect(second.locator(".bell .pip")).to_have_text("1")
    expect(first.locator(".bell .pip")).to_have_text("1")
    eventually(lambda: notices(first) + notices(second))
    assert notices(first) + notices(second) == ["Gọi lại cho khách"]
    assert first.title().startswith("(1) ")
    rung = first if notices(first) else second
    rung.get_by_role("button", name="15 phút").click()
    expect(rung.locator(".toast.notice")).to_have_count(0)
    for page in (first, second):
        expect(page.locator(".bell .pip")).to_be_hidden()
    context.session.rollback()
    assert context.session.scalars(sa.select(Reminder.user_id)).all() == [context.user.id]


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_the_bell_is_read_in_its_menu_and_on_its_page(
    context: Context, customer: Customer, open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    assert context.user is not None
    for title in ("Việc một", "Việc hai"):
        notify(context, [context.user.id], "assigned", title, record=customer)
    context.session.commit()
    page = open_page(context, size=size)
    page.get_by_role("button", name="Thông báo: 2 chưa đọc").click()
    menu = page.locator("#bell-menu")
    menu.get_by_role("button", name="Đánh dấu đã đọc: Việc một").click()
    expect(page.locator(".bell .pip")).to_have_text("1")
    menu.get_by_role("link", name="Việc hai").click()
    expect(page.get_by_role("heading", name="Công ty Sao Mai")).to_be_visible()
    expect(page.locator(".bell .pip")).to_be_hidden()
    for path in ("/notifications", "/account/notifications"):
        page.goto(path)
        assert not overflow(page)
