"""Guided tours: what modules say about their pages, step by step, and who has been shown round already."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.entity.views import prefer, preferred
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")
PLACE = "core.tours"
"""The tours that a person has taken are kept under this name among what they prefer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TourStep:
    """A few words about one thing on a page."""

    title: Label
    text: Label
    url: str
    """The page it is on; steps on one page follow each other."""
    selector: str = ""
    """What it is about, of what can be seen the first that fits; empty, or nothing that fits, is the whole page."""
    permission: tuple[str, str] | None = None
    """Entity and verb; whoever may not is led past it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tour:
    """Steps that belong together, a minute or two of them."""

    name: str
    """Begins with the plugin's: ``garage.start``."""
    title: Label
    steps: tuple[TourStep, ...]
    text: Label = ""
    weight: int = 50
    plugin: str = ""

    def of(self, context: "Context") -> "Tour":
        """The tour with the steps that a person can follow."""
        steps = (step for step in self.steps if step.permission is None or context.can(*step.permission))
        return replace(self, steps=tuple(steps))


def taken(context: "Context") -> Collection[str]:
    """The names of the tours that this person has taken, or does not want."""
    return preferred(context, PLACE)


def take(context: "Context", name: str) -> None:
    """Note that this person has taken a tour."""
    prefer(context, PLACE, **{name: "taken"})


def untaken(context: "Context") -> list[Tour]:
    """The tours that this person can take and has not."""
    known = taken(context)
    return [tour for tour in context.hooks.tours(context) if tour.name not in known]


def first_look() -> Tour:
    """Core's own: what everybody works with, whatever their trade."""
    customers = ("core.customer", "see")
    return Tour(
        name="core.start",
        title=_("A first look round"),
        text=_("Where things are: search, customers, your day."),
        steps=(
            TourStep(
                title=_("Welcome"),
                text=_("Your day begins here: what is to be done now, then your figures. The arrow keys lead on."),
                url="/",
            ),
            TourStep(
                title=_("Find anything"),
                text=_(
                    "Half a name without accents, or the last digits of a telephone number. Ctrl K opens it anywhere."
                ),
                url="/",
                selector=".top [data-dialog='#palette']",
            ),
            TourStep(
                title=_("What is new"),
                text=_("Reminders, work that was given to you and requests arrive here."),
                url="/",
                selector=".bell",
            ),
            TourStep(
                title=_("Your customers"),
                text=_("Filter them, choose columns and keep what you look at often as a view of your own."),
                url="/customers",
                selector="[role=search], [role=searchbox], [type=search]",
                permission=customers,
            ),
            TourStep(
                title=_("Add or bring them in"),
                text=_("One by one, or from the Excel file that you have: nothing is saved before you have seen it."),
                url="/customers",
                selector="main a[href='/customers/new'], .dock a[href='/customers/new']",
                permission=("core.customer", "create"),
            ),
            TourStep(
                title=_("Your day"),
                text=_("What is overdue, what is due today and whom to call again."),
                url="/my-day",
            ),
            TourStep(
                title=_("Here again"),
                text=_("This tour, and those of other modules, can be taken again from your own menu."),
                url="/my-day",
                selector="[popovertarget=user-menu]",
            ),
        ),
    )
