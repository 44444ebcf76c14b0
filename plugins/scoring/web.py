"""Pages of scoring: why a customer has their score; stars and rules, for administrators."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.datastructures import MultiDict

from core import sdk
from core.sdk import Context, InvalidError
from core.sdk_web import context, go

from . import kinds, levels, recomputing, rules, why
from .chapters import Named, Rows, chapters
from .rules import Line

_ = sdk.translator("plugins.scoring")
blueprint = Blueprint("scoring", __name__)
_WRONG = 422
_WORST, _DIGITS = 2**31, 10


@blueprint.get("/customers/<uuid:customer_id>")
def customer(customer_id: UUID) -> str:
    """Every entry of a customer's score."""
    turn = context()
    found = sdk.get(turn, sdk.Customer, customer_id)
    entries = why.reasons(turn, customer_id, request.args.get("before", ""))
    shown, rest = entries[: why.PAGE], entries[why.PAGE :]
    return render_template(
        "scoring/customer.html",
        customer=found,
        total=why.total(turn, customer_id),
        reasons=shown,
        signed=why.signed,
        moment=lambda at: at.astimezone(turn.zone).strftime("%d/%m/%Y %H:%M"),
        next_url=f"{request.path}?before={shown[-1].mark}" if rest else "",
        admin=turn.can("*", "admin"),
    )


def _administrator() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


@blueprint.route("/levels", methods=["GET", "POST"])
def stars() -> Any:
    """The points that each star takes, and how scores fade."""
    turn = _administrator()
    settings = levels.read(turn)
    given = [str(one) for one in settings.levels], str(settings.decay_percent), str(settings.decay_days)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        given = request.form.getlist("level"), request.form.get("decay_percent", ""), request.form.get("decay_days", "")
        try:
            levels.save(
                turn, [_number(one) for one in given[0]], decay_percent=_number(given[1]), decay_days=_number(given[2])
            )
        except InvalidError as error:
            turn.session.rollback()
            errors = error.errors
        else:
            return go("/scoring/levels", _("The stars are set."))
    return render_template(
        "scoring/levels.html", levels=given[0], decay_percent=given[1], decay_days=given[2], errors=errors
    ), _WRONG if errors else 200


def _number(text: str) -> int:
    """A whole number; what is none is answered as one that is out of every range."""
    plain = text.strip()
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdigit() and len(digits) < _DIGITS else -_WORST


@blueprint.route("/rules", methods=["GET", "POST"])
def points() -> Any:
    """What gives points, and how many."""
    turn, errors = _administrator(), {}
    if request.method == "POST":
        try:
            rules.save(turn, _lines(turn))
        except InvalidError as error:
            turn.session.rollback()
            errors = error.errors
        else:
            return go("/scoring/rules", _("The rules are saved. All scores are computed anew."))
    typed = request.form if errors else _kept(turn)
    return render_template(
        "scoring/rules.html",
        chapters=[
            {
                "chapter": one,
                "figures": [(named, typed.get(_name(named), "")) for named in one.named],
                "lines": _typed_rows(typed, one.rows) if one.rows else [],
            }
            for one in chapters(turn)
        ],
        errors=errors,
        **_progress(turn),
    ), _WRONG if errors else 200


def _name(named: Named) -> str:
    """What its control is called."""
    return f"{named.kind}/{named.key}"


def _typed_rows(typed: MultiDict[str, str], rows: Rows) -> list[tuple[str, str]]:
    return list(zip(typed.getlist(rows.kind), typed.getlist(f"{rows.kind}.points"), strict=False))


def _kept(turn: Context) -> MultiDict[str, str]:
    """The company's rules as the form would send them."""
    found = MultiDict[str, str]()
    for line in rules.read(turn):
        if line.kind in kinds.ROWS:
            limit = f"{line.at_least.normalize():f}"
            found.add(line.kind, limit if line.kind in kinds.LIMITED else line.key)
            found.add(f"{line.kind}.points", str(line.points))
        else:
            found.add(f"{line.kind}/{line.key}", str(line.points))
    return found


@blueprint.get("/rules/row/<kind>")
def row(kind: str) -> str:
    """An empty line more."""
    turn = _administrator()
    rows = next((one.rows for one in chapters(turn) if one.rows and one.rows.kind == kind), None) or abort(404)
    return render_template("scoring/_row.html", rows=rows, line=("", ""))


@blueprint.post("/recompute")
def recompute() -> Any:
    """Compute all scores anew."""
    turn = _administrator()
    recomputing.ask(turn)
    return go("/scoring/rules", _("All scores are computed anew."))


@blueprint.get("/recompute")
def progress() -> str:
    """How far it is: a part of the page that asks for itself."""
    return render_template("scoring/_progress.html", **_progress(_administrator()))


def _progress(turn: Context) -> dict[str, Any]:
    job = recomputing.last(turn)
    return {"job": job, "busy": recomputing.is_busy(job)}


def _lines(turn: Context) -> list[Line]:
    """The rules as they were typed. Raises InvalidError for what is no number."""
    found: list[Line] = []
    for one in chapters(turn):
        for named in one.named:
            if text := request.form.get(_name(named), "").strip():
                found.append(Line(named.kind, named.key, Decimal(0), _number(text)))  # noqa: PERF401 # two loops of three
        if one.rows is not None:
            found += _rows(one.rows, _typed_rows(request.form, one.rows))
    return found


def _rows(rows: Rows, typed: Sequence[tuple[str, str]]) -> list[Line]:
    found: list[Line] = []
    for what, figure in typed:
        if not what.strip() and not figure.strip():
            continue
        if rows.is_limit:
            found.append(Line(rows.kind, "", _limit(rows.kind, what), _number(figure)))
        elif key := what.strip():
            found.append(
                Line(
                    rows.kind,
                    kinds.page_path(key) if rows.kind == kinds.WEB_PAGE else key,
                    Decimal(0),
                    _number(figure),
                )
            )
        else:
            raise InvalidError({rows.kind: [_("Say what the points are for.")]})
    return found


def _limit(kind: str, text: str) -> Decimal:
    try:
        return sdk.read_money(text) or Decimal(0)
    except ValueError:
        raise InvalidError({kind: [_("This is not a number: %(text)s", text=text[:40])]}) from None
