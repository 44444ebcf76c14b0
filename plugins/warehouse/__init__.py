"""Goods that are kept: warehouses, what comes in and goes out, stocktakes, and the ledger it all follows from."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint

from core import sdk
from core.sdk import Approval, Context, Event, ListView, Payable, Print, Resource
from hooks import hookimpl

from . import (
    actions,
    adjusting,
    beginning,
    counting_web,
    deleting,
    examples,
    figures_web,
    levels,
    lying,
    moving,
    papers,
    policy,
    policy_web,
    preparing,
    recosting,
    showing,
    stocks,
    taking_stock,
    web,
)
from .counting import Count, Stocktake
from .models import LOW, OUT, Location, Lot, OnHand, Rule, Stock, Warehouse
from .slips import APPROVED, NEW, PURCHASE, SECTIONS, SENT, GoodsIssue, GoodsReceipt, Transfer

_ = sdk.translator("plugins.warehouse")
ABOUT = _("Warehouses, goods in and out, transfers, stocktakes; stock on hand, lots, costs.")
MANIFEST = sdk.Manifest(
    name="warehouse", title=_("Warehouse"), version="1.0.0", api=">=1,<2", requires=("catalog",), icon="building-warehouse",
    summary=ABOUT,
)  # fmt: skip
GROUP = _("Warehouse")


def _view(name: str, title: sdk.Text, field: str, values: str) -> ListView:
    return ListView(name=name, title=title, query={f"{field}__in": values})


WAITING = _view("new", _("Waiting"), "state", NEW.value)
"""What nobody has approved or sent yet."""


@hookimpl
def entities() -> Iterable[Resource]:
    """Everybody's, as goods are: roles say who may do what with the slips."""
    return [
        Resource(
            model=Stock, title=_("Stock"), plural=_("Stock on hand"), icon="stack-2", group=GROUP, weight=60,
            owned=False, verbs=("see", "export"), narrow="warehouse",
            views=(_view("low", _("Running low"), "level", f"{LOW.value},{OUT.value}"),),
            events=(
                Event("low", when=("level", LOW.value), title=_("Stock is low")),
                Event("out", when=("level", OUT.value), title=_("Stock has run out")),
            ),
        ),
        Resource(
            model=GoodsReceipt, title=_("Goods receipt"), plural=_("Goods receipts"), icon="package-import", group=GROUP,
            weight=61, owned=False, narrow="warehouse", board_totals=("total",), calendar=("on",),
            approval=Approval(field="state", value=APPROVED.value, amount="total"),
            payable=Payable(
                amount="total", customer="customer", direction="out", number="number", on="on", counts=_bought
            ),
            prints=(_paper(_("Goods receipt"), "warehouse/receipt.html"),), views=(WAITING,),
            sections=SECTIONS, begins=stocks.begins("warehouse"),
            guard=moving.guard, before_save=preparing.prepare_receipts, after_save=moving.follow,
        ),
        Resource(
            model=GoodsIssue, title=_("Goods issue"), plural=_("Goods issues"), icon="package-export", group=GROUP,
            weight=62, owned=False, narrow="warehouse", board_totals=("cost",), calendar=("on",),
            approval=Approval(field="state", value=APPROVED.value, amount="cost"),
            prints=(_paper(_("Goods issue"), "warehouse/issue.html"),), views=(WAITING,),
            sections=SECTIONS, begins=stocks.begins("warehouse"),
            guard=moving.guard, before_save=preparing.prepare_issues, after_save=moving.follow,
        ),
        Resource(
            model=Transfer, title=_("Stock transfer"), plural=_("Stock transfers"), icon="transfer", group=GROUP,
            weight=63, owned=False, board_totals=("cost",), calendar=("on",),
            prints=(_paper(_("Stock transfer"), "warehouse/transfer.html"),),
            views=(_view("sent", _("On their way"), "state", SENT.value), WAITING),
            sections=SECTIONS, begins=stocks.begins("source"),
            guard=moving.guard, before_save=preparing.prepare, after_save=moving.follow,
        ),
        Resource(
            model=Stocktake, title=_("Stocktake"), plural=_("Stocktakes"), icon="clipboard-check", group=GROUP, weight=64,
            owned=False, calendar=("on",), approval=Approval(field="state", value=APPROVED.value),
            prints=(
                Print(
                    name="form", title=_("Stocktake report"), template="warehouse/stocktake.html", size="A4 landscape",
                    gives=papers.of_stocktakes,
                ),
            ),
            begins=stocks.begins("warehouse"), guard=taking_stock.guard, after_save=taking_stock.follow,
        ),
        *_beside(),
    ]  # fmt: skip


def _beside() -> Iterable[Resource]:
    """What stands among the settings, or is reached from what it belongs to."""
    return [
        _kept(
            Count, _("Count"), _("Counts"), "list-numbers",
            before_save=taking_stock.prepare, after_save=taking_stock.follow_counts,
        ),
        _kept(
            Warehouse, _("Warehouse"), _("Warehouses"), "building-warehouse", after_save=deleting.keep_warehouses
        ),
        _kept(Location, _("Location"), _("Locations"), "map-pin", after_save=deleting.keep_locations),
        _kept(
            Rule, _("Stock rule"), _("Stock rules"), "adjustments",
            before_save=levels.prepare_rules, after_save=levels.follow_rules,
        ),
        _kept(Lot, _("Lot"), _("Lots and serial numbers"), "barcode", after_save=deleting.keep_lots),
    ]  # fmt: skip


def _kept(model: type[sdk.Entity], title: sdk.Text, plural: sdk.Text, icon: str, **more: Any) -> Resource:
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=False, **more)


def _paper(title: sdk.Text, template: str) -> Print:
    return Print(name="form", title=title, template=template, gives=papers.of_slips)


def _bought(_context: Context) -> sa.ColumnElement[bool]:
    """A receipt is owed for once it is approved, if it was bought."""
    return sa.and_(GoodsReceipt.state == APPROVED.value, GoodsReceipt.kind == PURCHASE.value)


@hookimpl
def extensions() -> Iterable[type[sdk.Extension]]:
    """How much there is, among the fields of a product."""
    return [OnHand]


@hookimpl
def module_on(context: Context) -> None:
    """A warehouse to begin with, and one for what is on its way."""
    beginning.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """A month of goods that come and go."""
    examples.load(context)


@hookimpl
def blueprints() -> Iterable[Blueprint]:
    """What the buttons do, counting, and what the ledger adds up to."""
    return [web.blueprint, counting_web.blueprint, figures_web.blueprint, policy_web.blueprint]


@hookimpl
def handlers() -> Iterable[sdk.Handler]:
    """What follows from a stocktake that was approved, from another way of costing, and from another name of a product."""
    return [
        sdk.Handler(topic=adjusting.ADJUST, run=adjusting.adjust, title=_("Adjust the stock")),
        sdk.Handler(topic=policy.RECOST, run=recosting.recost_all, title=_("Cost the stock anew")),
        sdk.Handler(topic="catalog.product.changed", run=stocks.rename, title=_("Rename the stock")),
    ]


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> Iterable[sdk.RecordAction]:
    """The next step of a slip, and its end."""
    return actions.record_actions(context, record)


@hookimpl
def navigation() -> Iterable[sdk.NavigationItem]:
    """What the ledger adds up to, beside the slips."""
    pages = (
        ("balance", _("In, out and balance"), "/warehouse/balance", "arrows-exchange"),
        ("valuation", _("Stock value"), "/warehouse/valuation", "coins"),
        ("card", _("Stock card"), "/warehouse/card", "list-details"),
    )
    for place, (name, title, url, icon) in enumerate(pages):
        yield sdk.NavigationItem(
            name=f"warehouse_{name}", title=title, url=url, icon=icon, group=GROUP, weight=70 + place,
            permission=("warehouse.stock", "see"),
        )  # fmt: skip
    yield sdk.NavigationItem(
        name="warehouse_policy", title=_("How stock is kept"), url="/warehouse/policy", icon="adjustments", settings=True,
        text=_("How goods are costed, whether more may leave than is there, closed days, locations and stock rules."),
    )  # fmt: skip


@hookimpl
def record_cards(context: Context, record: sdk.Entity) -> Iterable[sdk.Card]:
    """What lies where."""
    return lying.cards(context, record)


@hookimpl
def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """A stocktake that the ledger has not followed wholly yet."""
    return actions.notices(context, record)


@hookimpl
def tours() -> Iterable[sdk.Tour]:
    """For whoever is new to it."""
    return [showing.first_day()]
