"""What is installed, how it fares and what it costs; taking a plugin away, and what that would touch."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core import API
from core.app import platform
from core.entity.format import number
from core.i18n import Text, translator
from core.plugin import health
from core.plugin.health import ErrorLine, PluginHealth
from core.plugin.lifecycle import ACTIONS, Plan, UnknownPluginError, plan
from core.vendor.models import Company
from core.web.entity.turn import go
from core.web.gate import public
from core.web.vendor.door import operator
from core.web.vendor.shell import at

_ = translator("core")
blueprint = Blueprint("plugins", __name__, url_prefix="/plugins")

STATES: dict[str, tuple[Text, str]] = {
    "running": (_("Running"), "green"),
    "quarantined": (_("Set aside"), "red"),
    "broken": (_("Left out"), "orange"),
    "gone": (_("Not installed"), "secondary"),
}
"""What a plugin's states are called, and their colours."""
LONGEST_REASON = 300
MOST_NAMES = 30
"""Companies that a plan lists by code; there may be hundreds."""


@blueprint.get("")
@public
def listing() -> str:
    """Every plugin, those in trouble first."""
    with platform().database.vendor_session() as session:
        found = health.health(session, platform().registry, platform().hooks.timings)
    return render_template("vendor/plugins.html", rows=[_row(one) for one in found], api=API)


@blueprint.get("/<plugin>")
@public
def detail(plugin: str) -> str:
    """One plugin: its problems, its last errors, what can be done."""
    with platform().database.vendor_session() as session:
        one = _find(session, plugin)
        errors = health.last_errors(session, plugin, 20)
        slugs = _slugs(session, errors)
    removable = one.name != "core"
    return render_template(
        "vendor/plugin.html",
        plugin=_row(one) | {"distribution": one.distribution, "since_text": at(one.since)},
        api=API,
        log=[_line(line, slugs) for line in errors],
        quarantine_url=url_for("vendor.plugins.quarantine", plugin=plugin)
        if removable and one.state == "running"
        else "",
        plans=[(_plan_title(action), _plan_url(plugin, action)) for action in ACTIONS] if removable else [],
    )


@blueprint.get("/<plugin>/plan")
@public
def show_plan(plugin: str) -> str:
    """What taking a plugin away would touch. Asking changes nothing."""
    action = request.args.get("action", ACTIONS[0])
    if action not in ACTIONS:
        abort(404)
    try:
        found = plan(platform().database, platform().registry, plugin, action)
    except UnknownPluginError:
        abort(404)
    titles = platform().registry.plugins
    return render_template(
        "vendor/plan.html",
        plan=found,
        title=titles[plugin].manifest.title if plugin in titles else plugin,
        tables=_counts(found.tables),
        belongings=_counts(found.belongings),
        rows_text=number(found.rows),
        command=_command(found),
        most=MOST_NAMES,
        tabs=[
            {"title": _plan_title(one), "url": _plan_url(plugin, one), "active": one == action} for one in ACTIONS
        ],
        plugin_url=url_for("vendor.plugins.detail", plugin=plugin),
    )  # fmt: skip


@blueprint.post("/<plugin>/quarantine")
@public
def quarantine(plugin: str) -> AnyResponse:
    """Switch a plugin off for everybody, until it is released."""
    if plugin == "core" or plugin not in platform().registry.plugins:
        abort(404)
    why = request.form.get("reason", "").strip().replace("\0", "")[:LONGEST_REASON]
    with platform().database.vendor_session() as session, session.begin():
        health.take_away(session, plugin, why, operator=operator().email)
    return go(_url(plugin), _("It is off for everybody now. Nothing was deleted."))


@blueprint.post("/<plugin>/release")
@public
def release(plugin: str) -> AnyResponse:
    """Let a plugin run again, where companies have it on."""
    with platform().database.vendor_session() as session, session.begin():
        _find(session, plugin)
        health.release(session, plugin, operator=operator().email)
    return go(_url(plugin), _("It runs again where companies have it on."))


def _find(session: Session, plugin: str) -> PluginHealth:
    found = health.health(session, platform().registry, platform().hooks.timings)
    return next((one for one in found if one.name == plugin), None) or abort(404)


def _row(one: PluginHealth) -> dict[str, Any]:
    text, color = STATES[one.state]
    running = platform().registry.plugins.get(one.name)
    problems = [problem.reason for problem in platform().registry.problems if problem.plugin == one.name]
    return {
        "name": one.name,
        "title": one.title,
        "icon": running.manifest.icon if running else "puzzle-off",
        "url": url_for("vendor.plugins.detail", plugin=one.name),
        "version": one.version,
        "api": running.manifest.api if running else "",
        "state": {"text": text, "color": color},
        "problems": problems or ([one.reason] if one.reason else []),
        "companies": number(one.companies),
        "calls": number(one.calls),
        "errors": one.errors,
        "errors_today": one.errors_today,
        "average_text": f"{number(Decimal(1000 * one.seconds / one.calls))} ms" if one.calls else "",
        "release_url": url_for("vendor.plugins.release", plugin=one.name) if one.since else "",
    }


def _slugs(session: Session, errors: tuple[ErrorLine, ...]) -> dict[int, str]:
    wanted = {one.company_id for one in errors if one.company_id is not None}
    statement = sa.select(Company.id, Company.slug).where(Company.id.in_(wanted))
    return dict(session.execute(statement).all())


def _line(one: ErrorLine, slugs: dict[int, str]) -> dict[str, Any]:
    slug = slugs.get(one.company_id or 0, "")
    return {
        "at_text": at(one.at),
        "place": one.place,
        "company": slug,
        "company_url": url_for("vendor.company.show", slug=slug) if slug else "",
        "message": one.message,
    }


def _counts(tables: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Tables with their rows in the companies that have most."""
    return [
        {
            "name": name,
            "total": number(sum(companies.values())),
            "companies": [
                (slug, number(count)) for slug, count in sorted(companies.items(), key=lambda one: -one[1])[:MOST_NAMES]
            ],
            "more": max(len(companies) - MOST_NAMES, 0),
        }
        for name, companies in tables.items()
    ]


def _command(found: Plan) -> str:
    """What is typed to do it."""
    if found.action == "purge":
        return f"ghep plugin purge {found.plugin} --confirm {found.plugin}"
    return f"ghep plugin disable {found.plugin}"


def _url(plugin: str) -> str:
    return url_for("vendor.plugins.detail", plugin=plugin)


def _plan_title(action: str) -> Text:
    return _("Purge") if action == "purge" else _("Disable")


def _plan_url(plugin: str, action: str) -> str:
    return url_for("vendor.plugins.show_plan", plugin=plugin, action=action)
