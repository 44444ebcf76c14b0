"""Ten reports against SQL written by hand, as the administrator and as an employee who sees only their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context, Grants
from core.reports.definition import Definition
from core.reports.running import ALL, Result, run
from core.sdk import Customer, Source, create, create_many
from plugins.cash.models import Category, Fund, Receipt
from plugins.sales.documents import Contract, ContractStatus, Order, Quote
from plugins.sales.models import LossReason, Opportunity, Stage

SEES_OWN = Grants(verbs={"*": dict.fromkeys(("see", "edit", "create"), "own")})
CUSTOMER, OPPORTUNITY, QUOTE, CONTRACT, ORDER, RECEIPT = (
    "core.customer", "sales.opportunity", "sales.quote", "sales.contract", "sales.order", "cash.receipt",
)  # fmt: skip
GOODS = (("Máy in", 3, 1_200_000, "8"), ("Mực", 7, 90_000, "10"), ("Công lắp", 1, 500_000, None))


@dataclass(frozen=True)
class Case:
    """A report, and the same by hand: the groups, the figures, and the records ``r`` they are of."""

    report: Definition
    groups: tuple[str, ...]
    figures: str
    rows: str
    where: str = "true"


CASES = {
    "customers by source": Case(
        Definition(entity=CUSTOMER, by=("source",), show=("count", "sum:revenue", "avg:revenue")),
        ("r.source_id",), "count(*), sum(r.revenue), avg(r.revenue)", "core_customer r",
    ),
    "customers by kind and month": Case(
        Definition(entity=CUSTOMER, by=("created_at:month", "kind"), filters={"revenue__gt": "100"}),
        ("date_trunc('month', r.created_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date", "r.kind"), "count(*)",
        "core_customer r", "r.revenue > 100",
    ),
    "the pipeline": Case(
        Definition(
            entity=OPPORTUNITY, by=("stage",), show=("count", "sum:amount", "sum:forecast"),
            filters={"outcome__eq": "open"},
        ),
        ("r.stage_id",), "count(*), sum(r.amount), sum(round(r.amount * r.probability / 100))",
        "sales_opportunity r", "r.outcome = 'open'",
    ),
    "won by owner and quarter": Case(
        Definition(
            entity=OPPORTUNITY, by=("owner", "closed_on:quarter"), show=("sum:amount", "max:amount"),
            filters={"outcome__eq": "won"},
        ),
        ("r.owner_id", "date_trunc('quarter', r.closed_on::timestamp)::date"), "sum(r.amount), max(r.amount)",
        "sales_opportunity r", "r.outcome = 'won'",
    ),
    "why opportunities were lost": Case(
        Definition(entity=OPPORTUNITY, by=("lost_reason",), filters={"outcome__eq": "lost"}),
        ("r.lost_reason_id",), "count(*)", "sales_opportunity r", "r.outcome = 'lost'",
    ),
    "quotes by month and stage": Case(
        Definition(entity=QUOTE, by=("quoted_on:month", "stage"), show=("count", "sum:total", "max:total")),
        ("date_trunc('month', r.quoted_on::timestamp)::date", "r.stage"), "count(*), sum(r.total), max(r.total)",
        "sales_quote r",
    ),
    "contracts by status": Case(
        Definition(entity=CONTRACT, by=("status",), show=("count", "sum:total", "avg:total", "min:total")),
        ("r.status_id",), "count(*), sum(r.total), avg(r.total), min(r.total)", "sales_contract r",
    ),
    "orders of the first half, week by week": Case(
        Definition(
            entity=ORDER, by=("ordered_on:week",), show=("count", "sum:total", "avg:discount"), on="ordered_on",
            period="2025-01-01..2025-06-30", filters={"payment__eq": "unpaid"},
        ),
        ("date_trunc('week', r.ordered_on::timestamp)::date",), "count(*), sum(r.total), avg(r.discount)",
        "sales_order r", "r.ordered_on BETWEEN '2025-01-01' AND '2025-06-30' AND r.payment = 'unpaid'",
    ),
    "goods that were ordered, by quarter": Case(
        Definition(
            entity=ORDER, by=("goods.name", "ordered_on:quarter"),
            show=("count:goods", "sum:goods.quantity", "sum:goods.amount", "avg:goods.vat"),
        ),
        ("l.name", "date_trunc('quarter', r.ordered_on::timestamp)::date"),
        "count(*), sum(l.quantity), sum(l.amount), avg(l.vat)",
        "sales_order r JOIN sales_order_line l ON l.tenant_id = r.tenant_id AND l.document_id = r.id",
    ),
    "money that came in, by category and month": Case(
        Definition(
            entity=RECEIPT, by=("category", "on:month"), show=("sum:amount", "avg:amount", "count"),
            filters={"state__eq": "paid"},
        ),
        ("r.category_id", 'date_trunc(\'month\', r."on"::timestamp)::date'), "sum(r.amount), avg(r.amount), count(*)",
        "cash_receipt r", "r.state = 'paid'",
    ),
}  # fmt: skip


@pytest.fixture
def viewers(context: Context, make_context: Callable[..., Context]) -> dict[str, Context]:
    """Two people with records of their own, and one of the administrator's at a customer of the employee's."""
    employee = make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")
    sources = [create(context, Source, {"name": name}).id for name in ("Web mới", "Hội chợ mới")]
    box = create(context, Fund, {"name": "Két", "opening": Decimal(0)}).id
    shelf = create(context, Category, {"name": "Thu bán hàng mới", "direction": "in"}).id
    context.session.commit()
    shared = {name: _ids(context, model) for name, model in SET_UP.items()} | {"sources": sources}
    for who, shift in ((context, 0), (employee, 5)):
        customers = _customers(who, shared["sources"], shift)
        _sell(who, customers, shared, shift)
        _take(who, customers, box, shelf, shift)
        who.session.commit()
    theirs = context.session.scalars(sa.select(Customer.id).where(Customer.owner_id == _me(employee))).all()
    _sell(context, list(theirs[:2]), shared, 9)
    gone = sa.text("UPDATE sales_order SET deleted_at = now() WHERE tenant_id = :tenant AND discount = 30000")
    context.session.connection().execute(gone, {"tenant": context.tenant})
    context.session.commit()
    return {"administrator": context, "employee": employee}


SET_UP = {"stages": Stage, "reasons": LossReason, "statuses": ContractStatus}


def _ids(context: Context, model: Any) -> list[Any]:
    return list(context.session.scalars(sa.select(model).where(model.tenant_id == context.tenant).order_by(model.id)))


def _me(context: Context) -> Any:
    assert context.user is not None
    return context.user.id


def _customers(who: Context, sources: list[Any], shift: int) -> list[Any]:
    rows = [
        {
            "name": f"Khách {shift} {place}", "kind": "individual" if place % 3 else "organisation",
            "source": [*sources, None][place % 3], "revenue": Decimal(37 * place + shift) if place else None,
        }
        for place in range(6)
    ]  # fmt: skip
    return [one.id for one in create_many(who, Customer, rows)]


def _goods(place: int) -> list[dict[str, Any]]:
    return [
        {"name": name, "quantity": Decimal(many + place), "price": Decimal(price), "rate": rate}
        for name, many, price, rate in GOODS[: 1 + place % len(GOODS)]
    ]


def _sell(who: Context, customers: list[Any], shared: dict[str, Any], shift: int) -> None:
    """Of each customer an opportunity at every stage, and a quote, a contract and an order, all of 2025."""
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in (Opportunity, Quote, Contract, Order)}
    for place, customer in enumerate(customers):
        day = date(2025, 1 + (place * 2 + shift) % 12, 1 + (place * 5 + shift) % 28)
        common = {"customer": customer}
        amount = Decimal(1_000_000 + 77_000 * place)
        rows[Opportunity] += [
            {
                **common, "name": f"Cơ hội {place}", "stage": stage.id, "amount": amount + at, "expected_on": day,
                "closed_on": day, "lost_reason": shared["reasons"][place % 2].id if stage.outcome == "lost" else None,
            }
            for at, stage in enumerate(shared["stages"])
        ]  # fmt: skip
        stage, status = ("draft", "sent")[place % 2], shared["statuses"][place % 3].id
        rows[Quote].append({**common, "goods": _goods(place), "quoted_on": day, "stage": stage})
        rows[Contract].append({**common, "goods": _goods(place), "status": status, "starts_on": day})
        discount = Decimal(10_000 * place)
        rows[Order].append({**common, "goods": _goods(place + shift), "ordered_on": day, "discount": discount})
    for model, some in rows.items():
        create_many(who, model, some)


def _take(who: Context, customers: list[Any], box: Any, shelf: Any, shift: int) -> None:
    rows = [
        {
            "customer": customer, "amount": Decimal(210_000 * (place + 1) + shift), "fund": box, "reason": "Thu",
            "category": shelf if place % 2 else None, "on": date(2025, 3 + place, 9),
            "state": "paid" if place % 4 else "pending",
        }
        for place, customer in enumerate(customers)
    ]  # fmt: skip
    create_many(who, Receipt, rows)


def by_hand(context: Context, case: Case) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every group and every total of what a person sees: everything, or what is theirs or their customers'."""
    mine = "r.owner_id = :me"
    if case.report.entity != CUSTOMER:
        mine += " OR r.customer_id IN (SELECT id FROM core_customer WHERE tenant_id = :tenant AND owner_id = :me)"
    seen = "true" if context.grants.admin else mine
    keys = [f"{group} AS k{place}" for place, group in enumerate(case.groups)]
    places = [str(place + 1) for place in range(len(keys))]
    sets = [places, *([[one] for one in places] if len(places) > 1 else []), []]
    totals = [f"grouping({group})" for group in case.groups]
    text = (
        f"SELECT {', '.join([*keys, *totals, case.figures])} FROM {case.rows}"  # written by hand, above
        f" WHERE r.tenant_id = :tenant AND r.deleted_at IS NULL AND ({seen}) AND ({case.where})"
        f" GROUP BY GROUPING SETS ({', '.join('(' + ', '.join(one) + ')' for one in sets)})"
    )
    rows = context.session.connection().execute(sa.text(text), {"tenant": context.tenant, "me": _me(context)})
    many, found = len(keys), {}
    for row in rows:
        key = tuple("all" if row[many + place] else row[place] for place in range(many))
        found[key] = tuple(row[2 * many :])
    return found


def told(result: Result) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The same of a report."""
    axes = [result.rows, result.columns][: len(result.plan.dimensions)]
    found = {}
    for place in result.cells:
        key = tuple("all" if at == ALL else axis[at].value for at, axis in zip(place, axes, strict=False))
        found[key] = tuple(one.value for one in result.cells[place])
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_report_is_what_sql_says(viewers: dict[str, Context], name: str) -> None:
    case = CASES[name]
    found = {who: told(run(context, case.report)) for who, context in viewers.items()}
    for who, context in viewers.items():
        assert found[who] == by_hand(context, case), who
        assert len(found[who]) > 2, "there is something to compare"
    assert found["administrator"] != found["employee"]
