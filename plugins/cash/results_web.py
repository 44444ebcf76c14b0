"""The page of profit and debt: filters, the button that adds up, and the same as a file."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from core import sdk
from core.sdk import Context, Department, Resource, User
from core.sdk_web import Column, Period, Table, asked_period, context, send_table

from .results import CUSTOMER, EMPLOYEE, Figures, Line, Results, Wanted, documents, results, ways, wholes

_ = sdk.translator("plugins.cash")
blueprint = Blueprint("cash_results", __name__)
SUMS: tuple[tuple[str, sdk.Text], ...] = (
    ("revenue", _("Revenue")), ("received", _("Total received")), ("spent", _("Total spent")), ("profit", _("Profit")),
    ("debt", _("Receivable")),
)  # fmt: skip
ACTIVE = {"": None, "yes": True, "no": False}


@blueprint.get("/results")
def page() -> Any:
    """The figures, grouped by what the tabs say."""
    turn = context()
    turn.require("cash.receipt", "see")
    period = asked_period(turn)
    wanted = _wanted(turn, period)
    found = results(turn, wanted)
    values = request.args.to_dict()
    return render_template(
        "cash/results.html",
        tabs=[
            {"title": title, "url": f"?{urlencode({**values, 'by': name})}", "active": name == wanted.by}
            for name, title in ways(turn).items()
        ],
        by=wanted.by,
        period=period,
        filters=_filters(turn, wanted),
        by_employee=wanted.by == EMPLOYEE,
        active=request.args.get("active", ""),
        counted=found.counted,
        sums=SUMS,
        lines=[(one, _url(turn, wanted.by, one)) for one in found.lines],
        total=found.total,
        more=found.more,
        export=f"results/file.{{}}?{urlencode(values)}" if turn.can("cash.receipt", "export") else "",
        money=lambda amount: sdk.money(turn, amount),
    )


@blueprint.get("/results/file.<kind>")
def file(kind: str) -> Any:
    """The same as a workbook or a PDF."""
    turn = context()
    turn.require("cash.receipt", "see")
    turn.require("cash.receipt", "export")
    wanted = _wanted(turn, asked_period(turn))
    return send_table(turn, _table(turn, wanted, results(turn, wanted)), kind)


def _wanted(turn: Context, period: Period) -> Wanted:
    """What the address asks for; what is no way to group is by customer."""
    by = request.args.get("by", CUSTOMER)
    return Wanted(
        days=period.days,
        by=by if by in ways(turn) else CUSTOMER,
        province=request.args.get("province", ""),
        person=request.args.get("person", type=UUID),
        group=request.args.get("group", type=UUID),
        active=ACTIVE.get(request.args.get("active", "")) if by == EMPLOYEE else None,
    )


def _filters(turn: Context, wanted: Wanted) -> dict[str, Any]:
    """The controls above the figures, with what is chosen in them."""
    provinces = [{"value": one, "title": one, "on": one == wanted.province} for one in sdk.provinces()]
    return {
        "provinces": provinces,
        "person": _chosen(turn, turn.resource(User), wanted.person),
        "group": _chosen(turn, turn.resource(Department), wanted.group),
    }


def _chosen(turn: Context, resource: Resource, key: UUID | None) -> dict[str, Any] | None:
    """A picker of records; None for whoever may not see them."""
    if not turn.can(resource.name, "see"):
        return None
    try:
        record = sdk.get(turn, resource.model, key) if key else None
    except sdk.MissingError:
        record = None
    found = {"url": f"/options/{resource.name}", "value": "", "title": ""}
    return found | ({"value": str(record.id), "title": record.title} if record else {})


def _url(turn: Context, by: str, line: Line) -> str:
    """Where a group leads to: what is grouped by, or an employee's own documents nowhere."""
    if line.key is None or by == EMPLOYEE:
        return ""
    if by == CUSTOMER:
        return f"/cash/debts/{line.key}"
    return f"/{(documents(turn) | wholes(turn))[by].path}/{line.key}"


def _table(turn: Context, wanted: Wanted, found: Results) -> Table:
    """As rows of values: names, counts where there are any, amounts."""
    head = ways(turn)[wanted.by]
    columns = [Column(head), *(Column(one.plural, "integer") for one in found.counted)]
    columns += [Column(title, "money") for _name, title in SUMS]
    rows = [[one.title or str(_("Not filled in")), *one.counts, *_amounts(one.figures)] for one in found.lines]
    rows.append([str(_("Total")), *found.total.counts, *_amounts(found.total.figures)])
    return Table(_("Profit and debt"), columns, rows, wanted.days)


def _amounts(figures: Figures) -> list[Decimal]:
    return [Decimal(getattr(figures, name)) for name, _title in SUMS]
