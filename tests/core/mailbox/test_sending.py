"""An e-mail goes out once, by the person's own account, with what belongs to it; what became of it stands with it."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.entity.reference import Reference
from core.files.service import store
from core.files.storage import storage_of
from core.jobs import service as jobs
from core.jobs.models import Job
from core.mailbox import accounts, writing
from core.mailbox.actions import email_actions
from core.mailbox.models import REFUSED, MailAccount
from core.mailbox.sending import SEND, queue
from core.mailbox.writing import Letter
from core.messages.models import MessageTemplate
from core.testing.web import ApiClient
from tests.core.mailbox.conftest import PASSWORD, Office, Smtp


def body_of(message: Any, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_it_goes_out_from_ones_own_address_and_stands_with_the_customer(office: Office, smtp: Smtp) -> None:
    office.account()
    customer = office.customer()
    mail = office.write(customer, cc="Sếp <sep@anphat.vn>")
    assert office.read(mail.id).state == "queued"
    office.work()
    (message,) = smtp.taken
    assert (message["From"], message["To"], message["Cc"]) == (
        "Hạnh – An Phát <hanh@anphat.vn>", "lan@khach.vn", "Sếp <sep@anphat.vn>",
    )  # fmt: skip
    assert (message["Subject"], message["Auto-Submitted"]) == ("Lịch hẹn", None)
    assert body_of(message).splitlines() == ["Chào chị,", "", "Hẹn 9 giờ."]
    sent = office.read(mail.id)
    assert (sent.state, sent.remark) == ("sent", None)
    assert writing.filed_with(sent) == Reference("core.customer", customer.id)
    assert (message["Message-ID"], sent.sent_at is not None) == (sent.message_id, True)
    office.work()
    assert len(smtp.taken) == 1


def test_without_an_account_it_goes_through_the_companys_server(office: Office, smtp: Smtp) -> None:
    mail = office.write(office.customer())
    url = f"smtp://ai:{PASSWORD}@127.0.0.1:{smtp.port}"
    office.work(replace(office.settings, smtp_url=url, mail_from="An Phát <hello@anphat.vn>"))
    (message,) = smtp.taken
    assert (message["From"], message["Reply-To"]) == ("An Phát <hello@anphat.vn>", "hanh@anphat.vn")
    assert office.read(mail.id).state == "sent"


def test_what_was_attached_goes_along_and_is_seen_with_the_e_mail(office: Office, smtp: Smtp) -> None:
    office.account()
    customer, storage = office.customer(), storage_of(office.settings)
    file = store(office.context, storage, io.BytesIO("Báo giá".encode()), "Báo giá.txt")
    mail = office.write(customer, files=[file.id])
    office.work()
    (attached,) = smtp.taken[0].iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("Báo giá.txt", "Báo giá".encode())
    assert [one.id for one in writing.files_of(office.context, mail.id)] == [file.id]


def test_files_of_others_do_not_go_along(office: Office, context: Context, smtp: Smtp) -> None:
    office.account()
    theirs = store(context, storage_of(office.settings), io.BytesIO(b"mat"), "mat.txt")
    office.write(office.customer(), files=[theirs.id])
    office.work()
    assert list(smtp.taken[0].iter_attachments()) == []


def test_a_template_is_filled_in_and_keeps_its_formatting_while_nobody_changes_it(office: Office, smtp: Smtp) -> None:
    office.account()
    customer = office.customer("Chị Lan")
    template = service.create(
        office.context, MessageTemplate,
        {"name": "Nhắc hẹn", "subject": "Nhắc {{ record.name }}", "body": "<p>Chào <b>{{ record.name }}</b></p>"},
    )  # fmt: skip
    letter = replace(writing.begin(office.context, customer), template=template.id)
    letter = writing.filled(office.context, letter)
    assert (letter.subject, letter.body.splitlines()[0]) == ("Nhắc Chị Lan", "Chào Chị Lan")
    assert letter.body.endswith("-- \nHạnh\nAn Phát")
    for changed in (letter, replace(letter, body=letter.body + "\nThêm")):
        queue(office.context, office.settings, writing.write(office.context, changed).id)
        office.work()
    first, second = smtp.taken
    assert "<b>Chị Lan</b>" in body_of(first, "html")
    assert "<b>" not in body_of(second, "html")


def test_who_is_marked_do_not_contact_is_not_written_to(office: Office, smtp: Smtp) -> None:
    office.account()
    marked = office.customer("Anh Nam", "nam@khach.vn", do_not_contact=["email"])
    with pytest.raises(InvalidError):
        office.write(marked)
    office.context.session.rollback()
    with pytest.raises(InvalidError):
        office.write(office.customer(), cc="nam@khach.vn")
    office.context.session.rollback()
    # Whoever is marked after it was written is asked once more before it goes.
    lan = office.customer("Chị Lan", "lan2@khach.vn")
    mail = office.write(lan)
    service.update(office.context, service.get(office.context, type(lan), lan.id), {"do_not_contact": ["any"]})
    office.work()
    late = office.read(mail.id)
    assert (late.state, bool(late.remark), smtp.taken) == ("failed", True, [])


def test_without_consent_there_is_no_marketing(office: Office) -> None:
    with pytest.raises(InvalidError):
        office.write(office.customer(), purpose="marketing")


def test_a_wrong_password_stops_at_once_and_says_so(office: Office, smtp: Smtp) -> None:
    office.account()
    mail = office.write(office.customer())
    smtp.password = "đã đổi"
    office.work()
    failed, account = office.read(mail.id), accounts.own(office.context)
    assert account is not None
    assert (failed.state, account.state, smtp.taken) == ("failed", REFUSED, [])
    assert "hanh@anphat.vn" in account.error
    # With the new password typed, it goes out once more.
    smtp.password = "mat-khau-moi"
    office.account(password="mat-khau-moi")
    queue(office.context, office.settings, mail.id)
    office.work()
    assert (office.read(mail.id).state, len(smtp.taken)) == ("sent", 1)


def test_an_account_that_was_switched_off_meanwhile_sends_nothing(office: Office, smtp: Smtp) -> None:
    office.account()
    mail = office.write(office.customer())
    accounts.switch(office.context, on=False)
    office.work()
    assert (office.read(mail.id).state, smtp.taken) == ("failed", [])


def test_where_nobody_says_whether_it_was_taken_it_is_not_sent_again(office: Office, smtp: Smtp) -> None:
    office.account()
    mail = office.write(office.customer())
    smtp.hangs_up = True
    office.work()
    unknown = office.read(mail.id)
    assert (unknown.state, bool(unknown.remark), len(smtp.taken)) == ("unknown", True, 1)
    office.work()
    assert len(smtp.taken) == 1
    # Somebody looked there, and decides that it shall go once more.
    smtp.hangs_up = False
    queue(office.context, office.settings, mail.id)
    office.work()
    assert office.read(mail.id).state == "sent"


def test_a_server_that_takes_nobody_ends_it_and_one_that_is_busy_is_asked_again(office: Office, smtp: Smtp) -> None:
    office.account()
    smtp.refuses = frozenset({"lan@khach.vn"})
    mail = office.write(office.customer())
    office.work()
    assert office.read(mail.id).state == "failed"
    smtp.refuses, smtp.answer = frozenset(), "451 later"
    other = office.write(office.customer("Mai", "mai@khach.vn"))
    office.work()
    waiting = office.read(other.id)
    assert (waiting.state, "451" in (waiting.remark or "")) == ("queued", True)


def test_addresses_that_were_not_taken_are_named(office: Office, smtp: Smtp) -> None:
    office.account()
    smtp.refuses = frozenset({"sep@anphat.vn"})
    mail = office.write(office.customer(), cc="sep@anphat.vn")
    office.work()
    sent = office.read(mail.id)
    assert (sent.state, "sep@anphat.vn" in (sent.remark or "")) == ("sent", True)


def test_a_draft_is_sent_once_however_often_it_is_asked_for(office: Office, smtp: Smtp) -> None:
    office.account()
    mail = office.write(office.customer())
    with pytest.raises(InvalidError):
        queue(office.context, office.settings, mail.id)
    office.work()
    with pytest.raises(InvalidError):
        queue(office.context, office.settings, mail.id)
    with pytest.raises(InvalidError):
        service.update(office.context, office.read(mail.id), {"body": "Khác"})
    office.context.session.rollback()
    assert len(smtp.taken) == 1


def test_nothing_is_written_from_what_one_does_not_see(office: Office, stranger: Context) -> None:
    theirs = service.create(stranger, Customer, {"name": "Lạ"})
    stranger.session.commit()
    with pytest.raises(MissingError):
        writing.subject_of(office.context, Reference("core.customer", theirs.id))
    with pytest.raises(InvalidError):
        writing.write(
            office.context, Letter(to="a@b.vn", subject="A", body="B", about=Reference("core.customer", theirs.id))
        )


def test_a_job_holds_nothing_of_what_was_written(office: Office) -> None:
    office.account()
    office.write(office.customer())
    payload = office.context.session.scalar(
        sa.select(Job.payload).where(Job.tenant_id == office.context.tenant, Job.topic == SEND)
    )
    assert set(payload or {}) == {"mail"}


def test_the_password_is_sealed_and_shown_to_no_other_server(office: Office) -> None:
    office.account()
    account = accounts.own(office.context)
    assert account is not None
    assert PASSWORD.encode() not in account.password
    elsewhere = replace(office.servers, password="", smtp_host="smtp.ke-trom.vn")
    with pytest.raises(InvalidError) as refused:
        accounts.save(office.context, office.settings, elsewhere)
    assert "password" in refused.value.errors
    office.context.session.rollback()
    office.account(password="", name="Hạnh")
    kept = office.context.session.scalars(
        sa.select(MailAccount).where(MailAccount.tenant_id == office.context.tenant)
    ).one()
    assert kept.name == "Hạnh"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"smtp_host": "127.0.0.1", "smtp_port": 1}, ""),
        ({"smtp_host": "khong-co.invalid"}, ""),
        ({"smtp_host": "mail example"}, "smtp_host"),
        ({"smtp_port": 0}, "smtp_port"),
        ({"smtp_security": "starttls"}, ""),
        ({"smtp_security": "rot13"}, "smtp_security"),
        ({"address": "hanh"}, "address"),
        ({"password": "sai"}, "password"),
        ({"password": "mật khẩu có dấu"}, "password"),
    ],
)
def test_an_account_is_tried_out_before_it_is_kept(office: Office, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidError) as refused:
        office.account(**changes)
    assert list(refused.value.errors) == [named]
    assert accounts.own(office.context) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "192.168.1.1", "0.0.0.0"])
def test_servers_inside_a_network_are_not_reached(office: Office, host: str) -> None:
    closed = replace(office.settings, mail_allow=())
    with pytest.raises(InvalidError) as refused:
        accounts.save(
            office.context, closed, replace(office.servers, smtp_host=host, smtp_security="tls", smtp_port=465)
        )
    assert "mạng" in str(refused.value.errors[""][0]) or "network" in str(refused.value.errors[""][0])


def test_one_whose_job_was_cancelled_says_so_and_can_be_sent_all_the_same(office: Office, smtp: Smtp) -> None:
    office.account()
    mail = office.write(office.customer())
    job = office.context.session.scalars(sa.select(Job.id).where(Job.tenant_id == office.context.tenant, Job.topic == SEND)).one()  # fmt: skip
    assert jobs.cancel(office.context, job)
    assert (office.read(mail.id).state, smtp.taken) == ("queued", []), (
        "of a transaction that was rolled back nothing is left"
    )
    assert jobs.cancel(office.context, job)
    office.work()
    assert office.read(mail.id).state == "cancelled"
    assert office.read(mail.id).remark
    assert smtp.taken == []
    assert [one.name for one in email_actions(office.context, office.read(mail.id))] == ["send"]
    queue(office.context, office.settings, mail.id)
    office.work()
    assert (office.read(mail.id).state, len(smtp.taken)) == ("sent", 1)


def test_a_program_sends_one_from_a_record(
    office: Office, smtp: Smtp, make_api: Callable[..., ApiClient], stranger: Context
) -> None:
    customer, foreign = office.customer(), service.create(stranger, Customer, {"name": "Lạ", "email": "la@khach.vn"})
    stranger.session.commit()
    office.account()
    api, said = make_api(office.context), {"entity": "core.customer", "record": str(customer.id)}
    answer = api.post("/api/v1/emails/send", json={**said, "subject": "Báo giá", "body": "Chào chị"})
    assert (answer.status_code, answer.get_json()["state"]) == (201, "queued")
    again = {**said, "subject": "Báo giá", "body": "Chào chị"}
    keyed = [api.post("/api/v1/emails/send", json=again, headers={"Idempotency-Key": "k1"}) for _time in (1, 2)]
    assert keyed[0].get_json() == keyed[1].get_json()
    wrong = api.post("/api/v1/emails/send", json=said)
    assert (wrong.status_code, sorted(wrong.get_json()["errors"])) == (422, ["body", "subject"])
    assert api.post("/api/v1/emails/send", json={**again, "to": "không phải địa chỉ"}).status_code == 422
    assert api.post("/api/v1/emails/send", json={**again, "record": str(foreign.id)}).status_code == 404
    office.context.session.rollback()
    office.work()
    assert [message["To"] for message in smtp.taken] == ["lan@khach.vn", "lan@khach.vn"]
