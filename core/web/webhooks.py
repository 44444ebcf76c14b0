"""The settings page of webhooks: endpoints, what they are told, and what was sent to them."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
from flask import Blueprint, abort, redirect, render_template, request

from core.app import platform
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.format import moment, number
from core.i18n import Text, translator
from core.rules.reading import fields_of
from core.web import rule_form, rule_words
from core.web.entity.turn import by_htmx, go
from core.web.gate import context
from core.webhooks import deliveries, service
from core.webhooks.address import Network, networks
from core.webhooks.deliveries import Delivery
from core.webhooks.models import Webhook
from core.webhooks.pausing import REASONS
from core.webhooks.service import Draft, Subscription

_ = translator("core")
HERE = "/settings/webhooks"
STATES: dict[str, tuple[Text, str]] = {
    deliveries.TAKEN: (_("Taken"), "green"),
    deliveries.WAITING: (_("Waiting"), "orange"),
    deliveries.GIVEN_UP: (_("Not taken"), "red"),
}
TABS: dict[str, Text] = {"": _("All"), deliveries.WAITING: _("Waiting"), deliveries.GIVEN_UP: _("Not taken")}
blueprint = Blueprint("webhooks", __name__, url_prefix=HERE)


def _admin() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


def _allow() -> tuple[Network, ...]:
    return networks(platform().settings.webhook_allow)


@blueprint.get("")
def listing() -> str:
    """Every endpoint."""
    turn = _admin()
    found = service.listed(turn)
    given_up = deliveries.count_given_up(turn, found)
    titles = {one.name: str(one.plural) for one in turn.resources()}
    return render_template(
        "webhooks.html",
        rows=[
            {
                **_head(turn, one),
                "told": [titles.get(part.entity, part.entity) for part in service.subscriptions(one)],
                "given_up": number(given_up[one.id]) if one.id in given_up else "",
            }
            for one in found
        ],
    )


def _head(turn: Context, webhook: Webhook) -> dict[str, Any]:
    url = _url(webhook)
    return {
        "name": webhook.name,
        "address": webhook.url,
        "active": webhook.active,
        "reason": REASONS.get(webhook.paused, ""),
        "failing": bool(webhook.failing_since),
        "resting": moment(turn, webhook.resting_until)
        if webhook.active and webhook.rests and webhook.resting_until
        else "",
        "url": url,
        "switch_url": f"{url}/switch",
    }


def _url(webhook: Webhook) -> str:
    return f"{HERE}/{webhook.id}"


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add an endpoint; its secret is shown this once."""
    turn = _admin()
    if request.method == "GET":
        return _form("", "", {})
    try:
        draft = Draft(request.form.get("name", ""), request.form.get("url", ""))
        webhook, secret = service.make(turn, platform().vault, draft, _allow())
    except InvalidError as error:
        return _form(request.form.get("name", ""), request.form.get("url", ""), _wrong(error)), 422
    return _page(turn, webhook, secret=secret)


def _form(name: str, url: str, wrong: dict[str, str]) -> str:
    return render_template("webhook_new.html", typed={"name": name, "url": url}, wrong=wrong)


def _wrong(error: InvalidError) -> dict[str, str]:
    return {name: " ".join(map(str, texts)) for name, texts in error.errors.items()}


@blueprint.get("/<uuid:webhook_id>")
def page(webhook_id: UUID) -> str:
    """One endpoint."""
    turn = _admin()
    return _page(turn, service.get(turn, webhook_id))


def _page(turn: Context, webhook: Webhook, *, secret: str = "", wrong: dict[str, str] | None = None) -> str:
    mine = service.subscriptions(webhook)
    named = {one.entity for one in mine}
    return render_template(
        "webhook.html",
        hook=_head(turn, webhook),
        typed={"name": webhook.name, "url": webhook.url} if not wrong else request.form,
        version=webhook.version,
        wrong=wrong or {},
        secret=secret,
        both_until=moment(turn, webhook.former_until) if webhook.former_until else "",
        subscriptions=[_said(turn, webhook, one) for one in mine],
        entities=[
            {"title": one.plural, "url": f"{_url(webhook)}/told/{one.name}"}
            for one in service.told(turn)
            if one.name not in named
        ],
        **_log(turn, webhook),
    )


def _said(turn: Context, webhook: Webhook, one: Subscription) -> dict[str, Any]:
    """What an endpoint is told of one entity, in words."""
    resource = next((found for found in service.told(turn) if found.name == one.entity), None)
    if resource is None:
        return {"title": one.entity, "events": [], "conditions": [], "url": "", "problem": _("Its module is off.")}
    titles = service.events_of(resource)
    return {
        "title": resource.plural,
        "events": [titles[name] for name in one.events if name in titles],
        "conditions": rule_words.conditions(turn, resource, one.conditions),
        "url": f"{_url(webhook)}/told/{one.entity}",
        "problem": "",
    }


@blueprint.post("/<uuid:webhook_id>")
def save(webhook_id: UUID) -> Any:
    """Change name and address."""
    turn = _admin()
    webhook = service.get(turn, webhook_id, lock=True)
    draft = replace(_draft(webhook), name=request.form.get("name", ""), url=request.form.get("url", ""))
    try:
        service.change(turn, webhook, draft, allow=_allow(), version=request.form.get("version", type=int))
    except InvalidError as error:
        return _page(turn, webhook, wrong=_wrong(error)), 422
    except StaleError:
        return _page(turn, webhook, wrong=_stale()), 409
    return go(_url(webhook), _("“%(title)s” is saved.", title=webhook.name))


def _draft(webhook: Webhook) -> Draft:
    return Draft(webhook.name, webhook.url, webhook.active, tuple(service.subscriptions(webhook)))


def _stale() -> dict[str, str]:
    return {"": str(_("Somebody else changed this meanwhile. Look at it once more, then save."))}


@blueprint.post("/<uuid:webhook_id>/switch")
def switch(webhook_id: UUID) -> Any:
    """Let it be told, or no longer."""
    turn = _admin()
    webhook = service.get(turn, webhook_id, lock=True)
    service.switch(turn, webhook, on=request.form.get("active") == "1")
    text = _("“%(title)s” is told from now on.", title=webhook.name)
    return go(_url(webhook), text if webhook.active else _("“%(title)s” is told nothing more.", title=webhook.name))


@blueprint.post("/<uuid:webhook_id>/delete")
def delete(webhook_id: UUID) -> Any:
    """Delete it."""
    turn = _admin()
    webhook = service.get(turn, webhook_id, lock=True)
    name = webhook.name
    service.remove(turn, webhook)
    return go(HERE, _("“%(title)s” is deleted.", title=name))


@blueprint.post("/<uuid:webhook_id>/rotate")
def rotate(webhook_id: UUID) -> str:
    """A new secret, shown this once."""
    turn = _admin()
    webhook = service.get(turn, webhook_id, lock=True)
    return _page(turn, webhook, secret=service.rotate(turn, platform().vault, webhook))


@blueprint.post("/<uuid:webhook_id>/test")
def test(webhook_id: UUID) -> Any:
    """Send an event that means nothing."""
    turn = _admin()
    webhook = service.get(turn, webhook_id)
    deliveries.test(turn, webhook)
    return go(_url(webhook), _("A test is on its way: the list says what becomes of it."))


@blueprint.route("/<uuid:webhook_id>/told/<entity>", methods=["GET", "POST"])
def told(webhook_id: UUID, entity: str) -> Any:
    """What it is told of the records of one entity; nothing where no event is ticked."""
    turn = _admin()
    webhook = service.get(turn, webhook_id, lock=request.method == "POST")
    resource = _resource(turn, entity)
    mine = {one.entity: one for one in service.subscriptions(webhook)}
    if request.method == "GET":
        one = mine.get(entity, Subscription(entity, tuple(service.events_of(resource))[:2]))
        return _told_form(turn, webhook, resource, one)
    one = Subscription(entity, tuple(request.form.getlist("events")), tuple(rule_form.typed_conditions()))
    if "drop" in request.form:
        mine.pop(entity, None)
    else:
        mine[entity] = one
    try:
        draft = replace(_draft(webhook), subscriptions=tuple(mine.values()))
        service.change(turn, webhook, draft, allow=_allow(), version=request.form.get("version", type=int))
    except InvalidError as error:
        return _told_form(turn, webhook, resource, one, _wrong(error)), 422
    except StaleError:
        return _told_form(turn, webhook, resource, one, _stale()), 409
    return go(_url(webhook), _("“%(title)s” is saved.", title=webhook.name))


def _told_form(
    turn: Context, webhook: Webhook, resource: Resource, one: Subscription, wrong: dict[str, str] | None = None
) -> str:
    kept = any(found.entity == one.entity for found in service.subscriptions(webhook))
    return render_template(
        "webhook_told.html",
        hook=_head(turn, webhook),
        title=resource.plural,
        action=f"{_url(webhook)}/told/{resource.name}",
        version=webhook.version,
        kept=kept,
        events=[
            {"value": name, "title": title, "chosen": name in one.events}
            for name, title in service.events_of(resource).items()
        ],
        fields=rule_form.comparable(turn, resource),
        rows=rule_form.condition_rows(turn, resource, one.conditions),
        condition_url=f"{HERE}/condition/{resource.name}",
        wrong=list((wrong or {}).values()),
    )


@blueprint.get("/condition/<entity>")
def condition(entity: str) -> str:
    """One more condition for the form, on the field that was chosen."""
    turn = _admin()
    resource = _resource(turn, entity)
    spec = fields_of(turn, resource).get(request.args.get("field", "")) or abort(404)
    return render_template("_rule_condition.html", row=rule_form.row(turn, resource, spec, f"n{uuid4().hex}"))


def _resource(turn: Context, entity: str) -> Resource:
    return next((one for one in service.told(turn) if one.name == entity), None) or abort(404)


@blueprint.get("/<uuid:webhook_id>/deliveries")
def log(webhook_id: UUID) -> Any:
    """The table of what was sent, which asks for itself while something is on its way."""
    turn = _admin()
    webhook = service.get(turn, webhook_id)
    if not by_htmx():
        return redirect(_url(webhook))
    return render_template("_webhook_deliveries.html", **_log(turn, webhook))


def _log(turn: Context, webhook: Webhook) -> dict[str, Any]:
    state = request.args.get("state", "")
    state = state if state in TABS else ""
    found = deliveries.listed(turn, webhook, state=state)
    url = f"{_url(webhook)}/deliveries"
    return {
        "rows": [_line(turn, webhook, one) for one in found],
        "tabs": [
            {"title": title, "url": f"{url}?state={name}" if name else url, "active": name == state}
            for name, title in TABS.items()
        ],
        "poll_url": f"{url}?state={state}" if any(one.state == deliveries.WAITING for one in found) else "",
        "repeat_url": f"{_url(webhook)}/repeat" if any(one.can_repeat for one in found) else "",
    }


def _line(turn: Context, webhook: Webhook, one: Delivery) -> dict[str, Any]:
    row, (text, color) = one.row, STATES[one.state]
    url = f"{_url(webhook)}/deliveries/{row.id}"
    return {
        "title": row.title,
        "state": {"text": text, "color": color},
        "status": row.status or "",
        "error": row.error,
        "attempts": number(row.attempts),
        "at_text": moment(turn, row.sent_at or row.created_at),
        "seconds": number(round(row.seconds * 1000)) if row.seconds is not None else "",
        "url": url,
        "repeat_url": f"{url}/repeat" if one.can_repeat else "",
    }


@blueprint.get("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>")
def delivery(webhook_id: UUID, delivery_id: UUID) -> str:
    """What was sent and answered."""
    turn = _admin()
    webhook = service.get(turn, webhook_id)
    one = deliveries.get(turn, webhook, delivery_id)
    return render_template(
        "_webhook_delivery.html",
        delivery={
            **_line(turn, webhook, one),
            "id": one.row.id,
            "body": _pretty(one.row.body),
            "answer": one.row.answer,
        },
    )


def _pretty(body: str) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body  # only its beginning is kept


@blueprint.post("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/repeat")
@blueprint.post("/<uuid:webhook_id>/repeat")
def repeat(webhook_id: UUID, delivery_id: UUID | None = None) -> Any:
    """Send again what was not taken: one message, or all of them."""
    turn = _admin()
    webhook = service.get(turn, webhook_id)
    if not webhook.active:
        return go(_url(webhook), _("Switch the webhook on first."), kind="warning")
    count = deliveries.repeat(turn, webhook, delivery_id)
    return go(_url(webhook), _("%(n)s messages are sent again.", n=number(count)))
