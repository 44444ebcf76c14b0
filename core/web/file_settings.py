"""How large the company lets files be."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from core.app import platform
from core.entity.errors import InvalidError
from core.files.limits import ceiling, limit_of, set_limit
from core.i18n import Label, translator
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("file_settings", __name__)
_WRONG = 422


@blueprint.get("/settings/files")
def page() -> str:
    """What is said now."""
    turn = context()
    turn.require("*", "admin")
    return _page(str(limit_of(turn) or ""))


@blueprint.post("/settings/files")
def save() -> Any:
    """Say it from now on; files that are there stay as they are."""
    text = request.form.get("largest", "")
    try:
        set_limit(context(), platform().settings, text)
    except InvalidError as error:
        return _page(text, error.errors["largest"]), _WRONG
    return go(url_for("file_settings.page"), _("Saved."))


def _page(largest: str, errors: list[Label] | None = None) -> str:
    most = ceiling(platform().settings)
    return render_template("file_settings.html", largest=largest, most=most, errors=errors or [])
