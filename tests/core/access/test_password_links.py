"""Links by which people set their password."""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.access import password_links, tickets
from core.access.attempts import TooManyAttemptsError
from core.access.keys import read_key
from core.access.login import Gate, SignedIn, sessions
from core.access.models import User
from core.access.passwords import PasswordError
from core.access.sign_in_models import Ticket
from core.context import Context, ForbiddenError, Grants
from core.db.base import now
from core.db.database import Database
from core.entity.errors import MissingError
from core.entity.tables import Change
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.settings import Settings
from tests.core.access.conftest import PASSWORD, Person

LINK = re.compile(r"https://\S+/set-password/(\S+)")
NEW = "mật khẩu mới của Lan"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, secret_key="bí mật", url="https://crm.vn", domain="crm.vn")


@pytest.fixture
def ask(context: Context, gate: Gate) -> Callable[[str], None]:
    """Say that one forgot the password of an address."""

    def go(email: str) -> None:
        password_links.ask(context, email, gate=gate, address="192.0.2.7")
        context.session.commit()

    return go


@pytest.fixture
def post(database: Database, context: Context, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """Let the worker send what there is; all that was sent so far."""

    def go() -> list[EmailMessage]:
        context.session.commit()
        Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=30)
        paths = sorted((settings.var / "mail").glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    return go


@pytest.fixture
def link(person: Person, ask: Callable[[str], None], post: Callable[[], list[EmailMessage]]) -> str:
    """The key of a link that was sent."""
    ask(person.email)
    return key_of(post()[-1])


def key_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    found = LINK.search(body.get_content())
    assert found, body.get_content()
    return found[1]


def test_a_link_is_sent_to_whoever_asked(
    context: Context, person: Person, ask: Callable[[str], None], post: Callable[[], list[EmailMessage]]
) -> None:
    ask(" LAN@example.com ")
    (message,) = post()
    assert message["To"] == person.email
    assert f"https://{context.company.slug}.crm.vn/set-password/" in message.as_string().replace("=\n", "")


@pytest.mark.parametrize("email", ["mai@example.com", "", "lan", "x" * 5000, "\ud800@x.vn", "a\0b@example.com"])
def test_to_nobody_else(
    person: Person, ask: Callable[[str], None], post: Callable[[], list[EmailMessage]], email: str
) -> None:
    ask(email)
    assert post() == []


def test_who_may_not_sign_in_gets_none(
    context: Context, person: Person, ask: Callable[[str], None], post: Callable[[], list[EmailMessage]]
) -> None:
    ask(person.email)
    context.session.execute(sa.text("UPDATE core_user SET active = false WHERE password_hash IS NOT NULL"))
    assert post() == []


def test_nobodys_mailbox_can_be_filled(ask: Callable[[str], None], person: Person) -> None:
    for email in (person.email, "mai@example.com"):
        for _time in range(3):
            ask(email)
        with pytest.raises(TooManyAttemptsError):
            ask(email.upper())


def test_the_key_is_in_the_message_and_nowhere_else(context: Context, link: str) -> None:
    found = read_key(link)
    assert found is not None
    assert context.session.scalars(sa.select(Ticket.key_hash)).one() == found.digest
    for job in context.session.scalars(sa.select(Job)):
        assert link not in f"{job.payload} {job.result} {job.cursor} {job.title}"


def test_by_it_a_password_is_set_and_every_session_ends(
    context: Context, gate: Gate, person: Person, link: str, enter: Callable[..., SignedIn]
) -> None:
    enter()
    before = context.user
    assert password_links.set_by_link(context, link, NEW, gate=gate)
    context.session.commit()
    context.user = before
    assert sessions(context, person.id) == []
    assert enter(password=NEW)
    line = context.session.scalars(sa.select(Change).where(Change.action == "password")).one()
    assert (line.record_id, line.user_id) == (person.id, person.id)


def test_it_works_once_and_voids_those_before(
    context: Context, gate: Gate, person: Person, link: str, ask: Callable[[str], None], post: Callable[[], object]
) -> None:
    older = tickets.issue(context.session, person.id, tickets.PASSWORD, password_links.RESET_LASTS)
    assert password_links.set_by_link(context, link, NEW, gate=gate)
    context.session.commit()
    for key in (link, older):
        assert not password_links.set_by_link(context, key, "một mật khẩu khác", gate=gate)


def test_a_password_that_is_none_leaves_the_link_good(context: Context, gate: Gate, link: str) -> None:
    with pytest.raises(PasswordError):
        password_links.set_by_link(context, link, "ngắn", gate=gate)
    assert password_links.set_by_link(context, link, NEW, gate=gate)


def test_it_is_good_for_an_hour(context: Context, gate: Gate, link: str) -> None:
    ends = context.session.scalars(sa.select(Ticket.expires_at)).one()
    assert ends <= now() + password_links.RESET_LASTS
    context.session.execute(sa.update(Ticket).values(expires_at=now()))
    assert password_links.holder(context, link) is None
    assert not password_links.set_by_link(context, link, NEW, gate=gate)
    assert tickets.forget_expired(context) == 1


def test_another_companys_link_opens_nothing(stranger: Context, gate: Gate, link: str, context: Context) -> None:
    for key in (link, link.replace(f"{context.tenant}.", f"{stranger.tenant}.", 1)):
        assert password_links.holder(stranger, key) is None
        assert not password_links.set_by_link(stranger, key, NEW, gate=gate)


def test_a_code_ticket_sets_no_password(context: Context, gate: Gate, person: Person) -> None:
    key = tickets.issue(context.session, person.id, tickets.CODE, password_links.RESET_LASTS)
    assert not password_links.set_by_link(context, key, NEW, gate=gate)


def test_who_locked_themselves_out_may_sign_in_at_once(
    context: Context, gate: Gate, link: str, enter: Callable[..., SignedIn]
) -> None:
    for _time in range(10):
        with pytest.raises(PermissionError):
            enter(password="sai rồi nhé")
    with pytest.raises(TooManyAttemptsError):
        enter()
    assert password_links.set_by_link(context, link, NEW, gate=gate)
    context.session.commit()
    assert enter(password=NEW)


def test_an_invitation_is_an_administrators_to_send(
    context: Context, person: Person, post: Callable[[], list[EmailMessage]], stranger: Context
) -> None:
    assert password_links.invite(context, person.id) == person.email
    (message,) = post()
    assert password_links.holder(context, key_of(message)) is not None
    with pytest.raises(MissingError):
        password_links.invite(stranger, person.id)
    context.grants = Grants(verbs={"*": {"see": "all", "edit": "all"}, "core.user": {"see": "all"}})
    with pytest.raises(ForbiddenError):
        password_links.invite(context, person.id)


def test_it_is_written_in_the_persons_own_language(
    context: Context, person: Person, ask: Callable[[str], None], post: Callable[[], list[EmailMessage]]
) -> None:
    context.session.execute(sa.update(User).where(User.id == person.id).values(locale="en"))
    ask(person.email)
    assert "A new password for" in post()[0]["Subject"]


def test_links_do_not_follow_the_host_of_a_request(settings: Settings) -> None:
    assert replace(settings, url="https://khac.vn").address_of("anphat") == "https://khac.vn"
    assert PASSWORD not in settings.address_of("anphat")
