"""What customers and orders show of loyalty: how far somebody has come and why, and paying an order by points."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, render_template, request

from core import sdk
from core.sdk import Context, Customer, Entity, InvalidError, RecordAction, Tier
from core.sdk_web import context, refresh
from plugins.sales import api as sales

from . import points, tiers
from .editing import read
from .models import PAYMENTS, PointEntry, Reached
from .policy import policy_of

_ = sdk.translator("plugins.loyalty")
blueprint = Blueprint("loyalty_records", __name__)
_WRONG, _LATEST = 422, 10


def actions(turn: Context, record: Entity) -> Iterable[RecordAction]:
    """Of a customer and of an order."""
    if isinstance(record, Customer):
        have, url = points.shown(turn, record.id), f"/loyalty/customers/{record.id}"
        title = _("Tier reached") if have is None else _("%(n)s points", n=sdk.show_number(have))
        yield RecordAction(name="loyalty", title=title, url=url, icon="stairs-up", method="dialog", weight=72)
    elif isinstance(record, sales.Order) and turn.can(points.ORDER, "edit"):
        have, url = points.shown(turn, record.customer_id), f"/loyalty/orders/{record.id}"
        held = sum(one.points for one in points.held_by(turn, record.id).values()) if have is not None else 0
        if held or (have and not sales.is_cancelled(record)):
            title = _("%(n)s points used", n=sdk.show_number(held)) if held else _("Use points")
            yield RecordAction(name="points", title=title, url=url, icon="coins", method="dialog", weight=45)


@dataclass(frozen=True, slots=True)
class Step:
    """A tier a customer has reached, and by what."""

    name: str
    at: Any
    basis: str
    amount: Any
    contracts: int


@blueprint.get("/customers/<uuid:customer_id>")
def standing(customer_id: UUID) -> str:
    """The tier and how it was reached, what the next one takes, points and what they came from."""
    turn = context()
    customer = sdk.get(turn, Customer, customer_id)
    policy = policy_of(turn)
    have = points.shown(turn, customer_id)
    may_know = turn.can("cash.receipt" if policy.basis == PAYMENTS.value else "sales.contract", "see")
    figure = tiers.figures(turn, policy.basis, [customer_id]).get(customer_id) if may_know else None
    further = [one for one in tiers.marks(turn, policy.basis) if figure is None or not one.reached_by(figure)]
    return render_template(
        "loyalty/customer.html",
        customer=customer,
        steps=_steps(turn, customer_id) if may_know else [],
        figure=figure,
        by_payments=policy.basis == PAYMENTS.value,
        ahead=further[-1] if further and may_know else None,
        points=have,
        entries=_entries(turn, customer_id) if have is not None else [],
        may_add=have is not None and turn.can("loyalty.point_entry", "create"),
        money=lambda amount: sdk.money(turn, amount),
        number=sdk.show_number,
    )


def _steps(turn: Context, customer_id: UUID) -> list[Step]:
    """The latest first; by the company's clock."""
    row, tier, zone = Reached.__table__, Tier.__table__, turn.company.zone
    statement = (
        sa.select(tier.c.name, row.c.at, row.c.basis, row.c.amount, row.c.contracts)
        .join(tier, sa.and_(tier.c.tenant_id == row.c.tenant_id, tier.c.id == row.c.tier_id))
        .where(row.c.tenant_id == turn.tenant, row.c.customer_id == customer_id)
        .order_by(row.c.at.desc(), row.c.id.desc())
    )
    found = turn.session.execute(statement.limit(_LATEST))
    return [Step(one.name, one.at.astimezone(zone), one.basis, one.amount, one.contracts) for one in found]


def _entries(turn: Context, customer_id: UUID) -> list[dict[str, Any]]:
    """The latest changes of the balance, each with its reason."""
    resource = turn.resource(PointEntry)
    columns = [resource.fields[name] for name in ("reason", "points")]
    mine = (PointEntry.__table__.c.customer_id == customer_id,)
    return [
        dict(row)
        for row in sdk.read_page(turn, sdk.Query(resource, columns=columns, conditions=mine, limit=_LATEST)).rows
    ]


@blueprint.route("/orders/<uuid:order_id>", methods=["GET", "POST"])
def on_order(order_id: UUID) -> Any:
    """Pay a part of an order by points."""
    turn = context()
    turn.require(points.ORDER, "edit")
    typed, errors = request.form.get("points", "").strip(), {}
    if request.method == "POST":
        try:
            number = read(turn, PointEntry, {"points": typed}, ("points",))["points"]
            entry = points.spend(turn, order_id, number or 0)
        except InvalidError as error:
            turn.session.rollback()
            errors = error.errors
        else:
            return refresh(_("%(amount)s off for points.", amount=sdk.money(turn, entry.amount or Decimal(0))))
    order = sdk.get(turn, sales.Order, order_id)
    policy = policy_of(turn)
    return render_template(
        "loyalty/order.html",
        order=order,
        held=sum(one.points for one in points.held_by(turn, order_id).values()),
        balance=points.shown(turn, order.customer_id) or 0,
        worth=sdk.money(turn, policy.worth),
        typed=typed,
        errors=errors,
        number=sdk.show_number,
    ), _WRONG if errors else 200


@blueprint.post("/orders/<uuid:order_id>/return")
def return_points(order_id: UUID) -> Any:
    """Take the points out of an order again."""
    turn = context()
    turn.require(points.ORDER, "edit")
    order = sdk.get(turn, sales.Order, order_id, lock=True)
    given = points.give_back(turn, order)
    return refresh(_("%(n)s points were given back.", n=sdk.show_number(given)))
