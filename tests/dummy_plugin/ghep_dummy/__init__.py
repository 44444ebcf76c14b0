"""A plugin that uses every hook there is and every kind of field; what it keeps means nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Context, Work
from hooks import hookimpl

from . import pages
from .deals import Deal, Stage, ask
from .sizes import Size
from .slips import PRINTS, Slip, add_up
from .things import DONE, Part, Thing

_ = sdk.translator("ghep_dummy")
MANIFEST = sdk.Manifest(
    name="dummy", title=_("Dummy"), version="1.0.0", api=">=1,<2", summary=_("Every hook, every kind of field.")
)


@hookimpl
def entities() -> list[sdk.Resource]:
    """Things, parts that point at them, and slips with lines; deals, and the stages of their board."""
    done = sdk.Event("done", when=("state", DONE.value), title=_("Thing done"))
    return [
        sdk.Resource(
            model=Thing,
            title=_("Thing"),
            plural=_("Things"),
            icon="box",
            events=(done,),
            approval=sdk.Approval(field="state", value=DONE.value, amount="price"),
            payable=sdk.Payable(amount="total", customer="customer", number="code", on="opens", due="closes"),
            weight=60,
        ),
        sdk.Resource(model=Part, title=_("Part"), plural=_("Parts"), icon="puzzle", weight=61),
        sdk.Resource(model=Stage, title=_("Stage"), plural=_("Stages"), icon="columns", owned=False, weight=62),
        sdk.Resource(
            model=Deal,
            title=_("Deal"),
            plural=_("Deals"),
            icon="coin",
            weight=63,
            board="stage",
            board_totals=("amount", "profit"),
            asks=ask,
        ),
        sdk.Resource(
            model=Slip, title=_("Slip"), plural=_("Slips"), icon="receipt", weight=64, before_save=add_up, prints=PRINTS
        ),
    ]


@hookimpl
def extensions() -> list[type[sdk.Extension]]:
    """How much customers weigh."""
    return [Size]


def note(context: Context, work: Work) -> None:
    """Write down that the job ran, in the transaction that marks it done."""
    sdk.create(context, Part, {"name": work.payload.get("name", "tick"), "thing": None})


@hookimpl
def handlers() -> list[sdk.Handler]:
    """One for an event of its own, one for what it asks for by itself."""
    return [
        sdk.Handler(topic="dummy.thing.done", run=note, title=_("Note what was done")),
        sdk.Handler(topic="dummy.tick", run=note, title=_("Note the hour"), retries=3),
    ]


@hookimpl
def schedules() -> list[sdk.Schedule]:
    """Every hour."""
    return [sdk.Schedule(name="tick", topic="dummy.tick", every=timedelta(hours=1))]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Two pages."""
    return [pages.blueprint]


@hookimpl
def bundles() -> list[sdk.Bundle]:
    """Dummies and nothing else."""
    return [sdk.Bundle(name="dummies", title=_("Dummies"), plugins=("dummy",), icon="box")]


@hookimpl
def notification_kinds() -> list[sdk.NotificationKind]:
    """One that goes by e-mail alone."""
    return [sdk.NotificationKind(name="dummy_done", title=_("Things done"), icon="box", bell=False, mail=True)]


@hookimpl
def merged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> Any:
    """A customer's things become one: their weights are added up."""
    if entity != "core.customer":
        return None
    things = sdk.read_page(context, sdk.Query(context.resource(Thing), q="sổ", columns=[Thing.__fields__["customer"]]))
    return {"things": sorted(str(row["id"]) for row in things.rows if row["customer"] in {keep, *losers})}


@hookimpl
def unmerged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID], kept: Any) -> list[str]:
    """Nothing to divide: what was noted is told."""
    return [f"{len(kept['things'])} sổ"] if kept else []


@hookimpl
def module_on(context: Context) -> None:
    """Make the part that every company begins with; look before making."""
    known = sdk.Query(context.resource(Part), q="beginning", limit=1)
    if not sdk.read_page(context, known).rows:
        sdk.create(context, Part, {"name": "beginning"})


@hookimpl
def demo(context: Context) -> None:
    """A thing with a part."""
    thing = sdk.create(context, Thing, {"name": "demo", "count": 1, "opens": context.today()})
    sdk.create(context, Part, {"name": "demo", "thing": thing.id})


@hookimpl
def personal_data(context: Context, entity: str, ids: Sequence[UUID]) -> Iterator[sdk.PersonalData]:
    """Something that is no record."""
    if entity == "core.customer":
        rows = tuple((str(one), "3") for one in ids)
        yield sdk.PersonalData(name="dummy_steps", title=_("Steps"), columns=(_("Who"), _("Count")), rows=rows)


@hookimpl
def erased(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Refuse while a thing is done; otherwise leave a part behind that tells of it."""
    things = sdk.read_all(context, sdk.Query(context.resource(Thing), columns=[Thing.__fields__["state"]]))
    if any(row["state"] == DONE.value for page in things for row in page):
        raise sdk.InvalidError({"": [_("Things that are done are kept.")]})
    sdk.create(context, Part, {"name": f"forgot {len(ids)}"})


@hookimpl
def paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Leave a part for each payment; a thing cannot be given money back."""
    if entity == "dummy.thing":
        if any(amount < 0 for amount in amounts.values()):
            raise sdk.InvalidError({"": [_("Things that are done are kept.")]})
        sdk.create_many(context, Part, [{"name": f"paid {amount}", "thing": one} for one, amount in amounts.items()])


@hookimpl
def transfer_options(context: Context, entity: str) -> Iterator[sdk.TransferOption]:
    """Note each customer that was passed on, as a part."""
    if entity == "core.customer":
        yield sdk.TransferOption(name="dummy_note", title=_("Note it"), run=note_passed, undo=forget_passed)


def note_passed(context: Context, passed: Sequence[sdk.Passed]) -> dict[UUID, str]:
    """A part for each of them."""
    parts = sdk.create_many(context, Part, [{"name": f"passed {one.record_id}"} for one in passed])
    return {one.record_id: str(part.id) for one, part in zip(passed, parts, strict=True)}


def forget_passed(context: Context, passed: Sequence[sdk.Passed], kept: Mapping[UUID, Any]) -> None:
    """Delete the parts again."""
    sdk.delete(context, [sdk.get(context, Part, UUID(kept[one.record_id])) for one in passed])


def count_up(context: Context, tasks: Sequence[sdk.Task]) -> dict[UUID, sdk.Outcome]:
    """Leave a part for each task, as heavy as was asked."""
    names = [f"{task.settings['word']} {task.record.title if task.record else ''}" for task in tasks]
    parts = sdk.create_many(context, Part, [{"name": name} for name in names])
    return {task.run: sdk.Outcome({"part": str(part.id)}) for task, part in zip(tasks, parts, strict=True)}


@hookimpl
def workflow_actions(context: Context) -> list[sdk.WorkflowAction]:
    """Count, with a word before it."""
    word = sdk.Setting(name="word", title=_("Word"))
    return [sdk.WorkflowAction(name="dummy.count", title=_("Count"), run=count_up, settings=(word,))]


@hookimpl
def message_channels(context: Context) -> list[sdk.MessageChannel]:
    """A wall to shout at."""
    return [sdk.MessageChannel(name="dummy_wall", title=_("Wall"), channel="sms", prepare=shout)]


def shout(context: Context, work: Work, message: sdk.Message) -> Callable[[UUID], str]:
    """What the wall answers; nobody hears of one that is silent."""

    def send(key: UUID) -> str:
        if message.text == "silence":
            raise TimeoutError
        return f"{message.to}: {message.text}"

    return send


@hookimpl
def file_check(context: Context, name: str, path: Path) -> sdk.Text | None:
    """Refuse what has the word virus in it."""
    return _("There is a virus in “%(name)s”.", name=name) if b"virus" in path.read_bytes() else None


@hookimpl
def payment_details(entity: str, record: sdk.Entity, amount: Decimal) -> Iterator[sdk.PaymentDetails]:
    """Slips are paid into the piggy bank."""
    if entity == "dummy.slip":
        yield sdk.PaymentDetails(
            bank="Ngân hàng Ống Heo", account="0011001234567", holder="CONG TY DUMMY", amount=amount,
            text=record.title, payload=f"{record.title} {amount}",
        )  # fmt: skip


@hookimpl
def navigation(context: Context) -> list[sdk.NavigationItem]:
    """One for everybody, and before it one for administrators."""
    url = f"/{context.resource(Thing).path}"
    return [
        sdk.NavigationItem(name="everybody", title=_("For everybody"), url=url, weight=20),
        sdk.NavigationItem(
            name="administrators", title=_("For administrators"), url=url, weight=10, permission=("*", "admin")
        ),
    ]


@hookimpl
def cards(context: Context) -> Iterator[sdk.Card]:
    """How many things there are, for whoever may see them."""
    resource = context.resource(Thing)
    if context.can(resource.name, "see"):
        found, capped = sdk.count(context, sdk.Query(resource))
        yield sdk.Card(name="things", title=_("Things"), value=f"{found}{'+' if capped else ''}", weight=70)
        yield sdk.Card(name="first", title=_("First things first"), text=_("Nothing to do."), weight=1)


@hookimpl
def report_presets(context: Context) -> Iterator[sdk.ReportPreset]:
    """Things by whose they are, for whoever may see them."""
    resource = context.resource(Thing)
    if context.can(resource.name, "see"):
        asked = sdk.ReportDefinition(entity=resource.name, by=("owner",), chart="bar")
        yield sdk.ReportPreset(name="dummy.things", title=_("Things by owner"), definition=asked)


@hookimpl
def tours() -> list[sdk.Tour]:
    """Two steps, of which one is for whoever may see things, and a tour that is for nobody else."""
    things = ("dummy.thing", "see")
    first = sdk.TourStep(title=_("Things"), text=_("Nothing to do."), url="/dummy/things", permission=things)
    home = sdk.TourStep(title=_("First things first"), text=_("Nothing to do."), url="/", selector="h1")
    return [
        sdk.Tour(name="dummy.start", title=_("Things"), steps=(home, first)),
        sdk.Tour(name="dummy.more", title=_("Things"), steps=(first,)),
    ]


@hookimpl
def timeline(context: Context, record: sdk.Entity, limit: int) -> list[sdk.TimelineItem]:
    """When a customer was made, told once more."""
    if not isinstance(record, sdk.Customer) or not context.can("dummy.thing", "see"):
        return []
    return [sdk.TimelineItem(at=record.created_at - timedelta(days=1), title=_("The day before"))][:limit]


@hookimpl
def bulk_actions(context: Context, entity: str) -> Iterator[sdk.BulkAction]:
    """Mark ticked things, for whoever may change one."""
    if entity == "dummy.thing" and context.can(entity, "edit"):
        yield sdk.BulkAction(name="mark", title=_("Mark"), url=f"/{context.resource(Thing).path}/bulk/edit")


@hookimpl
def list_actions(context: Context, entity: str) -> Iterator[sdk.RecordAction]:
    """Lead from things to their parts, for whoever may see one."""
    if entity == "dummy.thing" and context.can("dummy.part", "see"):
        yield sdk.RecordAction(name="parts", title=_("Parts"), url=f"/{context.resource(Part).path}", primary=True)


@hookimpl
def notices(context: Context, record: sdk.Entity) -> Iterator[sdk.Notice]:
    """What things are like."""
    if isinstance(record, Thing):
        yield sdk.Notice(name="dummy_done", text=_("Things that are done are kept."))


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> Iterator[sdk.RecordAction]:
    """Copy a thing, for whoever may make one."""
    if isinstance(record, Thing) and context.can("dummy.thing", "create"):
        url = f"/{context.resource(Thing).path}/{record.id}/copy"
        yield sdk.RecordAction(name="again", title=_("Once more"), url=url, icon="copy")


@hookimpl
def record_cards(context: Context, record: sdk.Entity) -> Iterator[sdk.Card]:
    """What is known of a customer, for whoever may see things."""
    if isinstance(record, sdk.Customer) and context.can("dummy.thing", "see"):
        items = (sdk.CardItem(title=str(_("Once more")), value="+3", subtitle=_("The day before")),)
        yield sdk.Card(name="known", title=_("First things first"), value="3", items=items)
