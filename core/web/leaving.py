"""Somebody leaves: what they have is shown and handed over, and nobody gets in with their keys any more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core.access.models import User
from core.bulk import leaving
from core.context import Context
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.format import number
from core.i18n import translator
from core.web.entity import picks
from core.web.entity.picks import Picked
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("leaving", __name__)


@blueprint.route("/users/<uuid:user_id>/leave", methods=["GET", "POST"])
def leave(user_id: UUID) -> Any:
    """The wizard: what somebody owns, who receives it, and that they are let in no more."""
    turn, user = _person(user_id)
    if request.method == "GET":
        return _page(turn, user, Picked())
    picked, even, stays = Picked.read(), "even" in request.form, "stays" in request.form
    ticked = request.form.getlist("options")
    try:
        operations = leaving.hand_over(turn, user, picked.targets, even=even, options=_by_entity(ticked))
        if not stays:
            leaving.deactivate(turn, user)
    except InvalidError as error:
        turn.session.rollback()
        return _page(turn, service.get(turn, User, user_id), picked, error, even=even, stays=stays, ticked=ticked), 422
    text = _("%(name)s has handed over everything.", name=user.name)
    if not stays:
        text = _("%(name)s is deactivated and has handed over everything.", name=user.name)
    if len(operations) == 1:
        return go(f"/bulk-operations/{operations[0].id}", text)
    return go("/bulk-operations" if operations else f"/users/{user_id}", text)


@blueprint.post("/users/<uuid:user_id>/reactivate")
def reactivate(user_id: UUID) -> Any:
    """Let somebody in again, and go where roles and departments are given."""
    turn, user = _person(user_id)
    leaving.reactivate(turn, user)
    text = _(
        "%(name)s may sign in again. Roles and departments do not come back by themselves: give them here.",
        name=user.name,
    )
    return go(f"/users/{user_id}/edit", text)


def _person(user_id: UUID) -> tuple[Context, User]:
    turn = context()
    turn.require("*", "admin")
    user = service.get(turn, User, user_id)
    if turn.user is not None and turn.user.id == user_id:
        abort(404)
    return turn, user


def _by_entity(ticked: Sequence[str]) -> dict[str, list[str]]:
    """Options as the form sends them: ``core.customer:belongings``."""
    found: dict[str, list[str]] = {}
    for text in ticked:
        entity, _colon, option = text.partition(":")
        found.setdefault(entity, []).append(option)
    return found


def _options(turn: Context, owned: Sequence[leaving.Belonging], ticked: Sequence[str]) -> list[dict[str, Any]]:
    """What may go along with what somebody owns, entity by entity."""
    found = []
    for resource in (one.resource for one in owned):
        options = [
            {"value": (value := f"{resource.name}:{one.name}"), "title": one.title, "help": one.help,
             "chosen": value in ticked}
            for one in turn.hooks.transfer_options(turn, resource.name)
        ]  # fmt: skip
        if options:
            found.append({"title": resource.plural, "options": options})
    return found


def _page(
    turn: Context,
    user: User,
    picked: Picked,
    error: InvalidError | None = None,
    *,
    even: bool = True,
    stays: bool = False,
    ticked: Sequence[str] = (),
) -> str:
    found = leaving.estate(turn, user.id)
    lists = picks.lists(turn, picked)
    lists.employees = [one for one in lists.employees if one.value != f"{picks.USER}:{user.id}"]
    return render_template(
        "leave.html",
        user=user,
        title=_("Hand over and deactivate %(name)s", name=user.name),
        action=f"/users/{user.id}/leave",
        cancel_url=f"/users/{user.id}",
        rows=[
            {
                "title": one.resource.plural,
                "icon": one.resource.icon,
                "count": number(one.count),
                "url": "" if one.off else f"/{one.resource.path}?owner__eq={user.id}",
                "off": one.off,
            }
            for one in found.belongings
        ],
        heads=found.heads,
        shares=number(found.shares) if found.shares else "",
        sessions=number(found.sessions) if found.sessions else "",
        tokens=number(found.tokens) if found.tokens else "",
        lists=lists,
        options=_options(turn, found.owned, ticked),
        errors=picks.first_of(text for texts in error.errors.values() for text in texts) if error else [],
        even=even,
        stays=stays,
        active=user.active,
    )
