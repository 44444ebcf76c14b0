"""What somebody who is new to the workshop is shown of it."""

from core import sdk
from core.sdk import TourStep

_ = sdk.translator("plugins.garage")


def first_day() -> sdk.Tour:
    """A car's way through the workshop."""
    return sdk.Tour(
        name="garage.start",
        title=_("The workshop"),
        text=_("The way of a car: taken in, quoted, repaired, settled."),
        weight=60,
        steps=(
            TourStep(
                title=_("Every car"),
                text=_("A plate finds a car however it is typed, with its owners, its visits and what is due next."),
                url="/garage/vehicles",
                selector="main h1",
                permission=("garage.vehicle", "see"),
            ),
            TourStep(
                title=_("A car is taken in"),
                text=_("Mileage, scratches and photos are noted at the gate, and the customer signs on the tablet."),
                url="/garage/receptions",
                selector="main a[href='/garage/receptions/new']",
                permission=("garage.reception", "create"),
            ),
            TourStep(
                title=_("The customer agrees"),
                text=_("Send the quote as a link: the customer accepts it on a telephone."),
                url="/garage/quotes",
                selector="main h1",
                permission=("garage.quote", "see"),
            ),
            TourStep(
                title=_("The car is repaired"),
                text=_("Who does what, in which bay, and which parts the warehouse hands out."),
                url="/garage/repair-orders",
                selector="main h1",
                permission=("garage.repair_order", "see"),
            ),
            TourStep(
                title=_("And settled"),
                text=_("What the customer pays and what the insurer pays. A receipt is made once."),
                url="/garage/settlements",
                selector="main h1",
                permission=("garage.settlement", "see"),
            ),
        ),
    )
