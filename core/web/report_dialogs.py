"""What is done with a report: keep it, share it, put it on a dashboard, send it by the clock, delete it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.i18n import translator
from core.reports import saved
from core.reports.models import Report, Shared
from core.web import report_form
from core.web.entity import picks
from core.web.entity.picks import DEPARTMENT, USER, Picked
from core.web.entity.turn import go
from core.web.gate import context
from core.web.reports import HERE

_ = translator("core")
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
            error = " ".join(str(text) for texts in refused.errors.values() for text in texts)
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


@blueprint.post("/<uuid:report_id>/delete")
def delete(report_id: UUID) -> Any:
    """Forget one."""
    turn = context()
    report = saved.one_of(turn, Report, report_id, edit=True)
    saved.delete(turn, report)
    return go(HERE, _("“%(title)s” is deleted.", title=report.name))
