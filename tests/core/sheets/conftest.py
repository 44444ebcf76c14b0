"""Files to read: honest ones in few words, and workbooks built part by part to be anything but."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

PARTS: Mapping[str, str] = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}

Build = Callable[..., Path]


def sheet(rows: str) -> str:
    """The XML of a sheet that holds these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


@pytest.fixture
def workbook(tmp_path: Path) -> Build:
    """Build an XLSX of the given rows' XML; further parts by their names, None leaves one out."""

    def build(rows: str = "", parts: Mapping[str, str | bytes | None] = {}, name: str = "a.xlsx") -> Path:
        content: dict[str, Any] = {**PARTS, "xl/worksheets/sheet1.xml": sheet(rows), **parts}
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, text in content.items():
                if text is not None:
                    archive.writestr(part, text)
        return path

    return build


@pytest.fixture
def excel(tmp_path: Path) -> Build:
    """Save rows as an XLSX the way a person's program would."""

    def build(rows: list[list[Any]], formats: Mapping[str, str] = {}, name: str = "b.xlsx") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for row in rows:
            page.append(row)
        for cell, number_format in formats.items():
            page[cell].number_format = number_format
        book.save(tmp_path / name)
        return tmp_path / name

    return build


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    """Save text as a file in an encoding."""

    def build(text: str | bytes, encoding: str = "utf-8", name: str = "c.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return build
