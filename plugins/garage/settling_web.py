"""What the buttons of a settlement do: its parts leave and come back, it is settled and opened again."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort

from core import sdk
from core.sdk import Context, Entity, RecordAction
from core.sdk_web import context, refresh

from .documents import (
    CANCELLED,
    OPEN,
    PAID,
    SETTLED,
    STOCK_APPROVED,
    STOCK_CANCELLED,
    UNPAID,
    VOID,
    RepairOrder,
    Settlement,
)

_ = sdk.translator("plugins.garage")
blueprint = Blueprint("garage_settling", __name__)

DEEDS: dict[str, tuple[dict[str, str], sdk.Text]] = {
    "issue": ({"stock": STOCK_APPROVED.value}, _("The parts have left the warehouse.")),
    "take-back": ({"stock": STOCK_CANCELLED.value}, _("The parts are back in the warehouse.")),
    "settle": ({"state": SETTLED.value, "payment": UNPAID.value}, _("It is settled. The receipt waits for the money.")),
    "settle-paid": ({"state": SETTLED.value, "payment": PAID.value}, _("It is settled, and the money is received.")),
    "reopen": ({"state": OPEN.value}, _("It is open again; its receipt is cancelled.")),
}
"""What a button sets, and what is said then."""


@blueprint.post("/settlements/<uuid:slip_id>/<deed>")
def act(slip_id: UUID, deed: str) -> Any:
    """Do it; of two at once the second finds it done."""
    turn, (values, told) = context(), DEEDS.get(deed) or abort(404)
    turn.require("garage.settlement", "edit")
    slip = sdk.get(turn, Settlement, slip_id, lock=True)
    switch = next(iter(values))
    if getattr(slip, switch) == values[switch]:
        return refresh(_("That was done already."))
    sdk.update(turn, slip, values)
    return refresh(told)


def actions(turn: Context, record: Entity) -> list[RecordAction]:
    """What this person may do with a settlement, and that a repair order can be settled."""
    if isinstance(record, RepairOrder) and record.state != CANCELLED.value and turn.can("garage.settlement", "create"):
        url, title = f"/garage/make/order-settlement/{record.id}", _("Make a settlement")
        return [RecordAction(name="settlement", title=title, url=url, icon="file-dollar", method="post", weight=60)]
    if isinstance(record, Settlement) and turn.can("garage.settlement", "edit"):
        return _of_slip(record)
    return []


def _of_slip(slip: Settlement) -> list[RecordAction]:
    found = []

    def offer(deed: str, title: sdk.Text, icon: str, weight: int, *, primary: bool = False) -> None:
        url = f"/garage/settlements/{slip.id}/{deed}"
        found.append(
            RecordAction(name=deed, title=title, url=url, icon=icon, method="post", primary=primary, weight=weight)
        )

    if slip.stock == STOCK_APPROVED.value:
        offer("take-back", _("Cancel stock-out"), "package-import", 80)
    else:
        offer("issue", _("Approve stock-out"), "package-export", 20, primary=True)
    if slip.state == SETTLED.value:
        offer("reopen", _("Reopen"), "lock-open", 81)
    elif slip.payment != VOID.value:
        offer("settle", _("Settle"), "file-dollar", 30, primary=slip.stock == STOCK_APPROVED.value)
        offer("settle-paid", _("Settle, money received"), "cash", 31)
    return found
