"""Dashboards as pages: tabs of them, cards that fetch their figures by themselves and are dragged into order."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request

from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.i18n import Text, translator
from core.reports import catalogue, dashboards, saved
from core.reports.catalogue import Entry
from core.reports.dashboards import CHART, FIGURE, TABLE
from core.reports.models import Dashboard
from core.web import report_form
from core.web.entity.turn import go
from core.web.gate import context
from core.web.report_dialogs import share_dialog
from core.web.reports import figures

_ = translator("core")
HERE = "/dashboards"
OVERVIEW, OVERVIEW_TITLE = "overview", _("Overview")
LOOK_TITLES: dict[str, Text] = {CHART: _("Chart"), TABLE: _("Table"), FIGURE: _("Total only")}
blueprint = Blueprint("dashboards", __name__, url_prefix=HERE)


@blueprint.get("")
def first() -> Any:
    """The first dashboard, the person's own before others'; without any, how to make one."""
    turn = context()
    tabs = _tabs(turn)
    return redirect(tabs[0]["url"]) if tabs else render_template("dashboard.html", name="", tabs=[], here=HERE)


def _listed(turn: Context) -> list[Dashboard]:
    me = saved.person(turn)
    return sorted(saved.kept(turn, Dashboard), key=lambda one: one.user_id != me)


def _tabs(turn: Context, shown: str = "") -> list[dict[str, Any]]:
    """Every dashboard the person sees, and the overview behind them."""
    found = [(str(one.id), one.name, one.everybody) for one in _listed(turn)]
    if any(one.overview for one in catalogue.shipped(turn)):
        found.append((OVERVIEW, str(OVERVIEW_TITLE), False))
    return [
        {"title": name, "url": f"{HERE}/{which}", "active": which == shown, "shared": shared}
        for which, name, shared in found
    ]


@blueprint.get(f"/{OVERVIEW}")
def overview() -> str:
    """What modules think everybody looks at: there from the beginning, and gone with the module."""
    turn = context()
    shown = [one for one in catalogue.shipped(turn) if one.overview]
    return render_template(
        "dashboard.html",
        name=OVERVIEW_TITLE,
        tabs=_tabs(turn, OVERVIEW),
        cards=[
            {"id": one.key, "url": f"{HERE}/{OVERVIEW}/cards/{one.key}", "look": CHART, "wide": False} for one in shown
        ],
        here=HERE,
    )


@blueprint.get(f"/{OVERVIEW}/cards/<key>")
def overview_card(key: str) -> str:
    """One card of the overview."""
    turn = context()
    report = next((one for one in catalogue.shipped(turn) if one.overview and one.key == key), None)
    return _card(turn, report, CHART, key, f"{HERE}/{OVERVIEW}/cards/{key}")


@blueprint.get("/<uuid:which>")
def page(which: UUID) -> str:
    """One dashboard; its cards come one by one, so that a slow one keeps nobody waiting."""
    turn = context()
    dashboard = saved.one_of(turn, Dashboard, which)
    mine = saved.may_edit(turn, dashboard)
    return render_template(
        "dashboard.html",
        name=dashboard.name,
        tabs=_tabs(turn, str(which)),
        cards=[
            {"id": one.id, "url": f"{HERE}/{which}/cards/{one.id}", "look": one.look, "wide": one.wide}
            for one in dashboards.cards_of(dashboard)
        ],
        mine=mine,
        url=f"{HERE}/{which}",
        here=HERE,
    )


@blueprint.get("/<uuid:which>/cards/<card_id>")
def card(which: UUID, card_id: str) -> str:
    """One card, worked out for whoever looks."""
    turn = context()
    dashboard = saved.one_of(turn, Dashboard, which)
    found = dashboards.card_of(dashboard, card_id)
    report: Entry | None = None
    with suppress(MissingError):
        report = dashboards.report_of(turn, dashboard, found)
    url = f"{HERE}/{which}/cards/{card_id}"
    take_off = f"{url}/delete" if saved.may_edit(turn, dashboard) else ""
    return _card(turn, report, found.look, card_id, url, unpin_url=take_off)


def _card(turn: Context, report: Entry | None, look: str, card_id: str, url: str, *, unpin_url: str = "") -> str:
    """A report as a card, of the period that the address asks for; without one, that it is gone."""
    values: dict[str, Any] = {"report": None, "problems": [], "title": _("This report is gone"), "url": ""}
    if report is not None:
        values |= {"title": report.title, "url": report.url, "asleep": report.asleep}
        if report.asleep is None:
            definition = report_form.for_once(report.definition)
            values |= {**figures(turn, definition, report.title)[0], **report_form.period_of(definition)}
    return render_template(
        "_dashboard_card.html", **values, look=look, card_id=card_id, card_url=url, unpin_url=unpin_url
    )


@blueprint.post("/<uuid:which>/cards/<card_id>/delete")
def unpin(which: UUID, card_id: str) -> Any:
    """Take a card off."""
    turn = context()
    dashboards.unpin(turn, saved.one_of(turn, Dashboard, which, edit=True), card_id)
    return go(f"{HERE}/{which}")


@blueprint.post("/<uuid:which>/order")
def arrange(which: UUID) -> Any:
    """The cards in the order they were dragged into."""
    turn = context()
    dashboards.arrange(turn, saved.one_of(turn, Dashboard, which, edit=True), request.form.getlist("ids"))
    return {"ok": True}


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Ask for a name, and make one."""
    return _named(context(), None, f"{HERE}/new")


@blueprint.route("/<uuid:which>/rename", methods=["GET", "POST"])
def rename(which: UUID) -> Any:
    """Call it something else."""
    turn = context()
    return _named(turn, saved.one_of(turn, Dashboard, which, edit=True), f"{HERE}/{which}/rename")


def _named(turn: Context, dashboard: Dashboard | None, action: str) -> Any:
    name, error = request.form.get("title", dashboard.name if dashboard else ""), ""
    if request.method == "POST":
        try:
            if dashboard is None:
                dashboard = dashboards.add(turn, name)
            else:
                dashboards.rename(turn, dashboard, name)
            return go(f"{HERE}/{dashboard.id}")
        except InvalidError as refused:
            error = " ".join(str(text) for text in refused.errors["title"])
    return render_template("_dashboard_name.html", action=action, name=name, error=error), 422 if error else 200


@blueprint.route("/<uuid:which>/share", methods=["GET", "POST"])
def share(which: UUID) -> Any:
    """Who else sees it."""
    turn = context()
    return share_dialog(turn, saved.one_of(turn, Dashboard, which, edit=True), f"{HERE}/{which}")


@blueprint.post("/<uuid:which>/delete")
def delete(which: UUID) -> Any:
    """Forget one; its reports stay."""
    turn = context()
    dashboard = saved.one_of(turn, Dashboard, which, edit=True)
    saved.delete(turn, dashboard)
    return go(HERE, _("“%(title)s” is deleted.", title=dashboard.name))


@blueprint.route("/pin/<key>", methods=["GET", "POST"])
def pin(key: str) -> Any:
    """Put a report on one of the dashboards that the person may change, or on a new one."""
    turn = context()
    found = catalogue.entry(turn, key)
    mine = [one for one in _listed(turn) if saved.may_edit(turn, one)]
    if request.method == "POST":
        dashboard = next((one for one in mine if str(one.id) == request.form.get("dashboard")), None)
        dashboard = dashboard or dashboards.add(turn, str(_("My dashboard")))
        look = request.form.get("look", CHART)
        dashboards.pin(turn, dashboard, found.key, look, wide="wide" in request.form)
        return go(f"{HERE}/{dashboard.id}", _("“%(title)s” is on the dashboard.", title=found.title))
    chosen = CHART if found.definition.chart != TABLE else TABLE
    return render_template(
        "_dashboard_pin.html",
        action=f"{HERE}/pin/{found.key}",
        title=found.title,
        dashboards=[{"value": str(one.id), "title": one.name} for one in mine],
        looks=[{"value": name, "title": title, "on": name == chosen} for name, title in LOOK_TITLES.items()],
    )
