"""The jobs of automations: going on with runs, sending, looking at the clock, and seeing that nothing is forgotten."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from core.automation import calls, clock, engine, messages, outward
from core.automation.models import AutomationRun
from core.automation.starting import DRAIN, ask
from core.context import Context
from core.i18n import translator
from core.jobs.models import Job
from core.jobs.work import Work
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

WATCH = "core.automation.watch"
_LOST = ("dead", "cancelled", "skipped", "unknown")


def handlers() -> Iterable[Handler]:
    """What automations do in the background."""
    deliver = partial(outward.deliver, kinds={messages.MESSAGE: messages.prepare, calls.CALL: calls.prepare})
    return [
        Handler(topic=DRAIN, run=drain, title=_("Go on with automations"), retries=30),
        Handler(topic=outward.SEND, run=deliver, title=_("Send what an automation says"), retries=outward.RETRIES),
        Handler(topic=clock.FIRE, run=clock.fire, title=_("Automations by the clock"), retries=30),
        Handler(topic=clock.ALL, run=clock.run_all, title=_("An automation for all records"), retries=30),
        Handler(topic=WATCH, run=watch, title=_("Look after automations")),
    ]


def schedules() -> Iterable[Schedule]:
    """Every hour."""
    return [Schedule(name="automations", topic=WATCH, every=timedelta(hours=1))]


def drain(context: Context, work: Work) -> None:
    """Go on with every run that is due, a batch in each transaction."""
    done = 0
    while runs := engine.take(context):
        engine.advance(context, runs)
        done += len(runs)
        work.progress(done)
        work.result(runs=done)
        work.checkpoint()
        context.session.expunge_all()


def watch(context: Context, _work: Work) -> None:
    """Ask again for what is due and nobody does, and tell of runs whose sending was given up without their knowing."""
    overdue = sa.exists().where(
        AutomationRun.tenant_id == context.tenant, sa.text("core_automation_run.state = 'waiting'"),
        AutomationRun.due_at <= sa.func.now(),
    )  # fmt: skip
    if context.session.scalar(sa.select(overdue)):
        ask(context)
    clock.plan_all(context)
    _settle_lost(context)


def _settle_lost(context: Context) -> None:
    """Runs that wait for a job which ended otherwise: its worker died at its last attempt, or somebody cancelled it."""
    job = sa.select(Job.id).where(
        Job.tenant_id == context.tenant, Job.topic == outward.SEND, Job.state.in_(_LOST),
        Job.payload["run"].astext == sa.cast(AutomationRun.id, sa.Text),
        Job.payload["path"].astext == AutomationRun.path,
    )  # fmt: skip
    lost = (
        sa.update(AutomationRun)
        .where(AutomationRun.tenant_id == context.tenant, AutomationRun.state == "sending", job.exists())
        .values(state="failed", error=str(_("The job that was to send it ended early.")), done_at=sa.func.now())
    )
    context.session.execute(lost, execution_options={"synchronize_session": False})


def wake(context: Context) -> None:
    """After a rule or a module was switched on: what waited meanwhile is gone on with."""
    waiting = sa.exists().where(
        AutomationRun.tenant_id == context.tenant, sa.text("core_automation_run.state = 'waiting'")
    )
    if context.session.scalar(sa.select(waiting)):
        ask(context)
    clock.plan_all(context)
