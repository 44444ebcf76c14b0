"""What the buttons of sales do: from one document to the next, agreeing and refusing, a pipeline from a preset."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core import sdk
from core.sdk import Context, Entity, InvalidError, RecordAction
from core.sdk_web import context, go, refresh

from . import selling
from .documents import ACCEPTED, DRAFT, SENT, Contract, Quote
from .models import Opportunity, Pipeline
from .pipelines import PRESETS, add_preset

_ = sdk.translator("plugins.sales")
blueprint = Blueprint("sales", __name__)

Make = Callable[[Context, UUID], Entity]
MAKES: dict[str, tuple[str, str, Make]] = {
    "opportunity-quote": ("sales.opportunity", "sales.quote", selling.quote_of),
    "quote-version": ("sales.quote", "sales.quote", selling.new_version),
    "quote-contract": ("sales.quote", "sales.contract", selling.contract_of),
    "quote-order": ("sales.quote", "sales.order", lambda turn, one: selling.order_of(turn, sdk.get(turn, Quote, one))),
    "contract-order": (
        "sales.contract", "sales.order", lambda turn, one: selling.order_of(turn, sdk.get(turn, Contract, one)),
    ),
}  # fmt: skip
"""Of what, what is made, and how; the person may see the first and create the second."""


@blueprint.post("/make/<name>/<uuid:record_id>")
def make(name: str, record_id: UUID) -> Any:
    """Make a document of another and go there; what was made already is shown."""
    turn, found = context(), MAKES.get(name)
    if found is None:
        raise sdk.MissingError("sales", record_id)
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
    turn.require("sales.quote", "edit")
    done = selling.accept(turn, quote_id)
    return refresh(_("The customer agreed to the quote.") if done else _("The quote was agreed to already."))


@blueprint.route("/quotes/<uuid:quote_id>/refuse", methods=["GET", "POST"])
def refuse(quote_id: UUID) -> Any:
    """The customer does not want it, and why."""
    turn = context()
    turn.require("sales.quote", "edit")
    quote = sdk.get(turn, Quote, quote_id)
    if request.method == "GET":
        return render_template("sales/refuse.html", quote=quote, error="")
    try:
        selling.refuse(turn, quote_id, request.form.get("reason", "").strip())
    except InvalidError as error:
        turn.session.rollback()
        text = error.text
        return render_template("sales/refuse.html", quote=sdk.get(turn, Quote, quote_id), error=text), 422
    return refresh(_("The quote was refused."))


@blueprint.route("/pipelines/preset", methods=["GET", "POST"])
def preset() -> Any:
    """A pipeline with stages that others have found good."""
    turn = context()
    turn.require("sales.pipeline", "create")
    if request.method == "GET":
        return render_template("sales/presets.html", presets=PRESETS)
    name = request.form.get("preset", "")
    if name not in PRESETS:
        return render_template("sales/presets.html", presets=PRESETS), 422
    try:
        made = add_preset(turn, name)
    except InvalidError:
        turn.session.rollback()
        return refresh(_("There is a pipeline of this name already."), kind="warning")
    return go(f"/{turn.resource(Pipeline).path}/{made.id}", _("The pipeline has its stages."))


def actions(turn: Context, record: Entity) -> list[RecordAction]:
    """What this person may do with a record of sales."""
    found: list[RecordAction] = []

    def offer(name: str, title: sdk.Text, icon: str, *, primary: bool = False) -> None:
        if turn.can(MAKES[name][1], "create"):
            url = f"/sales/make/{name}/{record.id}"
            found.append(RecordAction(name=name, title=title, url=url, icon=icon, method="post", primary=primary))

    if isinstance(record, Opportunity):
        offer("opportunity-quote", _("Make a quote"), "file-invoice", primary=True)
    elif isinstance(record, Contract):
        offer("contract-order", _("Make an order"), "shopping-cart", primary=True)
    elif isinstance(record, Pipeline) and turn.can("sales.stage", "edit"):
        url = f"/sales/arrange/stage?pipeline={record.id}"
        title = _("Change the order of stages")
        found.append(RecordAction(name="arrange", title=title, url=url, icon="arrows-sort", method="dialog"))
    elif isinstance(record, Quote):
        found += _answers(turn, record)
        if record.stage == ACCEPTED.value or record.stage in {DRAFT.value, SENT.value}:
            agreed = record.stage == ACCEPTED.value
            offer("quote-contract", _("Make a contract"), "contract", primary=agreed)
            offer("quote-order", _("Make an order"), "shopping-cart")
            if not agreed:
                offer("quote-version", _("New version"), "versions")
    return found


def _answers(turn: Context, quote: Quote) -> list[RecordAction]:
    if quote.stage not in {DRAFT.value, SENT.value} or not turn.can("sales.quote", "edit"):
        return []
    path = f"/sales/quotes/{quote.id}"
    return [
        RecordAction(
            name="accept", title=_("Customer agrees"), url=f"{path}/accept", icon="check", method="post", primary=True
        ),
        RecordAction(name="refuse", title=_("Customer refuses"), url=f"{path}/refuse", icon="x", method="dialog"),
    ]
