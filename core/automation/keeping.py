"""Writing down what became of runs: two statements for any number of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from core.automation.models import OPEN, AutomationRun, AutomationStep
from core.automation.starting import DRAIN
from core.context import Context
from core.db import bulk
from core.db.base import now
from core.jobs.queue import enqueue

if TYPE_CHECKING:
    from core.automation.engine import Running

_COLUMNS: dict[str, TypeEngine[Any]] = {
    "id": sa.Uuid(), "state": sa.String(), "path": sa.String(), "memory": JSONB(), "error": sa.Text(),
    "due_at": sa.DateTime(timezone=True), "done_at": sa.DateTime(timezone=True),
}  # fmt: skip


def keep(context: Context, runs: "Sequence[Running]") -> None:
    """Keep runs and their steps as they are now, and see that those that wait are gone on with when it is time."""
    if not runs:
        return
    moment = now()
    rows = [
        {
            "id": run.id, "state": run.state, "path": run.path, "memory": run.memory, "error": run.error,
            "due_at": run.due_at, "done_at": None if run.state in OPEN else moment,
        }
        for run in runs
    ]  # fmt: skip
    given, table = bulk.given(_COLUMNS), AutomationRun.__table__
    statement = (
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == given.c.id)
        .values({name: given.c[name] for name in _COLUMNS if name != "id"})
    )
    context.session.connection().execute(statement, bulk.sent(rows))
    _keep_steps(context, [one for run in runs for one in run.noted])
    _ask_again(context, runs)


def _keep_steps(context: Context, steps: Sequence[dict[str, Any]]) -> None:
    rows = [{"tenant_id": context.tenant, "id": bulk.fresh_id(), **one} for one in steps]
    bulk.insert(
        context.session, AutomationStep.__table__, rows, keys=("tenant_id", "run_id", "path"),
        renewed=("action", "state", "attempts", "result", "error", "job_id", "at"),
    )  # fmt: skip


def _ask_again(context: Context, runs: "Sequence[Running]") -> None:
    """A job for each minute in which some of them go on."""
    minutes = {run.due_at.replace(second=0, microsecond=0) for run in runs if run.state == "waiting"}
    for minute in sorted(minutes):
        enqueue(context, DRAIN, delay=max(minute + timedelta(minutes=1) - now(), timedelta()))
