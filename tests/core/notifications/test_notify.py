"""Who is told what: those who may see the record, once, in their own language, as they chose."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.i18n import translator, use_locale
from core.jobs.models import Job
from core.notifications.models import Notification
from core.notifications.preferences import Preferences, prefer
from core.notifications.service import LETTER, notify
from tests.core.bulk.conftest import counted
from tests.core.mail.conftest import MailServer
from tests.core.notifications.conftest import Staff, me, speak, told

_ = translator("core")


def test_people_are_told_when_the_change_is_committed(context: Context, staff: Staff) -> None:
    customer = staff.customer()
    notify(context, [me(staff.an), me(staff.binh)], "assigned", "Gọi lại", body="Trước trưa", record=customer)
    assert told(staff.an) == []
    context.session.commit()
    (one,) = told(staff.an)
    assert (str(one.title), one.body, one.url, one.read) == (
        "Gọi lại",
        "Trước trưa",
        f"/customers/{customer.id}",
        False,
    )
    assert [str(one.title) for one in told(staff.binh)] == ["Gọi lại"]


def test_nobody_is_told_of_a_record_they_may_not_see(context: Context, staff: Staff, stranger: Context) -> None:
    hidden = service.create(staff.binh, Customer, {"name": "Khách của Bình"})
    staff.binh.session.commit()
    everybody = [me(staff.an), me(staff.binh), me(stranger), uuid4()]
    notify(context, everybody, "mentioned", "Khách của Bình", record=hidden)
    context.session.commit()
    assert [len(told(one)) for one in (staff.an, staff.binh, stranger)] == [0, 1, 0]


def test_nobody_is_told_of_a_deleted_record_nor_who_has_left(context: Context, staff: Staff) -> None:
    customer, deleted = staff.customer(), staff.customer("Đã xóa")
    service.delete(staff.an, [deleted])
    staff.an.session.commit()
    notify(context, [me(staff.an)], "assigned", "Đã xóa", record=deleted)
    context.session.execute(sa.update(User).where(User.id == me(staff.an)).values(active=False))
    notify(context, [me(staff.an)], "assigned", "Đã nghỉ", record=customer)
    context.session.commit()
    assert told(staff.an) == []


def test_each_reads_it_in_their_own_language_and_by_their_own_clock(context: Context, staff: Staff) -> None:
    speak(staff.binh, "en", "Europe/Paris")
    moment = datetime(2026, 7, 1, 2, 30, tzinfo=UTC)
    title = _("%(what)s: %(when)s", what=_("Reminders"), when=moment)
    notify(context, [me(staff.an), me(staff.binh)], "reminder", title, url="/")
    context.session.commit()
    with use_locale("vi"):
        assert str(told(staff.an)[0].title) == "Nhắc nhở: 09:30 01/07/2026"
    with use_locale("en"):
        assert str(told(staff.binh)[0].title) == "Reminders: 04:30 01/07/2026"


def test_a_second_notification_of_one_key_does_nothing(context: Context, staff: Staff) -> None:
    for _time in range(2):
        notify(context, [me(staff.an)], "automation", "Một lần", url="/", dedupe_key="rule:1")
        context.session.commit()
    notify(context, [me(staff.binh)], "automation", "Một lần", url="/", dedupe_key="rule:1")
    context.session.commit()
    assert [len(told(one)) for one in (staff.an, staff.binh)] == [1, 1]


def test_many_people_cost_no_more_than_one(context: Context, staff: Staff) -> None:
    customer = staff.customer()
    context.session.add_all(
        User(name=f"Người {number}", email=f"{number}@example.com", version=1) for number in range(20)
    )
    context.session.commit()
    crowd = context.session.scalars(sa.select(User.id)).all()
    assert customer.title  # read again after the commit
    with counted(context.session) as one:
        notify(context, [me(staff.an)], "assigned", "Một", record=customer)
    with counted(context.session) as many:
        notify(context, crowd, "assigned", "Nhiều", record=customer)
    assert len(many) == len(one) <= 4


@pytest.mark.parametrize(("ways", "bells", "mails"), [("bell", 1, 0), ("mail", 0, 1), ("bell mail", 1, 1), ("", 0, 0)])
def test_everybody_chooses_bell_and_mail_for_each_kind(
    context: Context, staff: Staff, work: Callable[[], int], mail_server: MailServer, ways: str, bells: int, mails: int
) -> None:
    prefer(staff.an, Preferences(kinds={"assigned": frozenset(ways.split())}))
    staff.an.session.commit()
    notify(context, [me(staff.an)], "assigned", "Việc mới", record=staff.customer())
    context.session.commit()
    work()
    assert (len(told(staff.an)), len(mail_server.taken)) == (bells, mails)


def test_an_e_mail_speaks_its_readers_language_and_tells_where_to_switch_it_off(
    context: Context, staff: Staff, work: Callable[[], int], mail_server: MailServer
) -> None:
    both = Preferences(kinds={"assigned": frozenset(("bell", "mail"))})
    for person, locale in ((staff.an, "vi"), (staff.binh, "en")):
        speak(person, locale)
        prefer(person, both)
        person.session.commit()
    customer = staff.customer()
    notify(context, [me(staff.an), me(staff.binh)], "assigned", _("Work for you"), body="Sao Mai", record=customer)
    context.session.commit()
    work()
    found = {message["To"]: message for message in mail_server.taken}
    assert staff.an.user is not None
    assert staff.binh.user is not None
    ours, theirs = found[staff.an.user.email], found[staff.binh.user.email]
    assert (ours["Subject"], theirs["Subject"]) == ("Việc dành cho bạn", "Work for you")
    plain = ours.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert f"/customers/{customer.id}" in text
    assert ours["List-Unsubscribe"] == f"<https://{context.company.slug}.crm.vn/account/notifications>"


def test_no_e_mail_goes_to_whom_the_record_was_hidden_from_meanwhile(
    context: Context, staff: Staff, work: Callable[[], int], mail_server: MailServer
) -> None:
    prefer(staff.an, Preferences(kinds={"assigned": frozenset(("mail",))}))
    customer = staff.customer()
    notify(context, [me(staff.an)], "assigned", "Việc mới", record=customer)
    context.session.commit()
    context.session.execute(
        sa.update(Customer).where(Customer.tenant_id == context.tenant).values(owner_id=me(staff.binh))
    )
    context.session.commit()
    work()
    assert mail_server.taken == []
    assert context.session.scalars(sa.select(Job.state).where(Job.topic == LETTER)).all() == ["done"]


def test_a_plugin_that_is_off_leaves_its_old_notifications_readable(context: Context, staff: Staff) -> None:
    row = Notification(
        user_id=me(staff.an), kind="gone_kind", title={"text": "Chuyện cũ"}, entity="gone.thing", record_id=uuid4()
    )
    context.session.add(row)
    context.session.commit()
    (one,) = told(staff.an)
    assert (str(one.title), one.url) == ("Chuyện cũ", "")
