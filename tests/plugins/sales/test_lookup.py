"""Goods looked up in opportunities (V-1): by code, name, customer and days, by people who do not see the same."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from core.context import Grants
from core.sdk import Context, Customer, create
from core.testing import limited
from plugins.catalog.api import Product
from plugins.sales.lookup import Wanted, look_up
from plugins.sales.models import Opportunity
from plugins.sales.pipelines import first_stage

DAY = date(2026, 3, 1)


@pytest.fixture
def sold(context: Context, customer: Customer) -> Context:
    """Two opportunities with goods: a printer of the catalogue for one customer, work for another."""
    printer = create(context, Product, {"name": "Máy in đa năng", "code": "MI-90", "price": Decimal(3_000_000)})
    other = create(context, Customer, {"name": "Nhà hàng Đông Đô"})
    lines = [{"product": printer.id, "quantity": Decimal(2)}], [{"name": "Công lắp đặt", "price": Decimal(500)}]
    for place, (who, goods) in enumerate(zip((customer, other), lines, strict=True)):
        create(
            context,
            Opportunity,
            {
                "name": f"Nhu cầu {place}", "customer": who.id, "stage": first_stage(context), "expected_on": DAY,
                "begins_on": DAY + timedelta(days=10 * place), "goods": goods,
            },
        )  # fmt: skip
    context.session.commit()
    return context


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["Công lắp đặt", "Máy in đa năng"]),
        (Wanted(code="mi-9"), ["Máy in đa năng"]),
        (Wanted(name="MAY IN"), ["Máy in đa năng"]),
        (Wanted(name="lap dat"), ["Công lắp đặt"]),
        (Wanted(customer="đông đô"), ["Công lắp đặt"]),
        (Wanted(first=DAY + timedelta(days=1)), ["Công lắp đặt"]),
        (Wanted(last=DAY), ["Máy in đa năng"]),
        (Wanted(name="máy in", customer="đông"), []),
        (Wanted(name="100%_"), []),
    ],
)
def test_each_criterion_narrows_what_is_found(sold: Context, wanted: Wanted, names: list[str]) -> None:
    found, more = look_up(sold, wanted)
    assert ([one.name for one in found], more) == (names, False)


def test_one_looks_through_what_one_sees_and_nothing_else(
    sold: Context, stranger: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
) -> None:
    own = make_context(sold.company, grants=Grants(verbs={"*": {"see": "own"}}), name="Trần Anh Tuấn")
    assert look_up(own, Wanted()) == ([], False)
    assert look_up(stranger, Wanted()) == ([], False)
    secret = make_context(sold.company, grants=Grants(admin=True, fields={"sales.opportunity": {"goods": "hidden"}}))
    assert look_up(secret, Wanted()) == ([], False)
    without = make_client(sold, grants=limited(core_customer=["see"]))
    assert without.get("/sales/goods").status_code == 403
    page = make_client(sold).get("/sales/goods?name=%00in&first=gestern").get_data(as_text=True)
    assert "MI-90" in page
    assert "6.000.000" in page
    assert "Công lắp đặt" not in page


def test_without_the_catalogue_goods_have_names_and_no_codes(sold: Context) -> None:
    sold.active -= {"catalog"}
    assert [one.code for one in look_up(sold, Wanted(name="máy"))[0]] == [None]
    assert look_up(sold, Wanted(code="MI"))[0] == []
