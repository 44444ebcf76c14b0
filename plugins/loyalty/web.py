"""Phân cấp khách hàng, among the settings: the basis, the switch, the tiers with their discounts, and points."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from core import sdk
from core.sdk import Context, InvalidError, Tier
from core.sdk_web import context, go, refresh

from . import editing, tiers
from .models import ALL_GOODS, NEW_GOODS, PAYMENTS, REVENUE, Policy, TierRule
from .policy import policy_of

_ = sdk.translator("plugins.loyalty")
blueprint = Blueprint("loyalty", __name__)
_WRONG = 422
_POINTS = ("per", "worth")


def _administrator() -> Context:
    turn = context()
    turn.require("*", "admin")
    return turn


@blueprint.get("/tiers")
def page() -> str:
    """How customers are ranked here."""
    turn = _administrator()
    policy = policy_of(turn)
    return render_template(
        "loyalty/tiers.html",
        policy=policy,
        basis=REVENUE if policy.basis == REVENUE.value else PAYMENTS,
        by_payments=policy.basis == PAYMENTS.value,
        rows=editing.rows(turn),
        money=lambda amount: sdk.money(turn, amount),
        number=sdk.show_number,
        counts=_counts(turn, policy),
    )


def _counts(turn: Context, policy: Policy) -> bool:
    """Whether the module is on whose figures count."""
    return ("cash" if policy.basis == PAYMENTS.value else "sales") in turn.active


@blueprint.route("/basis", methods=["GET", "POST"])
def basis() -> Any:
    """What customers reach a tier by."""
    turn = _administrator()
    policy = policy_of(turn)
    if request.method == "GET":
        return render_template("loyalty/basis.html", chosen=policy.basis, choices=(REVENUE, PAYMENTS))
    sdk.update(turn, policy, {"basis": request.form.get("basis", "")})
    return refresh(_("Saved."))


@blueprint.post("/automatic")
def automatic() -> Any:
    """The switch: on, whoever reaches a tier is moved to it."""
    turn = _administrator()
    on = request.form.get("active") == "1"
    sdk.update(turn, policy_of(turn), {"automatic": on})
    return refresh(_("Customers are moved by themselves from now on.") if on else _("Only people move customers now."))


@blueprint.post("/recalculate")
def recalculate() -> Any:
    """Look at everybody now; the page of jobs shows how far it is."""
    turn = _administrator()
    if not policy_of(turn).automatic:
        return refresh(_("Switch the automatic update on first."), kind="warning")
    tiers.ask_for_all(turn)
    return go("/jobs", _("All customers are looked at."))


@blueprint.route("/tiers/new", methods=["GET", "POST"])
def new_tier() -> Any:
    """A tier more."""
    turn = _administrator()
    if request.method == "GET":
        return _form(turn, None, {"rank": str(editing.next_rank(turn))})
    return _save(turn, None)


@blueprint.route("/tiers/<uuid:tier_id>", methods=["GET", "POST"])
def tier(tier_id: UUID) -> Any:
    """A tier, its mark and its discount."""
    turn = _administrator()
    found = sdk.get(turn, Tier, tier_id)
    if request.method == "GET":
        return _form(turn, found, _texts(found, editing.rule_of(turn, tier_id)))
    return _save(turn, tier_id)


def _texts(found: Tier, rule: TierRule | None) -> dict[str, str]:
    """The values as their inputs hold them."""
    held = {"name": found.name, "rank": found.rank}
    held |= {name: getattr(rule, name) for name in editing.OF_RULE} if rule else {}
    return {
        name: f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
        for name, value in held.items()
        if value is not None
    }


def _save(turn: Context, tier_id: UUID | None) -> Any:
    texts = {name: request.form.get(name, "").strip() for name in (*editing.OF_TIER, *editing.OF_RULE, "goods")}
    try:
        saved = editing.save(turn, tier_id, texts)
    except InvalidError as error:
        turn.session.rollback()
        return _form(turn, sdk.get(turn, Tier, tier_id) if tier_id else None, texts, error), _WRONG
    if not saved:
        turn.session.rollback()
        return render_template("loyalty/goods.html", action=request.path, texts=texts, answers=(ALL_GOODS, NEW_GOODS))
    return refresh(_("“%(name)s” is saved.", name=texts["name"]))


def _form(turn: Context, found: Tier | None, texts: dict[str, str], error: InvalidError | None = None) -> str:
    return render_template(
        "loyalty/tier.html",
        action=f"/loyalty/tiers/{found.id}" if found else "/loyalty/tiers/new",
        tier=found,
        texts=texts,
        by_payments=policy_of(turn).basis == PAYMENTS.value,
        errors=error.errors if error else {},
    )


@blueprint.route("/tiers/<uuid:tier_id>/delete", methods=["GET", "POST"])
def delete_tier(tier_id: UUID) -> Any:
    """Xác nhận xóa: the tier goes into the recycle bin, its customers have none then."""
    turn = _administrator()
    found = sdk.get(turn, Tier, tier_id, lock=request.method == "POST")
    if request.method == "GET":
        within = next((row.customers for row in editing.rows(turn) if row.id == tier_id), 0)
        return render_template("loyalty/delete.html", tier=found, within=within)
    sdk.delete(turn, [found])
    return refresh(_("“%(name)s” is deleted.", name=found.name))


@blueprint.route("/points", methods=["GET", "POST"])
def points() -> Any:
    """Whether there are points, how they are earned, and what they are worth."""
    turn = _administrator()
    policy = policy_of(turn)
    if request.method == "GET":
        texts = {name: f"{getattr(policy, name).normalize():f}" for name in _POINTS}
        return render_template("loyalty/points.html", on=policy.points, texts=texts, errors={})
    texts, on = {name: request.form.get(name, "") for name in _POINTS}, request.form.get("points") == "true"
    try:
        sdk.update(turn, policy, {**editing.read(turn, Policy, texts, _POINTS), "points": on})
    except InvalidError as error:
        turn.session.rollback()
        return render_template("loyalty/points.html", on=on, texts=texts, errors=error.errors), _WRONG
    return refresh(_("Saved."))
