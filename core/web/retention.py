"""How long records are kept: a rule for each entity, tried before it is switched on."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from core.context import Context
from core.entity.errors import InvalidError
from core.entity.format import moment, number
from core.i18n import Text, translator
from core.privacy.retention import DEEDS, MOST_MONTHS, Rule, how_many, rules, set_rule
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("retention", __name__)

_USUAL, _WRONG = 36, 422


@blueprint.get("/settings/retention")
def page() -> str:
    """Every entity with its rule."""
    return _page(context())


def _page(turn: Context, tried: dict[str, Any] | None = None, errors: dict[str, Any] | None = None) -> str:
    return render_template(
        "retention.html",
        rows=[_row(turn, one, tried or {}) for one in rules(turn)],
        most=MOST_MONTHS,
        errors=errors or {},
    )


def _row(turn: Context, one: Rule, tried: dict[str, Any]) -> dict[str, Any]:
    rule, name = one.rule, one.resource.name
    mine = tried if tried.get("entity") == name else {}
    return {
        "entity": name,
        "title": one.resource.plural,
        "icon": one.resource.icon,
        "months": mine.get("months", rule.months if rule else _USUAL),
        "deed": mine.get("deed", rule.deed if rule else one.deeds[0]),
        "deeds": [{"value": deed, "title": DEEDS[deed]} for deed in one.deeds],
        "active": bool(rule and rule.active),
        "ran": moment(turn, rule.ran_at) if rule and rule.ran_at else "",
        "done": number(rule.done) if rule else "",
        "found": mine.get("found"),
    }


@blueprint.post("/settings/retention")
def save() -> Any:
    """Try a rule, or let it hold, or no longer."""
    turn = context()
    turn.require("*", "admin")
    form = request.form
    one = next((rule for rule in rules(turn) if rule.resource.name == form.get("entity")), None) or abort(404)
    tried: dict[str, Any] = {
        "entity": one.resource.name,
        "months": form.get("months", ""),
        "deed": form.get("deed", ""),
    }
    try:
        months, deed = _months(tried["months"]), tried["deed"]
        if form.get("what") == "try":
            found = how_many(turn, one.resource, months=months, deed=deed)
            return _page(turn, {**tried, "found": number(found)})
        set_rule(turn, one.resource, months=months, deed=deed, active=form.get("what") == "on")
    except InvalidError as error:
        turn.session.rollback()
        return _page(
            turn, tried, {one.resource.name: [text for texts in error.errors.values() for text in texts]}
        ), _WRONG
    return go("/settings/retention", _said(one, on=form.get("what") == "on"))


def _months(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= MOST_MONTHS:
        raise InvalidError({"months": [_("Between 1 and %(n)s months.", n=MOST_MONTHS)]})
    return int(text[:4])


def _said(one: Rule, *, on: bool) -> Text:
    if on:
        return _("%(what)s are cleared every night from now on.", what=one.resource.plural)
    return _("%(what)s are kept.", what=one.resource.plural)
