"""What the pages of the warehouse's records offer: the next step of a slip, and its end."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Context, Notice, RecordAction
from plugins.catalog.api import Product

from .counting import Stocktake
from .models import Stock
from .moving import NEXT
from .slips import APPROVED, CANCELLED, NEW, RECEIVED, SENT, Slip
from .taking_stock import progress

_ = sdk.translator("plugins.warehouse")
STEPS: dict[str, tuple[sdk.Text, str]] = {
    APPROVED.value: (_("Approve"), "check"),
    SENT.value: (_("Send off"), "truck-delivery"),
    RECEIVED.value: (_("Receive"), "package-import"),
}
"""The states that goods move with, as what people do."""


def record_actions(context: Context, record: sdk.Entity) -> Iterable[RecordAction]:
    """Those of one record, for whoever may do them."""
    if isinstance(record, Slip):
        yield from _of_slip(context, record)
    elif isinstance(record, Stocktake):
        yield from _of_stocktake(context, record)
    elif isinstance(record, Stock | Product) and context.can("warehouse.stock", "see"):
        url = f"/warehouse/card?{'stock' if isinstance(record, Stock) else 'product'}={record.id}"
        yield RecordAction(name="card", title=_("Stock card"), url=url, icon="list-details", weight=70)


def _of_slip(context: Context, slip: Slip) -> Iterable[RecordAction]:
    """Steps that are the company's to approve are asked for by core's button."""
    resource = context.resource(type(slip))
    if slip.deleted_at or not context.can(resource.name, "edit"):
        return
    own = {one.value for one in resource.fields["state"].choices} if "state" in resource.fields else set[str]()
    here = f"/warehouse/slip/{resource.entity}/{slip.id}"
    for state, (title, icon) in STEPS.items():
        held = state == APPROVED.value and sdk.needs_approval(context, slip)
        if state in NEXT[slip.state] & own and not held:
            url = f"{here}/{state}"
            yield RecordAction(name=state, title=title, url=url, icon=icon, method="post", primary=True, weight=10)
    if CANCELLED.value in NEXT[slip.state] & own:
        title = _("Cancel slip") if slip.state == NEW.value else _("Cancel and take back")
        yield RecordAction(name="cancel", title=title, url=f"{here}/cancelled", icon="ban", method="dialog", weight=80)


def _of_stocktake(context: Context, one: Stocktake) -> Iterable[RecordAction]:
    """Listing, counting, and what comes of it."""
    if one.deleted_at or not context.can("warehouse.stocktake", "edit"):
        return
    here = f"/warehouse/stocktake/{one.id}"
    if one.state == NEW.value:
        yield RecordAction(
            name="count", title=_("Count goods"), url=f"{here}/count", icon="scan", primary=True, weight=10
        )
        yield RecordAction(
            name="fill", title=_("List the stock"), url=f"{here}/fill", icon="playlist-add", method="dialog", weight=11
        )
        if not sdk.needs_approval(context, one):
            yield RecordAction(
                name="approved", title=_("Approve"), url=f"{here}/approve", icon="check", method="dialog", weight=12
            )
    elif one.state == APPROVED.value and progress(context, one.id).left:
        yield RecordAction(
            name="adjust",
            title=_("Adjust what is left"),
            url=f"{here}/adjust",
            icon="refresh",
            method="post",
            weight=10,
        )
    if one.state != CANCELLED.value:
        yield RecordAction(
            name="cancel", title=_("Cancel stocktake"), url=f"{here}/cancel", icon="ban", method="dialog", weight=80
        )


def notices(context: Context, record: sdk.Entity) -> Iterable[Notice]:
    """How far a stocktake has come: what is counted, or of an approved one what is still to be adjusted."""
    if not isinstance(record, Stocktake) or record.state == CANCELLED.value:
        return
    found = progress(context, record.id)
    if record.state == NEW.value and found.lines:
        said = {"done": found.counted, "all": found.lines, "more": found.surplus, "less": found.short}
        text = _(
            "%(done)s of %(all)s lines are counted: %(more)s with more, %(less)s with less than the ledger says.",
            **{name: sdk.show_number(n) for name, n in said.items()},
        )
        yield Notice(name="counted", text=text, kind="info")
    elif record.state == APPROVED.value and found.left:
        text = _("%(n)s lines differ that the stock has not been adjusted to yet.", n=sdk.show_number(found.left))
        yield Notice(name="left", text=text, kind="info")
