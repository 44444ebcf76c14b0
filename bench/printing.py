"""A quote of 200 lines as PDF, against bare PlutoPrint given the finished HTML and the machine's own fonts."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import plutoprint
import sqlalchemy as sa

from bench.company import switched_on
from bench.measure import Line, Meter
from core.app import Platform
from core.context import Context
from core.entity import service
from core.entity.entity import Entity
from core.files.storage import storage_of
from core.printing import press
from core.printing.documents import documents, print_of

LINES = 200
_QUOTE = "sales.quote"


def lines(platform: Platform, meter: Meter, context: Context) -> Iterator[Line]:
    """Reading the quote, its template, sums in words, our fonts and numbered pages; and nothing but drawing."""
    switched_on(platform, context, "sales")
    quote, resource = _quote(context), context.resource(_QUOTE)
    chosen, storage = print_of(resource, "quote"), storage_of(platform.settings)

    def made() -> str:
        context.session.rollback()
        return documents(context, storage, resource, chosen, [quote])[0]

    html = re.sub(r"@font-face \{.*?\}", "", made()).replace("Be Vietnam Pro", "sans-serif")
    ours = meter.cost(lambda: press.pdf(list(press.laid_out(made(), "A4")), ""))
    bare = meter.cost(lambda: _bare(html))
    shown, against = f"{ours.app / 1000:.0f} ms", f"bare PlutoPrint {bare.app / 1000:.0f} ms"
    yield Line(f"PDF of a quote of {LINES} lines", shown, against, ours.app / bare.app)


def _quote(context: Context) -> Entity:
    """A quote for the first customer."""
    customers = context.hooks.registry.resources["core.customer"].model.__table__
    customer = context.session.scalar(sa.select(customers.c.id).where(customers.c.tenant_id == context.tenant).limit(1))
    goods = [
        {
            "name": f"Dịch vụ chăm sóc số {n}", "unit": "lần", "quantity": Decimal(n + 1), "price": Decimal(150_000),
            "rate": "8",
        }
        for n in range(LINES)
    ]  # fmt: skip
    model = context.hooks.registry.resources[_QUOTE].model
    made = service.create(context, model, {"customer": customer, "goods": goods})
    context.session.commit()
    return made


def _bare(html: str) -> bytes:
    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE, plutoprint.MEDIA_TYPE_PRINT)
    book.load_html(html)
    out = io.BytesIO()
    book.write_to_pdf_stream(out)
    return out.getvalue()
