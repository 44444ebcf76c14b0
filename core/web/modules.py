"""The Modules page: what a company has, needs and may switch on; a switch acts on everybody's next request."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.context import Context
from core.entity.errors import InvalidError
from core.entity.format import moment
from core.entity.timeline import SOURCES
from core.i18n import Label, Text, translator
from core.plugin.contents import contents, switches
from core.plugin.enablement import (
    DependantsError,
    ModuleState,
    NeedsError,
    SwitchError,
    modules,
    switch_off,
    switch_on,
)
from core.plugin.manifest import Schedule
from core.web.entity.turn import by_htmx, go
from core.web.flash import flash
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("modules", __name__, url_prefix="/settings/modules")

STATES: dict[str, tuple[Text, str]] = {
    "on": (_("On"), "green"),
    "off": (_("Off"), "secondary"),
    "not_entitled": (_("Not booked"), "secondary"),
    "quarantined": (_("Out of order"), "red"),
    "broken": (_("Not working"), "orange"),
}
"""What the states are called, and their colours."""
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@blueprint.get("")
def overview() -> str:
    """Every module as a card with its switch."""
    turn = context()
    turn.require("*", "admin")
    found = modules(turn)
    titles = {one.name: str(one.title) for one in found}
    on = {one.name for one in found if one.state == "on"}
    return render_template("modules.html", modules=[_card(one, titles, on) for one in found])


@blueprint.get("/<name>")
def detail(name: str) -> str:
    """One module: what it brings, what it needs, when it was switched."""
    turn = context()
    turn.require("*", "admin")
    found = modules(turn)
    module = next((one for one in found if one.name == name), None)
    if module is None:
        abort(404)
    titles = {one.name: str(one.title) for one in found}
    on = {one.name for one in found if one.state == "on"}
    return render_template(
        "module.html",
        module=_card(module, titles, on, back="detail"),
        brings=_brings(turn, module),
        log=[_line(turn, one) for one in switches(turn, name)],
    )


@blueprint.post("/<name>")
def switch(name: str) -> Any:
    """Switch a module; asks first where others would be switched with it."""
    turn = context()
    turn.require("*", "admin")
    wanted = request.form.get("active")
    if wanted not in {"0", "1"}:
        raise InvalidError({"active": [_("Say 1 for on or 0 for off.")]})
    together = request.form.get("together") == "1"
    try:
        if wanted == "1":
            done = switch_on(turn, name, with_requirements=together)
        else:
            done = switch_off(turn, name, with_dependants=together)
    except (NeedsError, DependantsError) as error:
        return _ask(turn, name, error)
    except SwitchError as error:
        return _refuse(name, error.reason)
    names = _titles(turn, (one for one in done if one != "core"))
    if wanted == "1":
        return go(_back(name), _("Switched on: %(modules)s.", modules=names))
    return go(_back(name), _("Switched off: %(modules)s. Nothing was deleted.", modules=names))


def _card(one: ModuleState, titles: dict[str, str], on: set[str], *, back: str = "") -> dict[str, Any]:
    text, color = STATES[one.state]
    return {
        "name": one.name,
        "title": one.title,
        "text": one.summary,
        "icon": one.icon,
        "version": one.version,
        "state": {"text": _("Always on") if one.name == "core" else text, "color": color},
        # A module that waits for another is on as far as its switch goes.
        "active": one.state in {"on", "broken"},
        "entitled": one.state != "not_entitled",
        "locked": one.name == "core" or one.state in {"not_entitled", "quarantined"},
        "problem": "" if one.state == "not_entitled" else one.reason,
        "needs": [{"title": titles.get(name, name), "on": name in on} for name in one.requires],
        "needed_by": [titles.get(name, name) for name in one.dependants if name in on],
        "url": url_for("modules.switch", name=one.name, back=back or None),
        "detail_url": url_for("modules.detail", name=one.name),
    }


def _brings(turn: Context, module: ModuleState) -> list[dict[str, Any]]:
    """Groups of what the module adds, each with its lines."""
    found = contents(turn.hooks.registry, module.name)
    entities = [
        {
            "icon": one.icon,
            "title": one.plural,
            "text": "",
            "url": f"/{one.path}" if module.state == "on" and turn.can(one.name, "see") else "",
        }
        for one in found.entities
    ]
    work = [{"icon": "bolt", "title": one.title or one.topic, "text": "", "url": ""} for one in found.handlers]
    recurring = [
        {"icon": "clock", "title": _work(turn, one), "text": _period(one), "url": ""} for one in found.schedules
    ]
    groups = [
        {"title": _("Records"), "lines": entities},
        {"title": _("Work behind the pages"), "lines": work},
        {"title": _("Work that recurs"), "lines": recurring},
    ]
    return [group for group in groups if group["lines"]]


def _work(turn: Context, schedule: Schedule) -> Label:
    """What a schedule does, in the words of whoever does it."""
    handlers = turn.hooks.registry.handlers.get(schedule.topic, ())
    return next((one.title for one in handlers if one.title), schedule.name)


def _period(schedule: Schedule) -> Text:
    every = schedule.every
    if every % _DAY == timedelta():
        days = every // _DAY
        return _("every day") if days == 1 else _("every %(n)s days", n=days)
    if every % _HOUR == timedelta():
        hours = every // _HOUR
        return _("every hour") if hours == 1 else _("every %(n)s hours", n=hours)
    return _("every %(n)s minutes", n=max(every // _MINUTE, 1))


def _line(turn: Context, one: Any) -> dict[str, Any]:
    return {
        "at_text": moment(turn, one.at),
        "who": one.by or _("The system"),
        "text": _("switched it on") if one.on else _("switched it off"),
        "source": SOURCES.get(one.source, ""),
        "on": one.on,
    }


def _ask(turn: Context, name: str, error: NeedsError | DependantsError) -> Response:
    """Name the others, and offer to switch them along."""
    needs = isinstance(error, NeedsError)
    others = error.missing if isinstance(error, NeedsError) else error.dependants
    return ask(
        {"title": _titles(turn, [name])}, [_titles(turn, [one]) for one in others],
        kind="needs" if needs else "dependants", url=url_for("modules.switch", name=name, back=request.args.get("back")),
        cancel_url=_back(name),
    )  # fmt: skip


def ask(module: dict[str, Any], others: list[str], *, kind: str, url: str, cancel_url: str) -> Response:
    """The question before a switch that takes others along, as a dialog or, without a script, as a page.

    ``kind`` is ``needs`` or ``dependants``; the answer yes is posted to ``url`` with ``together`` = 1.
    """
    values = {"module": module, "others": others, "kind": kind, "url": url, "active": int(kind == "needs")}
    if by_htmx():
        answer = make_response(render_template("_module_dialog.html", **values), 409)
    else:
        answer = make_response(render_template("module_question.html", **values, cancel_url=cancel_url), 409)
    answer.headers["HX-Retarget"] = "#dialog-body"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _refuse(name: str, reason: Text) -> AnyResponse | tuple[str, int]:
    """Say why not; the page is read anew, so that its switch stands where it was."""
    if by_htmx():
        flash(reason, "error")
        return go(_back(name))
    title, actions = _("This could not be switched"), [{"title": _("Modules"), "url": _back(name)}]
    return render_template("message.html", title=title, text=reason, glyph="alert-triangle", actions=actions), 422


def _back(name: str) -> str:
    """The page the switch was on."""
    detailed = request.args.get("back") == "detail"
    return url_for("modules.detail", name=name) if detailed else url_for("modules.overview")


def _titles(turn: Context, names: Iterable[str]) -> str:
    plugins = turn.hooks.registry.plugins
    return ", ".join(str(plugins[name].manifest.title) if name in plugins else name for name in names)
