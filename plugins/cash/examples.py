"""A month of money for the demo: an account with a VietQR code, receipts, expenses, a deposit and a bank statement."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core import sdk
from core.sdk import Context, Customer

from .models import IN, OUT, Advance, BankLine, Category, Fund, Payment, Receipt, Terms
from .vouchers import furnish

_EXPENSES = (
    ("Tiền điện văn phòng", 1_850_000, 20),
    ("Mua văn phòng phẩm", 640_000, 14),
    ("Phí vận chuyển", 320_000, 5),
)
_PAID = (4_200_000, 1_500_000, 12_800_000, 780_000, 2_350_000, 6_400_000, 990_000, 3_150_000)
_STATEMENT = (("FT26325001", 5_000_000, "CT tu 0912345678 tra tien hang"), ("FT26325002", 27_500, "Lai tien gui"))


def load(context: Context) -> None:
    """A month of receipts and expenses, in the cash box and at the bank."""
    furnish(context)
    account = {"kind": "bank", "bank": "970436", "account": "0011001234567", "holder": "CONG TY BINH MINH"}
    bank = sdk.create(context, Fund, {"name": "Vietcombank", **account, "opening": Decimal(85_000_000), "shown": True})
    box = _first(context, Fund)
    sales, costs = _first(context, Category, IN.value), _first(context, Category, OUT.value)
    customers = _rows(context, Customer, limit=len(_PAID))
    today = context.today()
    receipts = [
        {
            "customer": row["id"], "amount": Decimal(amount), "fund": bank.id if place % 2 else box, "category": sales,
            "on": today - timedelta(days=3 * place), "state": "paid" if place else "pending", "reason": "Thu tiền hàng",
        }
        for place, (row, amount) in enumerate(zip(customers, _PAID, strict=False))
    ]  # fmt: skip
    sdk.create_many(context, Receipt, receipts)
    payments = [
        {"reason": reason, "party": "Nhà cung cấp", "amount": Decimal(amount), "fund": box, "category": costs,
         "on": today - timedelta(days=days), "state": "paid"}
        for reason, amount, days in _EXPENSES
    ]  # fmt: skip
    sdk.create_many(context, Payment, payments)
    if customers:
        given = {"customer": customers[0]["id"], "amount": Decimal(5_000_000), "fund": bank.id, "state": "paid"}
        sdk.create(context, Advance, {**given, "reason": "Khách đặt cọc", "on": today - timedelta(days=2)})
        sdk.create(context, Terms, {"customer": customers[0]["id"], "limit": Decimal(50_000_000)})
    at = datetime.combine(today, time(9), context.company.zone)
    lines = [
        {"reference": reference, "fund": bank.id, "at": at, "amount": Decimal(amount), "text": text}
        for reference, amount, text in _STATEMENT
    ]
    sdk.create_many(context, BankLine, lines)


def _rows(context: Context, model: type[sdk.Entity], *, limit: int = 100) -> list[Any]:
    return list(sdk.read_page(context, sdk.Query(context.resource(model), limit=limit)).rows)


def _first(context: Context, model: type[sdk.Entity], direction: str = "") -> Any:
    """The oldest fund, or the oldest category of a direction; None where there is none."""
    columns = [Category.__fields__["direction"]] if direction else []
    rows = sdk.read_page(context, sdk.Query(context.resource(model), columns=columns, limit=100)).rows
    return min((row["id"] for row in rows if not direction or row["direction"] == direction), default=None)
