"""What the buttons of the workshop do: from one paper to the next, and what the customer says at the counter."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from core import sdk
from core.sdk import Context, Entity, InvalidError, RecordAction
from core.sdk_web import context, go, refresh
from plugins.warehouse import api as warehouse

from . import extra, parts, quoting, repairing, settling
from .documents import ACCEPTED, CANCELLED, Quote, RepairOrder
from .following import of_reception
from .models import LEFT, Reception

_ = sdk.translator("plugins.garage")
blueprint = Blueprint("garage", __name__)

Make = Callable[[Context, UUID], Entity]
MAKES: dict[str, tuple[str, str, Make]] = {
    "reception-order": ("garage.reception", "garage.repair_order", repairing.order_of_reception),
    "quote-order": ("garage.quote", "garage.repair_order", repairing.order_of_quote),
    "order-settlement": ("garage.repair_order", "garage.settlement", settling.settlement_of),
}
"""Of what, what is made, and how; the person may see the first and create the second."""


@blueprint.post("/make/<name>/<uuid:record_id>")
def make(name: str, record_id: UUID) -> Any:
    """Make a paper of another and go there; what was made already is shown."""
    turn, found = context(), MAKES.get(name)
    if found is None:
        raise sdk.MissingError("garage", record_id)
    source, target, do = found
    turn.require(source, "see")
    turn.require(target, "create")
    made = do(turn, record_id)
    turn.session.flush()
    return go(f"/{turn.resource(type(made)).path}/{made.id}")


@blueprint.post("/quotes/<uuid:quote_id>/accept")
def accept(quote_id: UUID) -> Any:
    """The customer agreed, by telephone or at the counter."""
    turn = context()
    turn.require("garage.quote", "edit")
    done = quoting.accept(turn, quote_id)
    return refresh(_("The customer agreed to the quote.") if done else _("The quote was agreed to already."))


@blueprint.route("/quotes/<uuid:quote_id>/refuse", methods=["GET", "POST"])
def refuse(quote_id: UUID) -> Any:
    """The customer does not want it, and why."""
    turn = context()
    turn.require("garage.quote", "edit")
    quote = sdk.get(turn, Quote, quote_id)
    if request.method == "GET":
        return render_template("garage/refuse.html", quote=quote, error="")
    try:
        quoting.refuse(turn, quote_id, request.form.get("reason", "").strip())
    except InvalidError as error:
        turn.session.rollback()
        return render_template("garage/refuse.html", quote=sdk.get(turn, Quote, quote_id), error=error.text), 422
    return refresh(_("The quote was refused."))


@blueprint.post("/repair-orders/<uuid:order_id>/parts/<any(request,issue):what>")
def goods(order_id: UUID, what: str) -> Any:
    """Ask the warehouse for the parts, or let them leave; who may do the latter issues goods."""
    turn = context()
    turn.require("garage.repair_order", "edit")
    if what == "issue":
        turn.require(parts.ISSUE, "create")
    slip = (parts.issue if what == "issue" else parts.request)(turn, order_id)
    if slip is None:
        return refresh(_("There are no parts to ask for."), kind="warning")
    issued = slip.state != warehouse.NEW.value
    return refresh(
        _("The parts have left: %(number)s.", number=slip.number)
        if issued
        else _("The warehouse was asked for the parts: %(number)s.", number=slip.number)
    )


@blueprint.post("/repair-orders/<uuid:order_id>/parts/take-back")
def take_back(order_id: UUID) -> Any:
    """Bring back what has left and is not wanted any more."""
    turn = context()
    turn.require("garage.repair_order", "edit")
    turn.require(parts.ISSUE, "create")
    done = parts.take_back_surplus(turn, order_id)
    return refresh(_("The parts are back in the warehouse.") if done else _("That was done already."))


@blueprint.route("/repair-orders/<uuid:order_id>/extra", methods=["GET", "POST"])
def answer(order_id: UUID) -> Any:
    """What the customer says to extra work, by telephone or at the counter."""
    turn = context()
    turn.require("garage.repair_order", "edit")
    order = sdk.get(turn, RepairOrder, order_id, lock=request.method == "POST")
    if request.method == "GET":
        return render_template("garage/extra.html", order=order, asked=extra.choices(turn, order), error="")
    said = {name: value == "yes" for name, value in request.form.items() if value in {"yes", "no"}}
    try:
        extra.answer(turn, order, said)
    except InvalidError as error:
        turn.session.rollback()
        order = sdk.get(turn, RepairOrder, order_id)
        asked = extra.choices(turn, order)
        return render_template("garage/extra.html", order=order, asked=asked, error=error.text), 422
    return refresh(_("The answer is noted."))


def notices(_turn: Context, record: Entity) -> Iterable[sdk.Notice]:
    """What a customer has not answered yet, and which parts lie about."""
    if not isinstance(record, RepairOrder):
        return
    if lines := extra.waiting(record):
        text = _("%(n)s lines wait for the customer's answer. Send the link, or note what they say.", n=len(lines))
        yield sdk.Notice(name="extra", text=text, kind="info")
    if over := parts.surplus(record):
        goods = ", ".join(" ".join(filter(None, (line.name, sdk.show_number(many), line.unit))) for line, many in over)
        yield sdk.Notice(name="surplus", text=_("Issued and not wanted, to be taken back: %(goods)s.", goods=goods))


def actions(turn: Context, record: Entity) -> list[RecordAction]:
    """What this person may do with a paper of the workshop."""
    if isinstance(record, Reception) and record.state != LEFT.value:
        return _of_reception(turn, record)
    if isinstance(record, Quote):
        return _of_quote(turn, record)
    if isinstance(record, RepairOrder) and record.state != CANCELLED.value:
        return list(_of_order(turn, record))
    return []


def _makes(turn: Context, name: str, record: Entity, title: sdk.Text, *, primary: bool = False) -> list[RecordAction]:
    if not turn.can(MAKES[name][1], "create"):
        return []
    url = f"/garage/make/{name}/{record.id}"
    return [RecordAction(name=name, title=title, url=url, icon="tool", method="post", primary=primary)]


def _of_reception(turn: Context, reception: Reception) -> list[RecordAction]:
    found = _makes(turn, "reception-order", reception, _("Make a repair order"))
    if turn.can("garage.quote", "create"):
        given = {name: value for name, value in of_reception(reception).items() if value is not None}
        url = f"/garage/quotes/new?{urlencode(given)}"
        found.append(RecordAction(name="quote", title=_("Make a quote"), url=url, icon="file-invoice", primary=True))
    return found


def _of_quote(turn: Context, quote: Quote) -> list[RecordAction]:
    if quote.stage == ACCEPTED.value:
        return _makes(turn, "quote-order", quote, _("Make a repair order"), primary=True)
    if quote.stage not in quoting.OPEN or not turn.can("garage.quote", "edit"):
        return []
    path, agrees, refuses = f"/garage/quotes/{quote.id}", _("Customer agrees"), _("Customer refuses")
    return [
        RecordAction(name="accept", title=agrees, url=f"{path}/accept", icon="check", method="post", primary=True),
        RecordAction(name="refuse", title=refuses, url=f"{path}/refuse", icon="x", method="dialog"),
    ]


def _of_order(turn: Context, order: RepairOrder) -> Iterable[RecordAction]:
    if not turn.can("garage.repair_order", "edit"):
        return
    path = f"/garage/repair-orders/{order.id}"
    asks = bool(extra.waiting(order))
    if asks:
        title, url = _("Customer's answer"), f"{path}/extra"
        yield RecordAction(name="extra", title=title, url=url, icon="user-check", method="dialog", primary=True)
    if parts.surplus(order) and turn.can(parts.ISSUE, "create"):
        title, url = _("Take the parts back"), f"{path}/parts/take-back"
        yield RecordAction(
            name="take-back", title=title, url=url, icon="package-import", method="post", primary=not asks
        )
    if not parts.are_missing(order):
        return
    if turn.can(parts.ISSUE, "create"):
        title, url = _("Issue the parts"), f"{path}/parts/issue"
        yield RecordAction(name="issue", title=title, url=url, icon="package-export", method="post", primary=not asks)
    title, url = _("Request the parts"), f"{path}/parts/request"
    yield RecordAction(name="request", title=title, url=url, icon="package", method="post")
