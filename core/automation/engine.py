"""Going on with runs: step by step, many at a time; what a step does and that it was done are committed together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.automation import acting, keeping, program
from core.automation.conditions import read
from core.automation.contract import Outcome
from core.automation.models import Automation, AutomationRun, AutomationVersion
from core.automation.program import BRANCH, ELSE, REPEAT, STOP, THEN, WAIT, Next, Step, Steps
from core.context import EVERYTHING, Cause, Context
from core.db.base import now
from core.entity.history import NOBODY
from core.i18n import translator

_ = translator("core")

BATCH = 200
"""Runs that are gone on with in one transaction."""
_CACHE, _PROGRAMS = "automation.cache", "automation.programs"
Key = tuple[UUID, int, str, tuple[UUID, ...]]


@dataclass(slots=True)
class Running:
    """A run while it goes on."""

    id: UUID
    automation_id: UUID
    version: int
    name: str
    entity: str
    record_id: UUID
    event: str
    input: Mapping[str, Any]
    path: str
    memory: dict[str, Any]
    chain: tuple[UUID, ...]
    awake: bool
    """Its rule acts: it is on, and so is every module it uses."""
    state: str = "going"
    due_at: datetime = field(default_factory=now)
    error: str = ""
    noted: list[dict[str, Any]] = field(default_factory=list)
    """What came of its steps this time."""

    @property
    def key(self) -> Key:
        """Runs of one key are at the same step of the same version, and what they do has one cause."""
        return self.automation_id, self.version, self.path, self.chain

    def note(self, step: Step, outcome: Outcome, error: str = "") -> None:
        """Keep what came of the step it is at."""
        tries = self.memory.get("tries", {}).get(self.path, 0)
        self.noted.append({
            "run_id": self.id, "path": self.path, "action": step["do"], "state": "failed" if error else outcome.state,
            "attempts": tries + 1, "result": dict(outcome.result), "error": error, "job_id": outcome.job_id, "at": now(),
        })  # fmt: skip

    def go(self, steps: Steps, to: Next, not_before: datetime | None = None) -> None:
        """On to another step: at once, or when it is time."""
        moment = now()
        due = not_before or moment
        if to.repeat:
            begun, rounds = datetime.fromisoformat(self.memory[to.repeat]), int(to.path.split("/")[-2])
            due = max(due, begun + rounds * program.duration(program.at(steps, to.repeat), "every"))
        self.path = to.path
        if not to.path:
            self.state = "done"
        elif due > moment:
            self.state, self.due_at = "waiting", due


_COLUMNS = (
    AutomationRun.id, AutomationRun.automation_id, AutomationRun.version, Automation.name, AutomationRun.entity,
    AutomationRun.record_id, AutomationRun.event, AutomationRun.input, AutomationRun.path, AutomationRun.memory,
    AutomationRun.chain,
)  # fmt: skip


def _select(context: Context) -> tuple[sa.Select[Any], sa.ColumnElement[bool]]:
    """Runs, locked until the transaction ends, and whether the rule of each is awake."""
    of_rule = sa.and_(Automation.tenant_id == AutomationRun.tenant_id, Automation.id == AutomationRun.automation_id)
    awake = sa.and_(Automation.active, Automation.modules.contained_by(sorted(context.active)))
    statement = (
        sa.select(*_COLUMNS, awake)
        .join(Automation, of_rule)
        .where(AutomationRun.tenant_id == context.tenant, Automation.tenant_id == context.tenant)
    )
    return statement, awake


def take(context: Context, limit: int = BATCH) -> list[Running]:
    """Runs that are due, locked until the transaction ends; those that others have, and that sleep, are passed over."""
    statement, awake = _select(context)
    due = (sa.text("core_automation_run.state = 'waiting'"), AutomationRun.due_at <= sa.func.clock_timestamp(), awake)
    statement = statement.where(*due).order_by(AutomationRun.due_at, AutomationRun.id).limit(limit)
    return _running(context, statement.with_for_update(of=AutomationRun, skip_locked=True))


def these(context: Context, ids: Sequence[UUID]) -> list[Running]:
    """The same of these runs, whatever their state."""
    statement, _awake = _select(context)
    wanted = AutomationRun.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))
    return _running(context, statement.where(wanted).with_for_update(of=AutomationRun))


def _running(context: Context, statement: sa.Select[Any]) -> list[Running]:
    found = [Running(*row) for row in context.session.connection().execute(statement)]
    for one in found:
        one.chain, one.memory = tuple(one.chain), dict(one.memory)
    return found


def advance(context: Context, runs: Sequence[Running]) -> None:
    """Go on with runs until each is over, waits or is on its way out, and write down what became of them."""
    programs = _programs(context, runs)
    for run in runs:
        if not run.path:
            run.go(
                programs[run.automation_id, run.version], Next(program.first(programs[run.automation_id, run.version]))
            )
    while going := [run for run in runs if run.state == "going"]:
        together: dict[Key, list[Running]] = defaultdict(list)
        for run in going:
            if run.awake:
                together[run.key].append(run)
            else:
                run.state = "waiting"
        for (rule, version, path, _chain), some in together.items():
            _do(context, programs[rule, version], path, some)
    keeping.keep(context, runs)


def resume(context: Context, run: Running, outcome: Outcome, error: str = "") -> None:
    """Go on with a run whose step has come back from outside."""
    steps = _programs(context, [run])[run.automation_id, run.version]
    run.note(program.at(steps, run.path), outcome, error)
    if error:
        run.state, run.error = "unknown" if outcome.state == "unknown" else "failed", error
        keeping.keep(context, [run])
        return
    run.go(steps, program.after(steps, run.path))
    advance(context, [run])


def step_of(context: Context, run: Running) -> Step:
    """The step a run is at."""
    return program.at(_programs(context, [run])[run.automation_id, run.version], run.path)


def as_rule(context: Context, run: Running) -> Context:
    """The turn in which a rule acts: it may do everything, in its own name."""
    cache = context.cache.setdefault(_CACHE, {})
    cause = Cause(run.name, (*run.chain, run.automation_id))
    return replace(context, grants=EVERYTHING, user=None, source="automation", cause=cause, cache=cache)


def _programs(context: Context, runs: Iterable[Running]) -> dict[tuple[UUID, int], Steps]:
    """The steps of the versions that runs go by; read once a turn."""
    known: dict[tuple[UUID, int], Steps] = context.cache.setdefault(_PROGRAMS, {})
    wanted = {(run.automation_id, run.version) for run in runs} - set(known)
    if wanted:
        which = sa.tuple_(AutomationVersion.automation_id, AutomationVersion.version).in_(wanted)
        statement = sa.select(
            AutomationVersion.automation_id, AutomationVersion.version, AutomationVersion.definition
        ).where(AutomationVersion.tenant_id == context.tenant, which)
        for rule, version, definition in context.session.connection().execute(statement):
            known[rule, version] = definition["steps"]
    return known


def _do(context: Context, steps: Steps, path: str, runs: list[Running]) -> None:
    """One step for all runs that are at it."""
    step = program.at(steps, path)
    kind = step["do"]
    if kind == BRANCH:
        _branch(context, steps, step, runs)
    elif kind == STOP:
        for run in runs:
            run.note(step, Outcome())
            run.state = "stopped"
    elif kind == WAIT:
        until = now() + program.duration(step)
        for run in runs:
            run.note(step, Outcome({"until": until.isoformat()}))
            run.go(steps, program.after(steps, path), until)
    elif kind == REPEAT:
        for run in runs:
            run.note(step, Outcome())
            run.memory[path] = now().isoformat()
            run.go(steps, program.into(steps, path, "0"))
    else:
        _act(context, steps, step, runs)


def _branch(context: Context, steps: Steps, step: Step, runs: list[Running]) -> None:
    acts = as_rule(context, runs[0])
    fitting = acting.fitting(acts, runs[0].entity, [(run.record_id, run.input) for run in runs], read(step["if"]))
    for run, fits in zip(runs, fitting, strict=True):
        name = THEN if fits else ELSE
        run.note(step, Outcome({"branch": name}))
        run.go(steps, program.into(steps, run.path, name))


def _act(context: Context, steps: Steps, step: Step, runs: list[Running]) -> None:
    acts = as_rule(context, runs[0])
    records = acting.records(acts, runs)
    there = [run for run in runs if run.record_id in records or run.record_id == NOBODY]
    found = acting.attempt(acts, step, [acting.task(acts, step, run, records.get(run.record_id)) for run in there])
    for run in runs:
        outcome = found.get(run.id)
        if outcome is None:
            run.state, run.error = "stopped", str(_("The record is deleted."))
        elif isinstance(outcome, acting.Failure):
            run.note(step, Outcome(), outcome.text)
            run.state, run.error = "failed", outcome.text
        else:
            run.note(step, outcome)
            if outcome.state == "sending":
                run.state = "sending"
            else:
                run.go(steps, program.after(steps, run.path))
