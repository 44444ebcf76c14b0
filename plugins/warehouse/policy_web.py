"""The page where a company sets how it keeps stock."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from core import sdk
from core.sdk_web import context, go

from . import policy
from .models import AVERAGE, FIFO, Location, Rule, Warehouse

_ = sdk.translator("plugins.warehouse")
blueprint = Blueprint("warehouse_policy", __name__)
_WRONG = 422
_LONGEST = 200


@blueprint.route("/policy", methods=["GET", "POST"])
def page() -> Any:
    """Costing, overdrawing, closed days and the line of the law."""
    turn = context()
    turn.require("*", "admin")
    errors: list[Any] = []
    if request.method == "POST":
        try:
            _keep(turn)
        except sdk.InvalidError as error:
            errors = [text for texts in error.errors.values() for text in texts]
            turn.session.rollback()
        except ValueError:
            errors = [_("Choose the day.")]
        else:
            return go("/warehouse/policy", _("This is how stock is kept now."))
    links = [turn.resource(model) for model in (Warehouse, Location, Rule)]
    return render_template(
        "warehouse/policy.html", policy=policy.of(turn), methods=(AVERAGE, FIFO), links=links, errors=errors,
        today=turn.today().isoformat(),
    ), _WRONG if errors else 200  # fmt: skip


def _keep(turn: sdk.Context) -> None:
    said, until = request.form.get("method", ""), request.form.get("closed_until", "")
    policy.keep(
        turn,
        method=FIFO.value if said == FIFO.value else AVERAGE.value,
        overdraws="overdraws" in request.form,
        closed_until=date.fromisoformat(until) if until else None,
        law=request.form.get("law", "").replace("\x00", "").strip()[:_LONGEST],
    )
