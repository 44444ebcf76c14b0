"""What a file is, told from its first bytes and never from its name."""

from pathlib import Path
from typing import Literal

from core.i18n import Text, translator
from core.sheets.encoding import unmarked_utf16
from core.sheets.errors import Rejected
from core.sheets.scan import check_size, open_zip

Kind = Literal["xlsx", "xls", "csv"]

_ = translator("core")

SAMPLE = 8 << 10
MAX_CONTROL = 0.02
"""Share of control characters above which bytes are no text."""

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = "\t\n\v\f\r\x1a\x00"  # some programs pad with NULs and end with Ctrl-Z

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%pdf-", "PDF"),
    (b"\x89png", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"gif8", "GIF"),
    (b"riff", "WebP"),
    (b"ii*\x00", "TIFF"),
    (b"mm\x00*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"rar!", "RAR"),
    (b"sqlite format 3", "SQLite"),
    (b'{"', "JSON"),
    (b"[{", "JSON"),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<meta", b"<body", b"<table", b"<div", b"<style", b"<?xml", b"<svg")


def sniff(path: Path) -> Kind:
    """Tell the kind of a table file by its content; raise :class:`Rejected` saying what it is otherwise."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head.strip(b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"):
        raise Rejected(_("The file is empty."))
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if foreign := _foreign(head):
        raise Rejected(_("This is a %(kind)s file, not a table. Upload an Excel or CSV file.", kind=foreign))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise Rejected(
            _("This is a web page or XML, whatever its name says. Open it in Excel and save it as a workbook (.xlsx).")
        )
    if not head.startswith(_TEXT_BOMS) and _binary(head):
        raise Rejected(_("This is not an Excel or CSV file."))
    return "csv"


def _foreign(head: bytes) -> str | None:
    lowered = head[:32].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((name for magic, name in _FOREIGN if lowered.startswith(magic)), None)


def _binary(head: bytes) -> bool:
    text = head.decode(unmarked_utf16(head) or "latin-1", errors="replace")
    odd = sum((c < " " and c not in _TEXT_CONTROLS) or c == "\ufffd" for c in text)
    return odd > MAX_CONTROL * len(text)


def _zip_kind(path: Path) -> Kind:
    """Only names are looked at here; the pre-scan of the content comes before anything parses it."""
    with open_zip(path) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise Rejected(_not_a_workbook(names))


def _not_a_workbook(names: set[str]) -> Text:
    if "xl/workbook.bin" in names:
        return _("This is a binary Excel workbook (.xlsb). Save it as an Excel workbook (.xlsx) and upload that.")
    if "content.xml" in names:
        return _("This is an OpenDocument file. Save it as an Excel workbook (.xlsx) and upload that.")
    if any(name.startswith("word/") for name in names):
        return _("This is a %(kind)s file, not a table. Upload an Excel or CSV file.", kind="Word")
    if any(name.startswith("ppt/") for name in names):
        return _("This is a %(kind)s file, not a table. Upload an Excel or CSV file.", kind="PowerPoint")
    return _("This is a ZIP archive without a workbook in it. Unpack it and upload the Excel or CSV file.")


def _ole_kind(path: Path) -> Kind:
    """An old Office container; its directory holds names in UTF-16, wherever in the file it lies."""
    check_size(path)
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Rejected(_("The workbook is protected by a password. Save it without one and upload it again."))
    if "Workbook".encode("utf-16-le") in content or "Book\0".encode("utf-16-le") in content:
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        raise Rejected(_("This is a %(kind)s file, not a table. Upload an Excel or CSV file.", kind="Word"))
    raise Rejected(_("This is not an Excel or CSV file."))
