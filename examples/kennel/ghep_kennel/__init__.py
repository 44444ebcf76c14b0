"""Pet hotel: stays of a customer's pet, from arrival to collection."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Choice, Context, Customer, Entity, Event, Mapped, Money, Print, Resource, Work, choice, field, link
from hooks import hookimpl

from . import today
from .outside import PAGE
from .slips import message_channels, workflow_actions

__all__ = ["MANIFEST", "Stay", "message_channels", "workflow_actions"]
_ = sdk.translator("ghep_kennel")
ABOUT = _("Rooms, arrivals and collections for pets whose people travel.")
MANIFEST = sdk.Manifest(name="kennel", title=_("Pet hotel"), version="1.0.0", api=">=1,<2", icon="paw", summary=ABOUT)
BOOKED, STAYING = Choice("booked", _("Booked"), "blue"), Choice("staying", _("Staying"), "orange")
COLLECTED, CANCELLED = Choice("collected", _("Collected"), "green"), Choice("cancelled", _("Cancelled"))


class Stay(Entity):
    """One pet, one room, from arrival to departure."""

    __tablename__ = "kennel_stay"
    pet: Mapped[str] = field(_("Pet"), search=True)
    customer: Mapped[Customer] = link(_("Customer"))
    arrives: Mapped[date] = field(_("Arrives"), sort=True)
    leaves: Mapped[date] = field(_("Leaves"))
    room: Mapped[str | None] = field(_("Room"), length=20)
    price: Mapped[Money] = field(_("Price"), default=0)
    state: Mapped[str] = choice(_("State"), BOOKED, STAYING, COLLECTED, CANCELLED)
    collected_on: Mapped[date | None] = field(_("Collected on"), listed=False)

    def check(self) -> Iterator[tuple[str, sdk.Text]]:
        """A stay has an end that follows its beginning."""
        if self.leaves < self.arrives:
            yield "leaves", _("A pet cannot leave before it arrives.")


@hookimpl
def entities() -> list[Resource]:
    collected = Event("collected", when=("state", "collected"), title=_("Collected"))
    slip = Print(name="slip", title=_("Stay slip"), template="kennel/slip.html", size="A5")
    tag = Print(name="tag", title=_("Collar tag"), template="kennel/tag.html", size="80mm")
    owed = sdk.Payable(amount="price", customer="customer", on="arrives", due="leaves")
    return [
        Resource(
            model=Stay, title=_("Stay"), plural=_("Stays"), icon="paw", events=(collected,),
            calendar=("arrives", "leaves"), calendar_by="room", prints=(slip, tag), payable=owed, public=PAGE,
        )
    ]  # fmt: skip


def note_the_day(context: Context, work: Work) -> None:
    """Keep the day a pet was fetched; a second run finds it noted and changes nothing."""
    stay = sdk.get(context, Stay, UUID(work.payload["id"]))
    sdk.update(context, stay, {"collected_on": stay.collected_on or context.today()})


@hookimpl
def handlers() -> list[sdk.Handler]:
    return [sdk.Handler(topic="kennel.stay.collected", run=note_the_day, title=_("Note the day of collection"))]


@hookimpl
def blueprints() -> list[Blueprint]:
    return [today.blueprint]


@hookimpl
def navigation() -> list[sdk.NavigationItem]:
    seen = ("kennel.stay", "see")
    return [
        sdk.NavigationItem(
            name="kennel_today", title=today.TITLE, url="/kennel/today", icon="door-enter", permission=seen
        )
    ]


@hookimpl
def bundles() -> list[sdk.Bundle]:
    return [sdk.Bundle(name="pet_hotel", title=_("Pet hotel"), plugins=("kennel",), automations="automations.yaml")]
