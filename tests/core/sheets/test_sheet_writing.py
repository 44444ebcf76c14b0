"""Files that are written open as what they are, run nothing, and are read back as they were."""

import datetime as dt
import io
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import parse
from core.i18n import use_locale
from core.sheets.cells import neutralise, restore
from core.sheets.reader import open_table
from core.sheets.writer import Column, csv_chunks, write_csv, write_xlsx

Write = Callable[..., int]

COLUMNS = [
    Column("Tên", width=30),
    Column("Số lượng", "integer"),
    Column("Cân nặng", "decimal"),
    Column("Giá", "money"),
    Column("Chiết khấu", "percent"),
    Column("Ngày", "date"),
    Column("Lúc", "datetime"),
    Column("Đã xong", "boolean"),
]
LATE = dt.datetime.fromisoformat("2026-01-31T14:30:05")
ROW = ["=1+1", 5, Decimal("1.234"), Decimal(1_500_000), Decimal("12.5"), dt.date(2026, 1, 31), LATE, True]
HOSTILE = [
    "=1+1",
    "+84912345678",
    "-5",
    "@SUM(A1)",
    "|cmd",
    "%0A",
    "＝1",
    "\t=1",
    "\r=1",
    " =1",
    "\x01=1",
    "\ufeff=1",
    '"=1',
    "'=1",
]

# A NUL, no database keeps; half a character, no file; and a reader drops a byte-order mark that begins the file.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40)
BUSY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["fast", "slow"])
def each_writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write XLSX with the writer in Rust, then with the one that stands in for it."""
    if request.param == "slow":
        monkeypatch.setitem(sys.modules, "rustpy_xlsxwriter", None)


@pytest.mark.usefixtures("each_writer")
class TestXlsx:
    def test_text_stays_text_and_numbers_and_dates_are_real(self, tmp_path: Path) -> None:
        with use_locale("en"):
            assert write_xlsx(tmp_path / "a.xlsx", COLUMNS, [[None] * 8, ROW], sheet="Khách [1]") == 2
        page = openpyxl.load_workbook(tmp_path / "a.xlsx")["Khách  1"]
        cells = page[3]
        assert [cell.value for cell in cells] == [
            "=1+1",
            5,
            1.234,
            1_500_000,
            0.125,
            dt.datetime.fromisoformat("2026-01-31"),
            LATE,
            "Yes",
        ]
        assert [cell.data_type for cell in cells] == ["s", "n", "n", "n", "n", "d", "d", "s"]
        assert [cell.number_format for cell in cells][3:7] == ["#,##0", "0.00%", "dd/mm/yyyy", "dd/mm/yyyy hh:mm"]

    def test_the_header_is_bold_frozen_and_filters(self, tmp_path: Path) -> None:
        write_xlsx(tmp_path / "a.xlsx", COLUMNS, [ROW])
        page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
        assert page is not None
        assert all(cell.font.b for cell in page[1])
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == "A1:H2"
        assert page.column_dimensions["A"].width > page.column_dimensions["B"].width

    @pytest.mark.parametrize(
        "text", [*HOSTILE, "http://example.com", "mailto:a@b.vn", "{=1}", "_x0041_", "0912345678", " hai  đầu ", "a\nb"]
    )
    def test_hostile_and_odd_text_comes_back_as_it_was(self, tmp_path: Path, text: str) -> None:
        write_xlsx(tmp_path / "a.xlsx", [Column("Tên"), Column("Khác")], [["đầu", text]])
        sheet = (openpyxl.load_workbook(tmp_path / "a.xlsx")).active
        assert sheet is not None
        assert sheet["B2"].data_type == "s"
        assert not sheet["B2"].hyperlink
        with open_table(tmp_path / "a.xlsx") as table:
            assert list(table.rows()) == [["đầu", text]]

    def test_numbers_that_a_sheet_would_round_are_written_as_text(self, tmp_path: Path) -> None:
        columns = [Column("Số", "integer"), Column("Tiền", "money")]
        write_xlsx(
            tmp_path / "a.xlsx", columns, [[1, Decimal(1)], [12345678901234567890, Decimal("1234567890123456.78")]]
        )
        with open_table(tmp_path / "a.xlsx") as table:
            assert list(table.rows()) == [[1, 1], ["12345678901234567890", "1234567890123456.78"]]

    def test_days_before_spreadsheets_can_count_are_written_as_text(self, tmp_path: Path) -> None:
        write_xlsx(tmp_path / "a.xlsx", [Column("Ngày", "date")], [[dt.date(1985, 1, 31)], [dt.date(1890, 5, 19)]])
        with open_table(tmp_path / "a.xlsx") as table:
            assert [parse.date(row[0]) for row in table.rows()] == [dt.date(1985, 1, 31), dt.date(1890, 5, 19)]

    def test_text_longer_than_a_cell_ends_in_an_ellipsis(self, tmp_path: Path) -> None:
        write_xlsx(tmp_path / "a.xlsx", [Column("Tên")], [["a" * 40_000]])
        with open_table(tmp_path / "a.xlsx") as table:
            (text,) = next(table.rows())
        assert isinstance(text, str)
        assert (len(text), text[-1]) == (32_767, "…")

    def test_a_table_without_rows_still_has_its_header(self, tmp_path: Path) -> None:
        assert write_xlsx(tmp_path / "a.xlsx", COLUMNS, []) == 0
        with open_table(tmp_path / "a.xlsx") as table:
            assert table.header.names == tuple(str(column.title) for column in COLUMNS)
            assert list(table.rows()) == []

    def test_titles_that_repeat_are_told_apart(self, tmp_path: Path) -> None:
        write_xlsx(tmp_path / "a.xlsx", [Column("Tên"), Column("Tên"), Column("Tên (2)")], [["a", "b", "c"]])
        with open_table(tmp_path / "a.xlsx") as table:
            assert len(set(table.header.names)) == 3
            assert list(table.rows()) == [["a", "b", "c"]]

    def test_a_stream_in_memory_is_written_too(self) -> None:
        buffer = io.BytesIO()
        write_xlsx(buffer, COLUMNS, [ROW])
        assert openpyxl.load_workbook(buffer).active is not None

    def test_rows_are_taken_one_at_a_time_and_a_failure_leaves_no_file(self, tmp_path: Path) -> None:
        def rows() -> Iterator[list[str]]:
            yield ["An"]
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            write_xlsx(tmp_path / "a.xlsx", [Column("Tên")], rows())
        assert list(tmp_path.iterdir()) == []

    @BUSY
    @given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
    def test_any_text_comes_back_as_it_was(self, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
        write_xlsx(tmp_path / "a.xlsx", [Column("Tên"), Column("Ghi chú")], rows)
        assert read_back(tmp_path / "a.xlsx") == shown(rows)


class TestCsv:
    def test_excel_is_told_the_encoding_and_people_read_their_own_dates(self) -> None:
        with use_locale("en"):
            content = b"".join(csv_chunks(COLUMNS, [[None] * 8, ROW])).decode("utf-8")
        assert content.startswith("\ufeff")
        line = content.splitlines()[2]
        assert line == '"\'=1+1","5","1.2340","1500000","12.5%","31/01/2026","31/01/2026 14:30:05","Yes"'

    def test_values_come_back_through_reading_and_parsing(self, tmp_path: Path) -> None:
        assert write_csv(tmp_path / "a.csv", COLUMNS, [ROW]) == 1
        with open_table(tmp_path / "a.csv") as table:
            name, count, weight, price, discount, day, moment, done = next(table.rows())
        assert name == "=1+1"
        assert parse.integer(count) == 5
        assert parse.decimal(weight) == Decimal("1.234")
        assert parse.money(price) == 1_500_000
        assert parse.percent(discount) == Decimal("12.5")
        assert parse.date(day) == dt.date(2026, 1, 31)
        assert parse.datetime(moment) == LATE
        assert parse.boolean(done) is True

    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_a_program_could_run_is_neutralised_and_comes_back(self, tmp_path: Path, text: str) -> None:
        assert neutralise(text) == f"'{text}"
        assert restore(neutralise(text)) == text
        write_csv(tmp_path / "a.csv", [Column(text), Column("Khác")], [["đầu", text]])
        with open_table(tmp_path / "a.csv") as table:
            assert list(table.rows()) == [["đầu", text]]

    @pytest.mark.parametrize("text", ["'Anh", "5 - 3", "a=b", "Ngày 1-1", "''"])
    def test_harmless_text_is_left_alone(self, text: str) -> None:
        assert neutralise(text) == restore(text) == text

    def test_a_telephone_number_survives(self, tmp_path: Path) -> None:
        write_csv(tmp_path / "a.csv", [Column("Tên"), Column("SĐT")], [["An", "+84912345678"]])
        with open_table(tmp_path / "a.csv") as table:
            assert [parse.phone(row[1]) for row in table.rows()] == ["+84912345678"]

    def test_a_negative_number_is_a_number_and_not_a_formula(self) -> None:
        content = b"".join(csv_chunks([Column("Số", "integer")], [[-5]]))
        assert b'"-5"' in content

    def test_a_failure_leaves_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError):
            write_csv(tmp_path / "a.csv", [Column("Tên"), Column("Số")], [["An", 1], ["one cell"]])
        assert list(tmp_path.iterdir()) == []

    @BUSY
    @given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=5))
    def test_any_text_comes_back_as_it_was(self, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
        write_csv(tmp_path / "a.csv", [Column("Tên"), Column("Ghi chú")], rows)
        assert read_back(tmp_path / "a.csv") == shown(rows)

    @given(TEXT)
    @settings(deadline=None)
    def test_neutralising_can_always_be_undone(self, text: str) -> None:
        assert restore(neutralise(text)) == text

    @BUSY
    @given(number=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
    def test_any_number_comes_back(self, tmp_path: Path, number: Decimal) -> None:
        for kind in ("decimal", "percent"):
            write_csv(tmp_path / "a.csv", [Column("Tên"), Column("Số", kind)], [["An", number]])
            (_name, written), *_others = read_back(tmp_path / "a.csv")
            assert (parse.decimal if kind == "decimal" else parse.percent)(written) == number


def read_back(path: Path) -> list[list[Any]]:
    with open_table(path) as table:
        assert table.header.row == 1
        return list(table.rows())


def shown(rows: list[tuple[str, str]]) -> list[list[str | None]]:
    """Rows as a reader gives them: empty text is nothing, and a row of nothing is no row."""
    return [[text or None for text in row] for row in rows if any(text.strip() for text in row)]
