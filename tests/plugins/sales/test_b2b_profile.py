"""The profile of the B2B files: what it makes of an excerpt in their shape is what the files say, and once only."""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.access.organisation import Department
from core.access.roles import SALESPERSON
from core.context import Context
from core.entity.query import Query, count
from core.reports.definition import Definition
from core.reports.running import ALL, Result, run
from core.sdk import Customer, User
from core.sheets.profiles import StepDone, bring_in_folder, shipped
from plugins.catalog.models import Product
from plugins.sales.models import Opportunity

EXCERPT = Path(__file__).parents[2] / "data" / "b2b_sales"
STAGES = {"Won": "Thắng", "Lost": "Thua", "Engaging": "Đang trao đổi", "Prospecting": "Tìm kiếm"}
Figures = dict[Any, tuple[int, Decimal]]


def deals(folder: Path) -> list[dict[str, str]]:
    """The opportunities of a folder, as its file has them."""
    with (folder / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(folder: Path) -> tuple[Figures, Figures]:
    """What the files say: number and value by stage, and of what was won by agent and quarter."""
    stages: Figures = defaultdict(lambda: (0, Decimal(0)))
    won: Figures = defaultdict(lambda: (0, Decimal(0)))
    for deal in deals(folder):
        value = Decimal(deal["close_value"] or 0)
        stages[STAGES[deal["deal_stage"]]] = _with(stages[STAGES[deal["deal_stage"]]], value)
        if deal["deal_stage"] == "Won":
            month, _day, year = deal["close_date"].replace("-", "/").split("/")
            key = deal["sales_agent"], date(2000 + int(year) % 100, (int(month) - 1) // 3 * 3 + 1, 1)
            won[key] = _with(won[key], value)
    return dict(stages), dict(won)


def _with(sum_: tuple[int, Decimal], value: Decimal) -> tuple[int, Decimal]:
    return sum_[0] + 1, sum_[1] + value


def told(context: Context) -> tuple[Figures, Figures]:
    """The same, as the reports have it."""
    pipeline = Definition(entity="sales.opportunity", by=("stage",), show=("count", "sum:amount"))
    agents = replace(pipeline, by=("owner", "closed_on:quarter"), filters={"outcome__eq": "won"})
    stages, won = run(context, pipeline), run(context, agents)
    return (
        {str(key.title): _figures(stages, at) for at, key in enumerate(stages.rows)},
        {
            (str(won.rows[row].title), won.columns[column].value): _figures(won, row, column)
            for row, column in won.cells
            if ALL not in (row, column)
        },
    )


def _figures(result: Result, row: int, column: int = ALL) -> tuple[int, Decimal]:
    number, amount = result.at(row, column)
    return number.value, amount.value


def bring_in(context: Context, folder: Path) -> list[StepDone]:
    """All steps of the profile that sales ships."""
    return list(bring_in_folder(context, shipped(context)["sales/b2b_sales"], folder))


@pytest.fixture
def company(context: Context) -> Context:
    """With the roles that every company begins with."""
    context.hooks.module_on(context, "core")
    assert str(SALESPERSON) == "Nhân viên kinh doanh"
    context.session.commit()
    return context


def test_reports_say_what_the_files_say_and_a_second_time_changes_nothing(company: Context) -> None:
    first = bring_in(company, EXCERPT)
    assert not any(step.outcome.wrong for step in first), [str(one) for step in first for one in step.findings]
    stages, won = said(EXCERPT)
    found_stages, found_won = told(company)
    assert found_won == won
    assert {name: number for name, (number, _amount) in found_stages.items()} == {
        name: number for name, (number, _amount) in stages.items()
    }
    assert found_stages["Thắng"] == stages["Thắng"]
    models = (Department, User, Product, Customer, Opportunity)
    numbers = [count(company, Query(company.resource(model)), None)[0] for model in models]
    assert numbers == [4, 8, 4, 6, 32]
    second = bring_in(company, EXCERPT)
    assert [(step.outcome.created, step.outcome.updated, step.outcome.wrong) for step in second] == [(0, 0, 0)] * 12
    assert [count(company, Query(company.resource(model)), None)[0] for model in models] == numbers


def test_the_dirt_of_the_files_is_counted_exactly(company: Context) -> None:
    *_others, customers, _unknown, _pipeline, _stages, _reason, opportunities = bring_in(company, EXCERPT)
    assert {(one.said, one.meant): one.count for one in customers.findings if one.kind == "renamed"} == {
        ("technolgy", "technology"): 2,
        ("Philipines", "Philippines"): 1,
    }
    found = {(one.kind, one.column, one.said, one.meant): one.count for one in opportunities.findings}
    rows = deals(EXCERPT)
    empty = Counter(name for row in rows for name, cell in row.items() if not cell)
    strokes = sum("/" in row["engage_date"] for row in rows)
    assert found == {
        ("renamed", "product", "GTXPro", "GTX Pro"): sum(row["product"] == "GTXPro" for row in rows),
        ("empty", "account", "", "Chưa rõ khách hàng"): empty["account"],
        ("empty", "close_value", "", ""): empty["close_value"],
        ("empty", "engage_date", "", "2017-12-31"): empty["engage_date"],
        ("empty", "close_date", "", "2017-12-31"): empty["close_date"],
        ("empty", "close_date", "", ""): empty["close_date"],
        ("written", "engage_date", "#/#/yyyy", "mdy"): strokes,
        ("written", "engage_date", "#-#-#", "dmy"): len(rows) - strokes - empty["engage_date"],
        ("written", "close_date", "#/#/yyyy", "mdy"): sum("/" in row["close_date"] for row in rows),
        ("written", "close_date", "#-#-#", "mdy"): sum("-" in row["close_date"] for row in rows),
    }
