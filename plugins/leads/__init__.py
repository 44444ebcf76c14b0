"""People who may become customers, until they do."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Context, Entity, Event, Handler, RecordAction, Resource, Schedule, Work
from hooks import hookimpl

from . import answering, assigning, examples, public, service, web
from .doors import Form, Intake
from .models import CONVERTED, INTERESTED, STOPPED, Assignment, Lead, ResponseTime

_ = sdk.translator("plugins.leads")
ABOUT = _("Leads on a board, from the first word to a customer.")
MANIFEST = sdk.Manifest(
    name="leads",
    title=_("Leads"),
    version="1.0.0",
    api=">=1,<2",
    uses=("catalog", "sales"),
    icon="target-arrow",
    summary=ABOUT,
)
_TICK = "leads.tick"
_REFERENCE = "leads.lead/"
"""What activities about leads begin to say whom they are about with."""


@hookimpl
def entities() -> Iterable[Resource]:
    """Leads, and what is set up once for them."""
    return [
        Resource(
            model=Lead,
            title=_("Lead"),
            plural=_("Leads"),
            icon="target-arrow",
            group=_("Business"),
            board="state",
            board_totals=("amount",),
            calendar=("respond_by",),
            activities=True,
            person=True,
            merges=True,
            weight=10,
            events=(Event("converted", when=("state", INTERESTED.value), title=_("Converted")),),
            quick=("kind", "company", "mobile", "email", "product", "source"),
            before_save=service.prepare,
            asks=service.ask,
        ),
        _set_up(Assignment, _("Automatic assignment"), _("Automatic assignments"), "users-group"),
        _set_up(ResponseTime, _("Response time"), _("Response times"), "clock-bolt"),
        _set_up(Form, _("Web form"), _("Web forms"), "forms"),
        _set_up(Intake, _("Connection for leads"), _("Connections for leads"), "plug-connected"),
    ]


def _set_up(model: type[Entity], title: sdk.Text, plural: sdk.Text, icon: str) -> Resource:
    """What administrators set up once, for everybody."""
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=False)


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The dialogs, and what is open to everybody."""
    return [web.blueprint, public.blueprint]


@hookimpl
def record_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """Convert, and stop caring, until the lead becomes a customer; where forms and connections are found."""
    if isinstance(record, Form | Intake) and context.can(context.resource(type(record)).name, "edit"):
        url = f"/{context.resource(type(record)).path}/{record.id}/address"
        yield RecordAction(name="address", title=_("Address"), url=url, icon="link", method="dialog", primary=True)
    if not isinstance(record, Lead) or record.state in CONVERTED or not context.can("leads.lead", "edit"):
        return
    path = f"/leads/leads/{record.id}"
    yield RecordAction(
        name="convert", title=_("Convert"), url=f"{path}/convert", icon="user-check", method="dialog", primary=True
    )
    if record.care != STOPPED.value:
        url = f"{path}/asked?care={STOPPED.value}&version={record.version}"
        yield RecordAction(name="stop", title=_("Stop caring"), url=url, icon="user-pause", method="dialog")


@hookimpl
def schedules() -> Iterable[Schedule]:
    """Leads are dealt out by intervals of five minutes and more."""
    return [Schedule(name="leads.tick", topic=_TICK, every=timedelta(minutes=5))]


@hookimpl
def handlers() -> Iterable[Handler]:
    """Answers are noted when a call or a meeting is over; e-mails and what is late by the clock."""
    return [
        Handler(topic=_TICK, run=_tick, title=_("Deal out leads and note answers")),
        Handler(topic="core.call.held", run=_answered, title=_("Note the first answer to a lead")),
        Handler(topic="core.meeting.held", run=_answered, title=_("Note the first answer to a lead")),
    ]


def _tick(context: Context, _work: Work) -> None:
    assigning.deal_out(context)
    answering.note_answers(context)


def _answered(context: Context, work: Work) -> None:
    model = sdk.Call if work.payload["entity"] == "core.call" else sdk.Meeting
    about = sdk.get(context, model, UUID(work.payload["id"])).about or ""
    if about.startswith(_REFERENCE):
        answering.note_answers(context, [UUID(about.removeprefix(_REFERENCE))])


@hookimpl
def demo(context: Context) -> None:
    """A month of leads."""
    examples.load(context)
