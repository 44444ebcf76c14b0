"""Regular customers: tiers they reach by what they buy or pay, the discount of each, and points."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Context, Entity, Handler, RecordAction, Resource
from hooks import hookimpl

from . import discounts, examples, following, merging, pages, points, policy, tiers, web
from .models import PointEntry, Policy, TierRule

_ = sdk.translator("plugins.loyalty")
ABOUT = _("Tiers that customers reach by themselves, a discount for each, and points.")
MANIFEST = sdk.Manifest(
    name="loyalty",
    title=_("Customer loyalty"),
    version="1.0.0",
    api=">=1,<2",
    uses=("catalog", "cash", "sales"),
    icon="stairs-up",
    summary=ABOUT,
)
_CUSTOMER = "core.customer"
_EARN_OR_SPEND = frozenset((following.ORDER, *following.VOUCHERS))


@hookimpl
def entities() -> Iterable[Resource]:
    """Points are their customers'; the rules are everybody's, and administrators set them."""
    return [
        Resource(
            model=PointEntry,
            title=_("Points entry"),
            plural=_("Loyalty points"),
            icon="coins",
            navigation=False,
            verbs=("see", "create", "edit", "export", "import"),
            board_totals=("points",),
            about=lambda one: one.name in _EARN_OR_SPEND,
            guard=points.guard,
            before_save=points.prepare,
            after_save=points.follow,
        ),
        Resource(
            model=TierRule,
            title=_("Rule of a tier"),
            plural=_("Rules of tiers"),
            icon="stairs-up",
            owned=False,
            navigation=False,
            guard=policy.guard_rule,
            before_save=discounts.prepare,
            after_save=discounts.follow,
        ),
        Resource(
            model=Policy,
            title=_("Tiers and points"),
            plural=_("Tiers and points"),
            icon="stairs-up",
            owned=False,
            navigation=False,
            verbs=("see", "create", "edit"),
            guard=policy.guard,
            before_save=policy.prepare,
            after_save=lambda context, _policies, _event: tiers.ask_for_all(context),
        ),
    ]


@hookimpl
def handlers() -> Iterable[Handler]:
    """What follows from contracts, orders and payments."""
    return following.handlers()


@hookimpl
def schedules() -> Iterable[sdk.Schedule]:
    """Whatever a module that was off kept from following."""
    return [sdk.Schedule(name="loyalty.catch_up", topic=following.CATCH_UP, every=timedelta(days=1), at_hour=3)]


@hookimpl
def notification_kinds() -> Iterable[sdk.NotificationKind]:
    """Customers who got further."""
    title, told = _("Customers who reach a tier"), _("A customer of yours has reached a higher tier.")
    return [sdk.NotificationKind(name=tiers.REACHED, title=title, help=told, icon="stairs-up")]


@hookimpl
def module_on(context: Context) -> None:
    """Look at what happened while the module was off."""
    policy.policy_of(context)
    discounts.hand_over_all(context)
    tiers.ask_for_all(context)


@hookimpl
def demo(context: Context) -> None:
    """Tiers with their marks and discounts, and some points."""
    examples.load(context)


@hookimpl
def merged(context: Context, entity: str, keep: UUID) -> None:
    """Two customers who are one have brought what both did."""
    if entity == _CUSTOMER:
        merging.merged(context, keep)


@hookimpl
def unmerged(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> Iterable[str]:
    """And two again."""
    return merging.unmerged(context, keep, losers) if entity == _CUSTOMER else []


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """The page of settings, and the dialogs of customers and orders."""
    return [web.blueprint, pages.blueprint]


@hookimpl
def record_actions(context: Context, record: Entity) -> Iterable[RecordAction]:
    """How far a customer has come, and paying an order by points."""
    return pages.actions(context, record)


@hookimpl
def navigation() -> Iterable[sdk.NavigationItem]:
    """One page for all there is to set up."""
    yield sdk.NavigationItem(
        name="loyalty_tiers",
        title=_("Customer tiers"),
        url="/loyalty/tiers",
        icon="stairs-up",
        settings=True,
        text=_("What customers must reach for each tier, its discount, and points."),
        covers=("core.tier", "loyalty.tier_rule", "loyalty.policy"),
    )
