"""Documents against bare PlutoPrint, given the finished HTML and the machine's own fonts."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import plutoprint

from bench.measure import Line, Meter
from core.context import Context
from core.printing import press
from core.printing.documents import given_to
from core.printing.environment import environment_of
from core.printing.letterhead import Head

LINES = 200
_SOURCE = (
    '{% extends "print/document.html" %}{% from "macros/print.html" import goods with context %}'
    '{% block body %}{{ goods(record.goods, total=("Tổng cộng", record.total)) }}{% endblock %}'
)


def lines(meter: Meter, context: Context) -> Iterator[Line]:
    """Template, sums, words, our fonts and numbered pages on one side; nothing but drawing on the other."""
    template = environment_of(context, context.resource("core.customer")).from_string(_SOURCE)
    goods = [
        {
            "name": f"Dịch vụ chăm sóc số {n}", "unit": "lần", "quantity": Decimal(n), "price": Decimal(150_000),
            "discount": Decimal(0), "vat": Decimal(8), "amount": Decimal(150_000 * n),
        }
        for n in range(LINES)
    ]  # fmt: skip
    said = {
        **given_to(context, Head("Công ty TNHH Bình Minh")), "title": "Báo giá", "size": "A4", "signed": None,
        "record": {"goods": goods, "total": sum((Decimal(150_000 * n) for n in range(LINES)), Decimal(0))},
    }  # fmt: skip
    html = re.sub(r"@font-face \{.*?\}", "", template.render(said)).replace("Be Vietnam Pro", "sans-serif")
    ours = meter.cost(lambda: press.pdf(list(press.laid_out(template.render(said), "A4")), ""))
    bare = meter.cost(lambda: _bare(html))
    shown, against = f"{ours.app / 1000:.0f} ms", f"bare PlutoPrint {bare.app / 1000:.0f} ms"
    yield Line(f"PDF of {LINES} lines", shown, against, ours.app / bare.app)


def _bare(html: str) -> bytes:
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE, plutoprint.MEDIA_TYPE_PRINT)
    book.load_html(html)
    out = io.BytesIO()
    book.write_to_pdf_stream(out)
    return out.getvalue()
