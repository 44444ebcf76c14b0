"""How one wants to be told: ways by kind, quiet hours, one's clock, the daily e-mail."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, render_template, request, url_for

from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.notifications.digest import plan_own
from core.notifications.kinds import WAYS, kinds
from core.notifications.preferences import WEEK, Preferences, Quiet, prefer, preferences
from core.web.account import tabs
from core.web.entity.turn import go
from core.web.gate import context, in_person

_ = translator("core")
blueprint = Blueprint("notification_settings", __name__)
blueprint.before_request(in_person)

_WRONG = 422
DAYS: tuple[Label, ...] = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
HOURS = range(5, 23)
"""Hours at which the daily e-mail is offered."""


@blueprint.route("/account/notifications", methods=["GET", "POST"])
def settings() -> Any:
    """Show and keep them."""
    turn = context()
    assert turn.user is not None, "the gate lets nobody else in"
    before = preferences(turn, turn.user.id)
    if request.method == "GET":
        return _page(turn, before)
    wanted, errors = _typed(turn)
    if errors:
        return _page(turn, wanted, errors), _WRONG
    try:
        prefer(turn, wanted)
    except InvalidError as error:
        turn.session.rollback()
        return _page(turn, wanted, error.errors), _WRONG
    if (wanted.digest_hour, wanted.timezone) != (before.digest_hour, before.timezone):
        plan_own(turn, wanted.digest_hour)
    return go(url_for("notification_settings.settings"), _("Saved."))


def _typed(turn: Context) -> tuple[Preferences, dict[str, list[Label]]]:
    """What the form holds, and what of it cannot be read."""
    form, errors = request.form, dict[str, list[Label]]()

    def clock(name: str) -> time | None:
        text = form.get(name, "").strip()
        try:
            return time.fromisoformat(text) if text else None
        except ValueError:
            errors[name] = [_("Write a time such as 22:00.")]
            return None

    def days(name: str) -> frozenset[int]:
        return frozenset(int(text) for text in form.getlist(name) if text.isascii() and text.isdigit())

    hour = form.get("digest_hour", "")
    quiet = Quiet(clock("quiet_from"), clock("quiet_to"), days("quiet_days"), days("free_days"))
    wanted = Preferences(
        kinds={name: frozenset(form.getlist(f"kind.{name}")) for name in kinds(turn)},
        quiet=quiet,
        digest_hour=int(hour) if hour.isascii() and hour.isdigit() else None,
        sound="sound" in form,
        timezone=form.get("timezone", ""),
    )
    return wanted, errors


def _page(turn: Context, wanted: Preferences, errors: dict[str, list[Label]] | None = None) -> str:
    rows = [
        {"name": one.name, "title": one.title, "help": one.help, "icon": one.icon, "on": wanted.ways(one)}
        for one in kinds(turn).values()
    ]
    return render_template(
        "account/notifications.html",
        tabs=tabs("notification_settings.settings"),
        rows=rows,
        ways=WAYS,
        days=[{"value": day, "title": DAYS[day]} for day in WEEK],
        wanted=wanted,
        hours=HOURS,
        zones=_zones(),
        company_zone=turn.company.timezone,
        errors={name: [str(text) for text in texts] for name, texts in (errors or {}).items()},
    )


def _zones() -> list[tuple[str, str]]:
    """Every zone that is a place, with what its clocks are ahead of UTC by now."""
    moment = now()
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, f"{name.replace('_', ' ')} ({moment.astimezone(ZoneInfo(name)):%z})") for name in places]
