"""Honest files are read as their authors meant them."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core import parse
from core.i18n import use_locale
from core.sheets.reader import Rejected, open_table

Build = Callable[..., Path]
DATA = Path(__file__).parents[2] / "data"
VIETNAMESE = "Họ tên;Địa chỉ\r\nNguyễn Văn Ánh;Hòa Bình\r\nĐặng Thị Bưởi;Thừa Thiên Huế\r\n"


def test_the_accounts_of_a_real_company_are_read_whole() -> None:
    with open_table(DATA / "accounts.csv") as table:
        assert table.header.names[:4] == ("account", "sector", "year_established", "revenue")
        rows = list(table.rows())
    assert len(rows) == 85
    assert rows[0] == ["Acme Corporation", "technolgy", "1996", "1100.04", "2822", "United States", None]
    revenue = [row[3] for row in rows]
    mark = parse.decimal_mark(revenue)
    assert mark == "."
    assert all(parse.decimal(value, mark=mark) is not None for value in revenue)


def test_a_column_of_american_dates_is_told_by_its_own_values() -> None:
    column = ["10/20/2016", "03-01-17", "11/1/2016", "2-3-17"]
    order = parse.date_order(column)
    assert order == "mdy"
    assert [parse.date(day, order=order) for day in column][:2] == [dt.date(2016, 10, 20), dt.date(2017, 3, 1)]


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_encoding_and_delimiter_are_found(self, text_file: Build, encoding: str, delimiter: str) -> None:
        with open_table(text_file(VIETNAMESE.replace(";", delimiter), encoding)) as table:
            assert table.header.names == ("Họ tên", "Địa chỉ")
            assert list(table.rows()) == [["Nguyễn Văn Ánh", "Hòa Bình"], ["Đặng Thị Bưởi", "Thừa Thiên Huế"]]

    def test_old_vietnamese_code_page_gives_composed_letters(self, text_file: Build) -> None:
        # Windows-1258 writes a tone after its vowel: Nguyê + ̃, Đă + ̣, Thi + ̣, Bươ + ̉
        content = (
            b"H\xf2o t\xean;S\xf4\xec\r\nNguy\xea\xden V\xe3n \xc1nh;1\r\n\xd0\xe3\xf2ng Thi\xf2 B\xfd\xf5\xd2i;2\r\n"
        )
        with open_table(text_file(content)) as table:
            assert table.encoding == "cp1258"
            assert [row[0] for row in table.rows()] == ["Nguyễn Văn Ánh", "Đặng Thị Bưởi"]

    @pytest.mark.parametrize(("text", "encoding"), [("Nom,Ville\nLefèvre,São Paulo\nMüller,Köln\n", "cp1252"), ("Nome,Città\nNicolò Così,Forlì\n", "cp1252"), ("姓名,城市\n张伟,北京市朝阳区\n王芳,上海市浦东新区\n", "gb18030")])  # fmt: skip
    def test_other_code_pages_are_not_taken_for_vietnamese(self, text_file: Build, text: str, encoding: str) -> None:
        with open_table(text_file(text, encoding)) as table:
            assert list(table.rows()) == [line.split(",") for line in text.splitlines()[1:]]

    def test_a_code_page_that_shows_itself_late_is_found(self, text_file: Build) -> None:
        content = b"ten,so\n" + b"An,1\n" * 100_000 + "Nguyễn,2\n".encode()
        with open_table(text_file(content)) as table:
            assert list(table.rows())[-1] == ["Nguyễn", "2"]

    def test_a_few_broken_bytes_do_not_turn_all_letters_into_others(self, text_file: Build) -> None:
        content = ("Họ tên,Số\n" + "Nguyễn Văn Ánh,1\n" * 50).encode() + b"Tr\xe1\xba,2\n"
        with open_table(text_file(content)) as table:
            rows = list(table.rows())
        assert rows[0] == ["Nguyễn Văn Ánh", "1"]
        assert rows[-1] == ["Tr\ufffd", "2"]

    def test_line_ends_and_delimiters_inside_quotes_belong_to_the_text(self, text_file: Build) -> None:
        text = 'Tên,Địa chỉ,Ghi chú\r\n"An, ""anh cả""","12 Hàng Bạc\nHà Nội","a\r\nb"\r\n\r\nBình,x,y\r\n'
        with open_table(text_file(text)) as table:
            assert list(table.numbered()) == [
                (2, ['An, "anh cả"', "12 Hàng Bạc\nHà Nội", "a\r\nb"]),
                (4, ["Bình", "x", "y"]),
            ]

    def test_decimal_commas_do_not_pass_for_delimiters(self, text_file: Build) -> None:
        text = "Tên;Giá;Thuế\n" + "".join(f"Hàng {n};{n},5;{n},25\n" for n in range(20))
        with open_table(text_file(text)) as table:
            assert table.delimiter == ";"

    def test_a_file_may_name_its_delimiter_in_the_first_line(self, text_file: Build) -> None:
        with open_table(text_file("sep=;\r\nTên;Số\r\nAn;1,5\r\n")) as table:
            assert table.header.names == ("Tên", "Số")
            assert list(table.rows()) == [["An", "1,5"]]

    def test_one_column_needs_no_delimiter(self, text_file: Build) -> None:
        with open_table(text_file("Tên\nAn\nBình\n")) as table:
            assert list(table.rows()) == [["An"], ["Bình"]]

    def test_nul_bytes_are_dropped(self, text_file: Build) -> None:
        with open_table(text_file("Tên,Số\nA\0n,1\n")) as table:
            assert list(table.rows()) == [["An", "1"]]

    def test_one_apostrophe_put_before_a_formula_is_taken_away_and_no_other(self, text_file: Build) -> None:
        text = "Tên,SĐT\n'=1+1,'+84912345678\n''=1+1,'Anh\n=1+1,'\n"
        with open_table(text_file(text)) as table:
            assert list(table.rows()) == [["=1+1", "+84912345678"], ["'=1+1", "'Anh"], ["=1+1", "'"]]

    def test_a_row_with_a_cell_too_many_keeps_it(self, text_file: Build) -> None:
        text = "Tên,Địa chỉ\nAn,12 Hàng Bạc, Hà Nội\nBình,,\nChi,Huế\nDũng,Vinh\n"
        with open_table(text_file(text)) as table:
            assert table.header.names == ("Tên", "Địa chỉ")
            assert list(table.rows())[:2] == [["An", "12 Hàng Bạc", " Hà Nội"], ["Bình", None]]

    def test_a_csv_called_xlsx_is_a_csv(self, text_file: Build) -> None:
        with open_table(text_file("Tên,Số\nAn,1\n", name="a.xlsx")) as table:
            assert table.kind == "csv"


class TestWorkbooks:
    def test_values_keep_their_types(self, excel: Build) -> None:
        moment = dt.datetime.fromisoformat("2026-01-31T05:06:07")
        row = ["An", 5, 1.5, True, dt.date(2026, 1, 31), moment, dt.time(5, 6), dt.timedelta(hours=30), None, "cuối"]
        with open_table(excel([[f"Cột {n}" for n in range(10)], row])) as table:
            assert list(table.rows()) == [
                ["An", 5, 1.5, True, dt.date(2026, 1, 31), moment, dt.time(5, 6), "30:00:00", None, "cuối"]
            ]
            types = [type(value) for value in next(iter(table.rows()))]
        assert types[1:6] == [int, float, bool, dt.date, dt.datetime]

    def test_a_percentage_is_read_as_it_is_shown(self, excel: Build) -> None:
        formats = {"B2": "0.00%", "B3": "0%", "C2": '0.0" %"', "D3": "[Red]0.0#%"}
        with open_table(
            excel([["Tên", "Chiết khấu", "Điểm", "Thuế"], ["An", 0.125, 7, None], ["Bình", 0.07, 8, 1.5]], formats)
        ) as table:
            rows = list(table.rows())
        assert rows == [["An", "12.5%", 7, None], ["Bình", "7%", 8, "150%"]]
        assert parse.percent(rows[0][1]) * 10 == 125  # type: ignore[operator] # a percentage is there

    def test_a_percentage_that_is_computed_is_one_too(self, workbook: Build) -> None:
        styles = '<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="10"/></cellXfs></styleSheet>'
        rows = (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Tỷ lệ</t></is></c><c r="B1" t="inlineStr"><is><t>Số</t></is></c></row>'
            '<row r="2"><c r="A2" s="1"><f>B2/8</f><v>0.125</v></c><c r="B2"><v>1</v></c></row>'
            '<row r="3"><c r="A3" s="1"><f t="shared" si="0"/><v>0.25</v></c><c r="B3"><v>2</v></c></row>'
        )
        with open_table(workbook(rows, {"xl/styles.xml": styles})) as table:
            assert list(table.rows()) == [["12.5%", 1], ["25%", 2]]

    def test_what_other_programs_keep_inside_is_not_looked_at_as_xml(self, workbook: Build) -> None:
        kept = {
            "customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><DataMashup/>'.encode("utf-16"),
            "xl/media/image1.svg": "<!DOCTYPE svg><svg/>",
            "xl/model/item.data": bytes(range(256)) * 10_000,
        }
        header = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row>'
        with open_table(workbook(header, kept)) as table:
            assert table.header.names == ("Tên",)

    def test_an_xlsx_called_csv_is_an_xlsx(self, excel: Build) -> None:
        with open_table(excel([["Tên", "Số"], ["An", 1]], name="a.csv")) as table:
            assert table.kind == "xlsx"
            assert list(table.rows()) == [["An", 1]]

    def test_an_old_xls_is_read(self) -> None:
        with open_table(Path(__file__).parent / "data" / "khach_hang.xls") as table:
            assert table.kind == "xls"
            assert table.sheets == ("Khách hàng", "Trống")
            assert table.header.names == ("Mã KH", "Tên khách hàng", "Ngày sinh", "Doanh thu")
            assert list(table.numbered()) == [
                (4, ["KH01", "Nguyễn Văn Ánh", dt.date(1985, 1, 31), 1_500_000]),
                (5, ["KH02", "Đặng Thị Bưởi", dt.date(1990, 12, 1), 250_000.5]),
            ]

    def test_the_first_sheet_that_holds_anything_is_read_unless_another_is_named(self, tmp_path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        for name, state in (("Ẩn", "hidden"), ("Một", "visible"), ("Hai", "visible")):
            page = book.create_sheet(name)
            page.append([f"Tên {name}"])
            page.sheet_state = state
        book.save(tmp_path / "a.xlsx")
        with open_table(tmp_path / "a.xlsx") as table:
            assert table.sheets == ("Sheet", "Một", "Hai")
            assert table.sheet == "Một"
        with open_table(tmp_path / "a.xlsx", "Hai") as table:
            assert table.header.names == ("Tên Hai",)
        with use_locale("en"), pytest.raises(Rejected, match="no sheet “Ba”"):
            open_table(tmp_path / "a.xlsx", "Ba")

    def test_a_table_away_from_the_corner_keeps_its_place(self, tmp_path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for cell, value in {"C4": "Tên", "D4": "Số", "C5": "An", "D5": "1", "C7": "Bình", "D7": "2"}.items():
            page[cell] = value
        book.save(tmp_path / "a.xlsx")
        with open_table(tmp_path / "a.xlsx") as table:
            assert table.header.row == 4
            assert table.header.names == ("", "", "Tên", "Số")
            assert list(table.numbered()) == [(5, [None, None, "An", "1"]), (7, [None, None, "Bình", "2"])]

    def test_a_table_can_be_read_again_and_in_batches(self, excel: Build) -> None:
        path = excel([["Tên", "Số"], *([f"Khách {n}", n] for n in range(1200))])
        with open_table(path) as table:
            first = list(table.rows())
            again = [row for batch in table.batches(500) for _number, row in batch]
            assert first == again
            assert [len(batch) for batch in table.batches(500)] == [500, 500, 200]

    def test_the_parsing_process_ends_with_the_table(self, excel: Build) -> None:
        path = excel([["Tên", "Số"], *([f"Khách {n}" * 50, n] for n in range(3000))])
        with open_table(path) as table:
            (child,) = parsers_of(path)
            next(table.rows())
        assert not child.is_running()


def parsers_of(path: Path) -> list[psutil.Process]:
    """The processes that parse a file for this one."""
    return [child for child in psutil.Process().children() if str(path) in child.cmdline()]


def test_the_parsing_process_knows_nothing_of_the_application() -> None:
    code = "import sys, core.sheets.child, core.sheets.styles; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    ours = {name for name in loaded if name.split(".")[0] == "core"}
    assert ours == {"core", "core.sheets", "core.sheets.child", "core.sheets.limits", "core.sheets.styles"}
    assert not {"flask", "sqlalchemy", "babel"} & set(loaded)


def test_the_parsing_process_limits_itself() -> None:
    code = (
        "import core.sheets.child as c, resource as r; c.limit();"
        "print(r.getrlimit(r.RLIMIT_CPU)[0] <= 60, r.getrlimit(r.RLIMIT_AS)[0] <= 1 << 30 or c.sys.platform != 'linux')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert told.split() == ["True", "True"]
