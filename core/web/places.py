"""Provinces and wards for the pick lists of addresses, and what an old address may be now."""

from typing import Any

from flask import Blueprint, render_template, request

from core import places
from core.entity.kind_address import in_one_line, proposals
from core.text import normalize
from core.web.entity.answers import listed

blueprint = Blueprint("places", __name__, url_prefix="/places")

LONGEST = 200


def _asked(name: str) -> str:
    return request.args.get(name, "")[:LONGEST].replace("\x00", "").strip()


@blueprint.get("/provinces")
def provinces() -> Any:
    """Those whose name has what was typed; all of them before anything is."""
    wanted = normalize(_asked("q"))
    named = places.province_named(wanted) if wanted else None
    found = [name for name in places.provinces() if wanted in normalize(name) or name == named]
    return listed([{"id": name, "title": name} for name in found])


@blueprint.get("/wards")
def wards() -> Any:
    """Wards of a province, or of the whole country where none is chosen yet."""
    q, province = _asked("q"), places.province_named(_asked("province")) or ""
    if not q and not province:
        return listed([])
    found = places.search_wards(q, province)
    told = [{"id": one.ward, "title": one.ward, "subtitle": one.province, "province": one.province} for one in found]
    return listed([{**one, "subtitle": ""} if province else one for one in told])


@blueprint.get("/proposals")
def new_address() -> str:
    """What somebody's old address may be now."""
    text = _asked(f"{_asked('field')}.legacy")
    found = [{"street": "", **one, "text": in_one_line(one)} for one in proposals(text)] if text else []
    return render_template("_proposals.html", proposals=found, asked=bool(text))
