"""What the buttons of a slip do."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core import sdk
from core.sdk_web import context, refresh

from .slips import CANCELLED, NEW, GoodsIssue, GoodsReceipt, Slip, Transfer

_ = sdk.translator("plugins.warehouse")
blueprint = Blueprint("warehouse", __name__)
_BY_NAME: dict[str, type[Slip]] = {
    one.__tablename__.removeprefix("warehouse_"): one for one in (GoodsReceipt, GoodsIssue, Transfer)
}


@blueprint.route("/slip/<kind>/<uuid:slip_id>/<state>", methods=["GET", "POST"])
def step(kind: str, slip_id: UUID, state: str) -> Any:
    """Take a slip one step further; of its end it is asked first."""
    turn, model = context(), _BY_NAME.get(kind) or abort(404)
    turn.require(turn.resource(model).name, "edit")
    if state not in {one.value for one in model.__fields__["state"].choices if one is not NEW}:
        abort(404)
    slip = sdk.get(turn, model, slip_id, lock=request.method == "POST")
    if request.method == "GET":
        new = slip.state == NEW.value
        return render_template("warehouse/_cancel.html", action=request.path, number=slip.number, new=new)
    number = slip.number
    sdk.update(turn, slip, {"state": state})
    return refresh(_done(state, number))


def _done(state: str, number: str) -> sdk.Text:
    if state == CANCELLED.value:
        return _("“%(title)s” is cancelled.", title=number)
    return _("“%(title)s” is done: the stock follows.", title=number)
