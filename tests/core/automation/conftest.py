"""A company whose administrator makes automations, a worker that does what is due, and what they leave."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.automation import service, triggers
from core.automation.models import Automation, AutomationRun, AutomationStep
from core.automation.service import Draft
from core.context import Context
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service as records
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.plugin.facade import Hooks
from core.settings import Settings
from core.testing import SECRET

SALUTE: dict[str, Any] = {"do": "set", "values": [{"field": "note", "value": "Xin chào"}]}


def condition(field: str, operator: str, value: str = "", **more: str) -> dict[str, Any]:
    """One condition, as a group."""
    return {"all": [{"field": field, "operator": operator, "value": value, **more}]}


@dataclass
class Office:
    """Who automates, and who works."""

    admin: Context
    worker: Drain

    def automate(
        self,
        *steps: dict[str, Any],
        on: Any = ("created",),
        when: Any = None,
        name: str = "Tự động",
        active: bool = True,
        entity: Any = Customer,
        **how: Any,
    ) -> Automation:
        """Make an automation; ``on`` are events of records, or a whole trigger."""
        trigger = on if isinstance(on, dict) else {"on": "record", "events": list(on)}
        draft = Draft(name=name, trigger=trigger, conditions=when or {}, steps=list(steps), **how)
        made = service.make(self.admin, self.admin.resource(entity), draft)
        if active:
            service.switch(self.admin, made, on=True)
        self.commit()
        return made

    def customer(self, name: str = "Lan", **values: Any) -> Customer:
        """A customer that was just made."""
        made = records.create(self.admin, Customer, {"name": name, **values})
        self.commit()
        return made

    def change(self, record: Any, **values: Any) -> None:
        """Change a record."""
        records.update(self.admin, self.read(record), values)
        self.commit()

    def read(self, record: Any) -> Any:
        """A record as it is now."""
        self.fresh()
        return records.get(self.admin, type(record), record.id)

    def commit(self) -> None:
        """Let the worker see it."""
        self.admin.session.commit()
        triggers.forget(self.admin)

    def fresh(self) -> None:
        """Look again."""
        self.admin.session.rollback()
        self.admin.session.expire_all()

    def work(self) -> None:
        """Do everything that is due."""
        self.commit()
        while self.worker.company(self.admin.tenant, seconds=60):
            pass
        self.fresh()

    def later(self) -> None:
        """Let the time pass that runs and jobs wait for."""
        for model, column, state in ((AutomationRun, "due_at", "waiting"), (Job, "available_at", "new")):
            self.admin.session.execute(
                sa.update(model)
                .where(model.tenant_id == self.admin.tenant, model.state == state)
                .values({column: sa.func.now()})
            )
        self.work()

    def runs(self, rule: Automation | None = None) -> list[AutomationRun]:
        """Every run, the first one first."""
        statement = sa.select(AutomationRun).where(AutomationRun.tenant_id == self.admin.tenant)
        if rule is not None:
            statement = statement.where(AutomationRun.automation_id == rule.id)
        return list(self.admin.session.scalars(statement.order_by(AutomationRun.created_at, AutomationRun.id)))

    def states(self, rule: Automation | None = None) -> list[str]:
        """The states of every run."""
        return [one.state for one in self.runs(rule)]

    def steps(self, run: AutomationRun) -> list[tuple[str, str, str]]:
        """Path, action and state of every step of a run, in the order in which they were done."""
        statement = sa.select(AutomationStep).where(
            AutomationStep.tenant_id == self.admin.tenant, AutomationStep.run_id == run.id
        )
        found = self.admin.session.scalars(statement.order_by(AutomationStep.at, AutomationStep.id))
        return [(one.path, one.action, one.state) for one in found]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Messages are written to a folder."""
    return Settings.from_env({"GHEP_VAR": str(tmp_path), "GHEP_SECRET_KEY": SECRET})


@pytest.fixture
def office(context: Context, database: Database, hooks: Hooks, settings: Settings) -> Office:
    """An administrator and a worker."""
    return Office(context, Drain(database, hooks, settings=settings))


@pytest.fixture
def make_office(
    make_context: Callable[..., Context],
    make_company: Callable[..., Any],
    database: Database,
    hooks: Hooks,
    settings: Settings,
) -> Callable[[], Office]:
    """Other companies' offices."""
    return lambda: Office(make_context(make_company()), Drain(database, hooks, settings=settings))
