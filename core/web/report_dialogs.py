"""What is done with a report: keep it, share it, put it on a dashboard, send it by the clock, delete it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.i18n import Text, translator
from core.reports import saved, sending
from core.reports.models import Report, Shared
from core.web import report_form
from core.web.entity import picks
from core.web.entity.picks import DEPARTMENT, USER, Picked
from core.web.entity.turn import go
from core.web.gate import context
from core.web.reports import HERE

_ = translator("core")
EVERY_TITLES: dict[str, Text] = {
    sending.DAY: _("Every day"),
    sending.WEEK: _("Every week"),
    sending.MONTH: _("Every month"),
}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
USUAL_HOUR = 8
blueprint = Blueprint("report_dialogs", __name__, url_prefix=HERE)


@blueprint.route("/save", methods=["GET", "POST"])
def save() -> Any:
    """Ask for a name, and keep what the builder's address says; of one's own report, change it."""
    turn, definition, report = context(), report_form.read(), _changed(context())
    name, error = request.form.get("title", report.name if report else ""), ""
    if request.method == "POST":
        try:
            anew = None if request.form.get("anew") else report
            kept = saved.save(turn, name, definition, report=anew)
            return go(f"{HERE}/{kept.id}", _("“%(title)s” is saved.", title=kept.name))
        except InvalidError as refused:
            error = refused.text
    values = {"action": f"{HERE}/save", "name": name, "error": error, "existing": report is not None}
    return render_template("_report_save.html", **values), 422 if error else 200


def _changed(turn: Context) -> Report | None:
    """The report that the builder stands on, if the person may change it."""
    try:
        return saved.one_of(turn, Report, UUID(request.args.get("report", "")), edit=True)
    except (ValueError, MissingError):
        return None


@blueprint.route("/<uuid:report_id>/share", methods=["GET", "POST"])
def share(report_id: UUID) -> Any:
    """Who else sees it."""
    turn = context()
    report = saved.one_of(turn, Report, report_id, edit=True)
    return share_dialog(turn, report, f"{HERE}/{report.id}")


def share_dialog(turn: Context, one: Shared, url: str) -> Any:
    """The question who else sees a report or a dashboard, and the answer."""
    if request.method == "POST":
        targets = Picked.read().targets
        saved.share(turn, one, [*targets.users, *targets.departments], everybody="everybody" in request.form)
        return go(url, _("Who sees “%(title)s” is changed.", title=one.name))
    picked = Picked(tuple((kind, each) for each in one.audience for kind in (USER, DEPARTMENT)))
    return render_template(
        "_report_share.html",
        action=f"{url}/share",
        name=one.name,
        everybody=one.everybody,
        can_everybody=one.everybody or turn.can("*", "admin"),
        lists=picks.lists(turn, picked),
    )


@blueprint.route("/<uuid:report_id>/schedule", methods=["GET", "POST"])
def schedule(report_id: UUID) -> Any:
    """To whom it goes by e-mail, and when."""
    turn = context()
    report = saved.one_of(turn, Report, report_id)
    error = ""
    if request.method == "POST":
        try:
            return _planned(turn, report)
        except InvalidError as refused:
            error = refused.text
    present = sending.schedule_of(turn, report)
    picked = Picked.read() if error else Picked(tuple((USER, one) for one in present.people) if present else ())
    every = request.form.get("every", present.every if present else sending.WEEK)
    return render_template(
        "_report_schedule.html",
        action=f"{HERE}/{report.id}/schedule",
        name=report.name,
        present=present is not None,
        everies=[{"value": name, "title": title, "on": name == every} for name, title in EVERY_TITLES.items()],
        weekdays=[{"value": day, "title": title} for day, title in enumerate(WEEKDAYS, 1)],
        days=range(1, sending.LAST_DAYS[sending.MONTH] + 1),
        on_day=present.on_day if present else 1,
        hour=present.hour if present else USUAL_HOUR,
        lists=picks.lists(turn, picked),
        error=error,
    ), 422 if error else 200


def _planned(turn: Context, report: Report) -> Any:
    url, every = f"{HERE}/{report.id}", request.form.get("every", "")
    if request.form.get("stop"):
        sending.stop(turn, report)
        return go(url, _("It is sent no more."))
    targets = Picked.read().targets
    on_day = {sending.WEEK: "weekday", sending.MONTH: "day"}.get(every, "")
    sending.plan(
        turn,
        report,
        targets.users,
        targets.departments,
        every=every,
        on_day=request.form.get(on_day, 1, type=int),
        hour=request.form.get("hour", -1, type=int),
    )
    return go(url, _("“%(title)s” goes out by e-mail.", title=report.name))


@blueprint.post("/<uuid:report_id>/delete")
def delete(report_id: UUID) -> Any:
    """Forget one."""
    turn = context()
    report = saved.one_of(turn, Report, report_id, edit=True)
    saved.delete(turn, report)
    return go(HERE, _("“%(title)s” is deleted.", title=report.name))
