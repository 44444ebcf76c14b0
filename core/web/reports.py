"""Reports as pages: what there is, the builder, a report that was kept, and its workbook."""

import io
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, abort, render_template, request, send_file

from core.context import Context
from core.entity.errors import InvalidError
from core.entity.query import list_fields
from core.i18n import Label, translator
from core.reports import catalogue, paper, saved, sheet
from core.reports.catalogue import Entry
from core.reports.definition import Definition, as_pairs
from core.reports.offered import reportable
from core.reports.plan import Plan, understand
from core.reports.running import run, worked_out
from core.web import report_form
from core.web.entity.turn import by_htmx
from core.web.gate import context
from core.web.report_shown import shown
from core.web.rule_form import row, shape_of

_ = translator("core")
HERE = "/reports"
blueprint = Blueprint("reports", __name__, url_prefix=HERE)


@blueprint.get("")
def listing() -> str:
    """What there is, and everything a new one may be about."""
    turn = context()
    me, kept = saved.person(turn), catalogue.own(turn)
    sections = [
        (_("My reports"), [one for one in kept if one.report and one.report.user_id == me]),
        (_("Shared with me"), [one for one in kept if one.report and one.report.user_id != me]),
        *_by_module(turn),
    ]
    return render_template(
        "reports.html",
        sections=[
            {"title": str(title), "entries": [_line(one) for one in found]} for title, found in sections if found
        ],
        entities=[
            {"title": str(one.plural), "icon": one.icon, "url": f"{HERE}/new?entity={one.name}"}
            for one in sorted(reportable(turn), key=lambda one: not one.navigation)
        ],
    )


def _by_module(turn: Context) -> list[tuple[Label, list[Entry]]]:
    found: dict[str, list[Entry]] = {}
    for one in catalogue.shipped(turn):
        found.setdefault(one.plugin, []).append(one)
    return [(turn.hooks.registry.plugins[name].manifest.title, entries) for name, entries in found.items()]


def _line(one: Entry) -> dict[str, Any]:
    icon = report_form.CHART_TITLES[one.definition.chart][1]
    shared = bool(one.report and (one.report.everybody or one.report.audience))
    return {"title": one.title, "text": one.text, "url": one.url, "icon": icon, "asleep": one.asleep, "shared": shared}


@blueprint.get("/new")
def build() -> Any:
    """The builder with the figures of what is chosen; htmx gets the figures alone."""
    turn, definition = context(), report_form.read()
    if all(definition.entity != one.name for one in reportable(turn)):
        abort(404)
    values, plan = figures(turn, definition)
    url, report = address(definition, request.args.get("report", "")), request.args.get("report", "")
    values |= {
        "builder": report_form.choices(turn, definition, plan),
        "here": HERE,
        "report_key": report,
        "export_url": _export_url(turn, plan),
    }
    if not by_htmx():
        return render_template("report_builder.html", **values, condition_url=f"{HERE}/condition/{definition.entity}")
    answer = Response(render_template("_report_built.html", **values), mimetype="text/html")
    answer.headers["HX-Push-Url"] = url
    return answer


def address(definition: Definition, report: str = "") -> str:
    """The builder with a definition in it; ``report`` is what is being changed."""
    pairs = as_pairs(definition) + ([("report", report)] if report else [])
    return f"{HERE}/new?{urlencode(pairs)}"


def figures(turn: Context, definition: Definition, title: Label = "") -> tuple[dict[str, Any], Plan | None]:
    """The report worked out, or why it cannot be."""
    try:
        plan = understand(turn, definition)
        return {"report": shown(turn, worked_out(turn, plan), title), "problems": []}, plan
    except InvalidError as error:
        problems = [str(text) for texts in error.errors.values() for text in texts]
        return {"report": None, "problems": list(dict.fromkeys(problems))}, None


def _export_url(turn: Context, plan: Plan | None) -> str:
    if plan is None or not sheet.may_export(turn, plan):
        return ""
    return f"{HERE}/file.xlsx?{urlencode(as_pairs(plan.definition))}"


@blueprint.get("/<key>")
def page(key: str) -> str:
    """A report that was kept, or one that a module ships; its period may be another for once."""
    turn = context()
    found = catalogue.entry(turn, key)
    definition = report_form.for_once(found.definition)
    values: dict[str, Any] = {"report": None, "problems": []}
    plan = None
    if found.asleep is None:
        values, plan = figures(turn, definition, found.title)
    return render_template(
        "report.html",
        **values,
        title=found.title,
        text=found.text,
        asleep=found.asleep,
        periods=report_form.periods(definition),
        tops=report_form.tops(definition) if definition.by else [],
        export_url=_export_url(turn, plan),
        **_actions(turn, found),
        here=HERE,
    )


def _actions(turn: Context, found: Entry) -> dict[str, str]:
    """What can be done with it: everybody may go on from it in the builder, its owner may change it."""
    report = found.report
    mine = report is not None and saved.may_edit(turn, report)
    return {
        "builder_url": address(found.definition, found.key if mine else "") if found.asleep is None else "",
        "share_url": f"{found.url}/share" if mine else "",
        "schedule_url": f"{found.url}/schedule" if report is not None and found.asleep is None else "",
        "pin_url": f"/dashboards/pin/{found.key}" if found.asleep is None else "",
        "delete_url": f"{found.url}/delete" if mine else "",
    }


@blueprint.get("/file.xlsx")
def workbook() -> Any:
    """The figures of an address as a workbook."""
    turn, definition = context(), report_form.read()
    result = run(turn, definition)
    title = request.args.get("title", "") or str(result.plan.resource.plural)
    file = io.BytesIO()
    sheet.write(turn, result, file, title)
    file.seek(0)
    return send_file(file, sheet.XLSX, as_attachment=True, download_name=f"{title} {turn.today():%Y-%m-%d}.xlsx")


@blueprint.get("/file.pdf")
def document() -> Any:
    """The figures of an address as a PDF."""
    turn, definition = context(), report_form.read()
    result = run(turn, definition)
    title = request.args.get("title", "") or str(result.plan.resource.plural)
    file = io.BytesIO(paper.pdf(turn, result, title))
    return send_file(file, paper.PDF, as_attachment=True, download_name=f"{title} {turn.today():%Y-%m-%d}.pdf")


@blueprint.get("/condition/<entity>")
def condition(entity: str) -> str:
    """One more line of the conditions."""
    turn = context()
    resource = next((one for one in reportable(turn) if one.name == entity), None) or abort(404)
    spec = list_fields(turn, resource).get(request.args.get("field", ""))
    if spec is None or not shape_of(turn, resource, spec).operators:
        abort(404)
    return render_template("_rule_condition.html", row=row(turn, resource, spec, f"n{uuid4().hex[:8]}"))
