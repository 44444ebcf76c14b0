"""How a plan repeats, as part of its form and as a dialog of its own: what the controls hold, and what was chosen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import request

from core.activities.models import Plan
from core.activities.repeating import FREQUENCIES, WEEKDAYS, WEEKLY, Rule, repeat, stop
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.i18n import Label, translator

_ = translator("core")

IN_FORM = "repeat."
"""Before the names of the controls in a plan's form, which has fields of its own."""
FEWEST, MOST = 2, 500
"""Times that something repeats."""
Errors = Mapping[str, list[Label]]


def controls(plan: Plan | None, errors: Errors, *, before: str = "") -> dict[str, Any]:
    """What macros/repeat.html shows: what was typed where something is wrong with a form, else how it repeats now."""
    typed = f"{before}frequency" in request.form
    return {
        "before": before,
        "rule": _typed(before) if typed else _kept(Rule.read(plan.repeats) if plan and plan.repeats else None),
        "frequencies": [{"value": name, "title": title} for name, (_often, title) in FREQUENCIES.items()],
        "weekdays": [{"value": str(day), "title": title} for day, title in enumerate(WEEKDAYS)],
        "errors": errors,
    }


def in_form(resource: Resource, record: Entity | None, errors: Errors) -> dict[str, Any] | None:
    """The controls of a plan's form; None for records that do not repeat."""
    if not issubclass(resource.model, Plan):
        return None
    return controls(record if isinstance(record, Plan) else None, errors, before=IN_FORM)


def save(turn: Context, record: Entity) -> None:
    """Let a plan repeat as its form says, or no more. Raises InvalidError naming the control."""
    if not isinstance(record, Plan) or f"{IN_FORM}frequency" not in request.form:
        return
    wanted = read(IN_FORM)
    if wanted == (Rule.read(record.repeats) if record.repeats else None):
        return
    if wanted is None:
        stop(turn, record)
    else:
        repeat(turn, record, wanted)


def read(before: str = "") -> Rule | None:
    """What was chosen; None for what does not repeat. Raises InvalidError naming what is missing."""
    frequency, ends = _said(before, "frequency"), _said(before, "ends")
    if not frequency:
        return None
    if frequency not in FREQUENCIES:
        raise InvalidError({f"{before}frequency": [_("Choose how often.")]})
    known = {str(day) for day in range(len(WEEKDAYS))}
    chosen = set(request.form.getlist(f"{before}weekdays")) & known if frequency == WEEKLY else set()
    days = tuple(sorted(int(one) for one in chosen))
    return Rule(
        frequency, days, _until(before) if ends == "until" else None, _count(before) if ends == "count" else None
    )


def _said(before: str, name: str) -> str:
    return request.form.get(f"{before}{name}", "").strip()


def _until(before: str) -> date:
    try:
        return date.fromisoformat(_said(before, "until"))
    except ValueError:
        raise InvalidError({f"{before}until": [_("Choose the last day.")]}) from None


def _count(before: str) -> int:
    text = _said(before, "count")
    if not text.isascii() or not text.isdigit() or not FEWEST <= int(text[:6]) <= MOST:
        raise InvalidError({f"{before}count": [_("Write how many times, from 2 to 500.")]})
    return int(text)


def _typed(before: str) -> dict[str, Any]:
    sent = {name: _said(before, name) for name in ("frequency", "ends", "until", "count")}
    return {**sent, "weekdays": request.form.getlist(f"{before}weekdays")}


def _kept(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"frequency": "", "weekdays": [], "ends": "never", "until": "", "count": ""}
    ends = "until" if rule.until else "count" if rule.count else "never"
    days = [str(day) for day in rule.weekdays]
    return {
        "frequency": rule.frequency, "weekdays": days, "ends": ends,
        "until": rule.until or "", "count": rule.count or "",
    }  # fmt: skip
