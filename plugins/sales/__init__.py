"""From an opportunity to an order: pipelines, quotes, contracts, orders."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint

from core import sdk
from core.sdk import Approval, Aspect, Context, Event, Print, Resource
from hooks import hookimpl

from . import arranged, examples, figures, opportunities, outside, pages, payments, pipelines, ruling, selling, web
from .documents import ACCEPTED, APPROVED, PAID, REFUSED, SENT, Contract, ContractStatus, Order, Quote
from .models import LOST, WON, LossReason, Opportunity, Pipeline, Stage

_ = sdk.translator("plugins.sales")
ABOUT = _("Opportunities, quotes, contracts and orders.")
MANIFEST = sdk.Manifest(
    name="sales", title=_("Sales"), version="1.0.0", api=">=1,<2", uses=("catalog", "cash", "warehouse"), icon="briefcase",
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
            views=arranged.OPPORTUNITIES,
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
        *_documents(),
        _set_up(ContractStatus, _("Contract status"), _("Contract statuses"), "list-check"),
        _set_up(Pipeline, _("Pipeline"), _("Pipelines"), "arrows-split-2"),
        _set_up(Stage, _("Stage"), _("Stages"), "layout-kanban"),
        _set_up(LossReason, _("Reason for losing"), _("Reasons for losing"), "mood-sad"),
    ]


def _documents() -> list[Resource]:
    """What is offered, agreed and ordered."""
    return [
        Resource(
            model=Quote,
            title=_("Quote"),
            plural=_("Quotes"),
            icon="file-invoice",
            weight=21,
            events=(
                Event("accepted", when=("stage", ACCEPTED.value), title=_("Quote accepted")),
                Event("refused", when=("stage", REFUSED.value), title=_("Quote refused")),
            ),
            views=arranged.QUOTES,
            approval=Approval(field="stage", value=SENT.value, amount="total", beyond=(ACCEPTED.value,)),
            before_save=selling.prepare_quotes,
            prints=(Print(name="quote", title=_("Quote"), template="sales/quote.html"),),
            public=outside.QUOTE,
            **_document("quotes", _("Quotes")),
        ),
        Resource(
            model=Contract,
            title=_("Contract"),
            plural=_("Contracts"),
            icon="contract",
            weight=22,
            board="status",
            calendar=("starts_on", "ends_on"),
            views=arranged.CONTRACTS,
            guard=ruling.guard_contract,
            before_save=selling.prepare_contracts,
            after_save=payments.mind_credit,
            payable=payments.CONTRACTS,
            prints=(Print(name="contract", title=_("Contract"), template="sales/contract.txt", editable=True),),
            **_document("contracts", _("Contracts")),
        ),
        Resource(
            model=Order,
            title=_("Order"),
            plural=_("Orders"),
            icon="shopping-cart",
            weight=23,
            events=(
                Event("paid", when=("payment", PAID.value), title=_("Order paid")),
                Event("approved", when=("stock", APPROVED.value), title=_("Stock-out of an order approved")),
            ),
            views=arranged.ORDERS,
            approval=Approval(field="stock", value=APPROVED.value, amount="total"),
            before_save=selling.prepare_orders,
            after_save=selling.follow_orders,
            payable=payments.ORDERS,
            public=outside.ORDER,
            prints=(
                Print(name="order", title=_("Order"), template="sales/order.html"),
                Print(name="bill", title=_("Bill"), template="sales/bill.html", size="80mm"),
            ),
            **_document("orders", _("Orders")),
        ),
    ]


def _document(aspect: str, title: sdk.Text) -> dict[str, Any]:
    """What quotes, contracts and orders have in common: a place in the menu, activities, a tick of their own in shares."""
    return {"group": BUSINESS, "board_totals": ("total",), "activities": True, "aspect": Aspect(aspect, title)}


def _set_up(model: type[sdk.Entity], title: sdk.Text, plural: sdk.Text, icon: str) -> Resource:
    """What administrators set up once, for everybody."""
    return Resource(model=model, title=title, plural=plural, icon=icon, owned=False, navigation=False)


@hookimpl
def blueprints() -> list[Blueprint]:
    """What the buttons do, and the pages beside the records."""
    return [web.blueprint, pages.blueprint]


@hookimpl
def navigation() -> list[sdk.NavigationItem]:
    """The rules, among the settings."""
    return [
        sdk.NavigationItem(
            name="sales_rules", title=_("Rules of sales"), url="/sales/rules", icon="briefcase", settings=True,
            text=_("What is asked of documents; pipelines, stages, statuses of contracts and reasons for losing."),
        )
    ]  # fmt: skip


@hookimpl
def list_actions(context: Context, entity: str) -> list[sdk.RecordAction]:
    """Goods in opportunities, and the order of what is set up once."""
    return pages.list_actions(context, entity)


@hookimpl
def record_actions(context: Context, record: sdk.Entity) -> list[sdk.RecordAction]:
    """From one document to the next."""
    return web.actions(context, record)


@hookimpl
def paid(context: Context, entity: str, amounts: Mapping[UUID, Decimal]) -> None:
    """Orders and contracts hear of the money that came in for them."""
    payments.note_paid(context, entity, amounts)


@hookimpl
def notices(context: Context, record: sdk.Entity) -> Iterable[sdk.Notice]:
    """What a quote would make its customer owe."""
    return payments.notices(context, record)


@hookimpl
def transfer_options(entity: str) -> Iterable[sdk.TransferOption]:
    """Whoever receives a customer may go on seeing what was sold to them, whoever the customer belongs to later."""
    if entity == "core.customer":
        yield sdk.shared_along(Contract, name="past_contracts", title=_("Share all earlier contracts"), weight=10)
        yield sdk.shared_along(Quote, name="past_quotes", title=_("Share all earlier quotes"), weight=20)
        yield sdk.shared_along(
            Opportunity, name="past_opportunities", title=_("Share all earlier opportunities"), weight=30
        )
        yield sdk.shared_along(Order, name="past_orders", title=_("Share all earlier orders"), weight=40)


@hookimpl
def module_on(context: Context) -> None:
    """A pipeline to begin with."""
    pipelines.furnish(context)


@hookimpl
def demo(context: Context) -> None:
    """A month of selling."""
    examples.load(context)


@hookimpl
def report_presets(context: Context) -> Iterable[sdk.ReportPreset]:
    """The figures of sales."""
    return figures.presets(context)


@hookimpl
def bundles() -> list[sdk.Bundle]:
    """From the lead to the money."""
    return [
        sdk.Bundle(
            name="sales",
            title=_("Sales"),
            summary=_("Leads, opportunities, quotes, contracts, orders, goods and money."),
            plugins=("catalog", "cash", "leads", "sales", "loyalty", "scoring"),
            icon="briefcase",
        )
    ]
