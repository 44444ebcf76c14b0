"""The runs of automations as an administrator sees them: what started each, what was decided, what came of it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.automation.models import Automation, AutomationRun, AutomationStep, AutomationVersion
from core.automation.starting import ask
from core.context import Context
from core.entity.errors import MissingError

ENTITY = "core.automation_run"
AGAIN = ("failed", "unknown", "stopped")
"""States in which a run can be gone on with by hand."""
MOST = 200


def listed(
    context: Context,
    *,
    rule: UUID | None = None,
    states: Collection[str] = (),
    record: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[AutomationRun]:
    """The newest runs first; from ``before``, the last one's id, those before it."""
    context.require("*", "admin")
    statement = sa.select(AutomationRun).where(AutomationRun.tenant_id == context.tenant)
    if rule is not None:
        statement = statement.where(AutomationRun.automation_id == rule)
    if states:
        statement = statement.where(AutomationRun.state.in_(states))
    if record is not None:
        statement = statement.where(AutomationRun.record_id == record)
    if before is not None:
        statement = statement.where(AutomationRun.id < before)
    return list(context.session.scalars(statement.order_by(AutomationRun.id.desc()).limit(min(limit, MOST))))


def get(context: Context, run_id: UUID, *, lock: bool = False) -> AutomationRun:
    """One run. Raises :class:`MissingError`."""
    context.require("*", "admin")
    statement = sa.select(AutomationRun).where(AutomationRun.tenant_id == context.tenant, AutomationRun.id == run_id)
    found = context.session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise MissingError(ENTITY, run_id)
    return found


def steps_of(context: Context, run: AutomationRun) -> Sequence[AutomationStep]:
    """What came of its steps, in the order in which they were done."""
    statement = sa.select(AutomationStep).where(
        AutomationStep.tenant_id == context.tenant, AutomationStep.run_id == run.id
    )
    return context.session.scalars(statement.order_by(AutomationStep.at, AutomationStep.id)).all()


def counts(context: Context) -> dict[UUID, dict[str, Any]]:
    """Of each rule how many runs there are in each state, and when the last one began."""
    context.require("*", "admin")
    statement = (
        sa.select(
            AutomationRun.automation_id, AutomationRun.state, sa.func.count(), sa.func.max(AutomationRun.created_at)
        )
        .where(AutomationRun.tenant_id == context.tenant)
        .group_by(AutomationRun.automation_id, AutomationRun.state)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for rule, state, count, last in context.session.execute(statement):
        one = found.setdefault(rule, {"states": {}, "last": last})
        one["states"][state] = count
        one["last"] = max(one["last"], last)
    return found


def retry(context: Context, run_id: UUID) -> bool:
    """Go on with a run where it failed or was stopped; what was done is not done again. False where it did neither.

    What was sent with an unknown outcome is sent once more: the person has decided that.
    """
    run = get(context, run_id, lock=True)
    if run.state not in AGAIN or not run.path:
        return False
    tries = dict(run.memory.get("tries", {}))
    tries[run.path] = tries.get(run.path, 0) + 1
    run.memory = {**run.memory, "tries": tries}
    run.state, run.error, run.due_at, run.done_at = "waiting", "", sa.func.now(), None
    context.session.flush()
    ask(context)
    return True


def stop(context: Context, run_id: UUID) -> bool:
    """End a run that waits. False where it does not."""
    run = get(context, run_id, lock=True)
    if run.state not in {"waiting", "sending"}:
        return False
    run.state, run.done_at = "stopped", sa.func.now()
    context.session.flush()
    return True


def rules_of(context: Context, runs: Sequence[AutomationRun]) -> dict[UUID, str]:
    """What the rules of runs, and those that led to them, are called."""
    ids = {one.automation_id for one in runs} | {rule for one in runs for rule in one.chain}
    statement = sa.select(Automation.id, Automation.name).where(
        Automation.tenant_id == context.tenant, Automation.id.in_(ids)
    )
    return dict(context.session.execute(statement).all())


def version_of(context: Context, run: AutomationRun) -> Sequence[AutomationVersion]:
    """The version it goes by; none where that is gone."""
    statement = sa.select(AutomationVersion).where(
        AutomationVersion.tenant_id == context.tenant, AutomationVersion.automation_id == run.automation_id,
        AutomationVersion.version == run.version,
    )  # fmt: skip
    return context.session.scalars(statement).all()
