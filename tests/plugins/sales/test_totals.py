"""Money: lines, discounts, VAT and rounding; every total is the sum of what stands above it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.sdk import Context, Customer, InvalidError, create, spread
from plugins.catalog.api import RATES, Product, TaxClass, Unit, add_up
from plugins.catalog.beginning import furnish as catalog_begins
from plugins.sales.documents import Quote, QuoteLine

amounts = st.decimals(0, 10**9, places=2)
goods = st.lists(
    st.builds(
        QuoteLine,
        name=st.just("Hàng"),
        quantity=st.decimals(0, 1000, places=3),
        price=amounts,
        cut=st.none() | st.decimals(0, 100, places=2),
        rate=st.sampled_from([None, "none", *RATES]),
    ),
    max_size=12,
)


def test_a_quote_comes_to_what_one_works_out_by_hand(make_quote: Callable[..., Quote]) -> None:
    quote = make_quote(discount=Decimal(131_000))
    # 2 × 3.490.000 less 5 % = 6.631.000; with the installation 7.131.000; the discount is spread 121.815 : 9.185.
    assert [line.amount for line in quote.goods] == [Decimal(6_631_000), Decimal(500_000)]
    assert [line.vat for line in quote.goods] == [Decimal(520_735), Decimal(49_082)]
    assert (quote.subtotal, quote.vat, quote.total) == (Decimal(7_131_000), Decimal(569_817), Decimal(7_569_817))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(goods=goods, share=st.decimals(0, 1, places=4))
def test_totals_always_equal_sums(context: Context, goods: list[QuoteLine], share: Decimal) -> None:
    quote = Quote(discount=Decimal(0))
    quote.__dict__["goods"] = goods
    add_up(context, [quote])
    quote.discount = (quote.subtotal * share).quantize(Decimal(1))
    if quote.discount > quote.subtotal:
        return
    add_up(context, [quote])
    assert quote.subtotal == sum(line.amount for line in goods)
    assert quote.vat == sum(line.vat for line in goods)
    assert quote.total == quote.subtotal - quote.discount + quote.vat
    assert all(one == one.to_integral_value() for line in goods for one in (line.amount, line.vat))
    assert 0 <= quote.vat <= round((quote.subtotal - quote.discount) / 10, 0) + len(goods)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(amount=st.integers(0, 10**9), over=st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_what_is_spread_comes_to_the_whole(context: Context, amount: int, over: list[int]) -> None:
    parts = spread(context, Decimal(amount), [Decimal(one) for one in over])
    assert sum(parts) == (amount if any(over) else 0)


def test_nobody_gets_more_off_than_the_goods_cost(make_quote: Callable[..., Any]) -> None:
    with pytest.raises(InvalidError, match="discount"):
        make_quote(discount=Decimal(99_000_000))


def test_a_line_takes_unit_price_and_vat_of_the_day_from_the_catalogue(context: Context, customer: Customer) -> None:
    catalog_begins(context)
    reduced = context.session.scalars(
        sa.select(TaxClass).where(TaxClass.tenant_id == context.tenant, TaxClass.name.contains("8 %"))
    ).one()
    box = create(context, Unit, {"name": "Thùng"})
    paper = create(
        context, Product,
        {"name": "Giấy A4", "code": "A4", "price": Decimal(100_000), "unit": box.id, "tax_class": reduced.id},
    )  # fmt: skip
    free = create(context, TaxClass, {"name": "Sách giáo khoa", "taxed": False})
    book = create(context, Product, {"name": "Sách", "code": "S1", "price": Decimal(50_000), "tax_class": free.id})

    def offered(day: date) -> Quote:
        goods: list[dict[str, Any]] = [{"product": paper.id}, {"product": book.id}, {"product": paper.id, "rate": "0"}]
        return create(context, Quote, {"customer": customer.id, "goods": goods, "quoted_on": day})

    quote = offered(date(2026, 3, 1))
    assert [line.unit for line in quote.goods] == ["Thùng", None, "Thùng"]
    assert [line.rate for line in quote.goods] == ["8", "none", "0"]
    assert [quote.subtotal, quote.vat] == [250_000, 8_000]
    assert [line.rate for line in offered(date(2027, 1, 1)).goods] == ["10", "none", "0"]
