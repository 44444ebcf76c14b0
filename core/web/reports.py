"""Reports as pages: what there is, the builder, and a report that was saved."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, abort, render_template, request

from core.context import Context
from core.entity.errors import InvalidError
from core.entity.query import list_fields
from core.i18n import translator
from core.reports.definition import Definition, as_pairs
from core.reports.plan import reportable, understand
from core.reports.running import worked_out
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
    return render_template("reports.html", entities=_entities(turn))


def _entities(turn: Context) -> list[dict[str, str]]:
    return [
        {"title": str(one.plural), "icon": one.icon, "url": f"{HERE}/new?entity={one.name}"} for one in reportable(turn)
    ]


@blueprint.get("/new")
def build() -> Any:
    """The builder with the figures of what is chosen; htmx gets the figures alone."""
    turn, definition = context(), report_form.read()
    if all(definition.entity != one.name for one in reportable(turn)):
        abort(404)
    values = _figures(turn, definition)
    url = address(definition)
    values |= {"builder": report_form.choices(turn, definition, values.pop("plan")), "here": HERE, "url": url}
    if not by_htmx():
        return render_template("report_builder.html", **values, condition_url=f"{HERE}/condition/{definition.entity}")
    answer = Response(render_template("_report_built.html", **values), mimetype="text/html")
    answer.headers["HX-Push-Url"] = url
    return answer


def address(definition: Definition) -> str:
    """The builder with a definition in it."""
    return f"{HERE}/new?{urlencode(as_pairs(definition))}"


def _figures(turn: Context, definition: Definition) -> dict[str, Any]:
    """The report worked out, or why it cannot be."""
    try:
        plan = understand(turn, definition)
        return {"plan": plan, "report": shown(turn, worked_out(turn, plan)), "problems": []}
    except InvalidError as error:
        problems = [str(text) for texts in error.errors.values() for text in texts]
        return {"plan": None, "report": None, "problems": list(dict.fromkeys(problems))}


@blueprint.get("/condition/<entity>")
def condition(entity: str) -> str:
    """One more line of the conditions."""
    turn = context()
    resource = next((one for one in reportable(turn) if one.name == entity), None) or abort(404)
    spec = list_fields(turn, resource).get(request.args.get("field", ""))
    if spec is None or not shape_of(turn, resource, spec).operators:
        abort(404)
    return render_template("_rule_condition.html", row=row(turn, resource, spec, f"n{uuid4().hex[:8]}"))
