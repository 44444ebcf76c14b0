"""Reminders of a car: made with the bundle, switched on by the company, sent by the date and by the kilometres."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.automation import bundle, service
from core.automation.models import Automation
from core.db.base import now
from core.db.database import Database
from core.jobs.models import Job
from core.privacy import purposes
from core.sdk import Context, Customer, create, update
from core.testing.automation import runs, work_off
from plugins.garage.models import Vehicle


@pytest.fixture
def rules(context: Context) -> list[Automation]:
    """Those of the bundle, as a new company has them."""
    purposes.furnish(context)
    return bundle.install(context, context.hooks.registry.bundles["garage"])


def test_a_car_is_reminded_of_three_days_before_it_is_due(
    context: Context,
    make_user: Callable[..., Context],
    rules: list[Automation],
    car: Vehicle,
    database: Database,
    tmp_path: Path,
) -> None:
    make_user(context)
    silent = create(context, Customer, {"name": "Chị Hoa", "email": "hoa@example.com", "do_not_contact": ["email"]})
    due = context.today() + timedelta(days=3)
    update(context, car, {"maintenance_on": due})
    other = {"plate": "29A-1234", "customer": silent.id, "maintenance_on": due}
    create(context, Vehicle, other)
    create(context, Vehicle, other | {"plate": "29A-1235", "maintenance_on": due + timedelta(days=30)})
    assert [one.active for one in rules] == [False] * 4
    first: Any = rules[0]
    service.switch(context, first, on=True)
    context.session.commit()
    context.session.get_one(Automation, (context.tenant, first.id)).next_at = now() - timedelta(seconds=1)
    context.session.execute(sa.update(Job).where(Job.tenant_id == context.tenant).values(available_at=now()))
    work_off(context, database, tmp_path)
    assert [one.state for one in runs(context)] == ["done", "done"]
    [letter] = [one.read_bytes() for one in (tmp_path / "mail").iterdir()]
    assert b"tuan@example.com" in letter
    assert context.session.execute(sa.text("SELECT count(*) FROM core_notification")).scalar_one() == 2
