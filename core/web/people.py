"""What is done for somebody who cannot get in: a new password, a link to choose one, no second factor any more."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from core.access.delegation import require_looks_after
from core.access.models import User
from core.access.password_links import invite
from core.access.passwords import new_password
from core.access.people import reset_second_factor, set_password
from core.app import platform
from core.entity import service
from core.i18n import translator
from core.mail.transport import is_configured
from core.web.entity.turn import refresh
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("people", __name__)
blueprint.before_request(in_person)


@blueprint.route("/users/<uuid:user_id>/password", methods=["GET", "POST"])
def password(user_id: UUID) -> Any:
    """Send somebody a link to choose their password, or make one and show it once."""
    turn = context()
    require_looks_after(turn, user_id)
    user = service.get(turn, User, user_id)
    if request.method == "POST" and request.form.get("way") == "mail":
        return refresh(_("A link is on its way to %(email)s.", email=invite(turn, user_id)))
    made = ""
    if request.method == "POST":
        made = new_password()
        set_password(turn, user_id, made, passwords=platform().doors.passwords)
    action = url_for("people.password", user_id=user_id)
    mails = is_configured(platform().settings)
    return render_template("_password_dialog.html", user=user, action=action, password=made, mails=mails)


@blueprint.route("/users/<uuid:user_id>/second-factor", methods=["GET", "POST"])
def take_second_factor(user_id: UUID) -> Any:
    """Take away the second factor of somebody who lost phone and recovery codes."""
    turn = context()
    turn.require("*", "admin")
    user = service.get(turn, User, user_id)
    if request.method == "POST":
        reset_second_factor(turn, user_id)
        return refresh(_("%(name)s signs in with the password alone now, and can set up a new one.", name=user.name))
    text = _(
        "%(name)s is signed out everywhere and needs no code any more. Make sure that it is really them who ask.",
        name=user.name,
    )
    return render_template(
        "_form_dialog.html",
        title=_("Take away the second factor"),
        text=text,
        action=url_for("people.take_second_factor", user_id=user_id),
        submit_title=_("Take away"),
        danger=True,
    )
