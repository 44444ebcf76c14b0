"""The QR codes of printed documents, read back from the PDF by a decoder that is not ours."""

import io
from collections.abc import Callable
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from core import sdk
from core.printing import drawing
from plugins.cash.vietqr import payload
from plugins.sales.documents import Order

from .conftest import Till
from .test_vietqr import CODES

SHARP = 3
"""Dots of the picture for each point of the page: 216 to the inch, less than any printer has."""


def read_back(pdf: bytes) -> list[str]:
    """What a telephone would read off the paper."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        pictures = [page.render(scale=SHARP).to_pil() for page in document]
    return [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)]


def test_published_codes_are_read_back_from_paper() -> None:
    codes = [code for _given, _options, code in CODES]
    drawn = [sdk.PaymentDetails(bank="", account="", holder="", amount=Decimal(0), payload=one).image for one in codes]
    pages = [f"<html><body><div style='width: 30mm'>{image}</div></body></html>" for image in drawn]
    assert read_back(drawing.pdf(pages, "A4", "VietQR")) == codes


@pytest.mark.parametrize("name", ["order", "bill"])
def test_an_order_on_paper_asks_for_what_it_comes_to(
    till: Till, make_client: Callable[..., FlaskClient], name: str
) -> None:
    goods = [{"name": "Máy in", "quantity": Decimal(2), "price": Decimal(3_490_000), "rate": "8"}]
    order = sdk.create(till.context, Order, {"customer": till.lan.id, "goods": goods})
    till.context.session.commit()
    answer = make_client(till.context).get(f"/sales/orders/{order.id}/print/{name}/pdf")
    note = (order.number or "").replace("/", " ")
    assert read_back(answer.data) == [payload("970436", "0011001234567", Decimal(7_538_400), note)]
