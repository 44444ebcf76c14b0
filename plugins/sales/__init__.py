"""From an opportunity to an order: pipelines, quotes, contracts, orders."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Aspect, Context, Event, Resource
from hooks import hookimpl

from . import examples, opportunities, pipelines
from .models import LOST, WON, LossReason, Opportunity, Pipeline, Stage

_ = sdk.translator("plugins.sales")
ABOUT = _("Opportunities, quotes, contracts and orders.")
MANIFEST = sdk.Manifest(
    name="sales", title=_("Sales"), version="1.0.0", api=">=1,<2", uses=("catalog", "cash"), icon="briefcase",
    summary=ABOUT,
)  # fmt: skip
BUSINESS = _("Business")


@hookimpl
def entities() -> Iterable[Resource]:
    """Opportunities are their owners'; what a pipeline is made of is everybody's."""
    return [
        Resource(
            model=Opportunity,
            title=_("Opportunity"),
            plural=_("Opportunities"),
            icon="target-arrow",
            group=BUSINESS,
            weight=20,
            board="stage",
            board_totals=("amount",),
            narrow="pipeline",
            calendar=("expected_on",),
            activities=True,
            aspect=Aspect("opportunities", _("Opportunities")),
            events=(
                Event("won", when=("outcome", WON.value), title=_("Opportunity won")),
                Event("lost", when=("outcome", LOST.value), title=_("Opportunity lost")),
            ),
            quick=("stage", "amount", "expected_on", "source", "description"),
            asks=opportunities.ask_why,
            before_save=opportunities.follow_stage,
        ),
        _set_up(Pipeline, _("Pipeline"), _("Pipelines"), "arrows-split-2"),
        _set_up(Stage, _("Stage"), _("Stages"), "layout-kanban"),
        _set_up(LossReason, _("Reason for losing"), _("Reasons for losing"), "mood-sad"),
    ]


def _set_up(model: type[sdk.Entity], title: sdk.Text, plural: sdk.Text, icon: str) -> Resource:
    """What administrators set up once, for everybody."""
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=False)


@hookimpl
def module_on(context: Context) -> None:
    """A pipeline to begin with."""
    pipelines.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """A month of selling."""
    examples.load(context)
