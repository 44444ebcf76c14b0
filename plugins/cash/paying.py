"""How a document can be paid: the company's accounts that are shown, each with its VietQR code."""

from collections.abc import Iterable
from decimal import Decimal

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .banks import BY_BIN
from .models import BANK, Fund
from .vietqr import payload, plain


def details(context: Context, entity: str, record: sdk.Entity, amount: Decimal) -> Iterable[sdk.PaymentDetails]:
    """One for each account that is shown, to pay a document for which money comes in; the number is the note."""
    payable = context.resource(entity).payable
    if payable is None or payable.direction != "in" or amount <= 0:
        return
    shown = sa.select(Fund).where(
        Fund.tenant_id == context.tenant, Fund.deleted_at.is_(None), Fund.shown, Fund.kind == BANK.value
    )
    note = plain(str(getattr(record, payable.number) if payable.number else record.title))
    for fund in context.session.scalars(shown.order_by(Fund.name)):
        bank, account = BY_BIN.get(fund.bank or ""), fund.account or ""
        code = payload(bank.bin, account, amount, note) if bank and bank.scanned else ""
        yield sdk.PaymentDetails(
            bank=bank.name if bank else "", account=account, holder=fund.holder or "", amount=amount, text=note,
            payload=code,
        )  # fmt: skip
