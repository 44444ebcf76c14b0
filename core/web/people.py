"""A person's new password, and the permissions of a role."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.access.grants import EVERYTHING, VERB_TITLES, grantable, set_grants
from core.access.models import Role, User
from core.access.people import new_password, set_password
from core.app import platform
from core.context import VERBS
from core.entity import service
from core.entity.errors import StaleError
from core.i18n import translator
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
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


@blueprint.route("/roles/<uuid:role_id>/permissions", methods=["GET", "POST"])
def permissions(role_id: UUID) -> Any:
    """Which verbs a role allows on which entities."""
    turn = context()
    turn.require("*", "admin")
    role = service.get(turn, Role, role_id)
    problem: Any = ""
    if request.method == "POST":
        wanted = {name: request.form.getlist(f"verbs.{name}") for name in _names()}
        try:
            set_grants(turn, role, wanted, version=request.form.get("version", 0, type=int))
        except StaleError:
            problem = _("Somebody else changed this role meanwhile. Here it is now; change it again.")
        else:
            return go(f"/roles/{role_id}", _("The permissions of “%(role)s” are saved.", role=role.name))
    return render_template("permissions.html", **_matrix(role), problem=problem), 409 if problem else 200


def _names() -> list[str]:
    return [EVERYTHING, *(one.name for one in grantable(context()))]


def _matrix(role: Role) -> dict[str, Any]:
    """The rows of the table: everything first, then each entity."""
    entities = [
        (EVERYTHING, _("Everything, modules to come included"), VERBS),
        *((one.name, one.plural, one.verbs) for one in grantable(context())),
    ]
    return {
        "role": role,
        "title": _("Permissions of “%(role)s”", role=role.name),
        "action": f"/roles/{role.id}/permissions",
        "cancel_url": f"/roles/{role.id}",
        "verbs": [{"name": verb, "title": VERB_TITLES[verb]} for verb in VERBS],
        "rows": [
            {
                "name": name,
                "title": title,
                "whole": name == EVERYTHING,
                "boxes": [
                    _box(role, name, verb, there=verb in verbs, label=f"{VERB_TITLES[verb]}: {title}") for verb in VERBS
                ],
            }
            for name, title, verbs in entities
        ],
    }


def _box(role: Role, name: str, verb: str, *, there: bool, label: str) -> dict[str, Any]:
    return {
        "verb": verb,
        "there": there,
        "on": verb in role.grants.get(name, ()),
        "anyway": name != EVERYTHING and verb in role.grants.get(EVERYTHING, ()),
        "label": label,
    }
