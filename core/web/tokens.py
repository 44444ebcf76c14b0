"""Keys for programs: one's own, and for administrators everybody's."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.access.models import ApiToken
from core.access.tokens import MODULE, SCOPES, company_tokens, create_token, revoke_token, tokens
from core.context import Context
from core.db.base import now
from core.entity.format import moment
from core.i18n import Label, translator
from core.web.account import tabs
from core.web.entity.turn import refresh
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("tokens", __name__)
blueprint.before_request(in_person)

_WRONG = 422
RIGHTS: dict[str, tuple[Label, Label]] = {
    "read": (_("Read"), _("Sees what you see and changes nothing.")),
    "write": (_("Read and write"), _("Also adds and edits; neither deletes nor exports.")),
    "no-delete": (_("Everything but deleting"), _("Also imports, exports, shares and changes owners.")),
    "": (_("All my rights"), _("Whatever you may do, the program may do.")),
}
DAYS: dict[str, Label] = {
    "30": _("30 days"),
    "90": _("90 days"),
    "365": _("1 year"),
    "": _("It does not expire"),
}
_FIRST_RIGHT, _FIRST_DAYS = "read", "90"


@blueprint.route("/account/tokens", methods=["GET", "POST"])
def own() -> Any:
    """One's own tokens; a new one is shown once."""
    if request.method == "GET":
        return _own()
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    typed: dict[str, Any] = {
        "name": request.form.get("name", "").strip(),
        "right": request.form.get("right", _FIRST_RIGHT),
        "modules": request.form.getlist("modules"),
        "days": request.form.get("days", _FIRST_DAYS),
    }
    known = {module["name"] for module in _modules(turn)}
    if not typed["name"]:
        return _own(typed, error=_("Give the token a name, so that you know later what it is for.")), _WRONG
    if typed["right"] not in RIGHTS or typed["days"] not in DAYS or not known.issuperset(typed["modules"]):
        return _own(error=_("Choose one of the listed values.")), _WRONG
    scopes = [typed["right"]] if typed["right"] else []
    scopes += [f"{MODULE}{name}" for name in typed["modules"]]
    ends = now() + timedelta(days=int(typed["days"])) if typed["days"] else None
    made = create_token(turn, turn.user.id, name=typed["name"], scopes=tuple(scopes), expires_at=ends)
    return _own(made=made.text)


def _own(typed: dict[str, Any] | None = None, *, error: Label = "", made: str = "") -> str:
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    return render_template(
        "account/tokens.html",
        tabs=tabs("tokens.own"),
        rows=[_row(turn, one) for one in tokens(turn, turn.user.id)],
        rights=[{"value": value, "title": title, "text": text} for value, (title, text) in RIGHTS.items()],
        modules=_modules(turn),
        days=[{"value": value, "title": title} for value, title in DAYS.items()],
        typed=typed or {"name": "", "right": _FIRST_RIGHT, "modules": [], "days": _FIRST_DAYS},
        error=error,
        made=made,
    )


@blueprint.get("/settings/tokens")
def everybodys() -> str:
    """The tokens of the whole company."""
    turn = context()
    rows = [{**_row(turn, token), "who": name} for token, name in company_tokens(turn)]
    return render_template("company_tokens.html", rows=rows)


@blueprint.post("/users/<uuid:user_id>/tokens/<uuid:token_id>/revoke")
def revoke(user_id: UUID, token_id: UUID) -> AnyResponse:
    """Let a token open nothing any more: one's own, or as an administrator anybody's."""
    turn = context()
    if turn.user is None or not (user_id == turn.user.id or turn.can("*", "admin")):
        abort(404)
    if not revoke_token(turn, user_id, token_id):
        abort(404)
    return refresh(_("The token is revoked: it opens nothing any more."))


def _modules(turn: Context) -> list[dict[str, Any]]:
    plugins = turn.hooks.registry.plugins
    return [{"name": name, "title": plugin.manifest.title} for name, plugin in plugins.items() if name in turn.active]


def _row(turn: Context, token: ApiToken) -> dict[str, Any]:
    return {
        "name": token.name or _("Without a name"),
        "scopes": scope_titles(turn, token.scopes),
        "made_text": moment(turn, token.created_at),
        "used_text": moment(turn, token.used_at) if token.used_at else "",
        "ends_text": moment(turn, token.expires_at) if token.expires_at else "",
        "revoke_url": url_for("tokens.revoke", user_id=token.user_id, token_id=token.id),
    }


def scope_titles(turn: Context, scopes: Sequence[str]) -> list[Label]:
    """Scopes in words: the right, then the modules it is limited to."""
    plugins = turn.hooks.registry.plugins
    rights = [RIGHTS[scope][0] for scope in scopes if scope in SCOPES] or [RIGHTS[""][0]]
    modules = [scope.removeprefix(MODULE) for scope in scopes if scope.startswith(MODULE)]
    return [*rights, *(plugins[name].manifest.title if name in plugins else name for name in modules)]
