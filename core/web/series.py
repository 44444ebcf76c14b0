"""The dialog that says how a plan repeats, and what is done from one of its days on."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from uuid_utils.compat import uuid7

from core.activities.models import Plan
from core.activities.repeating import FREQUENCIES, WEEKDAYS, WEEKLY, Rule, carry_on, repeat, stop
from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.web.activities import done, plan_of
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("series", __name__, url_prefix="/activities")

FEWEST, MOST = 2, 500
"""Times that something repeats."""


@blueprint.get("/<entity>/<uuid:record_id>/repeat")
def ask(entity: str, record_id: UUID) -> str:
    """How it repeats now."""
    turn = context()
    resource, plan = plan_of(turn, entity, record_id)
    rule = Rule.read(plan.repeats) if plan.repeats else None
    ends = "until" if rule and rule.until else "count" if rule and rule.count else "never"
    shown = {
        "frequency": rule.frequency if rule else "",
        "weekdays": [str(day) for day in rule.weekdays] if rule else [],
        "ends": ends,
        "until": rule.until or "" if rule else "",
        "count": rule.count or "" if rule else "",
    }
    return _dialog(resource, plan, shown, {})


@blueprint.post("/<entity>/<uuid:record_id>/repeat")
def change(entity: str, record_id: UUID) -> Any:
    """Another rule from this one on, this one's words and hours for those that follow, or none of them any more."""
    turn, mark = context(), uuid7()
    resource, plan = plan_of(turn, entity, record_id)
    try:
        with turn.session.begin_nested():
            text = _act(turn, plan, request.form.get("do", "rule"))
    except InvalidError as error:
        turn.session.expire_all()
        plan = service.get(turn, type(plan), record_id)
        sent = {name: request.form.get(name, "") for name in ("frequency", "ends", "until", "count")}
        return _dialog(resource, plan, {**sent, "weekdays": request.form.getlist("weekdays")}, error.errors), 422
    return done(resource, text, mark)


def _act(turn: Context, plan: Plan, what: str) -> Label:
    if what == "carry":
        return _("%(n)s were changed like this one.", n=carry_on(turn, plan))
    if what == "delete":
        count = stop(turn, plan)
        service.delete(turn, [plan])
        return _("It repeats no more; %(n)s were removed.", n=count + 1)
    if not request.form.get("frequency"):
        return _("It repeats no more; %(n)s were removed.", n=stop(turn, plan))
    return _("%(n)s more are planned.", n=repeat(turn, plan, _rule()))


def _rule() -> Rule:
    """What was chosen. Raises InvalidError naming what is missing."""
    frequency, ends = request.form["frequency"], request.form.get("ends", "")
    if frequency not in FREQUENCIES:
        raise InvalidError({"frequency": [_("Choose how often.")]})
    known = {str(day) for day in range(len(WEEKDAYS))}
    days = sorted(int(one) for one in set(request.form.getlist("weekdays")) & known) if frequency == WEEKLY else ()
    return Rule(frequency, tuple(days), _until() if ends == "until" else None, _count() if ends == "count" else None)


def _until() -> date:
    try:
        return date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise InvalidError({"until": [_("Choose the last day.")]}) from None


def _count() -> int:
    text = request.form.get("count", "").strip()
    if not text.isascii() or not text.isdigit() or not FEWEST <= int(text[:6]) <= MOST:
        raise InvalidError({"count": [_("Write how many times, from 2 to 500.")]})
    return int(text)


def _dialog(resource: Resource, plan: Plan, rule: dict[str, Any], errors: dict[str, list[Label]]) -> str:
    return render_template(
        "_repeat_dialog.html",
        title=plan.title,
        action=url_for("series.change", entity=resource.name, record_id=plan.id),
        rule=rule,
        frequencies=[{"value": name, "title": title} for name, (_often, title) in FREQUENCIES.items()],
        weekdays=[{"value": str(day), "title": title} for day, title in enumerate(WEEKDAYS)],
        errors=errors,
        series=plan.repeats is not None,
    )
