"""The buttons of sales: from one document to the next, on paper, and what an order says once it was paid."""

import io
import json
from collections.abc import Callable
from decimal import Decimal

import pypdf
from flask import Flask
from flask.testing import FlaskClient

from core.public.links import give
from core.sdk import Context, Customer
from core.testing import limited
from plugins.sales import selling
from plugins.sales.documents import Order, Quote
from plugins.sales.payments import note_paid

Client = Callable[..., FlaskClient]


def test_a_quote_is_agreed_to_and_becomes_a_contract_by_two_buttons(
    context: Context, make_quote: Callable[..., Quote], make_client: Client
) -> None:
    quote, client = make_quote(), make_client(context)
    page = client.get(f"/sales/quotes/{quote.id}").get_data(as_text=True)
    assert "Khách đồng ý" in page
    assert "Tạo đơn hàng" in page
    assert client.post(f"/sales/quotes/{quote.id}/accept").status_code == 302
    made = client.post(f"/sales/make/quote-contract/{quote.id}").headers["Location"]
    assert made.startswith("/sales/contracts/")
    assert client.post(f"/sales/make/quote-contract/{quote.id}").headers["Location"] == made


def test_whoever_may_not_make_contracts_makes_none(
    context: Context, make_quote: Callable[..., Quote], make_context: Callable[..., Context], make_client: Client
) -> None:
    quote = make_quote()
    context.session.commit()
    reader = make_client(make_context(context.company), grants=limited(sales_quote=["see"], sales_contract=["see"]))
    assert reader.post(f"/sales/make/quote-contract/{quote.id}").status_code == 403
    assert reader.post(f"/sales/quotes/{quote.id}/accept").status_code == 403
    assert reader.post(f"/sales/make/nothing/{quote.id}").status_code == 404


def test_another_company_s_quote_is_none(
    context: Context, stranger: Context, make_quote: Callable[..., Quote], make_client: Client
) -> None:
    quote = make_quote()
    context.session.commit()
    assert make_client(stranger).post(f"/sales/make/quote-contract/{quote.id}").status_code == 404


def test_a_quote_and_a_bill_are_put_on_paper(
    context: Context, make_quote: Callable[..., Quote], make_client: Client
) -> None:
    quote = make_quote()
    order = selling.order_of(context, quote)
    context.session.commit()
    client = make_client(context)
    for path, name in ((f"/sales/quotes/{quote.id}", "quote"), (f"/sales/orders/{order.id}", "bill")):
        answer = client.get(f"{path}/print/{name}/pdf")
        assert answer.status_code == 200
        text = " ".join(
            " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages).split()
        )
        assert "Máy in laser" in text
        assert "7.711.480" in text


def test_an_order_says_what_was_paid_of_it(
    context: Context, customer: Customer, make_quote: Callable[..., Quote]
) -> None:
    order = selling.order_of(context, make_quote())
    assert isinstance(order, Order)
    for paid, state in ((Decimal(1000), "advanced"), (order.total, "paid"), (Decimal(0), "unpaid")):
        note_paid(context, "sales.order", {order.id: paid})
        assert (order.paid, order.payment) == (paid, state)


def test_a_customer_agrees_to_a_quote_by_a_link_and_signs_it_once(
    context: Context,
    customer: Customer,
    make_quote: Callable[..., Quote],
    app: Flask,
    make_user: Callable[..., Context],
) -> None:
    make_user(context)
    quote, anybody = make_quote(), app.test_client()
    url = f"/p/{give(context, quote)}"
    context.session.commit()
    page = anybody.get(url).get_data(as_text=True)
    for words in (customer.name, "Máy in laser", "7.711.480", "Đồng ý và ký tên", quote.number or ""):
        assert words in page, words
    signed = {"name": "Chị Mai", "signature": json.dumps([[[10 * n, 50 + n] for n in range(20)]])}
    assert anybody.post(f"{url}/accept", data=signed).status_code == 302
    assert anybody.post(f"{url}/refuse", data={"name": "Chị Mai", "reason": "đắt"}).status_code == 422
    context.session.rollback()
    context.session.refresh(quote)
    assert quote.stage == "accepted"
    order = selling.order_of(context, quote)
    url = f"/p/{give(context, order)}"
    context.session.commit()
    assert str(order.number) in anybody.get(url).get_data(as_text=True)
