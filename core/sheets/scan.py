"""A look through a workbook before any parser sees it.

Parsers believe what a file claims. Two cells in opposite corners make one reserve half a terabyte, and a megabyte of
zeros becomes a gigabyte of text. This pass inflates the file piece by piece, believes nothing and keeps nothing, and
refuses what no honest table needs. What it lets through is still parsed in a process with limits of its own.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.i18n import translator
from core.sheets.cells import column_letter
from core.sheets.errors import Rejected, grouped
from core.sheets.limits import MAX_COLUMNS, MAX_FILE, MAX_ROWS

_ = translator("core")

MAX_ENTRIES = 2000
MAX_NAME = 255
MAX_TOTAL = 600 << 20
MAX_ENTRY = 400 << 20
MAX_RATIO = 150
RATIO_FROM = 4 << 20
"""Inflated bytes of an entry below which its ratio does not matter."""
MAX_CELLS = 5_000_000
MAX_TAGS = 30_000_000
MAX_STRINGS = 2_000_000
MAX_TOKEN = 1 << 20
"""Bytes between two tags. A cell holds at most 32,767 characters."""

_CHUNK = 1 << 16
_CARRY = 600
"""Bytes repeated from the chunk before, so that a tag cut in two is seen whole."""
_PROLOGUE = 200

_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)
"""What the standard library raises for damaged archives, as found by feeding it some."""
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_DIRECTORY_ENTRY = b"PK\x01\x02"

_MARKUP = (".xml", ".rels", ".vml")
_OPAQUE = ("xl/media/", "xl/embeddings/", "customxml/")
"""Pictures and what other programs keep: not XML, or not in UTF-8, in honest files as well.

A relationship may still claim that one of them is a sheet, so they are counted like the rest.
"""
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")

# Columns beyond IV (the 256th) and rows beyond 200,999: first roughly and fast, then exactly where that strikes.
_FAR_ROW = rb"(?:\d{7,}|[3-9]\d{5}|2\d[1-9]\d{3}|2[1-9]\d{4})"
_FAR = rb"(?:(?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d|[A-Z]*" + _FAR_ROW + rb")"
_SUSPECT = re.compile(rb"\sr\s*=\s*[\"']" + _FAR, re.IGNORECASE)
_FAR_CELL = re.compile(rb"[<:]c\s[^<>]*?\br\s*=\s*[\"']" + _FAR + rb"[^<>]*(?<!/)>", re.IGNORECASE)
_FAR_ROW_WITH_CELL = re.compile(
    rb"[<:]row\s[^<>]*?\br\s*=\s*[\"']" + _FAR_ROW + rb"[^<>]*(?<!/)>\s*<(?:\w+:)?c(?:\s[^<>]*)?(?<!/)>", re.IGNORECASE
)

_DAMAGED = _("The workbook is damaged. Open it in Excel, save it again and upload that.")
_TOO_LARGE = _(
    "The workbook is too large: a sheet may have %(rows)s rows and %(cells)s cells. Split it into several.",
    rows=grouped(MAX_ROWS - 1),
    cells=grouped(MAX_CELLS),
)
_TOO_FAR = _(
    "A cell lies beyond row %(rows)s or column %(column)s. Delete what is outside the table and upload the file again.",
    rows=grouped(MAX_ROWS - 1),
    column=column_letter(MAX_COLUMNS - 1),
)
_BOMB = _("The file unpacks to far more than a table would hold. It is not read.")
_FORBIDDEN = _("The workbook holds declarations that no spreadsheet program writes. It is not read.")


def check_size(path: Path, most: int = MAX_FILE) -> None:
    """Refuse a file that is larger than any table we read."""
    if path.stat().st_size > most:
        raise Rejected(_("The file is larger than %(size)s MB. Split it into several.", size=most >> 20))


def scan_xlsx(path: Path) -> None:
    """Pass through a whole workbook and raise :class:`Rejected` at the first thing that no honest table needs."""
    with open_zip(path) as archive:
        entries = archive.infolist()
        _check_names(entries)
        total = 0
        for entry in entries:
            total = _scan_entry(archive, entry, total)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive of bounded size and directory; damage found inside the block becomes :class:`Rejected`."""
    check_size(path)
    # Python lists the whole directory on opening, so its length is counted first: one signature for every entry.
    if path.read_bytes().count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise Rejected(_BOMB)
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except Rejected:
        raise
    except _ZIP_ERRORS as error:
        raise Rejected(_DAMAGED) from error


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename.lower()  # parsers look names up without case
        parts = name.split("/")
        if name in seen or ".." in parts or not parts[0] or "\\" in name or "\0" in name or len(name) > MAX_NAME:
            raise Rejected(_FORBIDDEN)
        if entry.flag_bits & _ENCRYPTED:
            raise Rejected(_("The workbook is protected by a password. Save it without one and upload it again."))
        if entry.compress_type not in _PLAIN_METHODS:
            raise Rejected(_DAMAGED)
        if "vbaproject" in name:
            raise Rejected(_("The workbook holds macros. Save it as an Excel workbook (.xlsx) and upload that."))
        seen.add(name)
    if not {"[content_types].xml", "xl/workbook.xml"} <= seen:
        raise Rejected(_DAMAGED)


def _scan_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int) -> int:
    """Inflate one entry and look at it; ``total`` is what was inflated before, and the new sum is the answer."""
    name = entry.orig_filename.lower()
    part = _Part(opaque=name.startswith(_OPAQUE) or not name.endswith(_MARKUP))
    size = 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)  # counted here: the header may claim anything
            total += len(chunk)
            if size > MAX_ENTRY or total > MAX_TOTAL:
                raise Rejected(_BOMB)
            if size > RATIO_FROM and size > MAX_RATIO * max(1, entry.compress_size):
                raise Rejected(_BOMB)
            part.feed(chunk)
    return total


@dataclass(slots=True)
class _Part:
    """What has been counted in one XML part. Every part is held to every limit: which one is a sheet is its own claim."""

    opaque: bool
    carry: bytes = b""
    started: bool = False
    silence: int = 0
    tags: int = 0
    cells: int = 0
    rows: int = 0
    strings: int = 0

    def feed(self, chunk: bytes) -> None:
        seen = self.carry + chunk
        if not self.opaque:
            self._check_xml(chunk, seen)
        self._count(chunk)
        if _SUSPECT.search(seen) and (_FAR_CELL.search(seen) or _FAR_ROW_WITH_CELL.search(seen)):
            raise Rejected(_TOO_FAR)
        self.carry = seen[-_CARRY:]

    def _check_xml(self, chunk: bytes, seen: bytes) -> None:
        if not self.started:
            self.started = True
            _check_prologue(chunk)
        if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
            raise Rejected(_FORBIDDEN)
        self.silence = 0 if b"<" in chunk else self.silence + len(chunk)
        if self.silence > MAX_TOKEN:
            raise Rejected(_BOMB)

    def _count(self, chunk: bytes) -> None:
        """Count openings of elements, with and without a name-space prefix.

        A name cut in two by the end of a chunk is missed: one in thousands, which no limit notices.
        """
        self.tags += chunk.count(b"<")
        self.cells += chunk.count(b"<c ") + chunk.count(b"<c>") + chunk.count(b":c ") + chunk.count(b":c>")
        self.rows += chunk.count(b"<row") + chunk.count(b":row")
        self.strings += chunk.count(b"<si>") + chunk.count(b"<si ") + chunk.count(b":si>") + chunk.count(b"<si/")
        if self.cells > MAX_CELLS or self.rows > MAX_ROWS or self.strings > MAX_STRINGS or self.tags > MAX_TAGS:
            raise Rejected(_TOO_LARGE)


def _check_prologue(chunk: bytes) -> None:
    """Hold a part to UTF-8: in another encoding the searches here would not see what a parser sees."""
    start = chunk[:_PROLOGUE]
    declared = _ENCODING.search(start)
    if b"\0" in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Rejected(_FORBIDDEN)
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}:
        raise Rejected(_FORBIDDEN)
