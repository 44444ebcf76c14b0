"""Pages of sales beside its records: goods in opportunities, the order of what is set up once, and the rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core import sdk
from core.sdk import Context
from core.sdk_web import context, go, refresh

from . import ordering, ruling
from .documents import ContractStatus
from .lookup import Wanted, look_up
from .models import LossReason, Pipeline, Stage

_ = sdk.translator("plugins.sales")
blueprint = Blueprint("sales_pages", __name__)

_LONGEST = 120
TITLES = {
    "contract-status": _("Change the steps of statuses"),
    "pipeline": _("Change the order of pipelines"),
    "stage": _("Change the order of stages"),
}


@blueprint.get("/goods")
def goods() -> str:
    """Look up goods in opportunities (V-1)."""
    turn = context()
    turn.require("sales.opportunity", "see")
    said = {
        name: request.args.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in ("code", "name", "customer")
    }
    wanted = Wanted(**said, first=_day("first"), last=_day("last"))
    found, more = look_up(turn, wanted)
    return render_template(
        "sales/lookup.html",
        wanted=wanted,
        asked=wanted.anything,
        found=found,
        more=more,
        by_code="catalog" in turn.active,
        money=lambda amount: sdk.money(turn, amount),
        number=sdk.show_number,
        day=lambda day: sdk.show_day(day) if day else "",
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.route("/arrange/<name>", methods=["GET", "POST"])
def arrange(name: str) -> Any:
    """Put statuses, pipelines or the stages of one into another order."""
    turn = context()
    model = ordering.ORDERED.get(name) or abort(404)
    turn.require(turn.resource(model).name, "edit")
    pipeline = sdk.get(turn, Pipeline, _ids([request.args.get("pipeline", "")])[0]).id if model is Stage else None
    if request.method == "GET":
        rows = ordering.in_order(turn, model, pipeline)
        action = request.full_path.rstrip("?")
        return render_template("sales/arrange.html", action=action, title=TITLES[name], rows=rows)
    ordering.arrange(turn, model, _ids(request.form.getlist("ids")), pipeline)
    return refresh(_("The order is kept."))


def _ids(texts: Sequence[str]) -> list[UUID]:
    """Ids as a form or an address sends them; for what is none there is no page."""
    try:
        return [UUID(one) for one in texts]
    except ValueError:
        abort(404)


@blueprint.route("/rules", methods=["GET", "POST"])
def rules() -> Any:
    """What a company asks of its documents."""
    turn = context()
    turn.require("*", "admin")
    if request.method == "POST":
        ruling.keep(turn, contract_goods="contract_goods" in request.form)
        return go("/sales/rules", _("The rules are kept."))
    return render_template("sales/rules.html", rules=ruling.rules_of(turn), links=_set_up(turn))


def _set_up(turn: Context) -> list[dict[str, str]]:
    """What else is set up once."""
    found = (turn.resource(model) for model in (Pipeline, Stage, LossReason, ContractStatus))
    return [{"title": str(one.plural), "url": f"/{one.path}", "icon": one.icon} for one in found]


def list_actions(turn: Context, entity: str) -> list[sdk.RecordAction]:
    """What this person may do from a list of sales."""
    if entity == "sales.opportunity":
        return [
            sdk.RecordAction(name="goods", title=_("Look up goods"), url="/sales/goods", icon="package", primary=True)
        ]
    found = []
    if entity == "sales.pipeline" and turn.can(entity, "create"):
        url = "/sales/pipelines/preset"
        found.append(
            sdk.RecordAction(name="preset", title=_("From a preset"), url=url, icon="template", method="dialog")
        )
    name = {"sales.contract_status": "contract-status", "sales.pipeline": "pipeline"}.get(entity)
    if name is not None and turn.can(entity, "edit"):
        url, title = f"/sales/arrange/{name}", TITLES[name]
        found.append(
            sdk.RecordAction(name="arrange", title=title, url=url, icon="arrows-sort", method="dialog", primary=True)
        )
    return found
