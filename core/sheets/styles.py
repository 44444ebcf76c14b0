"""Which columns of an XLSX sheet are formatted as percentages.

The parser gives 0.125 for a cell that shows ``12.5%`` and keeps the format to itself, so it is looked up here. Runs in
the child process, on a file that the pre-scan has let through; what it cannot make out it leaves out.
"""

import re
import zipfile
from html import unescape
from posixpath import join, normpath

_SAMPLE = 256 << 10
"""Bytes of a sheet that are looked at: hundreds of rows, more than enough to know a column."""
_MAX_STYLES = 4 << 20
_BUILT_IN = frozenset((9, 10))  # the ids of 0% and 0.00%

_TAG = r"<(?:\w+:)?%s\b([^<>]*)>"
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_LITERAL = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
_FORMULA = r"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"
_CELL = re.compile(rf"<(?:\w+:)?c\b([^<>]*)>\s*{_FORMULA}<(?:\w+:)?v>")
_LETTERS = re.compile("[A-Za-z]+")
_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)


def percent_columns(path: str, sheet: str) -> frozenset[int]:
    """Give the indexes of the columns whose numbers are all formatted as percentages."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(_text(archive, "xl/styles.xml", _MAX_STYLES))
            part = _sheet_part(archive, sheet) if styles else None
            return _columns(_text(archive, part, _SAMPLE), styles) if part else frozenset()
    except (KeyError, ValueError, zipfile.BadZipFile):
        return frozenset()


def _text(archive: zipfile.ZipFile, name: str, limit: int) -> str:
    with archive.open(name) as file:
        return file.read(limit).decode("utf-8", errors="replace")


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _tags(name: str, text: str) -> list[dict[str, str]]:
    return [_attributes(found) for found in re.findall(_TAG % name, text)]


def _percent_styles(styles: str) -> frozenset[str]:
    """Numbers of the cell styles, as cells name them, whose format shows a percent sign."""
    custom = {
        int(tag["numFmtId"])
        for tag in _tags("numFmt", styles)
        if "%" in _LITERAL.sub("", tag.get("formatCode", "")) and "numFmtId" in tag
    }
    formats = _FORMATS.search(styles)
    used = _tags("xf", formats[0]) if formats else []
    wanted = _BUILT_IN | custom
    return frozenset(str(index) for index, xf in enumerate(used) if int(xf.get("numFmtId", 0)) in wanted)


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the part that holds a sheet: the workbook names a relationship, the relationship names the part."""
    workbook = _text(archive, "xl/workbook.xml", _MAX_STYLES)
    relation = next((tag.get("r:id") for tag in _tags("sheet", workbook) if tag.get("name") == sheet), None)
    relations = _text(archive, "xl/_rels/workbook.xml.rels", _MAX_STYLES)
    target = next((tag.get("Target") for tag in _tags("Relationship", relations) if tag.get("Id") == relation), None)
    return normpath(join("/xl", target)).lstrip("/") if relation and target else None


def _columns(sheet: str, styles: frozenset[str]) -> frozenset[int]:
    percent: set[int] = set()
    other: set[int] = set()
    for found in _CELL.findall(sheet):
        cell = _attributes(found)
        letters = _LETTERS.match(cell.get("r", ""))
        if letters and cell.get("t", "n") == "n":
            (percent if cell.get("s") in styles else other).add(_index(letters[0]))
    return frozenset(percent - other)


def _index(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
