"""What a company demands of everybody who signs in."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from core.access import second_factor
from core.access.codes import SecondFactorError
from core.i18n import Label, translator
from core.web.entity.turn import go
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("sign_in_policy", __name__)
blueprint.before_request(in_person)
_WRONG = 422


@blueprint.route("/settings/sign-in", methods=["GET", "POST"])
def page() -> Any:
    """Whether everybody needs a second factor, and who has none yet."""
    turn = context()
    turn.require("*", "admin")
    if request.method == "GET":
        return _page()
    try:
        second_factor.require_of_everybody(turn, on=request.form.get("active") == "1")
    except SecondFactorError as error:
        return _page(error.reason), _WRONG
    return go(url_for("sign_in_policy.page"), _("Saved."))


def _page(error: Label = "") -> str:
    turn = context()
    return render_template(
        "sign_in_policy.html",
        required=second_factor.is_required(turn),
        without=second_factor.people_without(turn),
        error=error,
    )
