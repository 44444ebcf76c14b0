"""The settings page of rules: in their order, switched on and off, tried before they act."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, render_template, request

from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.format import moment, number
from core.i18n import translator
from core.rules import reading, service
from core.rules.bulk import apply_now
from core.rules.journal import recent
from core.rules.models import Rule
from core.rules.preview import Preview, preview
from core.rules.reading import EVENTS, KINDS_OF_RULE, RECALL, Active, Terms, fields_of, usable
from core.rules.recalling import preview_recall
from core.rules.service import Draft, in_use
from core.web import rule_form
from core.web.entity.picks import ticked
from core.web.entity.turn import by_htmx, go
from core.web.gate import context
from core.web.rule_form import USUAL_DAYS, USUAL_NOTICE, here
from core.web.rule_words import TITLES, names_in, said, told

_ = translator("core")
UNNAMED = "—"
"""What a rule is called that is tried before it has a name."""
blueprint = Blueprint("rules", __name__, url_prefix="/settings/rules")


@blueprint.get("")
@blueprint.get("/<entity>")
def page(entity: str = "") -> Any:
    """The rules of one kind of record."""
    turn = _admin()
    governed = service.governed(turn)
    if not entity:
        return redirect(here(governed[0]))
    resource = _resource(turn, entity)
    every = service.listed(turn)
    counts = {one.name: sum(rule.entity == one.name for rule in every) for one in governed}
    mine = [one for one in every if one.entity == resource.name]
    names = names_in(turn, [in_use(one) for one in mine])
    return render_template(
        "rules.html",
        entities=[
            {"title": str(one.plural), "url": here(one), "active": one is resource, "count": counts[one.name]}
            for one in governed
        ],
        sections=[
            _section(turn, resource, kind, [one for one in mine if one.kind == kind], names) for kind in KINDS_OF_RULE
        ],
        changes=[{**one, "at": moment(turn, one["at"])} for one in recent(turn, resource)],
    )


def _section(turn: Context, resource: Resource, kind: str, rules: list[Rule], names: dict[UUID, str]) -> dict[str, Any]:
    title, text, icon = TITLES[kind]
    full = len(rules) >= (1 if kind == RECALL else service.MOST)
    return {
        "kind": kind,
        "title": title,
        "text": text,
        "icon": icon,
        "rules": [_line(turn, resource, rule, names) for rule in rules],
        "order_url": f"{here(resource)}/order?kind={kind}",
        "new_url": "" if full else f"{here(resource)}/new?kind={kind}",
        "preview_url": f"{here(resource)}/preview?kind={kind}" if any(one.active for one in rules) else "",
    }


def _line(turn: Context, resource: Resource, rule: Rule, names: dict[UUID, str]) -> dict[str, Any]:
    url = f"/settings/rules/rule/{rule.id}"
    return {
        **said(turn, resource, rule, names),
        "id": str(rule.id),
        "url": url,
        "switch_url": f"{url}/switch",
        "delete_url": f"{url}/delete",
        "move_url": f"{url}/move",
    }


def _admin() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _resource(turn: Context, entity: str) -> Resource:
    return next((one for one in service.governed(turn) if one.name == entity), None) or abort(404)


def _kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS_OF_RULE else abort(404)


@blueprint.route("/<entity>/new", methods=["GET", "POST"])
def new(entity: str) -> Any:
    """Add a rule."""
    turn, kind = _admin(), _kind()
    resource = _resource(turn, entity)
    action = f"{here(resource)}/new?kind={kind}"
    if request.method == "GET":
        terms = Terms(days=USUAL_DAYS, notice=USUAL_NOTICE) if kind == RECALL else Terms()
        return rule_form.render(turn, resource, kind, Draft(events=EVENTS[:1], terms=terms), action=action)
    draft = rule_form.read()
    try:
        rule = service.make(turn, resource, kind, draft)
    except InvalidError as error:
        return rule_form.render(turn, resource, kind, draft, action=action, error=error), 422
    return go(here(resource), _("“%(title)s” is saved.", title=rule.name))


@blueprint.route("/rule/<uuid:rule_id>", methods=["GET", "POST"])
def edit(rule_id: UUID) -> Any:
    """Change a rule."""
    turn = _admin()
    rule = service.get(turn, rule_id, lock=request.method == "POST")
    resource, action = turn.resource(rule.entity), f"/settings/rules/rule/{rule.id}"
    present = in_use(rule)
    if request.method == "GET":
        draft = Draft(rule.name, present.events, present.conditions, present.terms, rule.active)
        return rule_form.render(turn, resource, rule.kind, draft, action=action, version=rule.version)
    draft = rule_form.read()
    try:
        service.change(turn, rule, draft, version=request.form.get("version", type=int))
    except (InvalidError, StaleError) as problem:
        stale = InvalidError({"": [_("Somebody else changed this rule meanwhile. Look at it once more, then save.")]})
        error = problem if isinstance(problem, InvalidError) else stale
        version, kind = rule.version, rule.kind
        return rule_form.render(turn, resource, kind, draft, action=action, version=version, error=error), 422
    return go(here(resource), _("“%(title)s” is saved.", title=rule.name))


@blueprint.post("/rule/<uuid:rule_id>/switch")
def switch(rule_id: UUID) -> Any:
    """Let it act, or no longer."""
    turn = _admin()
    rule = service.get(turn, rule_id, lock=True)
    service.switch(turn, rule, on=request.form.get("active") == "1")
    text = (
        _("“%(title)s” acts from now on.", title=rule.name) if rule.active else _("“%(title)s” rests.", title=rule.name)
    )
    return go(here(turn.resource(rule.entity)), text)


@blueprint.post("/rule/<uuid:rule_id>/delete")
def delete(rule_id: UUID) -> Any:
    """Delete it."""
    turn = _admin()
    rule = service.get(turn, rule_id, lock=True)
    service.remove(turn, rule)
    return go(here(turn.resource(rule.entity)), _("“%(title)s” is deleted. What it did stays done.", title=rule.name))


@blueprint.post("/rule/<uuid:rule_id>/move")
def move(rule_id: UUID) -> Any:
    """One place up or down."""
    turn = _admin()
    rule = service.get(turn, rule_id)
    resource = turn.resource(rule.entity)
    ids = [one.id for one in service.listed(turn, resource) if one.kind == rule.kind]
    place = ids.index(rule.id)
    ids.insert(max(0, place + (-1 if request.args.get("by") == "-1" else 1)), ids.pop(place))
    service.order(turn, resource, rule.kind, ids)
    return go(here(resource))


@blueprint.post("/<entity>/order")
def order(entity: str) -> Any:
    """As they were dragged."""
    turn, kind = _admin(), _kind()
    resource = _resource(turn, entity)
    service.order(turn, resource, kind, ticked(request.form.getlist("ids")))
    return go(here(resource)) if not by_htmx() else ("", 204)


@blueprint.get("/<entity>/condition")
def condition(entity: str) -> str:
    """One more condition for the form, on the field that was chosen."""
    turn = _admin()
    resource = _resource(turn, entity)
    spec = fields_of(turn, resource).get(request.args.get("field", "")) or abort(404)
    return render_template("_rule_condition.html", row=rule_form.row(turn, resource, spec, f"n{uuid4().hex}"))


@blueprint.get("/<entity>/preview")
def dry_run(entity: str) -> str:
    """What all rules of a kind would do with the records there are."""
    turn, kind = _admin(), _kind()
    resource = _resource(turn, entity)
    found = _tried(turn, resource, kind, reading.active(turn, resource, kind))
    title, _text, _icon = TITLES[kind]
    return render_template(
        "_rule_preview.html",
        title=title,
        entities=resource.plural,
        kind=kind,
        apply_url=f"{here(resource)}/apply?kind={kind}" if kind != RECALL and found.acting else "",
        **told(turn, found),
    )


@blueprint.post("/<entity>/try")
def attempt(entity: str) -> str:
    """What the rule in the form would do by itself, before it is saved."""
    turn, kind = _admin(), _kind()
    resource = _resource(turn, entity)
    values: dict[str, Any] = {"kind": kind, "effects": [], "people": [], "acting": "", "problems": []}
    try:
        typed = rule_form.read()
        draft = service.checked(turn, resource, kind, replace(typed, name=typed.name.strip() or UNNAMED))
    except InvalidError as error:
        values["problems"] = [str(text) for texts in error.errors.values() for text in texts]
        return render_template("_rule_tried.html", **values)
    rule = Active(uuid4(), resource.name, kind, draft.name, tuple(draft.events), tuple(draft.conditions), draft.terms)
    found = _tried(turn, resource, kind, usable(turn, resource, [rule]))
    return render_template("_rule_tried.html", **{**values, **told(turn, found)})


def _tried(turn: Context, resource: Resource, kind: str, rules: list[Active]) -> Preview:
    if kind == RECALL:
        return preview_recall(turn, resource, rules[0]) if rules else Preview()
    return preview(turn, resource, rules)


@blueprint.post("/<entity>/apply")
def apply(entity: str) -> Any:
    """Let them decide about every record now, as a bulk operation that can be taken back."""
    turn, kind = _admin(), _kind()
    resource = _resource(turn, entity)
    operation = apply_now(turn, resource, kind)
    if not operation.total:
        turn.session.rollback()
        return go(here(resource), _("There is nothing left for these rules to do."), kind="warning")
    text = _("Done for %(n)s records.", n=number(operation.done)) if operation.state == "done" else ""
    return go(f"/bulk-operations/{operation.id}", text)
