"""Ten thousand rows as people keep them: each gets its verdict, and every refusal its reason."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter

from core.context import Context
from core.customers.models import Customer
from core.sheets.importer import begin, propose_plan, run
from core.sheets.models import ImportRow

ROWS = 10_000
LONGEST = 32_767
"""Characters a cell can hold."""
NO_PHONE = "Không phải số điện thoại. Hãy viết như 0912 345 678, hoặc số nước ngoài như +1 650 253 0000."
HEAD = 4
"""A title, an empty line, and headings in two rows."""
TITLES = ("Tên khách hàng", "Liên hệ", "", "Ngày sinh", "Doanh thu", "Năm thành lập", "Ghi chú")


def mobile(number: int) -> str:
    """A number of its own for each, as it is kept."""
    return f"9{number + 10_000_000:08d}"


@dataclass(frozen=True)
class Formula:
    """A cell that is computed, with the value the program has kept for it."""

    text: str
    value: Any


@dataclass(frozen=True)
class Kind:
    """A sort of row: what it holds beside a name and a telephone number, and what becomes of it."""

    verdict: str
    wrong: str = ""
    """The field that is named."""
    name: Callable[[int], Any] = lambda n: f"Công ty {n}"
    phone: Callable[[int], Any] = lambda n: f"0{mobile(n)}"
    email: Any = None
    birthday: Any = None
    revenue: Any = None
    founded: Any = None
    note: Any = None

    def cells(self, number: int) -> list[Any]:
        """The row."""
        first = [self.name(number), self.phone(number), self.email, self.birthday]
        return [*first, self.revenue, self.founded, self.note]


KINDS = (
    Kind("created", phone=lambda n: f"0{mobile(n)[:3]} {mobile(n)[3:6]} {mobile(n)[6:]}", birthday="31/12/1990"),
    Kind("skipped", phone=lambda n: f"+84{mobile(n - 1)}"),
    Kind(
        "created", phone=lambda n: f"0{mobile(n)[:3]}.{mobile(n)[3:6]}.{mobile(n)[6:]}", birthday=dt.date(1990, 12, 31)
    ),
    Kind("skipped", phone=lambda n: int(mobile(n - 1)), name=lambda n: f"công ty {n}"),
    Kind(
        "created", phone=lambda n: f"(+84) {mobile(n)[:2]}-{mobile(n)[2:]}", birthday="1990-12-31", revenue="1.500.000"
    ),
    Kind(
        "created",
        phone=lambda n: f"84{mobile(n)}",
        birthday=dt.datetime.fromisoformat("1990-12-31T08:30"),
        revenue=1500.5,
    ),
    Kind("created", phone=lambda n: f"0084 {mobile(n)}", birthday="1/2/90", revenue="2,5"),
    Kind(
        "created", phone=lambda n: int(f"84{mobile(n)}"), name=lambda n: f"Trà sữa 🧋👩‍👩‍👧 {n}", email="an@example.com"
    ),
    Kind("created", name=lambda n: Formula('="Công ty "&"A"', f"Công ty A {n}"), revenue=Formula("=1000*2", 2000)),
    Kind("created", phone=lambda _n: None, name=lambda n: f"  Nguyễn   Văn {n} ", founded="2001"),
    Kind("created", phone=lambda n: f"'0{mobile(n)}", note="Ghi\nchú\ttab", founded=1999.0),
    Kind("created", birthday=33_238),  # the same day, as spreadsheets count
    Kind("wrong", "mobile", phone=lambda _n: "12"),
    Kind("wrong", "mobile", phone=lambda n: f"0{mobile(n)} / 0{mobile(n + 1)}"),
    Kind("wrong", "name", name=lambda _n: "   "),
    Kind("wrong", "email", email="an@"),
    Kind("wrong", "birthday", birthday="31/02/1990"),
    Kind("wrong", "birthday", birthday="hôm qua"),
    Kind("wrong", "birthday", birthday=dt.date(2190, 1, 1)),
    Kind("wrong", "revenue", revenue="nhiều"),
    Kind("wrong", "founded", founded="năm 2001"),
    Kind("wrong", "founded", founded=20011),
    Kind("wrong", "note", note="x" * LONGEST),
    Kind("wrong", "name", name=lambda _n: "y" * 201),
    Kind("created", founded=Formula("=NA()", "#N/A")),
    Kind("created", phone=lambda _n: Formula('=""', "")),
)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook, with a title over all columns and a heading over two of them."""
    path = tmp_path_factory.mktemp("messy") / "Khách hàng (bản cuối) 2.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Sheet1")
    sheet.merge_range(0, 0, 0, len(TITLES) - 1, "DANH SÁCH KHÁCH HÀNG")
    for column, title in enumerate(TITLES):
        if title == "Liên hệ":
            sheet.merge_range(2, column, 2, column + 1, title)
            sheet.write_row(3, column, ("Số điện thoại", "Email"))
        elif title:
            sheet.merge_range(2, column, 3, column, title)
    for number in range(ROWS):
        for column, cell in enumerate(KINDS[number % len(KINDS)].cells(number)):
            if isinstance(cell, Formula):
                sheet.write_formula(HEAD + number, column, cell.text, None, cell.value)
            elif isinstance(cell, str):
                sheet.write_string(HEAD + number, column, cell)
            elif cell is not None:
                sheet.write(HEAD + number, column, cell)
    book.close()
    return path


def test_every_row_has_the_right_verdict_and_every_refusal_a_reason(context: Context, messy: Path) -> None:
    resource = context.resource(Customer)
    plan = propose_plan(context, resource, messy)
    assert plan.columns == {
        0: "name", 1: "mobile", 2: "email", 3: "birthday", 4: "revenue", 5: "founded", 6: "note"
    }  # fmt: skip
    batch = begin(context, resource, messy.name, plan)
    outcome = run(context, batch, messy)
    rows = context.session.scalars(
        sa.select(ImportRow).where(ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch.id)
    ).all()
    found = {row.number - HEAD - 1: (row.verdict, *sorted(row.errors)) for row in rows}
    wanted = {
        n: (one.verdict, *([one.wrong] if one.wrong else [])) for n in range(ROWS) if (one := KINDS[n % len(KINDS)])
    }
    assert {n: (found.get(n), wanted[n]) for n in wanted if found.get(n) != wanted[n]} == {}
    counted = Counter(verdict for verdict, *_wrong in wanted.values())
    assert (outcome.created, outcome.skipped, outcome.wrong, outcome.total) == (
        counted["created"], counted["skipped"], counted["wrong"], ROWS
    )  # fmt: skip
    reasons = {row.number - HEAD - 1: row.errors for row in rows if row.verdict == "wrong"}
    for n, kind in enumerate(KINDS):
        if kind.wrong:
            assert reasons[n][kind.wrong], kind
    assert reasons[len(KINDS) + 12] == {"mobile": [NO_PHONE]}
    kept = {
        one.name: one
        for one in context.session.scalars(sa.select(Customer).where(Customer.tenant_id == context.tenant))
    }
    assert kept["Trà sữa 🧋👩‍👩‍👧 7"].mobile == f"+84{mobile(7)}"
    days = {kept[f"Công ty {n}"].birthday for n in (0, 2, 4, 5, 11)}
    assert days == {dt.date(1990, 12, 31)}
    assert (kept["Công ty 6"].birthday, kept["Công ty A 8"].revenue) == (dt.date(1990, 2, 1), Decimal(2000))
