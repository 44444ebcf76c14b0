"""Steps whose effect is outside: a job each, sent once, and the run goes on when it is known what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.automation import acting, engine
from core.automation.contract import Outcome, Task
from core.automation.keeping import keep
from core.automation.models import AutomationRun
from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.i18n import translator
from core.jobs.queue import Wish, enqueue_many
from core.jobs.work import OutcomeUnknownError, Work

_ = translator("core")

SEND = "core.automation.send"
RETRIES = 8


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is ready to be sent."""

    send: Callable[[UUID], Any]
    idempotent: bool
    said: Mapping[str, Any]
    """For the run's page: to whom, where."""


Prepare = Callable[[Context, Work, Task], Parcel | Outcome]
"""Makes a parcel of a task; an outcome where there is nothing to send. Raises InvalidError where it cannot be sent."""


def ask(context: Context, tasks: Sequence[Task]) -> Mapping[UUID, Outcome]:
    """Have each sent by a job of its own, once this transaction is committed."""
    title = context.cause.title if context.cause else ""
    wishes = {task.run: Wish(SEND, {"run": str(task.run), "path": task.path}, title, id=uuid7()) for task in tasks}
    enqueue_many(context, wishes.values())
    return {run: Outcome(state="sending", job_id=wish.id) for run, wish in wishes.items()}


def deliver(context: Context, work: Work, kinds: Mapping[str, Prepare]) -> None:
    """Send what a step asks for, and go on with its run."""
    run = _waiting_for(context, work)
    if run is None:
        return
    if not run.awake:  # nothing is sent for a rule that sleeps: the step begins again when it wakes
        run.state = "waiting"
        keep(context, [run])
        return
    step = engine.step_of(context, run)
    acts = engine.as_rule(context, run)
    try:
        record = acting.records(acts, [run]).get(run.record_id)
        parcel = kinds[step["do"]](acts, work, acting.task(acts, step, run, record))
    except (InvalidError, MissingError) as error:
        engine.resume(context, run, Outcome(job_id=work.job_id), acting.words(error))
        return
    if isinstance(parcel, Outcome):
        engine.resume(context, run, Outcome(parcel.result, parcel.state, work.job_id))
        return
    answer = _sent(context, work, run, parcel)
    run = _waiting_for(context, work)  # the transaction that knew it has ended
    if run is not None:
        engine.resume(context, run, Outcome({**parcel.said, "answer": answer}, job_id=work.job_id))


def _sent(context: Context, work: Work, run: "engine.Running", parcel: Parcel) -> Any:
    """The other side's answer. What went wrong for good is kept with the run before the job ends."""
    key = acting.key_of(run.id, run.path)
    try:
        return work.outward(run.path, lambda _attempt: parcel.send(key), idempotent=parcel.idempotent)
    except OutcomeUnknownError:
        text = _("It was sent, and nobody said whether it arrived. Look there before you try again.")
        _give_up(context, work, Outcome(parcel.said, "unknown", work.job_id), str(text))
        raise
    except Exception as error:
        if work.attempt >= RETRIES:
            _give_up(context, work, Outcome(parcel.said, "failed", work.job_id), f"{type(error).__name__}: {error}")
        raise


def _give_up(context: Context, work: Work, outcome: Outcome, error: str) -> None:
    run = _waiting_for(context, work)
    if run is not None:
        engine.resume(context, run, outcome, error)
        work.checkpoint()


def _waiting_for(context: Context, work: Work) -> "engine.Running | None":
    """The run that waits for this job, locked; None where it does not any more."""
    wanted = UUID(work.payload["run"])
    statement = sa.select(AutomationRun.state, AutomationRun.path).where(
        AutomationRun.tenant_id == context.tenant, AutomationRun.id == wanted
    )
    row = context.session.connection().execute(statement.with_for_update()).one_or_none()
    if row is None or tuple(row) != ("sending", work.payload["path"]):
        return None
    return engine.these(context, [wanted])[0]
