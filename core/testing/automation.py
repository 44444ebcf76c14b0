"""Automations in tests: made, switched on, and worked off in this process."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.automation import service
from core.automation.models import Automation, AutomationRun
from core.automation.service import Draft
from core.context import Context
from core.db.database import Database
from core.entity.entity import Entity
from core.jobs.drain import Drain
from core.plugin.enablement import active_modules
from core.plugin.models import ActiveModule, Entitlement
from core.privacy import purposes
from core.settings import Settings
from core.testing.throwaway import SECRET

__all__ = ["Database", "automate", "have_modules", "runs", "work_off"]
CREATED = {"on": "record", "events": ["created"]}


def automate(
    context: Context,
    model: type[Entity],
    *,
    steps: Sequence[Mapping[str, Any]],
    trigger: Mapping[str, Any] = CREATED,
    conditions: Mapping[str, Any] | None = None,
    name: str = "Tự động",
    **how: bool,
) -> Automation:
    """Make an automation and switch it on."""
    purposes.furnish(context)
    draft = Draft(name=name, trigger=trigger, conditions=conditions or {}, steps=steps, **how)
    rule = service.make(context, context.resource(model), draft)
    service.switch(context, rule, on=True)
    return rule


def work_off(context: Context, database: Database, folder: Path) -> None:
    """Commit, and do everything that is due; files and messages go to the folder."""
    have_modules(context, database)
    context.session.commit()
    settings = Settings.from_env({"GHEP_VAR": str(folder), "GHEP_SECRET_KEY": SECRET})
    worker = Drain(database, context.hooks, settings=settings)
    while worker.company(context.tenant, seconds=60):
        pass
    context.session.expire_all()
    context.cache.clear()


def have_modules(context: Context, database: Database) -> None:
    """Let the worker find on what counts as on in the test's own context."""
    missing = context.active - active_modules(context)
    with database.vendor_session() as vendor, vendor.begin():
        vendor.add_all(Entitlement(company_id=context.tenant, plugin=one) for one in missing)
    context.session.add_all(ActiveModule(plugin=one) for one in missing)


def runs(context: Context) -> list[AutomationRun]:
    """Every run of the company, the first one first."""
    statement = sa.select(AutomationRun).where(AutomationRun.tenant_id == context.tenant)
    return list(context.session.scalars(statement.order_by(AutomationRun.created_at, AutomationRun.id)))
