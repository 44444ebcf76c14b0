"""A reminder rings once, at its moment, for whoever sees the record by then; it moves and goes with the record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.notifications.models import Notification
from core.notifications.preferences import Preferences, prefer
from core.reminders.models import Reminder
from core.reminders.service import Plan, forget, remind, remind_many, snooze
from tests.core.mail.conftest import MailServer
from tests.core.notifications.conftest import Staff, me, told

Pass = Callable[..., None]


def plan(staff: Staff, customer: Customer, *, bell: bool = True, mail: bool = False, minutes: float = 15) -> None:
    """Remind An of a customer, committed."""
    at = now() + timedelta(minutes=minutes)
    remind(staff.an, customer, [me(staff.an)], at, bell=bell, mail=mail, title=f"Gọi {customer.name}")
    staff.an.session.commit()


def waiting(context: Context) -> int:
    context.session.rollback()
    return context.session.execute(sa.select(sa.func.count()).select_from(Reminder)).scalar_one()


def test_it_rings_at_its_moment_and_once(context: Context, staff: Staff, pass_time: Pass) -> None:
    customer = staff.customer()
    plan(staff, customer)
    pass_time(minutes=14)
    assert told(staff.an) == []
    for _time in range(3):
        pass_time(minutes=2)
    (one,) = told(staff.an)
    assert (one.kind, str(one.title), one.url) == ("reminder", "Gọi Công ty Sao Mai", f"/customers/{customer.id}")
    assert waiting(context) == 0


@pytest.mark.parametrize(("bell", "mail"), [(True, False), (False, True), (True, True)])
def test_it_rings_by_bell_mail_or_both(
    staff: Staff, pass_time: Pass, mail_server: MailServer, bell: bool, mail: bool
) -> None:
    plan(staff, staff.customer(), bell=bell, mail=mail)
    pass_time(minutes=16)
    assert (len(told(staff.an)), len(mail_server.taken)) == (bell, mail)


def test_a_persons_own_choice_is_the_limit_but_loses_no_reminder(
    staff: Staff, pass_time: Pass, mail_server: MailServer
) -> None:
    prefer(staff.an, Preferences(kinds={"reminder": frozenset(("bell",))}))
    plan(staff, staff.customer("Cả hai"), mail=True)
    plan(staff, staff.customer("Chỉ thư"), bell=False, mail=True)
    pass_time(minutes=16)
    assert (len(told(staff.an)), len(mail_server.taken)) == (2, 0)


def test_planning_again_takes_the_place_of_what_was_planned(context: Context, staff: Staff, pass_time: Pass) -> None:
    customer, other = staff.customer(), staff.customer("Khác")
    plan(staff, customer)
    plan(staff, other)
    remind(
        staff.an, customer, [me(staff.an)], now() + timedelta(days=1), bell=True, mail=False, title="Một lần", name=None
    )
    staff.an.session.commit()
    plan(staff, customer, minutes=60)
    assert waiting(context) == 3
    pass_time(minutes=16)
    assert [str(one.title) for one in told(staff.an)] == ["Gọi Khác"]


def test_many_records_are_planned_in_one_statement(context: Context, staff: Staff) -> None:
    customers = [staff.customer(f"Khách {number}") for number in range(30)]
    people = [me(staff.an), me(staff.binh)]
    for minutes in (30, 45):
        at = now() + timedelta(minutes=minutes)
        remind_many(
            staff.an,
            [Plan(record=one, people=people, at=at, bell=True, mail=False, title=one.name) for one in customers],
        )
        staff.an.session.commit()
    assert waiting(context) == 60


def test_what_is_done_or_deleted_does_not_ring(context: Context, staff: Staff, pass_time: Pass) -> None:
    done, deleted, kept = (staff.customer(name) for name in ("Xong", "Xóa", "Còn"))
    for one in (done, deleted, kept):
        plan(staff, one)
    forget(staff.an, done)
    service.delete(staff.an, [deleted])
    staff.an.session.commit()
    pass_time(minutes=16)
    assert [str(one.title) for one in told(staff.an)] == ["Gọi Còn"]
    assert waiting(context) == 0


def test_work_written_down_afterwards_rings_for_nobody(context: Context, staff: Staff) -> None:
    plan(staff, staff.customer(), minutes=-24 * 60)
    assert waiting(context) == 0


def test_it_rings_for_nobody_who_lost_sight_of_the_record(context: Context, staff: Staff, pass_time: Pass) -> None:
    customer = staff.customer()
    people = [me(staff.an), me(staff.binh)]
    remind(staff.an, customer, people, now() + timedelta(minutes=5), bell=True, mail=True, title="Gọi lại")
    staff.an.session.commit()
    context.session.execute(sa.update(Customer).values(owner_id=me(staff.binh)))
    context.session.commit()
    pass_time(minutes=6)
    assert [len(told(one)) for one in (staff.an, staff.binh)] == [0, 1]


def test_snoozed_it_is_read_now_and_rings_again(staff: Staff, pass_time: Pass) -> None:
    plan(staff, staff.customer())
    pass_time(minutes=16)
    (first,) = told(staff.an)
    snooze(staff.an, first.id, now() + timedelta(minutes=5))
    staff.an.session.commit()
    assert [one.read for one in told(staff.an)] == [True]
    pass_time(minutes=6)
    assert [(one.url == first.url, one.read) for one in told(staff.an)] == [(True, False), (True, True)]


def test_nobody_snoozes_what_is_not_theirs(staff: Staff, stranger: Context, pass_time: Pass) -> None:
    plan(staff, staff.customer())
    pass_time(minutes=16)
    (one,) = told(staff.an)
    for other in (staff.binh, stranger):
        with pytest.raises(MissingError):
            snooze(other, one.id, now() + timedelta(minutes=5))
    with pytest.raises(InvalidError):
        snooze(staff.an, one.id, now() - timedelta(minutes=5))


def test_reminders_of_another_company_are_not_touched(staff: Staff, stranger: Context, pass_time: Pass) -> None:
    theirs = service.create(stranger, Customer, {"name": "Của họ"})
    remind(stranger, theirs, [me(stranger)], now() + timedelta(minutes=1), bell=True, mail=False, title="Của họ")
    stranger.session.commit()
    forget(staff.an, theirs)
    remind(staff.an, theirs, [me(staff.an)], now() + timedelta(minutes=1), bell=True, mail=False, title="Lén xem")
    staff.an.session.commit()
    pass_time(minutes=2)
    assert told(staff.an) == []
    stranger.session.rollback()
    assert stranger.session.execute(sa.select(sa.func.count()).select_from(Reminder)).scalar_one() == 1
    assert stranger.session.execute(sa.select(sa.func.count()).select_from(Notification)).scalar_one() == 0
