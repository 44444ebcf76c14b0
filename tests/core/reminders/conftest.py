"""The people of the tests of notifications, and a clock that is put forward."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.context import Context
from core.db.database import Database
from core.jobs.scheduler import Scheduler
from core.plugin.facade import Hooks
from core.reminders.models import Reminder
from tests.core.notifications.conftest import mail_server, settings, staff, work

__all__ = ["mail_server", "settings", "staff", "work"]


@pytest.fixture
def pass_time(context: Context, database: Database, hooks: Hooks, work: Callable[[], int]) -> Callable[..., None]:
    """Let time pass for the company's reminders, and scheduler and worker see what is due."""

    def go(**time: float) -> None:
        context.session.rollback()
        earlier = Reminder.due_at - timedelta(**time)
        context.session.execute(sa.update(Reminder).where(Reminder.tenant_id == context.tenant).values(due_at=earlier))
        context.session.commit()
        Scheduler(database, hooks).tick()
        work()

    return go
