"""Demo data: the opportunities of a month, at every stage, some won and some lost."""

import random
from datetime import timedelta
from decimal import Decimal

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Customer

from .models import LOST, OPEN, LossReason, Opportunity, Stage

_NEEDS = (
    "Trang bị máy in cho văn phòng", "Bảo trì máy chủ", "Mua 20 máy tính xách tay", "Phần mềm kế toán", "Nâng cấp mạng nội bộ",
    "Camera cho kho hàng", "Tổng đài điện thoại", "Máy chấm công", "Thay máy chiếu phòng họp", "Lưu trữ dự phòng",
)  # fmt: skip
_EACH, _MILLION = 26, 1_000_000


def load(context: Context) -> None:
    """Opportunities with the company's customers; the same company gets the same ones every time."""
    chance = random.Random(2026)  # noqa: S311 # examples, no secrets
    ids = sa.select(Customer.id, Customer.owner_id).where(
        Customer.tenant_id == context.tenant, Customer.deleted_at.is_(None)
    )
    customers = context.session.execute(ids.order_by(Customer.id).limit(_EACH)).all()
    stages = list(context.session.scalars(sa.select(Stage).where(Stage.tenant_id == context.tenant)))
    reasons = list(context.session.scalars(sa.select(LossReason.id).where(LossReason.tenant_id == context.tenant)))
    if not customers or not stages:
        return
    stages.sort(key=lambda one: one.position)
    rows = []
    for number, customer in enumerate(customers):
        stage = chance.choices(stages, weights=[6 if one.outcome == OPEN.value else 3 for one in stages])[0]
        rows.append(
            {
                "name": _NEEDS[number % len(_NEEDS)],
                "customer": customer.id,
                "stage": stage.id,
                "amount": Decimal(chance.randrange(5, 300) * _MILLION),
                "expected_on": context.today() + timedelta(days=chance.randrange(-20, 45)),
                "lost_reason": chance.choice(reasons) if stage.outcome == LOST.value and reasons else None,
            }
        )
    sdk.create_many(context, Opportunity, rows)
