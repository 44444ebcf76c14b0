"""The front desk: a car is found by its plate or taken in anew, received, photographed, signed for."""

from flask import Blueprint, Response, render_template

from core import sdk

_ = sdk.translator("plugins.garage")
blueprint = Blueprint("garage_front_desk", __name__)


@blueprint.get("/car.svg")
def outline() -> Response:
    """A car from all sides, to draw on what is dented."""
    return Response(render_template("garage/car.svg"), mimetype="image/svg+xml")
