"""A car workshop: cars and their papers, from the reception to the settlement."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint

from core import sdk
from core.sdk import Aspect, Context, Event, Payable, Print, Resource
from hooks import hookimpl

from . import (
    examples,
    extra,
    figures,
    front_desk,
    glance,
    outside,
    parts,
    parts_spent,
    quoting,
    receiving,
    reminding,
    repairing,
    sections,
    settling,
    settling_public,
    settling_web,
    showing,
    standards,
    vehicles,
    web,
    workshop,
)
from .documents import ACCEPTED, DONE, SETTLED, Claim, Quote, RepairOrder, Settlement
from .models import Bay, Holding, Norm, Photo, Reception, Standard, Vehicle

_ = sdk.translator("plugins.garage")
ABOUT = _("Cars, receptions, quotes, repair orders, settlements; reminders and the page a customer follows the car on.")
MANIFEST = sdk.Manifest(
    name="garage", title=_("Car workshop"), version="1.0.0", api=">=1,<2", requires=("catalog", "cash", "warehouse"),
    icon="car-garage", summary=ABOUT,
)  # fmt: skip
GROUP = _("Workshop")
BYLINE = ("vehicle", "customer")
"""What one knows a paper of a car by."""


@hookimpl
def entities() -> Iterable[Resource]:
    """The papers of a car belong to whoever looks after it; what a workshop has is everybody's."""
    return [
        Resource(
            model=Vehicle, title=_("Vehicle"), plural=_("Vehicles"), icon="car", weight=9,
            calendar=("due_on",), byline=("customer", "brand", "model", "year"), sections=sections.VEHICLE, asks=vehicles.ask_why, before_save=vehicles.prepare, after_save=vehicles.follow,
            quick=("customer", "brand", "model", "km"), views=vehicles.VIEWS, **_of_cars("vehicles", _("Vehicles")),
        ),
        Resource(
            model=Reception, title=_("Reception"), plural=_("Receptions"), icon="clipboard-text", weight=10,
            board="state", calendar=("promised_at",), quick=("kind", "km", "promised_at"),
            byline=BYLINE, sections=sections.RECEPTION, guard=receiving.guard, asks=receiving.ask_why, before_save=receiving.prepare, after_save=receiving.follow,
            views=receiving.VIEWS, prints=(Print(name="reception", title=_("Reception slip"), template="garage/reception.html"),),
            **_of_cars("receptions", _("Receptions")),
        ),
        Resource(
            model=Quote, title=_("Quote for a car"), plural=_("Quotes for cars"), icon="file-invoice", weight=11,
            board_totals=("total",), byline=BYLINE, sections=sections.QUOTE, before_save=quoting.prepare, public=outside.QUOTE, prints=quoting.PRINTS,
            views=quoting.VIEWS,
            events=(Event("accepted", when=("stage", ACCEPTED.value), title=_("Quote for a car accepted")),),
            **_of_cars("car_quotes", _("Quotes for cars")),
        ),
        Resource(
            model=RepairOrder, title=_("Repair order"), plural=_("Repair orders"), icon="tool", weight=12, board="state",
            board_totals=("total",), calendar=("promised_at",), calendar_by="bay", members="technicians",
            byline=BYLINE, sections=sections.REPAIR_ORDER, guard=parts.guard, before_save=repairing.prepare, after_save=repairing.follow,
            public=outside.ORDER, prints=repairing.PRINTS, views=repairing.VIEWS,
            events=(Event("done", when=("state", DONE.value), title=_("Car is done")),),
            **_of_cars("repair_orders", _("Repair orders")),
        ),
        Resource(
            model=Settlement, title=_("Settlement"), plural=_("Settlements"), icon="file-dollar", weight=13, board="state",
            board_totals=("total",), calendar=("settled_on",), byline=BYLINE, sections=sections.SETTLEMENT, guard=settling.guard, before_save=settling.prepare,
            after_save=settling.follow, views=figures.SETTLEMENTS,
            events=(Event("settled", when=("state", SETTLED.value), title=_("Repair settled")),),
            prints=(
                Print(name="settlement", title=_("Settlement slip"), template="garage/settlement.html"),
                Print(name="bill", title=_("Bill"), template="garage/bill.html", size="80mm"),
            ),
            public=settling_public.PAGE,
            payable=Payable(
                amount="due", customer="customer", number="number", on="settled_on", costs=parts_spent.of_settlements,
                counts=_settled,
            ),
            **_of_cars("settlements", _("Settlements")),
        ),
        Resource(
            model=Claim, title=_("Insurance file"), plural=_("Insurance files"), icon="shield-check", weight=14,
            verbs=("see", "export"), byline=("insurer", "settlement"), payable=Payable(
                amount="amount", customer="insurer", number="number", on="on", part_of="settlement",
                costs=parts_spent.of_claims,
            ),
            **_of_cars("claims", _("Insurance files")),
        ),
        _kept(Holding, _("Plate and owner"), _("Plates and owners"), "history", verbs=("see", "export")),
        _kept(Photo, _("Photo"), _("Photos"), "camera", related=False),
        _kept(Norm, _("Work standard"), _("Work standards"), "stopwatch", after_save=standards.keep_beside),
        _kept(Bay, _("Bay"), _("Bays"), "parking"),
    ]  # fmt: skip


def _of_cars(aspect: str, title: sdk.Text) -> dict[str, Any]:
    """A place in the menu, activities, a tick of their own in shares."""
    return {"group": GROUP, "activities": True, "aspect": Aspect(aspect, title)}


def _kept(model: type[sdk.Entity], title: sdk.Text, plural: sdk.Text, icon: str, **more: Any) -> Resource:
    """What stands among the settings, or is reached from what it belongs to."""
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=False, **more)


def _settled(_context: Context) -> sa.ColumnElement[bool]:
    """A settlement is owed for once it is settled."""
    return Settlement.state == SETTLED.value


@hookimpl
def extensions() -> list[type[sdk.Extension]]:
    """Standards, among the columns of work and material."""
    return [Standard]


@hookimpl
def blueprints() -> list[Blueprint]:
    """What the buttons do, and the pages beside the records."""
    return [web.blueprint, front_desk.blueprint, settling_web.blueprint, workshop.blueprint]


@hookimpl
def handlers() -> Iterable[sdk.Handler]:
    """What the warehouse does with parts for a car."""
    return parts.handlers()


@hookimpl
def notification_kinds() -> list[sdk.NotificationKind]:
    """What advisors hear of."""
    return extra.notification_kinds()


@hookimpl
def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """What a customer has not answered, and what is due of a car that is here."""
    return [*web.notices(context, record), *reminding.notices(context, record)]


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> list[sdk.RecordAction]:
    """From one paper to the next."""
    found = (module.actions(context, record) for module in (web, settling_web, front_desk))
    return [one for some in found for one in some]


@hookimpl
def paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Settlements and insurers' files hear of the money that came in for them."""
    settling.note_paid(context, entity, amounts)


@hookimpl
def demo(context: Context) -> None:
    """A month of a workshop."""
    examples.load(context)


@hookimpl
def report_presets(context: Context) -> Iterable[sdk.ReportPreset]:
    """The figures of a workshop."""
    return figures.presets(context)


@hookimpl
def list_actions(context: Context, entity: str) -> list[sdk.RecordAction]:
    """To the gate, and to the screen of the workshop."""
    return [*front_desk.list_actions(context, entity), *workshop.actions(context, entity)]


@hookimpl
def record_cards(context: Context, record: sdk.Entity) -> Iterable[sdk.Card]:
    """What one knows of a car at a glance."""
    return glance.cards(context, record)


@hookimpl
def navigation() -> Iterable[sdk.NavigationItem]:
    """The gate, and the work and material there are standards for."""
    yield sdk.NavigationItem(
        name="garage_receive", title=_("Receive a car"), url="/garage/receive", icon="car-garage", group=GROUP, weight=5,
        permission=("garage.reception", "create"),
    )  # fmt: skip
    for place, (name, title, kind, icon) in enumerate(
        (("works", _("Work"), "service", "tools"), ("materials", _("Material"), "goods", "engine"))
    ):
        yield sdk.NavigationItem(
            name=f"garage_{name}", title=title, url=standards.catalogue(kind), icon=icon, group=GROUP, weight=20 + place,
            permission=("catalog.product", "see"),
        )  # fmt: skip


@hookimpl
def bundles() -> list[sdk.Bundle]:
    """A workshop from the front desk to the money."""
    return [
        sdk.Bundle(
            name="garage",
            title=_("Car workshop"),
            summary=_("Cars, receptions, quotes, repair orders and settlements, with parts, stock, money and leads."),
            plugins=("catalog", "warehouse", "cash", "leads", "garage"),
            automations="automations.yaml",
            icon="car-garage",
        )
    ]


@hookimpl
def tours() -> Iterable[sdk.Tour]:
    """For whoever is new to it."""
    return [showing.first_day()]
