"""What happens elsewhere and what follows from it here: contracts and payments move customers and earn points.

A document's change writes a job in its own transaction. The job asks for the figures as they are then, so it does not
matter how often, how late or in which order jobs are done.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from core import sdk
from core.sdk import Context, Handler, MissingError, Work
from plugins.cash import api as cash
from plugins.sales import api as sales

from . import points, tiers
from .discounts import HAND_OVER, go_on, hand_over_all

_ = sdk.translator("plugins.loyalty")

CHECK = "loyalty.check"
"""A job of our own: look at these customers again."""
CATCH_UP = "loyalty.catch_up"
"""Once a night: what could not follow while the module that it takes was off."""
CONTRACT, STATUS, ORDER = "sales.contract", "sales.contract_status", "sales.order"
VOUCHERS = ("cash.receipt", "cash.payment", "cash.advance")
APPEARS, GOES = ("created", "imported", "restored"), ("deleted", "undone")
Run = Callable[[Context, Work], None]


def handlers() -> Iterable[Handler]:
    """One for each thing that may happen."""
    everybody, some = _("Recalculate the tiers of all customers"), _("Update tiers")
    yield Handler(topic=tiers.RECALCULATE, run=tiers.recalculate, title=everybody)
    yield Handler(topic=CHECK, run=_check, title=some)
    yield Handler(topic=CATCH_UP, run=_catch_up, title=everybody)
    yield Handler(topic=HAND_OVER, run=go_on, title=_("Update the prices of a tier"))
    yield _changed(STATUS, {"counts"}, tiers.recalculate, everybody)
    yield _changed(CONTRACT, {"customer", "status", "total"}, _contract, some)
    yield from (Handler(topic=f"{CONTRACT}.{one}", run=_contract, title=some) for one in APPEARS)
    yield _changed(ORDER, {"customer", "payment"}, _order, _("Update points"))
    yield from (Handler(topic=f"{ORDER}.{one}", run=_order, title=_("Update points")) for one in GOES)
    for entity in VOUCHERS:
        both = _("Update tiers and points")
        yield _changed(entity, {"customer", "amount", "state", "on"}, _voucher, both)
        yield from (Handler(topic=f"{entity}.{one}", run=_voucher, title=both) for one in (*APPEARS, *GOES))


def _changed(entity: str, fields: set[str], run: Run, title: sdk.Text) -> Handler:
    """Work on the changes of some fields; of others nothing follows."""

    def if_it_counts(context: Context, work: Work) -> None:
        if fields & set(work.payload["values"]):
            run(context, work)

    return Handler(topic=f"{entity}.changed", run=if_it_counts, title=title)


def _catch_up(context: Context, _work: Work) -> None:
    hand_over_all(context)
    tiers.ask_for_all(context)


def _check(context: Context, work: Work) -> None:
    tiers.promote(context, [UUID(one) for one in work.payload["customers"]])


def _contract(context: Context, work: Work) -> None:
    if "sales" not in context.active:
        return
    try:
        contract = sdk.get(context, sales.Contract, UUID(work.payload["id"]))
    except MissingError:
        return  # it was deleted meanwhile: nobody is moved down
    tiers.promote(context, [contract.customer_id])


def _order(context: Context, work: Work) -> None:
    if "sales" in context.active:
        points.follow_order(context, UUID(work.payload["id"]))


def _voucher(context: Context, work: Work) -> None:
    if "cash" not in context.active:
        return
    entity, key = work.payload["entity"], UUID(work.payload["id"])
    points.earn(context, entity, [key])
    customers = {one.customer for one in cash.vouchers_of(context, entity, [key]).values() if one.customer}
    tiers.promote(context, list(customers))
