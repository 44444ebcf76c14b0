"""What comes in: answers and customers' e-mails come to their records, each once; the rest is nobody's business."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.context import Context, Grants, UserInfo
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.reference import Reference
from core.jobs.models import Job
from core.mailbox import accounts, inbox, writing
from core.mailbox.models import REFUSED, Mail, MailAccount
from core.mailbox.receiving import FETCH, LOOK
from core.notifications.models import Notification
from core.privacy.erasing import erase
from tests.core.mailbox.conftest import PASSWORD, Imap, Office, letter


@pytest.fixture
def office(office: Office, imap: Imap) -> Office:
    """With an account that receives too."""
    office.servers = replace(office.servers, imap_host="127.0.0.1", imap_port=imap.port, imap_security="none")
    office.account()
    return office


def received(office: Office) -> list[Mail]:
    return [one for one in office.mails() if one.direction == "in"]


def notices(office: Office) -> list[str]:
    assert office.context.user is not None
    mine = (Notification.tenant_id == office.context.tenant, Notification.user_id == office.context.user.id)
    return list(office.context.session.scalars(sa.select(Notification.kind).where(*mine)))


def make_administrator(office: Office) -> None:
    """Give Hạnh the role that sees everything."""
    from core.access.models import Role

    assert office.context.user is not None
    role = service.create(office.context, Role, {"name": "Quản trị", "admin": True})
    user = service.get(office.context, User, office.context.user.id)
    service.update(office.context, user, {"roles": [role.id]})
    office.context.session.commit()


def test_an_answer_comes_back_to_the_record_and_its_owner_hears_of_it(office: Office, imap: Imap) -> None:
    make_administrator(office)
    customer = office.customer()
    first = office.write(customer)
    office.work()
    imap.put(letter(In_Reply_To=office.read(first.id).message_id or ""))
    office.fetch()
    (answer,) = received(office)
    assert (answer.subject, answer.body, answer.state) == ("Re: Lịch hẹn", "Được nhé", "received")
    assert (answer.sender, answer.thread_id) == ("Chị Lan <lan@khach.vn>", first.id)
    assert writing.filed_with(answer) == Reference("core.customer", customer.id)
    assert answer.owner_id == office.context.user.id if office.context.user else False
    assert notices(office) == ["email"]
    # … and the conversation goes on.
    letter_back = writing.answer(office.context, answer)
    assert (letter_back.to, letter_back.subject) == ("Chị Lan <lan@khach.vn>", "Re: Lịch hẹn")
    assert "> Được nhé" in letter_back.body


def test_the_conversation_goes_on_by_the_ids_of_both_sides(office: Office, imap: Imap, smtp: Any) -> None:
    make_administrator(office)
    first = office.write(office.customer())
    office.work()
    imap.put(letter(In_Reply_To=office.read(first.id).message_id or ""))
    office.fetch()
    (answer,) = received(office)
    office.write(
        office.customer("Khác", "khac@x.vn"), answers=answer.id, to="lan@khach.vn", about=writing.filed_with(answer)
    )
    office.work()
    second = smtp.taken[-1]
    assert second["In-Reply-To"] == answer.message_id
    assert second["References"].split() == [office.read(first.id).message_id, answer.message_id]


def test_nothing_comes_twice(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    message = letter()
    imap.put(message)
    office.fetch()
    office.fetch()
    imap.put(message)  # delivered once more
    office.fetch()
    # The server made its numbers anew: everything is looked at once more.
    office.context.session.execute(
        sa.update(MailAccount).where(MailAccount.tenant_id == office.context.tenant).values(folder=7)
    )
    office.fetch()
    assert len(received(office)) == 1


def test_what_is_nobodys_business_is_left_alone(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    imap.put(letter(sender="Mẹ <me@gmail.com>"), letter(sender="ngan-hang@bank.vn", In_Reply_To="<la@bank.vn>"))
    office.fetch()
    assert received(office) == []


def test_a_colleagues_customer_is_nobodys_business_either(office: Office, imap: Imap, context: Context) -> None:
    assert office.context.user is not None
    theirs = service.create(context, Customer, {"name": "Của người khác", "email": "lan@khach.vn"})
    theirs.owner_id = None
    context.session.commit()
    imap.put(letter())  # Hạnh has no role at all
    office.fetch()
    assert received(office) == []


def test_a_contact_goes_before_the_customer(office: Office, imap: Imap) -> None:
    make_administrator(office)
    customer = office.customer(email="chung@khach.vn")
    contact = service.create(office.context, Contact, {"name": "Lan", "customer": customer.id, "email": "lan@khach.vn"})
    office.context.session.commit()
    imap.put(letter(subject="Hỏi giá"))
    office.fetch()
    (mail,) = received(office)
    assert (mail.about, mail.customer_id) == (str(Reference("core.contact", contact.id)), customer.id)  # type: ignore[attr-defined] # the link's own column


def test_another_company_hears_nothing(office: Office, imap: Imap, stranger: Context) -> None:
    make_administrator(office)
    service.create(stranger, Customer, {"name": "Lan", "email": "lan@khach.vn"})
    stranger.session.commit()
    imap.put(letter())
    office.fetch()
    assert office.mails() == []
    assert stranger.session.scalars(sa.select(Mail).where(Mail.tenant_id == stranger.tenant)).all() == []


def test_a_password_that_was_changed_stops_the_fetching_and_is_said_once(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    account = accounts.own(office.context)
    assert account is not None
    from core.access.vault import Vault
    from core.mailbox.servers import purpose_of

    account.password = Vault.of(office.settings).seal(purpose_of(account), "cũ")
    imap.put(letter())
    office.fetch()
    office.fetch()
    account = accounts.own(office.context)
    assert account is not None
    assert (account.state, received(office), notices(office)) == (REFUSED, [], ["email"])
    office.account(password=PASSWORD)
    office.fetch()
    assert len(received(office)) == 1


def test_an_account_that_is_off_is_not_looked_into(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    accounts.switch(office.context, on=False)
    imap.put(letter())
    office.fetch()
    assert received(office) == []
    accounts.switch(office.context, on=True)
    office.fetch()
    assert len(received(office)) == 1


def test_whoever_has_left_gets_nothing(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    assert office.context.user is not None
    user = service.get(office.context, User, office.context.user.id)
    user.active = False
    imap.put(letter())
    office.fetch()
    assert office.mails() == []


def test_what_comes_along_is_kept_and_pages_are_made_harmless(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    message = letter()
    message.add_alternative(
        '<p onclick="x()">Được <b>nhé</b></p><script>alert(1)</script><img src="https://theo-doi.vn/1.gif">'
        '<a href="javascript:alert(1)">x</a><a href="https://khach.vn">trang</a><style>p{background:url(//x)}</style>',
        subtype="html",
    )
    message.add_attachment(
        "Hợp đồng".encode(), maintype="application", subtype="octet-stream", filename="../../Hợp đồng.txt"
    )
    message.add_attachment(b"\x89PNG hong", maintype="image", subtype="png", filename="hong.png")
    imap.put(message)
    office.fetch()
    (mail,) = received(office)
    assert mail.html is not None
    assert "<b>nhé</b>" in mail.html
    for bad in ("onclick", "script", "img", "theo-doi", "javascript", "style", "url("):
        assert bad not in mail.html
    assert 'href="https://khach.vn"' in mail.html
    files = writing.files_of(office.context, mail.id)
    assert [one.name for one in files if "ng.txt" in one.name] != []
    assert all("/" not in one.name for one in files)


def test_a_mail_that_is_too_large_is_fetched_in_part(
    office: Office, imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_administrator(office)
    office.customer()
    monkeypatch.setattr(inbox, "LARGEST", 20_000)
    monkeypatch.setattr(inbox, "BEGINNING", 5_000)
    monkeypatch.setattr("core.mailbox.receiving.LARGEST", 20_000)
    imap.put(letter(text="Xin chào " * 5_000))
    office.fetch()
    (mail,) = received(office)
    assert 0 < len(mail.body) < 6_000
    assert mail.remark


def test_many_come_in_order_and_the_mark_moves_past_all(office: Office, imap: Imap) -> None:
    make_administrator(office)
    office.customer()
    imap.put(*(letter(sender="me@gmail.com") for _one in range(3)), letter(subject="A"), letter(subject="B"))
    office.fetch()
    assert [one.subject for one in received(office)] == ["A", "B"]
    account = accounts.own(office.context)
    assert account is not None
    assert (account.folder, account.seen > 0, account.error) != (None, False, "")


def test_the_jobs_of_yesterday_are_forgotten(office: Office) -> None:
    office.fetch()
    office.context.session.execute(
        sa.update(Job).where(Job.tenant_id == office.context.tenant).values(done_at=now().replace(year=2020))
    )
    office.fetch()
    statement = sa.select(sa.func.count()).where(Job.tenant_id == office.context.tenant, Job.topic.in_((LOOK, FETCH)))
    assert office.context.session.scalar(statement) == 2


def test_who_is_erased_leaves_nothing_in_e_mails(office: Office, imap: Imap) -> None:
    make_administrator(office)
    customer = office.customer(name="Chị Lan")
    message = letter(text="Số thẻ 1234")
    message.add_alternative("<p>Số thẻ <b>1234</b></p>", subtype="html")
    message.add_attachment(b"CCCD", maintype="application", subtype="octet-stream", filename="cccd.txt")
    imap.put(message)
    office.fetch()
    erase(office.context, service.get(office.context, Customer, customer.id), typed="Chị Lan", reason="Khách yêu cầu")
    office.context.session.commit()
    (mail,) = received(office)
    assert (mail.body, mail.html, mail.sender, mail.message_id) == ("", None, None, None)
    assert writing.files_of(office.context, mail.id) == []


def test_a_colleague_without_the_right_sees_no_e_mail(office: Office, imap: Imap, context: Context) -> None:
    make_administrator(office)
    customer = office.customer()
    imap.put(letter())
    office.fetch()
    (mail,) = received(office)
    user = service.create(context, User, {"name": "Nam", "email": "nam@anphat.vn"})
    grants = Grants(verbs={"*": dict.fromkeys(("see", "create"), "own")})
    nam = Context(context.session, context.company, context.hooks, context.active, grants, UserInfo(user.id, "Nam", ""))
    with pytest.raises(LookupError):
        service.get(nam, Mail, mail.id)
    with pytest.raises(LookupError):
        writing.subject_of(nam, Reference("core.customer", customer.id))
