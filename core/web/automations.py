"""The settings page of automations: what there is, editing one, trying it before it acts, switching it on and off."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request

from core.app import platform
from core.automation import checking, program, runs, service
from core.automation.actions import CREATE
from core.automation.calls import CALL, secret_of
from core.automation.conditions import Condition
from core.automation.dry_run import last_week
from core.automation.models import Automation
from core.automation.service import Draft, draft_of
from core.automation.triggers import CLOCK, WEBHOOK
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.format import moment, number
from core.i18n import translator
from core.web import automation_form, automation_words
from core.web.automation_form import HERE
from core.web.automation_read import read
from core.web.entity.turn import go
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("automations", __name__, url_prefix=HERE)


def admin() -> Context:
    """The turn of an administrator; nobody else has anything to do here."""
    turn = context()
    turn.require("*", "admin")
    return turn


@blueprint.get("")
def page() -> str:
    """Every automation, entity by entity."""
    turn = admin()
    governed = service.governed(turn)
    counts = runs.counts(turn)
    rules = [one for one in service.listed(turn) if one.entity in {each.name for each in governed}]
    return render_template(
        "automations.html",
        sections=[
            {
                "title": str(resource.plural),
                "icon": resource.icon,
                "rules": [
                    _line(turn, resource, one, counts.get(one.id, {})) for one in rules if one.entity == resource.name
                ],
            }
            for resource in governed
            if any(one.entity == resource.name for one in rules)
        ],
        entities=[{"title": str(one.title), "icon": one.icon, "url": f"{HERE}/new/{one.name}"} for one in governed],
        here=HERE,
    )


def _line(turn: Context, resource: Resource, rule: Automation, counted: dict[str, Any]) -> dict[str, Any]:
    url, states = f"{HERE}/{rule.id}", counted.get("states", {})
    asleep = service.sleeps(turn, rule)
    names = [
        str(turn.hooks.registry.plugins[one].manifest.title) if one in turn.hooks.registry.plugins else one
        for one in asleep
    ]
    return {
        **automation_words.said(turn, resource, rule),
        "name": rule.name,
        "active": rule.active,
        "asleep": ", ".join(names),
        "problem": "" if asleep else _problem(turn, resource, rule),
        "last": moment(turn, counted["last"]) if counted.get("last") else "",
        "counts": [
            {"text": f"{number(states[name])} {str(title).lower()}", "color": color, "url": f"{url}/runs?state={name}"}
            for name, (title, color) in automation_words.STATES.items()
            if states.get(name)
        ],
        "url": url,
        "runs_url": f"{url}/runs",
        "switch_url": f"{url}/switch",
        "delete_url": f"{url}/delete",
    }


def _problem(turn: Context, resource: Resource, rule: Automation) -> str:
    """Why it cannot act, in words: something it names is gone."""
    try:
        service.checked(turn, resource, draft_of(rule))
    except InvalidError as error:
        return error.text
    return ""


@blueprint.route("/new/<entity>", methods=["GET", "POST"])
def new(entity: str) -> Any:
    """Add one."""
    turn = admin()
    resource, action = _resource(turn, entity), f"{HERE}/new/{entity}"
    if request.method == "GET":
        return automation_form.render(turn, resource, Draft(), action=action)
    draft = read(turn, resource)
    try:
        rule = service.make(turn, resource, draft)
        service.switch(turn, rule, on=request.form.get("active") == "true")
    except InvalidError as error:
        return automation_form.render(turn, resource, draft, action=action, error=error), 422
    return go(HERE, _("“%(title)s” is saved.", title=rule.name))


def _resource(turn: Context, entity: str) -> Resource:
    return next((one for one in service.governed(turn) if one.name == entity), None) or abort(404)


@blueprint.route("/<uuid:rule_id>", methods=["GET", "POST"])
def edit(rule_id: UUID) -> Any:
    """Change one."""
    turn = admin()
    rule = service.get(turn, rule_id, lock=request.method == "POST")
    resource, action = turn.resource(rule.entity), f"{HERE}/{rule.id}"
    if request.method == "GET":
        return automation_form.render(
            turn, resource, draft_of(rule), action=action, version=rule.version, **_more(turn, rule)
        )
    draft = read(turn, resource)
    try:
        service.change(turn, rule, draft, version=request.form.get("version", type=int))
    except (InvalidError, StaleError) as problem:
        stale = InvalidError({"": [_("Somebody else changed this rule meanwhile. Look at it once more, then save.")]})
        error = problem if isinstance(problem, InvalidError) else stale
        shown = automation_form.render(
            turn, resource, draft, action=action, version=rule.version, error=error, **_more(turn, rule)
        )
        return shown, 422
    return go(HERE, _("“%(title)s” is saved.", title=rule.name))


def _more(turn: Context, rule: Automation) -> dict[str, Any]:
    """What there is to say of one that is kept already."""
    url = f"{HERE}/{rule.id}"
    return {
        "active": rule.active,
        "runs_url": f"{url}/runs",
        "address_url": f"{url}/address" if rule.trigger["on"] == WEBHOOK else "",
        "has_address": rule.secret is not None,
        "secret": secret_of(platform().settings, turn.tenant, rule.id) if _calls(rule) else "",
        "run_all_url": f"{url}/run" if rule.active and rule.trigger["on"] not in {*CLOCK, WEBHOOK} else "",
        "versions": [
            {"version": one.version, "who": one.user_name, "at": moment(turn, one.at)}
            for one in service.versions(turn, rule)
        ],
    }


def _calls(rule: Automation) -> bool:
    return any(step["do"] == CALL for _path, step in program.walk(rule.steps))


@blueprint.post("/<uuid:rule_id>/switch")
def switch(rule_id: UUID) -> Any:
    """Let it act, or no longer."""
    turn = admin()
    rule = service.get(turn, rule_id, lock=True)
    try:
        service.switch(turn, rule, on=request.form.get("active") == "1")
    except InvalidError as error:
        turn.session.rollback()
        return go(HERE, error.text, kind="error")
    acts, rests = _("“%(title)s” acts from now on.", title=rule.name), _("“%(title)s” rests.", title=rule.name)
    return go(HERE, acts if rule.active else rests)


@blueprint.post("/<uuid:rule_id>/delete")
def delete(rule_id: UUID) -> Any:
    """Delete it."""
    turn = admin()
    rule = service.get(turn, rule_id, lock=True)
    name = rule.name
    service.remove(turn, rule)
    return go(HERE, _("“%(title)s” is deleted. What it did stays done.", title=name))


@blueprint.post("/<uuid:rule_id>/run")
def run_all(rule_id: UUID) -> Any:
    """Let it run for every record that fits now."""
    turn = admin()
    rule = service.get(turn, rule_id, lock=True)
    count = service.run_now(turn, rule)
    text = _("It runs for %(n)s records.", n=number(count)) if count else _("No record fits.")
    return go(f"{HERE}/{rule.id}/runs", text, kind="success" if count else "warning")


@blueprint.post("/<uuid:rule_id>/address")
def address(rule_id: UUID) -> str:
    """A new web address that starts it; shown once."""
    turn = admin()
    rule = service.get(turn, rule_id, lock=True)
    token = service.new_address(turn, rule, keep="keep" in request.args)
    until = moment(turn, rule.former_until) if rule.former_until and rule.former_secret else ""
    return render_template("_automation_address.html", url=f"{request.host_url}in/{token}", name=rule.name, until=until)


@blueprint.get("/part/<entity>")
def part(entity: str) -> str:
    """Something that is added in the editor: a condition, a group, a step, a field to set."""
    turn, asked = admin(), request.args
    resource, shared = _resource(turn, entity), {}
    kind = asked.get("kind", "")
    if kind == "test":
        node = automation_form.test(turn, resource, Condition(asked.get("field", ""), ""), looks_back=True) or abort(
            404
        )
    elif kind == "group":
        node, shared = (
            automation_form.group(turn, resource, {"any": []}, looks_back=True),
            automation_form.shared(turn, resource),
        )
    elif kind == "step":
        chosen = next((text for name, text in asked.items() if name.endswith(".entity")), "")  # of the step it replaces
        asked_for = asked.get("do", "")
        if asked_for.startswith(f"{CREATE}."):  # such as create.core.task
            asked_for, _dot, chosen = asked_for.partition(".")
        said = {"do": asked_for, "entity": chosen}
        node, shared = (
            automation_form.step(turn, resource, said, looks_back=True),
            automation_form.shared(turn, resource),
        )
    elif kind == "value":
        target = checking.target_of(turn, {"entity": asked.get("target", "")}) or abort(404)
        node = automation_form.value(turn, resource, target, {"field": asked.get("field", ""), "value": None}) or abort(
            404
        )
    else:
        abort(404)
    return render_template("_automation_part.html", kind=kind, node=node, **shared)


@blueprint.post("/try/<entity>")
def attempt(entity: str) -> str:
    """What the automation in the form would have done in the last week."""
    turn = admin()
    resource = _resource(turn, entity)
    values: dict[str, Any] = {"problems": [], "found": None}
    try:
        typed = read(turn, resource)
        named = (
            typed
            if typed.name.strip()
            else Draft("—", typed.trigger, typed.conditions, typed.steps, typed.at_once, typed.once)
        )
        found = last_week(turn, resource, service.checked(turn, resource, named))
    except InvalidError as error:
        values["problems"] = [str(text) for texts in error.errors.values() for text in texts]
        return render_template("_automation_tried.html", **values)
    values["found"] = {
        "looked_at": number(found.looked_at),
        "matching": number(found.matching),
        "hits": [
            {
                "title": hit.title or "—", "url": f"/{resource.path}/{hit.record_id}", "at": moment(turn, hit.at),
                "event": automation_words.event_title(resource, hit.event),
            }
            for hit in found.hits
        ],
    }  # fmt: skip
    return render_template("_automation_tried.html", entities=str(resource.plural).lower(), **values)


@blueprint.get("/export")
def export() -> Response:
    """All of them as one file, for another company or a bundle."""
    from core.automation import bundle

    text = bundle.written(admin())
    return Response(
        text, mimetype="application/yaml", headers={"Content-Disposition": "attachment; filename=automations.yaml"}
    )


@blueprint.post("/import")
def bring_in() -> Any:
    """Automations out of a file; they begin switched off."""
    from core.automation import bundle

    turn, file = admin(), request.files.get("file")
    if file is None or not file.filename:
        return redirect(HERE)
    try:
        made = bundle.read(turn, file.read())
    except InvalidError as error:
        turn.session.rollback()
        return go(HERE, error.text, kind="error")
    return go(HERE, _("%(n)s automations were brought in, switched off.", n=number(len(made))))
