"""Lines of bank statements: told by a feed service or a file, each once, and matched to the documents they pay."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .allocating import Reference, documents
from .debts import OpenDocument, open_documents
from .models import IGNORED, MATCHED, PAID, UNMATCHED, BankLine, Fund, Receipt
from .vietqr import plain
from .vouchers import closed_until

_ = sdk.translator("plugins.cash")
MOST_TOLD = 500
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Told:
    """A transfer as a feed service tells it."""

    reference: str
    at: datetime
    amount: Decimal
    text: str


def read_feed(said: Any, zone: ZoneInfo) -> list[Told]:
    """The transfers that came in, of what a service sent: one, or a list under ``data``. Raises InvalidError."""
    rows = said.get("data", said) if isinstance(said, dict) else said
    rows = rows if isinstance(rows, list) else [rows]
    if not all(isinstance(row, dict) for row in rows) or len(rows) > MOST_TOLD:
        raise sdk.InvalidError({"": [_("This does not tell of transfers.")]})
    found = [_told(row, zone) for row in rows if row.get("transferType", "in") == "in"]
    return [one for one in found if one.amount > 0]


def _told(row: Mapping[str, Any], zone: ZoneInfo) -> Told:
    """One transfer, by the names that the services of the country use for its parts."""
    reference = _first(row, "referenceCode", "tid", "reference", "id")
    try:
        moment = datetime.fromisoformat(_first(row, "transactionDate", "when", "transactionDateTime"))
        amount = Decimal(_first(row, "transferAmount", "amount"))
    except (ValueError, ArithmeticError):
        raise sdk.InvalidError({"": [_("This does not tell of transfers.")]}) from None
    if not reference or not amount.is_finite():
        raise sdk.InvalidError({"": [_("This does not tell of transfers.")]})
    at = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Told(reference[:80], at, amount, _first(row, "content", "description")[:500] or "—")


def _first(row: Mapping[str, Any], *names: str) -> str:
    return next((" ".join(str(row[name]).split()) for name in names if row.get(name) not in (None, "")), "")


def receive(context: Context, fund: Fund, told: Sequence[Told]) -> list[BankLine]:
    """Keep the transfers that are not known yet, and match them. A service that tells twice changes nothing."""
    context.session.execute(  # two deliveries at once: the second waits, and then knows what the first kept
        sa.select(Fund.id).where(Fund.tenant_id == context.tenant, Fund.id == fund.id).with_for_update()
    )
    references = [one.reference for one in told]
    known = set(
        context.session.scalars(
            sa.select(BankLine.reference).where(
                BankLine.tenant_id == context.tenant, BankLine.reference.in_(references)
            )
        )
    )
    fresh = {one.reference: one for one in told if one.reference not in known}
    rows = [
        {"reference": one.reference, "fund": fund.id, "at": one.at, "amount": one.amount, "text": one.text}
        for one in fresh.values()
    ]
    return sdk.create_many(context, BankLine, rows) if rows else []


def guard(_context: Context, record: BankLine | None, _values: Mapping[str, Any]) -> Iterable[tuple[str, sdk.Text]]:
    """What a receipt was written from stays as the bank told it."""
    if record is not None and record.state == MATCHED.value:
        yield "", _("This line was dealt with already.")


def follow(context: Context, lines: Sequence[BankLine], event: str) -> None:
    """Match new lines whose note names one open document, and whose amount is what is left to pay of it."""
    fresh = [one for one in lines if one.state == UNMATCHED.value and one.amount > 0]
    if event != "created" or not fresh or not context.can("cash.receipt", "create"):
        return
    for line in fresh:
        # Asked for each: the one before may have paid what this one names.
        fitting = [one for one in _named(context, line) if one.rest == line.amount]
        if len(fitting) == 1:
            pay(context, line, (fitting[0].entity, fitting[0].id))


def _named(context: Context, line: BankLine) -> list[OpenDocument]:
    """Open documents whose numbers stand in the note, with or without their signs."""
    note = re.sub(r"[^A-Z0-9]", "", plain(line.text, len(line.text)).upper())
    return open_documents(context, note=note) if note else []


def suggestions(context: Context, line: BankLine) -> list[OpenDocument]:
    """Open documents that a line may be for: those its note names, then those of its amount."""
    named = _named(context, line)
    alike = [one for one in open_documents(context, rest=line.amount) if one not in named]
    return [*named, *alike][:SUGGESTED]


def pay(context: Context, line: BankLine, document: Reference) -> Receipt:
    """Write the receipt of a line for a document; the line is locked by the caller, or new.

    Raises InvalidError for a line that was dealt with already.
    """
    if line.state != UNMATCHED.value:
        raise sdk.InvalidError({"": [_("This line was dealt with already.")]})
    if document not in documents(context, [document]):
        raise sdk.InvalidError({"document": [_("This does not name a document that is to be paid.")]})
    day, until = line.at.astimezone(context.company.zone).date(), closed_until(context)
    day = day if until is None or day > until else max(context.today(), until + timedelta(days=1))
    values = {
        "document": f"{document[0]}/{document[1]}", "amount": line.amount, "fund": line.fund_id, "on": day,
        "state": PAID.value, "reason": line.text[:300],
    }  # fmt: skip
    receipt = sdk.create(context, Receipt, values)
    line.state, line.receipt_id = MATCHED.value, receipt.id
    context.session.flush()
    return receipt


def ignore(context: Context, line: BankLine) -> None:
    """A line that is for no document, such as interest."""
    if line.state != UNMATCHED.value:
        raise sdk.InvalidError({"": [_("This line was dealt with already.")]})
    line.state = IGNORED.value
    context.session.flush()
