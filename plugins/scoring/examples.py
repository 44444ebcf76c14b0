"""Demo data: rules of a company that sells, and what its customers did on its site and with its e-mails."""

import random
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer, CustomerGroup, TransactionType
from plugins.sales.api import Stage

from . import api, kinds, rules
from .rules import Line

_MILLION = 1_000_000
_BY_STAGE, _BY_TYPE, _BY_GROUP = (5, 15, 25, 40, -10), (5, 10, 15), (20, 10, 5)
_CUSTOMERS = 24
_RULES = (
    (kinds.QUOTE_VALUE, "", 20 * _MILLION, 10),
    (kinds.QUOTE_VALUE, "", 80 * _MILLION, 30),
    (kinds.QUOTE_COUNT, "", 0, 5),
    (kinds.EMAIL_OPEN, "", 0, 2),
    (kinds.EMAIL_CLICK, "", 0, 5),
    (kinds.CAMPAIGN_STATUS, "opened", 0, 2),
    (kinds.CAMPAIGN_STATUS, "clicked", 0, 6),
    (kinds.CAMPAIGN_STATUS, "unsubscribed", 0, -15),
    (kinds.CAMPAIGN_ACTION, "Submitform", 0, 20),
    (kinds.WEB_TIME, "", 3, 5),
    (kinds.WEB_TIME, "", 10, 12),
    (kinds.WEB_PAGE, "/bang-gia", 0, 10),
)
_CAMPAIGN = "Chiến dịch tri ân tháng này"


def load(context: Context) -> None:
    """The same company gets the same ones every time; jobs give the points."""
    lines = [Line(kind, key, Decimal(limit), points) for kind, key, limit, points in _RULES]
    lines += _for(context, kinds.OPPORTUNITY_STAGE, Stage, Stage.position, _BY_STAGE)
    lines += _for(context, kinds.TRANSACTION_TYPE, TransactionType, TransactionType.name, _BY_TYPE)
    rules.save(context, lines)
    groups = sa.select(CustomerGroup).where(
        CustomerGroup.tenant_id == context.tenant, CustomerGroup.deleted_at.is_(None)
    )
    for one, points in zip(context.session.scalars(groups.order_by(CustomerGroup.name)).all(), _BY_GROUP, strict=False):
        sdk.update(context, one, {"points": points})
    chance = random.Random(2026)  # noqa: S311 # examples, no secrets
    alive = sa.select(Customer.id).where(Customer.tenant_id == context.tenant, Customer.deleted_at.is_(None))
    for number, customer in enumerate(context.session.scalars(alive.order_by(Customer.id).limit(_CUSTOMERS))):
        status = chance.choice(("sent", "opened", "clicked", "clicked", "unsubscribed"))
        api.record(context, kinds.CAMPAIGN_STATUS, customer, f"demo/{number}", value=status, about=_CAMPAIGN)
        if status == "clicked":
            visit = f"demo/{number}"
            api.record(context, kinds.WEB_TIME, customer, visit, minutes=chance.randrange(1, 16), about="example.com")
            api.record(context, kinds.WEB_PAGE, customer, visit, value="/bang-gia", about="Bảng giá")


def _for(
    context: Context, kind: str, model: type[sdk.Entity], order: sa.SQLColumnExpression[Any], points: tuple[int, ...]
) -> list[Line]:
    """Points for the first records of an entity, in their order."""
    ids = (
        sa.select(model.id)
        .where(model.tenant_id == context.tenant, model.deleted_at.is_(None))
        .order_by(order, model.id)
    )
    found = context.session.scalars(ids).all()
    return [Line(kind, str(one), Decimal(0), worth) for one, worth in zip(found, points, strict=False)]
