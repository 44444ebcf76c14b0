"""The process that draws documents: ``python -m core.printing.press``, a job as JSON on its input, the PDF as its output.

Drawing is work of a C++ library on what people typed, so it happens here, under limits, and not in the server. Nothing
is fetched, from the network or the disk: our own fonts are known by name, pictures lie in the document itself.
"""

import base64
import io
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plutoprint

FONTS = Path(__file__).resolve().parent.parent / "static" / "dist"
FONT = "font:"
"""What the address of a font begins with: ``font:latin-400``."""
SIZES: dict[str, tuple[float, float]] = {
    "A4": (210, 297), "A4 landscape": (297, 210), "A5": (148, 210), "80mm": (80, 0),
}  # fmt: skip
"""Width and height in millimetres; a roll is as long as what stands on it."""
MEMORY, CPU_SECONDS = 1 << 30, 60
_LONGEST_ROLL = 5000
"""Millimetres; what is longer goes on on a second piece."""
_PICTURE_DPI = 110


class Fonts(plutoprint.ResourceFetcher):
    """Gives our fonts, and for every other address nothing."""

    def fetch_url(self, url: str) -> plutoprint.ResourceData:
        """A font of the build by the last part of its address."""
        subset, _dash, weight = url.removeprefix(FONT).partition("-")
        if url.startswith(FONT) and subset in {"latin", "vietnamese"} and weight in {"400", "500", "600"}:
            for path in FONTS.glob(f"be-vietnam-pro-{subset}-{weight}-normal-*.woff2"):
                return plutoprint.ResourceData(path.read_bytes(), "font/woff2", "")
        return plutoprint.ResourceData(b"", "text/plain", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of one document."""

    book: plutoprint.Book
    index: int

    @property
    def size(self) -> plutoprint.PageSize:
        """Its size in points."""
        return self.book.get_page_size_at(self.index)


def main() -> int:
    """Draw what the input says."""
    for kind, bound in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        if kind != resource.RLIMIT_AS or sys.platform == "linux":  # elsewhere it cannot be set
            hard = resource.getrlimit(kind)[1]
            wanted = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(kind, (wanted, wanted))
    job: dict[str, Any] = json.load(sys.stdin)
    sheets = [sheet for html in job["documents"] for sheet in laid_out(html, job["size"])]
    if most := job["pictures"]:
        found = [base64.b64encode(picture(sheet)).decode() for sheet in sheets[:most]]
        sys.stdout.write(json.dumps({"pages": len(sheets), "pictures": found}))
    else:
        sys.stdout.buffer.write(pdf(sheets, job["title"]))
    return 0


def laid_out(html: str, size: str) -> Iterator[Sheet]:
    """The pages of a document."""
    width, height = SIZES[size]
    book = _book(html, width, height or _LONGEST_ROLL)
    if not height and book.get_page_count() == 1:
        book = _book(html, width, book.get_document_height() * plutoprint.UNITS_PX / plutoprint.UNITS_MM + 1)
    for index in range(book.get_page_count()):
        yield Sheet(book, index)


def _book(html: str, width: float, height: float) -> plutoprint.Book:
    paper = plutoprint.PageSize(width * plutoprint.UNITS_MM, height * plutoprint.UNITS_MM)
    book = plutoprint.Book(paper, plutoprint.PAGE_MARGINS_NONE, plutoprint.MEDIA_TYPE_PRINT)
    book.custom_resource_fetcher = Fonts()
    book.load_html(html)
    return book


def pdf(sheets: list[Sheet], title: str) -> bytes:
    """All pages as one file."""
    out = io.BytesIO()
    canvas = plutoprint.PDFCanvas.create_for_stream(out, sheets[0].size)
    canvas.set_metadata(plutoprint.PDF_METADATA_TITLE, title)
    for sheet in sheets:
        canvas.set_size(sheet.size)
        canvas.save_state()
        canvas.scale(plutoprint.UNITS_PX, plutoprint.UNITS_PX)
        sheet.book.render_page(canvas, sheet.index)
        canvas.restore_state()
        canvas.show_page()
    canvas.finish()
    return out.getvalue()


def picture(sheet: Sheet) -> bytes:
    """A page as a PNG, to be looked at."""
    scale = _PICTURE_DPI / 72
    canvas = plutoprint.ImageCanvas(round(sheet.size.width * scale), round(sheet.size.height * scale))
    canvas.clear_surface(1, 1, 1)
    canvas.scale(scale * plutoprint.UNITS_PX, scale * plutoprint.UNITS_PX)
    sheet.book.render_page(canvas, sheet.index)
    out = io.BytesIO()
    canvas.write_to_png_stream(out)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
