"""The sheet for the front desk: who comes and who goes today, as a page of the plugin's own."""

from flask import Blueprint, render_template

from core import sdk
from core.sdk_web import context

_ = sdk.translator("ghep_kennel")
TITLE = _("Today at the hotel")
blueprint = Blueprint("kennel", __name__)


@blueprint.get("/today")
def today() -> str:
    """Stays that begin or end today, of those the person may see."""
    turn = context()
    turn.require("kennel.stay", "see")
    stays = turn.seen(turn.resource("kennel.stay"))
    table, day = stays.model.__table__, turn.today()
    lists = {
        name: sdk.read_page(
            turn,
            sdk.Query(
                stays, columns=[stays.fields["pet"], stays.fields["customer"]], conditions=[table.c[name] == day]
            ),
        ).rows
        for name in ("arrives", "leaves")
    }
    return render_template("kennel/today.html", lists=lists)
