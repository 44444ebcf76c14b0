"""Pages of a stocktake: listing what is to be counted, counting it with a telephone, and approving what was counted."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core import sdk
from core.sdk import Context, InvalidError
from core.sdk_web import by_htmx, context, refresh
from plugins.catalog.api import Group

from . import adjusting, taking_stock
from .counting import Count, Stocktake
from .counting_list import ALL, DIFFERENT, DONE, TODO, lines, put, scan
from .slips import APPROVED, CANCELLED, NEW

_ = sdk.translator("plugins.warehouse")
blueprint = Blueprint("warehouse_counting", __name__)
_WRONG = 422
_LONGEST = 120
TABS = {TODO: _("To count"), DONE: _("Done"), DIFFERENT: _("Different"), ALL: _("All")}


def _asked(stocktake_id: UUID, *, lock: bool = False) -> tuple[Context, Stocktake]:
    turn = context()
    turn.require("warehouse.stocktake", "edit")
    return turn, sdk.get(turn, Stocktake, stocktake_id, lock=lock)


@blueprint.get("/stocktake/<uuid:stocktake_id>/count")
def page(stocktake_id: UUID) -> Any:
    """The page to count with; a part of it for htmx."""
    turn, stocktake = _asked(stocktake_id)
    turn.require("warehouse.count", "edit")
    if stocktake.state != NEW.value:
        return refresh(taking_stock.ENDED, kind="error") if by_htmx() else abort(404)
    show = request.args.get("show", TODO)
    return _shown(turn, stocktake, show if show in TABS else TODO)


def _shown(turn: Context, stocktake: Stocktake, show: str, *, fresh: UUID | None = None, error: str = "") -> Any:
    """The list, whole or its next rows; ``fresh`` is the line that was just scanned."""
    text = request.args.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    after = request.args.get("after", type=UUID)
    found, more = lines(turn, stocktake.id, show, text=text, after=after)
    here = f"/warehouse/stocktake/{stocktake.id}"
    part = "warehouse/_counts_more.html" if after else "warehouse/_counts.html"
    return render_template(
        part if by_htmx() else "warehouse/count.html",
        stocktake=stocktake,
        here=here,
        lines=found,
        more=found[-1].id if more else None,
        show=show,
        tabs=[{"name": name, "title": title, "active": name == show} for name, title in TABS.items()],
        text=text,
        progress=taking_stock.progress(turn, stocktake.id),
        fresh=fresh,
        error=error,
        number=sdk.show_number,
    ), _WRONG if error else 200


@blueprint.post("/stocktake/<uuid:stocktake_id>/scan")
def scanned(stocktake_id: UUID) -> Any:
    """One more of what was scanned; what was counted last stands first."""
    turn, stocktake = _asked(stocktake_id)
    turn.require("warehouse.count", "edit")
    turn.require("warehouse.count", "create")
    code = request.form.get("code", "").replace("\x00", "").strip()[:_LONGEST]
    try:
        fresh, error = scan(turn, stocktake, code).id if code else None, ""
    except InvalidError as wrong:
        turn.session.rollback()
        fresh, error = None, wrong.text
    return _shown(turn, stocktake, DONE, fresh=fresh, error=error)


@blueprint.post("/stocktake/<uuid:stocktake_id>/counts/<uuid:count_id>")
def counted(stocktake_id: UUID, count_id: UUID) -> Any:
    """What somebody counted of one line: typed, or one more or less."""
    turn, stocktake = _asked(stocktake_id)
    turn.require("warehouse.count", "edit")
    if sdk.get(turn, Count, count_id).stocktake_id != stocktake.id:
        abort(404)
    error = ""
    try:
        typed, by = request.form.get("counted", ""), request.form.get("by")
        put(turn, count_id, sdk.read_money(typed), Decimal(1 if by == "1" else -1) if by else None)
    except InvalidError as wrong:
        turn.session.rollback()
        error = wrong.text
    except ValueError:
        error = str(_("This is not a quantity."))
    (line,), _more = lines(turn, stocktake.id, ALL, only=count_id)
    progress = taking_stock.progress(turn, stocktake.id)
    return render_template(
        "warehouse/_counted.html", line=line, progress=progress, error=error, number=sdk.show_number
    ), _WRONG if error else 200


@blueprint.route("/stocktake/<uuid:stocktake_id>/fill", methods=["GET", "POST"])
def fill(stocktake_id: UUID) -> Any:
    """Which goods are to be counted."""
    turn, stocktake = _asked(stocktake_id, lock=request.method == "POST")
    turn.require("warehouse.count", "create")
    if request.method == "GET":
        return render_template(
            "warehouse/_fill.html", action=request.path, groups=f"/options/{turn.resource(Group).name}"
        )
    group = request.form.get("group", type=UUID)
    n = taking_stock.fill(turn, stocktake, sdk.get(turn, Group, group).id if group else None)
    return refresh(_("%(n)s lines are listed.", n=sdk.show_number(n)))


@blueprint.route("/stocktake/<uuid:stocktake_id>/approve", methods=["GET", "POST"])
def approve(stocktake_id: UUID) -> Any:
    """What would come of it, and let it."""
    turn, stocktake = _asked(stocktake_id, lock=request.method == "POST")
    if request.method == "GET":
        found = taking_stock.progress(turn, stocktake.id)
        return render_template(
            "warehouse/_approve.html",
            action=request.path,
            number=stocktake.number,
            progress=found,
            count=sdk.show_number,
        )
    sdk.update(turn, stocktake, {"state": APPROVED.value})
    return refresh(_("“%(title)s” is approved: the stock is being adjusted.", title=stocktake.number))


@blueprint.route("/stocktake/<uuid:stocktake_id>/cancel", methods=["GET", "POST"])
def cancel(stocktake_id: UUID) -> Any:
    """Take back what it adjusted."""
    turn, stocktake = _asked(stocktake_id, lock=request.method == "POST")
    if request.method == "GET":
        new = stocktake.state == NEW.value
        return render_template("warehouse/_cancel.html", action=request.path, number=stocktake.number, new=new)
    sdk.update(turn, stocktake, {"state": CANCELLED.value})
    return refresh(_("“%(title)s” is cancelled.", title=stocktake.number))


@blueprint.post("/stocktake/<uuid:stocktake_id>/adjust")
def adjust(stocktake_id: UUID) -> Any:
    """Go on with what could not be adjusted."""
    turn, stocktake = _asked(stocktake_id, lock=True)
    if stocktake.state != APPROVED.value:
        abort(404)
    adjusting.ask(turn, stocktake)
    return refresh(_("The stock is being adjusted. Where it cannot be, the page of jobs says why."))
