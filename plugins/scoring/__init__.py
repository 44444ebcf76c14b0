"""The potential score of customers: what gives points, the ledger they are entered in, and stars to sort and filter by."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Context
from hooks import hookimpl

from . import examples, people, recomputing, web, why, work
from .models import Score

_ = sdk.translator("plugins.scoring")
ABOUT = _("Points for what customers are and do, stars for their potential, and why each has them.")
MANIFEST = sdk.Manifest(
    name="scoring",
    title=_("Potential score"),
    version="1.0.0",
    api=">=1,<2",
    uses=("sales",),
    icon="star",
    summary=ABOUT,
)
NIGHT = 2
"""The hour in which scores fade."""


@hookimpl
def extensions() -> Iterable[type[sdk.Extension]]:
    """Score and stars, among the fields of a customer."""
    return [Score]


@hookimpl
def handlers() -> Iterable[sdk.Handler]:
    """What is done when something happens that gives points."""
    return work.handlers()


@hookimpl
def schedules() -> Iterable[sdk.Schedule]:
    """Every night scores fade, in companies that want it."""
    return [sdk.Schedule(name="fade", topic=work.FADE, every=timedelta(days=1), at_hour=NIGHT)]


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """Why a score, stars and rules."""
    return [web.blueprint]


@hookimpl
def module_on(context: Context) -> None:
    """What there is already gives its points."""
    recomputing.ask(context)


@hookimpl
def demo(context: Context) -> None:
    """Rules, and what customers did."""
    examples.load(context)


@hookimpl
def merged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> Any:
    """The entries of the others go to the one that is kept; its score follows."""
    if entity == people.CUSTOMER:
        people.follow(context, [keep, *losers])
    return None


@hookimpl
def unmerged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID], kept: Any) -> Iterable[str]:  # noqa: ARG001 # the hook's
    """Each has their own entries again."""
    if entity == people.CUSTOMER:
        people.follow(context, [keep, *losers])
    return ()


@hookimpl
def erased(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Nothing is left of what a person did."""
    if entity == people.CUSTOMER:
        people.forget(context, ids)


@hookimpl
def personal_data(context: Context, entity: str, ids: Sequence[UUID]) -> Iterable[sdk.PersonalData]:
    """What a person did, and their score."""
    return people.told(context, ids) if entity == people.CUSTOMER else ()


@hookimpl
def record_cards(context: Context, record: sdk.Entity) -> Iterable[sdk.Card]:
    """Why a customer has their score."""
    return [why.card(context, record)] if isinstance(record, sdk.Customer) else []


@hookimpl
def list_actions(context: Context, entity: str) -> Iterable[sdk.RecordAction]:
    """From the list of customers to what their stars mean, as in the manual."""
    if entity == people.CUSTOMER and context.can("*", "admin"):
        yield sdk.RecordAction(
            name="scoring_levels", title=_("Setting up potential ratings"), url="/scoring/levels", icon="star"
        )


@hookimpl
def navigation() -> Iterable[sdk.NavigationItem]:
    """What administrators set up once."""
    yield sdk.NavigationItem(
        name="scoring_levels", title=_("Setting up potential ratings"), url="/scoring/levels", icon="star", settings=True,
        text=_("How many points each star takes, and whether scores fade."), weight=10,
    )  # fmt: skip
    yield sdk.NavigationItem(
        name="scoring_rules", title=_("Potential score"), url="/scoring/rules", icon="list-numbers", settings=True,
        text=_("What gives points: quotes, opportunities, transactions, e-mails, visits."), weight=20,
    )  # fmt: skip
