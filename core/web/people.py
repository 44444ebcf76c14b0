"""A person's new password."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.access.models import User
from core.access.people import new_password, set_password
from core.app import platform
from core.entity import service
from core.web.gate import context

blueprint = Blueprint("people", __name__)


@blueprint.route("/users/<uuid:user_id>/password", methods=["GET", "POST"])
def password(user_id: UUID) -> Any:
    """Make a new password for somebody and show it once."""
    turn = context()
    turn.require("*", "admin")
    user = service.get(turn, User, user_id)
    if request.method == "GET":
        return render_template("_password_dialog.html", user=user, action=f"/users/{user_id}/password", password="")
    made = new_password()
    set_password(turn, user_id, made, passwords=platform().doors.passwords)
    return render_template("_password_dialog.html", user=user, password=made)
