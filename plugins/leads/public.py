"""Where leads come in without signing in: the page of a form, and the address for programs."""

from typing import Any

import orjson
from flask import Blueprint, Response, abort, render_template, request
from limits import RateLimitItemPerMinute

from core.sdk import Context, InvalidError, MissingError, get, translator
from core.sdk_web import age_of, framed_by, guest, public, stamp

from .doors import ASKED, Form, Intake
from .receiving import hand_over, submit

_ = translator("plugins.leads")
blueprint = Blueprint("leads_public", __name__)

FORM, INTAKE = "leads.form", "leads.intake"
"""What addresses are for."""
SOONEST, LATEST = 2, 4 * 60 * 60
"""Seconds a human being takes for a form, at least and at most."""
TRAP = "website"
"""A field that only programs see, and fill in."""
FORMS, PROGRAMS = RateLimitItemPerMinute(10, 10), RateLimitItemPerMinute(300)
LARGEST = 1_000_000
_REFUSED = 422


@blueprint.get("/form/<token>")
@public
def show(token: str) -> Response:
    """The form, on a page of its own or inside the company's site."""
    with guest("leads", FORM, token) as (turn, record):
        return _page(turn, _open(turn, Form, record), token)


@blueprint.post("/form/<token>")
@public
def send(token: str) -> Response:
    """Thanks, or the form again with what is wrong. Who fills in what nobody sees is thanked and forgotten."""
    with guest("leads", FORM, token, FORMS) as (turn, record):
        form = _open(turn, Form, record)
        if request.form.get(TRAP):
            return _page(turn, form, token, done=True)
        age = age_of(FORM, token, request.form.get("stamp", ""))
        if age is None or not SOONEST <= age <= LATEST:
            return _page(turn, form, token, {"": [_("Please look over your answers and send them again.")]})
        try:
            submit(turn, form, request.form)
        except InvalidError as error:
            turn.session.rollback()
            return _page(turn, _open(turn, Form, record), token, error.errors)
        return _page(turn, form, token, done=True)


def _open(turn: Context, model: type[Any], record: Any) -> Any:
    try:
        found = get(turn, model, record)
    except MissingError:
        abort(404)
    return found if found.active else abort(404)


def _page(
    turn: Context, form: Form, token: str, errors: dict[str, list[Any]] | None = None, *, done: bool = False
) -> Response:
    body = render_template(
        "leads/form.html",
        form=form,
        company=turn.company.name,
        fields=[one for one in ASKED if one.value in form.asks],
        answers=request.form,
        errors=errors or {},
        stamp=stamp(FORM, token),
        trap=TRAP,
        done=done,
    )
    return framed_by(body, form.origins, _REFUSED if errors else 200)


@blueprint.get("/in/<token>")
@public
def verify(token: str) -> Response:
    """What Facebook asks before it sends anything: say the word, and it is said back."""
    with guest("leads", INTAKE, token, PROGRAMS) as (turn, record):
        intake = _open(turn, Intake, record)
        if not intake.verify or request.args.get("hub.verify_token") != intake.verify:
            abort(403)
        return Response(request.args.get("hub.challenge", ""), mimetype="text/plain")


@blueprint.post("/in/<token>")
@public
def take(token: str) -> Any:
    """The leads of a JSON body: 201 with their ids, 200 where they are known already, 422 with what is wrong."""
    if (request.content_length or 0) > LARGEST:
        abort(413)
    try:
        said = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        abort(400)
    with guest("leads", INTAKE, token, PROGRAMS) as (turn, record):
        try:
            made = hand_over(turn, _open(turn, Intake, record), said)
        except InvalidError as error:
            turn.session.rollback()
            return {"errors": {name: [str(one) for one in texts] for name, texts in error.errors.items()}}, _REFUSED
    return {"leads": [str(one) for one in made]}, 201 if made else 200
