"""Pages of its own: one for people of the company, one for everybody."""

from flask import Blueprint

from core import sdk
from core.sdk_web import context, public

from .things import Thing

blueprint = Blueprint("dummy", __name__)


@blueprint.get("/count")
def count() -> str:
    """How many things the person sees."""
    turn = context()
    turn.require("dummy.thing", "see")
    found, _capped = sdk.count(turn, sdk.Query(turn.resource(Thing)))
    return f"things: {found}"


@blueprint.get("/hello")
@public
def hello() -> str:
    """For whoever passes by."""
    return "hello"
