"""Notifications and reminders go along with a merge, come back with it, and are forgotten with the person."""

from datetime import timedelta

import sqlalchemy as sa

from core.bulk.merging import merge
from core.bulk.undoing import undo
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.jobs.models import Job
from core.notifications.models import Notification
from core.notifications.service import LETTER, notify
from core.privacy.erasing import erase
from core.reminders.models import Reminder
from core.reminders.service import remind
from tests.core.notifications.conftest import Staff, me


def about(context: Context) -> set[object]:
    """The records that something was told of, or is planned for."""
    context.session.rollback()
    return {
        *context.session.scalars(sa.select(Notification.record_id)),
        *context.session.scalars(sa.select(Reminder.record_id)),
    }


def test_they_follow_a_merge_and_come_back(context: Context, staff: Staff) -> None:
    keep, loser = staff.customer("Giữ"), staff.customer("Gộp")
    notify(context, [me(staff.an)], "assigned", "Gọi", record=loser)
    remind(context, loser, [me(staff.an)], now() + timedelta(days=1), bell=True, mail=False, title="Gọi")
    context.session.commit()
    act = merge(context, Customer, keep.id, [loser.id], {})
    context.session.commit()
    assert about(context) == {keep.id}
    undo(context, act.id)
    context.session.commit()
    assert about(context) == {loser.id}


def test_they_are_forgotten_with_the_person(context: Context, staff: Staff) -> None:
    customer = staff.customer("Chị Lan")
    notify(context, [me(staff.an)], "reminder", "Gọi chị Lan", record=customer)
    remind(context, customer, [me(staff.an)], now() + timedelta(days=1), bell=True, mail=False, title="Gọi chị Lan")
    context.session.commit()
    erase(context, service.get(context, Customer, customer.id), typed=customer.title, reason="Khách yêu cầu")
    context.session.commit()
    assert about(context) == set()
    assert "Lan" not in str(context.session.scalars(sa.select(Job.title).where(Job.topic == LETTER)).all())
