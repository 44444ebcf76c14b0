"""The outbox: what is sent, when, to whom, and what becomes of it when the server is not there or does not say."""

import socket
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from core.app import make_platform
from core.context import Context
from core.entity.errors import InvalidError
from core.jobs.models import Job
from core.mail.message import compose
from core.mail.outbox import MOST, SEND, send_mail
from core.mail.transport import read_address
from core.settings import Settings, SettingsError
from tests.core.mail.conftest import MailServer

Work = Callable[[Settings], int]


def the_job(context: Context) -> Job:
    context.session.rollback()
    return context.session.execute(
        sa.select(Job).where(Job.topic == SEND).execution_options(populate_existing=True)
    ).scalar_one()


def test_a_message_arrives_as_it_was_written(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    send_mail(context, ["lan@example.com", "Mai@Example.com"], "Lịch hẹn ngày mai", "Chào chị Lan,\n\nHẹn 9 giờ.")
    work(replace(settings, smtp_url=mail_server.url, mail_from="An Phát <hello@anphat.vn>"))
    (message,) = mail_server.taken
    assert message["To"] == "lan@example.com, mai@example.com"
    assert (message["From"], message["Subject"]) == ("An Phát <hello@anphat.vn>", "Lịch hẹn ngày mai")
    assert message["Message-ID"].endswith("@crm.vn>")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Chào chị Lan,", "", "Hẹn 9 giờ."]
    assert the_job(context).state == "done"


def test_nothing_is_sent_before_the_change_is_committed(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    send_mail(context, "lan@example.com", "A", "B")
    context.session.rollback()
    work(replace(settings, smtp_url=mail_server.url))
    assert mail_server.taken == []


def test_a_server_that_is_away_loses_nothing(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"smtp://127.0.0.1:{nobody.getsockname()[1]}"
        send_mail(context, "lan@example.com", "A", "B")
        work(replace(settings, smtp_url=away))
    job = the_job(context)
    assert (job.state, job.attempts) == ("new", 1)
    assert "cannot be used" in job.last_error
    context.session.execute(sa.update(Job).values(available_at=sa.func.now()))
    work(replace(settings, smtp_url=mail_server.url))
    assert len(mail_server.taken) == 1


def test_who_is_refused_is_tried_again_and_told(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    mail_server.mood = "refuses"
    send_mail(context, "lan@example.com", "A", "B")
    work(replace(settings, smtp_url=mail_server.url))
    job = the_job(context)
    assert job.state == "new"
    assert "nobody here" in job.last_error


def test_what_may_have_arrived_is_not_sent_twice(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    mail_server.mood = "hangs up"
    send_mail(context, "lan@example.com", "A", "B")
    installation = replace(settings, smtp_url=mail_server.url)
    work(installation)
    assert the_job(context).state == "unknown"
    work(installation)
    assert len(mail_server.taken) == 1


def test_without_a_server_messages_are_put_aside_and_the_log_says_so(
    context: Context, work: Work, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    send_mail(context, "lan@example.com", "Lịch hẹn", "Chào chị.")
    work(settings)
    (path,) = (settings.var / "mail").glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("lan@example.com", "Lịch hẹn")
    assert path.stat().st_mode & 0o077 == 0
    assert any("GHEP_SMTP_URL is not set" in one.getMessage() for one in caplog.records)


@pytest.mark.parametrize("to", ["", "lan", "a@b", "lan@example.com\nBcc: mai@example.com", "a,b@example.com, c@d.vn"])
def test_what_is_no_address_is_refused_at_once(context: Context, to: str) -> None:
    with pytest.raises(InvalidError) as error:
        send_mail(context, to, "A", "B")
    assert set(error.value.errors) == {"to"}


def test_a_message_is_no_campaign(context: Context) -> None:
    for addresses in ([], [f"a{n}@example.com" for n in range(MOST + 1)]):
        with pytest.raises(InvalidError):
            send_mail(context, addresses, "A", "B")


def test_no_text_becomes_a_header(settings: Settings) -> None:
    subject = "Chào\r\nBcc: mai@example.com\r\n\r\nthân"
    hostile = replace(settings, mail_from="Kẻ gian\r\nBcc: x@example.com <a@example.com>")
    message = message_from_bytes(compose(hostile, ["lan@example.com"], subject, "B").as_bytes(), policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Chào Bcc: mai@example.com thân"


def test_text_is_text_in_html_too_and_an_address_a_link(settings: Settings) -> None:
    message = compose(settings, ["lan@example.com"], "A", "<b>Lan</b>\nhttps://crm.vn/x?a=1&b=2\n\nHết")
    body = message.get_body(("html",))
    assert body is not None
    assert "<p>&lt;b&gt;Lan&lt;/b&gt;<br>" in body.get_content()
    assert '<a href="https://crm.vn/x?a=1&amp;b=2">' in body.get_content()


def test_a_password_is_not_sent_where_others_may_listen(
    context: Context, work: Work, settings: Settings, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.mail.transport._is_near", lambda _host: False)
    send_mail(context, "lan@example.com", "A", "B")
    work(replace(settings, smtp_url=f"smtp://lan:bimat@127.0.0.1:{mail_server.port}"))
    assert not any(one.startswith("AUTH") for one in mail_server.said)
    assert "encryption" in the_job(context).last_error


def test_on_this_machine_it_is(context: Context, work: Work, settings: Settings, mail_server: MailServer) -> None:
    send_mail(context, "lan@example.com", "A", "B")
    work(replace(settings, smtp_url=f"smtp://lan%40x:b%20i@127.0.0.1:{mail_server.port}"))
    assert any(one.startswith("AUTH PLAIN") for one in mail_server.said)
    assert len(mail_server.taken) == 1


def test_a_password_no_server_can_take_is_told(
    context: Context, work: Work, settings: Settings, mail_server: MailServer
) -> None:
    send_mail(context, "lan@example.com", "A", "B")
    work(replace(settings, smtp_url=f"smtp://lan:b%C3%AD@127.0.0.1:{mail_server.port}"))
    assert "cannot be used" in the_job(context).last_error


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://x:99999"])
def test_an_address_of_no_mail_server_is_refused_in_words(url: str) -> None:
    with pytest.raises(SettingsError, match="GHEP_SMTP_URL"):
        read_address(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "http://anphat.crm.vn:8000"),
        ("https://crm.vn", "https://anphat.crm.vn"),
        ("https://crm.vn:8443", "https://anphat.crm.vn:8443"),
        ("https://khac.vn", "https://khac.vn"),
    ],
)
def test_links_lead_where_the_company_answers(settings: Settings, url: str, expected: str) -> None:
    assert replace(settings, url=url).address_of("anphat") == expected


def test_an_installation_with_such_an_address_does_not_start(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="GHEP_SMTP_URL"):
        make_platform(replace(settings, smtp_url="mail.example.com"))
