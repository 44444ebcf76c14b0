"""Files made to break a reader are refused with a reason, or spoil no more than their own rows."""

import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n import use_locale
from core.sheets import limits, scan
from core.sheets import workbook as parent
from core.sheets.reader import Rejected, open_table

Build = Callable[..., Path]
MEGABYTE = 1 << 20


def refusal(path: Path, csv_limits: limits.CsvLimits = limits.AS_WORKBOOKS) -> str:
    """Why a file is not read, in English."""
    with pytest.raises(Rejected) as caught, open_table(path, csv_limits=csv_limits) as table:
        list(table.rows())
    with use_locale("en"):
        return str(caught.value)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>',
    ],
    ids=["billion laughs", "external entity", "quadratic"],
)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/app.xml"]
)
def test_a_document_type_is_refused_in_any_part(workbook: Build, declaration: str, part: str) -> None:
    assert "no spreadsheet program writes" in refusal(workbook(parts={part: f"{declaration}<x>&b;</x>"}))


def test_a_document_type_cut_in_two_by_a_read_is_seen(workbook: Build) -> None:
    part = f"<!--{'a ' * 32_758}--><!DOCTYPE x><x/>"
    assert "no spreadsheet program writes" in refusal(workbook(parts={"xl/sharedStrings.xml": part}))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-7"])
def test_a_part_in_an_encoding_that_would_hide_it_is_refused(workbook: Build, encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x><x/>'.encode(encoding)
    assert "no spreadsheet program writes" in refusal(workbook(parts={"xl/sharedStrings.xml": part}))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZZZ99999999999"><v>1</v></c></row>',
        '<row r="1"><c r="A300000"><v>1</v></c></row>',
        '<row r="1"><c r="IW1"><v>1</v></c></row>',
        '<row r="1"><c s="0" r = \'xfd1\'><v>1</v></c></row>',
        '<row\nr="1048576"><c><v>1</v></c></row>',
        '<x:row xmlns:x="a" r="1"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_cell_in_the_far_corner_is_refused(workbook: Build, rows: str) -> None:
    assert "beyond row 200\u00a0000 or column IV" in refusal(workbook(rows))


def test_far_cells_that_the_scan_cannot_see_end_the_child_and_nothing_else(workbook: Build) -> None:
    blank = " " * 700  # longer than what is seen of two pieces together
    rows = (
        f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{blank}<c {blank} r="XFD1048576"><v>1</v></c></row>'
    )
    assert refusal(workbook(rows))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row><row r="1048576" ht="12.8"/>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c><c r="XFD1" s="0"/></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row><row r="1048576"><c r="A1048576" s="0"/></row>',
    ],
    ids=["a sized row", "a coloured cell", "a coloured cell in the last row"],
)
def test_formatting_far_away_is_no_data_and_does_no_harm(workbook: Build, rows: str) -> None:
    with open_table(workbook(rows)) as table:
        assert table.header.names == ("Tên",)


def test_a_dimension_that_lies_is_not_believed(workbook: Build) -> None:
    path = workbook(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên</t></is></c></row><row r="2"><c r="A2"><v>5</v></c></row>'
    )
    lying = (
        zipfile.ZipFile(path)
        .read("xl/worksheets/sheet1.xml")
        .replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    )
    with open_table(workbook(parts={"xl/worksheets/sheet1.xml": lying}, name="lying.xlsx")) as table:
        assert list(table.rows()) == [[5]]


@pytest.mark.parametrize("rows", ["<row/>" * 300_000, "<x:row/>" * 300_000, "<row r='1'></row>" * 300_000])
def test_rows_of_nothing_are_counted(workbook: Build, rows: str) -> None:
    assert "too large" in refusal(workbook(rows)) or "unpacks" in refusal(workbook(rows))


def test_a_small_file_that_inflates_to_much_is_refused(workbook: Build) -> None:
    text = "0 <b/>" * MEGABYTE
    assert "unpacks" in refusal(workbook(f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'))


def test_a_giant_text_is_refused(workbook: Build) -> None:
    noise = "".join(chr(33 + (n * n + n // 7) % 27) for n in range(2 * MEGABYTE)).replace("<", "!").replace("&", "!")
    assert "unpacks" in refusal(workbook(f'<row><c t="inlineStr"><is><t>{noise}</t></is></c></row>'))


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/media/image1.png"])
def test_shared_strings_are_counted_whatever_the_part_is_called(
    workbook: Build, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(scan, "MAX_STRINGS", 1000)
    assert "too large" in refusal(workbook(parts={part: "<sst>" + "<si><t>a</t></si>" * 1001 + "</sst>"}))


def test_cells_are_counted_whatever_their_prefix(workbook: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_CELLS", 1000)
    for cell in ("<c><v>1</v></c>", '<c t="n"><v>1</v></c>', "<x:c><v>1</v></x:c>"):
        assert "too large" in refusal(workbook(f"<row>{cell * 1001}</row>"))


def test_a_sheet_hidden_among_the_pictures_is_held_to_the_same_limits(workbook: Build) -> None:
    relations = open_part(workbook(), "xl/_rels/workbook.xml.rels").replace("worksheets/sheet1.xml", "media/a.png")
    corner = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
    hidden = open_part(workbook(corner), "xl/worksheets/sheet1.xml")
    assert "beyond" in refusal(workbook(parts={"xl/_rels/workbook.xml.rels": relations, "xl/media/a.png": hidden}))


def open_part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"xl/vbaProject.bin": b"\0"}, "macros"),
        ({"../evil": "x"}, "no spreadsheet program writes"),
        ({"/etc/passwd": "x"}, "no spreadsheet program writes"),
        ({"xl\\a.xml": "x"}, "no spreadsheet program writes"),
        ({"XL/Workbook.xml": "x"}, "no spreadsheet program writes"),
        ({"[Content_Types].xml": None}, "damaged"),
        ({"xl/worksheets/sheet1.xml": None}, "damaged"),
        ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c>"}, ""),
        ({"xl/workbook.xml": "nonsense"}, ""),
    ],
)
def test_a_package_no_program_writes_is_refused(
    workbook: Build, parts: dict[str, str | bytes | None], reason: str
) -> None:
    assert reason in refusal(workbook(parts=parts))


def test_an_archive_of_too_many_entries_is_refused(workbook: Build) -> None:
    assert "unpacks" in refusal(workbook(parts={f"xl/a{n}.xml": "" for n in range(scan.MAX_ENTRIES)}))


def test_a_password_is_asked_to_be_taken_away(workbook: Build, text_file: Build) -> None:
    content = bytearray(workbook().read_bytes())
    directory = content.rfind(b"PK\x01\x02")
    content[directory + 8] |= 1  # the flag of an encrypted entry
    assert "password" in refusal(text_file(bytes(content), name="flagged.xlsx"))
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refusal(text_file(container, name="encrypted.xlsx"))


def test_a_shared_string_that_is_not_there_is_damage_with_a_name(workbook: Build) -> None:
    assert "damaged" in refusal(workbook('<row r="1"><c r="A1" t="s"><v>77</v></c></row>'))


def test_a_number_that_is_none_spoils_its_own_cell_only(workbook: Build) -> None:
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>Số</t></is></c></row>'
    values = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{value}</v></c></row>' for n, value in enumerate(["NaN", "1e999", "abc", "5"], 2)
    )
    with open_table(workbook(header + values)) as table:
        assert list(table.rows()) == [["nan"], ["inf"], ["abc"], [5]]


def test_an_error_in_a_cell_is_an_empty_cell(workbook: Build) -> None:
    with open_table(
        workbook(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Số</t></is></c></row><row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"><v>1</v></c></row>'
        )
    ) as table:
        assert list(table.rows()) == [[None, 1]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (b"%PDF-1.7\n%...", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"{\\rtf1 a}", "RTF"),
        (b'[{"a": 1}]', "JSON"),
        (b"\x1f\x8b\x08\0", "GZIP"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html><p>", "web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "web page or XML"),
        (bytes(range(1, 32)) * 40, "not an Excel or CSV"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "WordDocument".encode("utf-16-le"), "Word"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "not an Excel or CSV"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "Workbook".encode("utf-16-le"), "damaged"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_what_is_no_table_is_called_by_its_name_whatever_it_is_named(
    text_file: Build, content: bytes, reason: str, name: str
) -> None:
    assert reason in refusal(text_file(content, name=name))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", "OpenDocument"),
        ("word/document.xml", "Word"),
        ("ppt/a.xml", "PowerPoint"),
        ("a.csv", "ZIP"),
    ],
)
def test_other_archives_are_told_from_workbooks(tmp_path: Path, part: str, reason: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert reason in refusal(path)


def test_a_file_that_is_too_long_is_refused_unread(text_file: Build) -> None:
    path = text_file("tên\n" + "a\n" * 500)
    assert "larger than" in refusal(path, limits.CsvLimits(size=1000))


def test_an_installation_may_allow_a_csv_more_or_fewer_rows_than_a_workbook(text_file: Build) -> None:
    path = text_file("tên\n" + "a\n" * 500)
    assert "at most 499 rows" in refusal(path, limits.CsvLimits(rows=500))
    longer = text_file("a,b\n" * (limits.MAX_ROWS + 1))
    with open_table(longer, csv_limits=limits.CsvLimits(rows=limits.MAX_ROWS + 1)) as table:
        assert sum(1 for _row in table.rows()) == limits.MAX_ROWS


def test_a_quotation_mark_that_is_never_closed_is_found_with_its_line(text_file: Build) -> None:
    assert "From line 3" in refusal(text_file('tên,ghi chú\nAn,tốt\nBình,"xin gọi lại\nChi,\n' + "Dũng,\n" * 50))
    assert "From line 2" in refusal(text_file('tên,ghi chú\nAn,"' + "a,b\n" * 100_000))


def test_a_table_of_too_many_rows_or_columns_is_refused(text_file: Build) -> None:
    assert "too large" in refusal(text_file("a,b\n" * (limits.MAX_ROWS + 1)))
    assert "too large" in refusal(text_file("a," * limits.MAX_COLUMNS + "\n"))


def test_a_child_that_dies_or_falls_silent_is_an_answer(workbook: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "_MODULE", "core.sheets.no_such_module")
    assert "damaged" in refusal(workbook())
    monkeypatch.setattr(parent, "_MODULE", "tests.core.sheets.silent")
    monkeypatch.setattr(parent, "PATIENCE", 0.2)
    assert "too long" in refusal(workbook())


PLACES = st.floats(0, 1, exclude_max=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slips=st.lists(st.tuples(PLACES, st.integers(0, 255)), max_size=4), end=st.just(1.0) | PLACES)
def test_a_workbook_with_broken_bytes_is_read_or_refused(
    excel: Build, slips: list[tuple[float, int]], end: float
) -> None:
    path = excel([["Tên", "Số"], ["An", 1], ["Bình", 2]])
    content = bytearray(path.read_bytes())
    for place, byte in slips:
        content[int(place * len(content))] = byte
    path.write_bytes(bytes(content[: int(end * len(content))]))
    with suppress(Rejected), open_table(path) as table:
        list(table.rows())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=2000) | st.text(alphabet="ab,;\"'\n\r\t\0=é", max_size=500).map(str.encode))
def test_any_bytes_are_read_or_refused(text_file: Build, content: bytes) -> None:
    with suppress(Rejected), open_table(text_file(content)) as table:
        list(table.rows())
