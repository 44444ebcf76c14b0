"""Pages of money: the cash book, debts, dividing and cancelling a voucher, matching a line of a statement."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from core import sdk
from core.sdk_web import context, go, refresh

from . import allocating, bank, credit, debts, vouchers
from .allocating import read_reference
from .book import book
from .debts import BUCKETS
from .models import VOUCHERS, BankLine, Fund, Voucher

_ = sdk.translator("plugins.cash")
blueprint = Blueprint("cash", __name__)
_WRONG = 422
_BY_NAME = {one.__tablename__.removeprefix("cash_"): one for one in VOUCHERS}


@blueprint.get("/book")
def cash_book() -> Any:
    """The book of one fund; the first where none is chosen."""
    turn = _accountant()
    query = sdk.Query(turn.resource(Fund), columns=[Fund.__fields__["name"]], limit=100)
    funds = sorted(sdk.read_page(turn, query).rows, key=lambda row: str(row["name"]))
    chosen = next((row for row in funds if str(row["id"]) == request.args.get("fund")), funds[0] if funds else None)
    first, last = _period(turn)
    fund = sdk.get(turn, Fund, chosen["id"]) if chosen else None
    return render_template(
        "cash/book.html",
        funds=[{"value": str(row["id"]), "title": row["name"], "on": row is chosen} for row in funds],
        book=book(turn, fund, first, last) if fund else None,
        first=first.isoformat(),
        last=last.isoformat(),
        money=lambda amount: sdk.money(turn, amount) if amount else "",
    )


def _accountant() -> sdk.Context:
    """Whoever sees receipts sees what they add up to."""
    turn = context()
    turn.require("cash.receipt", "see")
    return turn


def _period(turn: sdk.Context) -> tuple[date, date]:
    """The days in the address; this month where they are none."""
    today = turn.today()
    first, last = _day("first") or today.replace(day=1), _day("last") or today
    return (first, last) if first <= last else (last, first)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.get("/debts")
def debt_ledger() -> Any:
    """Who owes how much, and how late."""
    turn = _accountant()
    turn.require("core.customer", "see")
    first, last = _period(turn)
    return render_template(
        "cash/debts.html",
        ledger=debts.ledger(turn, first, last),
        buckets=[title for _days, title in BUCKETS],
        first=first.isoformat(),
        last=last.isoformat(),
        money=lambda amount: sdk.money(turn, amount) if amount else "",
    )


@blueprint.get("/debts/<uuid:customer_id>")
def customer_debt(customer_id: UUID) -> Any:
    """The open documents of one customer."""
    turn = _accountant()
    customer = sdk.get(turn, sdk.Customer, customer_id)
    paths = {one.name: one.path for one in turn.resources()}
    return render_template(
        "cash/customer.html",
        customer=customer,
        debt=debts.debts_of(turn, [customer_id]).get(customer_id, debts.Debt()),
        documents=[(one, f"/{paths[one.entity]}/{one.id}") for one in debts.open_documents(turn, customer_id)],
        today=turn.today(),
        money=lambda amount: sdk.money(turn, amount),
    )


def _voucher(turn: sdk.Context, kind: str, voucher_id: UUID, *, lock: bool) -> Voucher:
    model = _BY_NAME.get(kind) or abort(404)
    turn.require(turn.resource(model).name, "edit")
    return sdk.get(turn, model, voucher_id, lock=lock)


@blueprint.route("/voucher/<kind>/<uuid:voucher_id>/divide", methods=["GET", "POST"])
def divide(kind: str, voucher_id: UUID) -> Any:
    """Which documents a voucher is for, and how much of each."""
    turn, errors = context(), []
    voucher = _voucher(turn, kind, voucher_id, lock=request.method == "POST")
    if request.method == "POST":
        try:
            allocating.divide(turn, voucher, _parts())
        except sdk.InvalidError as error:
            errors = [text for texts in error.errors.values() for text in texts]
            turn.session.rollback()
            voucher = _voucher(turn, kind, voucher_id, lock=False)
        else:
            return refresh(_("“%(title)s” is divided.", title=voucher.number))
    present = {document.reference: (document, amount) for document, amount in allocating.parts_of(turn, voucher)}
    rows = [_line(turn, *one) for one in present.values()]
    for one in debts.open_documents(turn, voucher.customer_id):
        if (one.entity, one.id) not in present:
            document = allocating.Document(
                (one.entity, one.id), "in", voucher.customer_id, one.number, one.amount, one.paid
            )
            rows.append(_line(turn, document, Decimal(0)))
    return render_template(
        "cash/_divide.html",
        action=request.path,
        number=voucher.number,
        amount=sdk.money(turn, voucher.amount),
        rows=rows,
        errors=errors,
    ), _WRONG if errors else 200


def _line(turn: sdk.Context, document: allocating.Document, amount: Decimal) -> dict[str, Any]:
    entity, record_id = document.reference
    return {
        "name": f"part.{entity}/{record_id}",
        "number": document.number,
        "rest": sdk.money(turn, document.rest + amount),
        "amount": f"{amount:f}" if amount else "",
    }


def _parts() -> dict[allocating.Reference, Decimal]:
    """The amounts of the form, by document. Raises InvalidError for one that is none."""
    found = {}
    for name, text in request.form.items():
        try:
            reference = read_reference(name.removeprefix("part.")) if name.startswith("part.") else None
            amount = sdk.read_money(text)
        except ValueError:
            raise sdk.InvalidError({"": [_("This is not an amount: %(text)s", text=text[:40])]}) from None
        if reference is not None and amount:
            found[reference] = amount
    return found


@blueprint.route("/voucher/<kind>/<uuid:voucher_id>/cancel", methods=["GET", "POST"])
def cancel(kind: str, voucher_id: UUID) -> Any:
    """Ask whether a voucher shall be cancelled, and do it."""
    turn = context()
    voucher = _voucher(turn, kind, voucher_id, lock=request.method == "POST")
    if request.method == "GET":
        until = vouchers.closed_until(turn)
        closed = voucher.state == "paid" and until is not None and voucher.on <= until
        return render_template("cash/_cancel.html", action=request.path, number=voucher.number, closed=closed)
    done = vouchers.cancel(turn, voucher)
    if done is voucher:
        return refresh(_("“%(title)s” is cancelled.", title=voucher.number))
    return refresh(_("The counter entry %(number)s is written.", number=done.number))


@blueprint.route("/match/<uuid:line_id>", methods=["GET", "POST"])
def match(line_id: UUID) -> Any:
    """Which document a transfer is for, or none."""
    turn = context()
    turn.require("cash.bank_line", "edit")
    turn.require("cash.receipt", "create")
    line = sdk.get(turn, BankLine, line_id, lock=request.method == "POST")
    if request.method == "GET":
        rows = [
            {"reference": f"{one.entity}/{one.id}", "number": one.number, "rest": sdk.money(turn, one.rest)}
            for one in bank.suggestions(turn, line)
        ]
        amount = sdk.money(turn, line.amount)
        return render_template("cash/_match.html", action=request.path, text=line.text, amount=amount, rows=rows)
    try:
        reference = read_reference(request.form.get("document"))
    except ValueError:
        abort(404)
    if reference is None:
        bank.ignore(turn, line)
        return refresh(_("The line is ignored."))
    receipt = bank.pay(turn, line, reference)
    return refresh(_("Receipt %(number)s is written.", number=receipt.number))


@blueprint.route("/credit", methods=["GET", "POST"])
def over_credit() -> Any:
    """Whether more than the limit is forbidden."""
    turn = context()
    turn.require("*", "admin")
    if request.method == "POST":
        credit.forbid(turn, forbids=request.form.get("forbids") == "yes")
        return go("/cash/credit", _("This holds from now on."))
    return render_template("cash/credit.html", forbids=credit.is_forbidden(turn))


@blueprint.route("/closing", methods=["GET", "POST"])
def closing() -> Any:
    """Close the books up to a day."""
    turn = context()
    turn.require("*", "admin")
    errors: list[Any] = []
    if request.method == "POST":
        try:
            day = date.fromisoformat(request.form.get("until", ""))
            vouchers.close(turn, day)
        except sdk.InvalidError as error:
            errors = [text for texts in error.errors.values() for text in texts]
            turn.session.rollback()
        except ValueError:
            errors = [_("Choose the day.")]
        else:
            return go("/cash/closing", _("The books are closed up to %(day)s.", day=f"{day:%d/%m/%Y}"))
    until = vouchers.closed_until(turn)
    usual = turn.today() - timedelta(days=1)
    return render_template(
        "cash/closing.html", until=until, usual=usual.isoformat(), today=turn.today().isoformat(), errors=errors
    ), _WRONG if errors else 200
