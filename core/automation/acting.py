"""Doing a step for many records: all of them at once, and where that fails fewer, until it is known which it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from core.automation import conditions
from core.automation.conditions import Group
from core.automation.contract import Outcome, Task, WorkflowAction
from core.automation.program import Step
from core.context import Context, ForbiddenError
from core.db import bulk
from core.entity.entity import Entity
from core.entity.errors import InvalidError, MissingError, RowErrorsError, StaleError
from core.i18n import translator

if TYPE_CHECKING:
    from core.automation.engine import Running

_ = translator("core")
_ACTIONS = "automation.actions"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task could not be done."""

    text: str


def actions(context: Context) -> Mapping[str, WorkflowAction]:
    """What automations can do, with the modules that are on; asked for once a turn."""
    if _ACTIONS not in context.cache:
        context.cache[_ACTIONS] = {one.name: one for one in context.hooks.workflow_actions(context)}
    found: Mapping[str, WorkflowAction] = context.cache[_ACTIONS]
    return found


def records(context: Context, runs: "Sequence[Running]") -> Mapping[UUID, Entity]:
    """The records of runs of one entity, locked, in the order of their ids; a deleted one only for who waits for that."""
    resource = context.resource(runs[0].entity)
    model, table = resource.model, resource.model.__table__
    ids = sa.any_(sa.literal([run.record_id for run in runs], sa.ARRAY(sa.Uuid)))
    gone = [run.record_id for run in runs if run.event == "deleted"]
    statement = (
        sa.select(model)
        .where(table.c.tenant_id == context.tenant, table.c.id == ids)
        .where(sa.or_(table.c.deleted_at.is_(None), table.c.id == sa.any_(sa.literal(gone, sa.ARRAY(sa.Uuid)))))
        .order_by(table.c.id)
        .with_for_update()
    )
    return {record.id: record for record in context.session.scalars(statement)}


def task(context: Context, step: Step, run: "Running", record: Entity | None) -> Task:
    """A step for the record of a run."""
    settings = {name: value for name, value in step.items() if name != "do"}
    return Task(
        run.id, key_of(run.id, run.path), context.resource(run.entity), record, settings, run.input, run.event, run.path
    )


def key_of(run: UUID, path: str) -> UUID:
    """What a step of a run is known by outside, however often it is attempted."""
    return uuid5(run, path)


def fitting(context: Context, entity: str, asked: Sequence[tuple[UUID, Mapping[str, Any]]], group: Group) -> list[bool]:
    """Whether conditions hold for records, each with what changed of it; in one statement."""
    resource = context.resource(entity)
    table = resource.model.__table__
    given = bulk.given({"place": sa.Integer(), "record_id": sa.Uuid(), "values": JSONB()})
    statement = (
        sa.select(given.c.place)
        .select_from(given.join(table, table.c.id == given.c.record_id))
        .where(table.c.tenant_id == context.tenant, conditions.holds(context, resource, group, given))
    )
    rows = [{"place": place, "record_id": str(one), "values": values} for place, (one, values) in enumerate(asked)]
    fits = set(context.session.connection().execute(statement, bulk.sent(rows)).scalars())
    return [place in fits for place in range(len(asked))]


def attempt(context: Context, step: Step, tasks: Sequence[Task]) -> Mapping[UUID, Outcome | Failure]:
    """Do a step for tasks; what came of each, by run."""
    action = actions(context).get(step["do"])
    if action is None:
        gone = Failure(str(_("There is no such action any more: %(name)s.", name=step["do"])))
        return {one.run: gone for one in tasks}
    return _attempt(context, action, tasks)


def _attempt(context: Context, action: WorkflowAction, tasks: Sequence[Task]) -> dict[UUID, Outcome | Failure]:
    if not tasks:
        return {}
    try:
        with context.session.begin_nested():
            found = action.run(context, tasks) or {}
        return {one.run: found.get(one.run, Outcome()) for one in tasks}
    except sa.exc.OperationalError:  # the database is away or busy: all of it is tried again later
        raise
    except Exception as error:  # noqa: BLE001 # one record's trouble, or a plugin's, must not stop the others
        if len(tasks) == 1:
            return {tasks[0].run: Failure(_text(context, action, error))}
    half = len(tasks) // 2
    return {**_attempt(context, action, tasks[:half]), **_attempt(context, action, tasks[half:])}


def words(error: Exception) -> str:
    """What is wrong with a record, for the run's page; empty for what is wrong with a program."""
    if isinstance(error, RowErrorsError):
        error = InvalidError(next(iter(error.rows.values())))
    if isinstance(error, InvalidError):
        return " ".join(
            f"{name}: {text}" if name else str(text) for name, texts in error.errors.items() for text in texts
        )
    if isinstance(error, MissingError | ForbiddenError | StaleError) or type(error) is LookupError:  # a module is off
        return str(_("Something it needs is gone, or may not be changed."))
    return ""


def _text(context: Context, action: WorkflowAction, error: Exception) -> str:
    if found := words(error):
        return found
    context.hooks.failed(action.plugin or "core", f"action {action.name}", context.company.id, error)
    return f"{type(error).__name__}: {error}"[:500]
