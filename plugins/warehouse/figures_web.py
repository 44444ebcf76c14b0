"""Pages of what the ledger adds up to, each also as a workbook and as a PDF."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort, render_template, request

from core import sdk
from core.sdk import Context, Days, Entity
from core.sdk_web import Column, Table, asked_period, context, send_table
from plugins.catalog.api import Group, Product

from .figures import BY_GROUP, BY_PRODUCT, BY_WAREHOUSE, MOST, Amounts, Balance, Card, Row, Wanted, balance, card
from .models import Stock, Warehouse

_ = sdk.translator("plugins.warehouse")
blueprint = Blueprint("warehouse_figures", __name__)
_LONGEST = 120
WAYS = {BY_PRODUCT: _("By product"), BY_GROUP: _("By group"), BY_WAREHOUSE: _("By warehouse")}
HEADS = {BY_PRODUCT: _("Product"), BY_GROUP: _("Group of products"), BY_WAREHOUSE: _("Warehouse")}
SIDES: tuple[tuple[str, sdk.Text, sdk.Text], ...] = (
    ("opening", _("Opening stock"), _("Value of opening stock")),
    ("came", _("Goods in"), _("Value of goods in")),
    ("left", _("Goods out"), _("Value of goods out")),
    ("closing", _("Closing stock"), _("Value of closing stock")),
)
"""Of a period, each with what its quantity and its value are called."""


def _asked() -> Context:
    turn = context()
    turn.require("warehouse.stock", "see")
    return turn


def _sees_values(turn: Context) -> bool:
    """Whether their roles let somebody know what goods are worth."""
    return "value" in turn.seen(turn.resource(Stock)).fields


def _wanted(days: Days, *, whole: bool = False) -> Wanted:
    """What the address asks for; ``whole`` for files, which have every row."""
    by = request.args.get("by", BY_PRODUCT)
    return Wanted(
        days=days,
        by=by if by in WAYS else BY_PRODUCT,
        warehouse=request.args.get("warehouse", type=UUID),
        group=request.args.get("group", type=UUID),
        text=request.args.get("q", "").replace("\x00", "").strip()[:_LONGEST],
        most=None if whole else MOST,
    )


def _tools(turn: Context, file: str) -> dict[str, Any]:
    """What every one of these pages is given."""
    return {
        "warehouse": _chosen(turn, Warehouse, "warehouse"),
        "group": _chosen(turn, Group, "group"),
        "text": request.args.get("q", ""),
        "values": _sees_values(turn),
        "export": f"{file}.{{}}?{urlencode(request.args)}" if turn.can("warehouse.stock", "export") else "",
        "money": lambda amount: sdk.money(turn, amount),
        "number": sdk.show_number,
    }


def _chosen(turn: Context, model: type[Entity], name: str) -> dict[str, Any] | None:
    """A picker of records, with the one that is chosen; None for whoever may not see them."""
    resource, key = turn.resource(model), request.args.get(name, type=UUID)
    if not turn.can(resource.name, "see"):
        return None
    try:
        record = sdk.get(turn, model, key) if key else None
    except sdk.MissingError:
        record = None
    found = {"name": name, "url": f"/options/{resource.name}", "value": "", "title": ""}
    return found | ({"value": str(record.id), "title": record.title} if record else {})


def _tabs(by: str) -> list[dict[str, Any]]:
    values = request.args.to_dict()
    return [
        {"title": title, "url": f"?{urlencode({**values, 'by': name})}", "active": name == by}
        for name, title in WAYS.items()
    ]


@blueprint.get("/balance")
def balance_page() -> Any:
    """What was there, came, left and is there."""
    turn = _asked()
    period = asked_period(turn)
    wanted = _wanted(period.days)
    return render_template(
        "warehouse/balance.html", period=period, tabs=_tabs(wanted.by), by=wanted.by, head=HEADS[wanted.by], sides=SIDES,
        found=balance(turn, wanted), days=period.days, **_tools(turn, "balance/file"),
    )  # fmt: skip


@blueprint.get("/balance/file.<kind>")
def balance_file(kind: str) -> Any:
    """The same as a file, with every row."""
    turn = _asked()
    turn.require("warehouse.stock", "export")
    days = asked_period(turn).days
    wanted = _wanted(days, whole=True)
    return send_table(turn, _balance_table(wanted.by, balance(turn, wanted), days, values=_sees_values(turn)), kind)


def _balance_table(by: str, found: Balance, days: Days, *, values: bool) -> Table:
    products = by == BY_PRODUCT
    columns = [Column(HEADS[by])] + ([Column(_("Code")), Column(_("Unit"))] if products else [])
    for _name, title, _worth in SIDES:
        columns += [Column(_("%(side)s: quantity", side=title), "decimal")] if products else []
        columns += [Column(_("%(side)s: value", side=title), "money")] if values else []

    def cells(row: Row, name: str, *, total: bool = False) -> list[Any]:
        line: list[Any] = [name, *((row.code, row.unit) if products else ())]
        for side, _title, _worth in SIDES:
            amounts: Amounts = getattr(row, side)
            line += [None if total else amounts.quantity] if products else []
            line += [amounts.value] if values else []
        return line

    rows = [cells(one, one.name or str(_("Not filled in"))) for one in found.rows]
    return Table(_("In, out and balance"), columns, [*rows, cells(found.total, str(_("Total")), total=True)], days)


@blueprint.get("/valuation")
def valuation_page() -> Any:
    """What the stock is worth on a day."""
    turn = _asked()
    wanted = _valued(turn)
    return render_template(
        "warehouse/valuation.html", day=wanted.days.last, tabs=_tabs(wanted.by), by=wanted.by, head=HEADS[wanted.by],
        found=balance(turn, wanted), **_tools(turn, "valuation/file"),
    )  # fmt: skip


def _valued(turn: Context, *, whole: bool = False) -> Wanted:
    """For whoever may know what goods are worth."""
    if not _sees_values(turn):
        raise sdk.ForbiddenError("warehouse.stock", "see")
    try:
        day = min(date.fromisoformat(request.args.get("day", "")), turn.today())
    except ValueError:
        day = turn.today()
    return _wanted(Days(day, day), whole=whole)


@blueprint.get("/valuation/file.<kind>")
def valuation_file(kind: str) -> Any:
    """The same as a file."""
    turn = _asked()
    turn.require("warehouse.stock", "export")
    wanted = _valued(turn, whole=True)
    found, products = balance(turn, wanted), wanted.by == BY_PRODUCT
    columns = [Column(HEADS[wanted.by])]
    if products:
        columns += [
            Column(_("Code")),
            Column(_("Unit")),
            Column(_("Quantity"), "decimal"),
            Column(_("Cost of one"), "money"),
        ]
    rows: list[Sequence[Any]] = [
        (one.name, *((one.code, one.unit, one.closing.quantity, one.cost) if products else ()), one.closing.value)
        for one in found.rows
    ]
    rows.append((str(_("Total")), *((None,) * 4 if products else ()), found.total.closing.value))
    return send_table(turn, Table(_("Stock value"), [*columns, Column(_("Value"), "money")], rows, wanted.days), kind)


def _stock(turn: Context) -> Stock | None:
    """The stock that the address names: itself, or by its product and warehouse; None where that is not there."""
    if key := request.args.get("stock", type=UUID):
        return sdk.get(turn, Stock, key)
    product, warehouse = (request.args.get(name, type=UUID) for name in ("product", "warehouse"))
    if product is None:
        return None
    wanted = sa.select(Stock.id).where(Stock.tenant_id == turn.tenant, Stock.product_id == product)
    if warehouse is not None:
        wanted = wanted.where(Stock.warehouse_id == warehouse)
    found = turn.session.scalars(wanted.order_by(Stock.on_hand.desc(), Stock.id).limit(1)).first()
    return sdk.get(turn, Stock, found) if found else None


@blueprint.get("/card")
def card_page() -> Any:
    """The card of a product in a warehouse."""
    turn = _asked()
    period, stock = asked_period(turn), _stock(turn)
    paths = {one.name: one.path for one in turn.resources()}
    tools = _tools(turn, "card/file")
    product = _chosen(turn, Product, "product")
    if stock is not None:  # what is shown is what the pickers say
        place = turn.session.get_one(Warehouse, (turn.tenant, stock.warehouse_id))
        tools["warehouse"] = _with(tools["warehouse"], place.id, place.name)
        product = _with(product, stock.product_id, stock.name)
        tools["export"] = tools["export"] and f"card/file.{{}}?{urlencode({**request.args, 'stock': stock.id})}"
    return render_template(
        "warehouse/card.html",
        period=period,
        product=product,
        stock=stock,
        card=card(turn, stock, period.days) if stock else None,
        url=lambda line: f"/{paths[line.entity]}/{line.record}" if line.entity in paths else "",
        day=sdk.show_day,
        **tools,
    )


def _with(picker: dict[str, Any] | None, key: UUID, title: str) -> dict[str, Any] | None:
    return picker and picker | {"value": str(key), "title": title}


@blueprint.get("/card/file.<kind>")
def card_file(kind: str) -> Any:
    """The same as a file."""
    turn = _asked()
    turn.require("warehouse.stock", "export")
    stock = _stock(turn) or abort(404)
    days = asked_period(turn).days
    found = card(turn, stock, days, most=None)
    return send_table(turn, _card_table(stock, found, days, values=_sees_values(turn)), kind)


def _card_table(stock: Stock, found: Card, days: Days, *, values: bool) -> Table:
    columns = [
        Column(_("Day"), "date"),
        Column(_("Slip no.")),
        Column(_("Explanation")),
        Column(_("Lot or serial number")),
    ]
    pick: list[tuple[sdk.Text, str, Callable[[Amounts], Decimal]]] = [
        (_("quantity"), "decimal", lambda one: one.quantity)
    ]
    pick += [(_("value"), "money", lambda one: one.value)] if values else []
    ways = (_("Came in"), _("Went out"), _("Balance"))
    columns += [Column(f"{way} ({what})", kind) for what, kind, _of in pick for way in ways]  # type: ignore[arg-type] # kinds

    def line(heads: Sequence[Any], came: Amounts | None, left: Amounts | None, after: Amounts) -> list[Any]:
        amounts = [of(one) if one else None for _what, _kind, of in pick for one in (came, left, after)]
        return [*heads, *amounts]

    rows = [line((None, "", str(_("Opening stock")), ""), None, None, found.opening)]
    rows += [line((one.on, one.number, one.reason, one.lot), one.came, one.left, one.after) for one in found.lines]
    rows.append(line((None, "", str(_("Total")), ""), found.came, found.left, found.closing))
    return Table(_("Stock card: %(product)s", product=stock.name), columns, rows, days)
