"""The guided tours: a list of them, the steps of one, and that somebody has taken it."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, url_for

from core import tours
from core.context import Context
from core.i18n import translator
from core.tours import Tour
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("tours", __name__, url_prefix="/tours")


@blueprint.get("")
def listing() -> str:
    """All that this person can take, again if they like."""
    turn = context()
    return render_template("tours.html", tours=shown(turn, turn.hooks.tours(turn)))


@blueprint.get("/<name>")
def steps(name: str) -> Response:
    """What the script needs to show a tour."""
    tour = _tour(name)
    return jsonify(
        steps=[
            {"title": str(step.title), "text": str(step.text), "url": step.url, "selector": step.selector}
            for step in tour.steps
        ],
        taken_url=url_for("tours.take", name=name),
        words={
            "next": str(_("Next")), "back": str(_("Back")), "done": str(_("Done")), "close": str(_("End the tour")),
            "progress": str(_("{{current}} of {{total}}")),
        },
    )  # fmt: skip


@blueprint.post("/<name>/taken")
def take(name: str) -> Response:
    """Somebody has been shown round, or does not want to be."""
    tours.take(context(), _tour(name).name)
    return Response(status=200)


def _tour(name: str) -> Tour:
    turn = context()
    return next((one for one in turn.hooks.tours(turn) if one.name == name), None) or abort(404)


def shown(turn: Context, found: Iterable[Tour]) -> list[dict[str, Any]]:
    """Tours as pages list them."""
    known = tours.taken(turn)
    return [
        {
            "title": one.title,
            "text": one.text,
            "taken": one.name in known,
            "url": f"{one.steps[0].url}#tour={one.name}:0",
            "taken_url": url_for("tours.take", name=one.name),
        }
        for one in found
    ]
