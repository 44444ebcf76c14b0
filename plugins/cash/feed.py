"""The address by which a bank-feed service tells of transfers to an account: secret, and renewed at any time."""

from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request
from limits import RateLimitItemPerMinute

from core import sdk
from core.sdk_web import context, guest, guest_token, public

from . import bank
from .models import BANK, Fund

_ = sdk.translator("plugins.cash")
blueprint = Blueprint("cash_feed", __name__)
PURPOSE = "cash.feed"
OFTEN = RateLimitItemPerMinute(300)
_LARGEST, _TOO_LARGE, _WRONG = 1 << 20, 413, 422


@blueprint.route("/feed/<uuid:fund_id>", methods=["GET", "POST"])
def address(fund_id: UUID) -> Any:
    """The address of an account, made and made anew by an administrator."""
    turn = context()
    turn.require("*", "admin")
    fund = sdk.get(turn, Fund, fund_id, lock=request.method == "POST")
    if fund.kind != BANK.value:
        abort(404)
    if request.method == "POST":
        fund.feed_id = uuid4()
        turn.session.flush()
    url = f"{request.host_url}cash/bank-feed/{guest_token(turn, PURPOSE, fund.feed_id)}" if fund.feed_id else ""
    return render_template("cash/_feed.html", action=request.path, url=url, fund=fund.name)


@blueprint.post("/bank-feed/<token>")
@public
def arrive(token: str) -> Any:
    """Transfers, as a feed service tells them; each is kept once, however often it is told."""
    with guest("cash", PURPOSE, token, OFTEN) as (turn, feed_id):
        fund = turn.session.scalar(
            sa.select(Fund).where(Fund.tenant_id == turn.tenant, Fund.feed_id == feed_id, Fund.deleted_at.is_(None))
        )
        if fund is None:
            abort(404)
        if (request.content_length or 0) > _LARGEST:
            abort(_TOO_LARGE)
        try:
            told = bank.read_feed(request.get_json(force=True, silent=True), turn.company.zone)
            kept = bank.receive(turn, fund, told)
        except sdk.InvalidError:
            turn.session.rollback()
            return {"success": False}, _WRONG
        return {"success": True, "new": len(kept)}
