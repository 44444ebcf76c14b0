"""What worker processes do with acts: large ones, their undoing, and forgetting those that are out of reach."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.rights import rights_of_person
from core.acts.deeds import DEEDS
from core.acts.models import Act
from core.acts.parts import run, take_back
from core.acts.service import RUN, UNDO, WINDOW
from core.context import Context
from core.db.base import now
from core.i18n import translator
from core.jobs.work import Cancelled, Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

CLEAR = "core.acts.clear"
BATCH = 20
"""Acts forgotten by one statement: each may have a hundred thousand items."""


def handlers() -> Iterable[Handler]:
    """Core's handlers of acts."""
    return [
        Handler(topic=RUN, run=do, title=_("Share or change owners"), retries=4),
        Handler(topic=UNDO, run=undo, title=_("Undo"), retries=4),
        Handler(topic=CLEAR, run=clear, title=_("Forget what can no longer be undone")),
    ]


def schedules() -> Iterable[Schedule]:
    """Every night."""
    return [Schedule(name="clear_acts", topic=CLEAR, every=timedelta(days=1))]


def do(context: Context, work: Work) -> None:
    """Do a deed, with the rights its person has by now, from where it stopped."""
    act = _claim(context, work, ("waiting", "running", "cancelled"))
    if act is not None:
        context.grants = rights_of_person(context)
        _stoppable(context, act.id, lambda: run(context, act, DEEDS[act.kind], work))


def undo(context: Context, work: Work) -> None:
    """Take a deed back, from where that stopped."""
    act = _claim(context, work, ("undoing", "cancelled"))
    if act is not None:
        _stoppable(context, act.id, lambda: take_back(context, act, DEEDS[act.kind], work))


def _claim(context: Context, work: Work, states: Iterable[str]) -> Act | None:
    """The act a job is for; None where something else has become of it meanwhile."""
    return context.session.scalar(
        sa.select(Act)
        .where(Act.tenant_id == context.tenant, Act.id == UUID(work.payload["act"]), Act.job_id == work.job_id)
        .where(Act.state.in_(states))
        .with_for_update()
    )


def _stoppable(context: Context, act_id: UUID, deed: Callable[[], None]) -> None:
    """What is done when somebody stops it stays, and can be taken back."""
    try:
        deed()
    except Cancelled:
        stopped = sa.update(Act).where(Act.tenant_id == context.tenant, Act.id == act_id).values(state="cancelled")
        context.session.execute(stopped)
        raise


def clear(context: Context, work: Work) -> None:
    """Forget the acts that are too old to be undone; old addresses of merged records go on leading on."""
    old = sa.select(Act.id).where(
        Act.tenant_id == context.tenant, Act.at < now() - WINDOW, Act.kind != "merge", Act.state.not_in(["running"])
    )
    while ids := context.session.scalars(old.limit(BATCH)).all():
        context.session.execute(sa.delete(Act).where(Act.tenant_id == context.tenant, Act.id.in_(ids)))
        work.progress(work.done + len(ids))
        work.checkpoint()
