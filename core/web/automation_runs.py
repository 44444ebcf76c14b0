"""The runs of automations: every one with what started it, what was decided and what came of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core.automation import program, runs, service
from core.automation.models import AutomationRun, AutomationStep
from core.context import Context
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.format import moment
from core.i18n import Label, translator
from core.web.automation_form import HERE
from core.web.automation_words import STATES, event_title, step, step_title
from core.web.automations import admin
from core.web.entity.turn import go, refresh

_ = translator("core")
blueprint = Blueprint("automation_runs", __name__, url_prefix=HERE)

PAGE = 50


@blueprint.get("/runs")
@blueprint.get("/<uuid:rule_id>/runs")
def listing(rule_id: UUID | None = None) -> str:
    """The newest runs, of one automation or all."""
    turn = admin()
    rule = service.get(turn, rule_id) if rule_id else None
    state, url = request.args.get("state", ""), f"{HERE}/{rule_id}/runs" if rule_id else f"{HERE}/runs"
    found = runs.listed(
        turn,
        rule=rule_id,
        states=[state] if state in STATES else [],
        before=request.args.get("before", type=_uuid),
        limit=PAGE + 1,
    )
    shown = found[:PAGE]
    names = runs.rules_of(turn, shown)
    return render_template(
        "automation_runs.html",
        title=rule.name if rule else "",
        here=HERE,
        tabs=[{"title": str(_("All")), "url": url, "active": state not in STATES}]
        + [
            {"title": str(title), "url": f"{url}?state={name}", "active": state == name}
            for name, (title, _color) in STATES.items()
            if name != "skipped"
        ],
        rows=[_row(turn, one, names) for one in shown],
        next_url=f"{url}?state={state}&before={shown[-1].id}" if len(found) > PAGE else "",
    )


def _uuid(text: str) -> UUID:
    return UUID(text)


def _row(turn: Context, run: AutomationRun, names: dict[UUID, str]) -> dict[str, Any]:
    resource = _resource(turn, run.entity)
    title, color = STATES[run.state]
    return {
        "url": f"{HERE}/run/{run.id}",
        "rule": names.get(run.automation_id, ""),
        "record": run.record_title or "—",
        "event": event_title(resource, run.event) if resource else run.event,
        "at": moment(turn, run.created_at),
        "state": {"text": str(title), "color": color},
        "due": moment(turn, run.due_at) if run.state == "waiting" else "",
        "error": run.error,
    }


def _resource(turn: Context, name: str) -> Resource | None:
    return next((one for one in turn.resources() if one.name == name), None)


@blueprint.get("/run/<uuid:run_id>")
def page(run_id: UUID) -> str:
    """One run, step by step."""
    turn = admin()
    run = runs.get(turn, run_id)
    names, resource = runs.rules_of(turn, [run]), _resource(turn, run.entity)
    version = next(iter(runs.version_of(turn, run)), None)
    return render_template(
        "automation_run.html",
        here=HERE,
        run=_row(turn, run, names),
        rule_url=f"{HERE}/{run.automation_id}",
        runs_url=f"{HERE}/{run.automation_id}/runs",
        version=run.version,
        record_url=f"/{resource.path}/{run.record_id}" if resource and run.record_title else "",
        chain=[names.get(one, "—") for one in run.chain],
        input=_input(turn, resource, run),
        steps=[_step(turn, resource, version, one) for one in runs.steps_of(turn, run)],
        retry_url=f"{HERE}/run/{run.id}/retry" if run.state in runs.AGAIN and run.path else "",
        stop_url=f"{HERE}/run/{run.id}/stop" if run.state in {"waiting", "sending"} else "",
        unknown=run.state == "unknown",
    )


def _input(turn: Context, resource: Resource | None, run: AutomationRun) -> list[dict[str, str]]:
    """What a change changed, or what a request brought."""
    fields = turn.all_fields(resource) if resource else {}
    found = []
    for name, value in run.input.items():
        pair = value if isinstance(value, list) and len(value) == 2 else [None, value]  # noqa: PLR2004 # old and new
        spec = fields.get(name)
        title = str(spec.title) if spec else name
        found.append({"title": title, "old": _short(spec, pair[0]), "new": _short(spec, pair[1])})
    return found


def _short(spec: Field | None, value: Any) -> str:
    """A value of the log; choices by their titles."""
    known = spec.choice(value) if spec is not None and isinstance(value, str) else None
    if known is not None:
        return str(known.title)
    return "" if value is None else str(value)[:200]


def _step(turn: Context, resource: Resource | None, version: Any, one: AutomationStep) -> dict[str, Any]:
    title, glyph = step_title(turn, one.action)
    state, color = STATES.get(one.state, (one.state, "secondary"))
    return {
        "title": str(_words(turn, resource, version, one)) or title,
        "icon": glyph,
        "depth": one.path.count("/") // 2,
        "state": {"text": str(state), "color": color},
        "at": moment(turn, one.at),
        "attempts": one.attempts,
        "error": one.error,
        "result": [
            {"name": str(RESULTS.get(name, name)), "value": _result(turn, resource, name, value)}
            for name, value in one.result.items()
            if value and name not in _CODES
        ],
    }


RESULTS: dict[str, Label] = {
    "branch": _("Decided"),
    "until": _("Until"),
    "to": _("Who receives it"),
    "reason": _("Why not"),
    "answer": _("Answer"),
    "changed": _("Changed"),
    "title": _("New record"),
    "people": _("People"),
    "channel": _("Channel"),
    "url": _("Address"),
    "owner": _("Owner"),
}
_CODES = frozenset(("id", "entity"))
"""Of no use to people."""
_BRANCHES = {program.THEN: _("Then"), program.ELSE: _("Otherwise")}


def _result(turn: Context, resource: Resource | None, name: str, value: Any) -> str:
    if name == "changed" and resource is not None:
        fields = turn.all_fields(resource)
        return ", ".join(str(fields[one].title) if one in fields else one for one in value)
    if name == "branch":
        return str(_BRANCHES.get(value, value))
    if name == "until":
        return moment(turn, datetime.fromisoformat(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)[:300]


def _words(turn: Context, resource: Resource | None, version: Any, one: AutomationStep) -> Label:
    """The step as its version said it."""
    if resource is None or version is None:
        return ""
    try:
        return step(turn, resource, program.at(version.definition["steps"], one.path))
    except (LookupError, ValueError, TypeError):
        return ""


@blueprint.post("/run/<uuid:run_id>/retry")
def retry(run_id: UUID) -> Any:
    """Go on where it failed."""
    turn = admin()
    if runs.retry(turn, run_id):
        return refresh(_("It goes on where it stopped."))
    return refresh(_("There is nothing to go on with."), kind="warning")


@blueprint.post("/run/<uuid:run_id>/stop")
def stop(run_id: UUID) -> Any:
    """End one that waits."""
    turn = admin()
    if runs.stop(turn, run_id):
        return refresh(_("It is stopped."))
    return go(f"{HERE}/run/{run_id}", _("It is over already."), kind="warning")
