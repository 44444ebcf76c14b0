"""Which price counts, variants, the discount of a tier, and groups as a tree."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.entity.filters import read_filters
from core.sdk import Context, Customer, InvalidError, Query, Tier, create, create_many, delete, read_page, update
from plugins.catalog.api import Conversion, conversions, find_products, line_defaults, price_of, set_tier_discount
from plugins.catalog.beginning import furnish
from plugins.catalog.models import Attribute, AttributeValue, Group, Price, PriceList, Product, TaxClass, Unit
from plugins.catalog.variants import generate

DAY = date(2026, 6, 15)


def product(context: Context, price: int = 100_000, **values: Any) -> Product:
    return create(context, Product, {"name": "Giấy A4", "code": f"A4-{price}", "price": Decimal(price), **values})


def test_the_most_particular_price_counts(context: Context) -> None:
    gold = create(context, Tier, {"name": "Vàng", "rank": 3})
    lan = create(context, Customer, {"name": "Cô Lan", "tier": gold.id})
    paper = product(context)

    def price(customer: Customer | None = None, quantity: int = 1, day: date = DAY) -> Decimal:
        return price_of(context, [paper.id], customer.id if customer else None, day, quantity)[paper.id]

    assert price(lan) == 100_000
    summer = {"name": "Giá hè", "discount": Decimal(10), "starts": DAY, "ends": DAY + timedelta(days=30)}
    everybody = create(context, PriceList, summer)
    assert [price(lan), price(), price(day=DAY - timedelta(days=1))] == [90_000, 90_000, 100_000]
    for_gold = create(context, PriceList, {"name": "Giá Vàng", "tier": gold.id, "discount": Decimal("12.5")})
    assert [price(lan), price()] == [87_500, 90_000]
    create_many(context, Price, [
        {"price_list": for_gold.id, "product": paper.id, "price": Decimal(85_000)},
        {"price_list": for_gold.id, "product": paper.id, "quantity": Decimal(10), "price": Decimal(80_000)},
    ])  # fmt: skip
    assert [price(lan), price(lan, 9), price(lan, 10)] == [85_000, 85_000, 80_000]
    own = create(context, PriceList, {"name": "Giá cô Lan", "customer": lan.id, "discount": Decimal(30)})
    assert price(lan, 10) == 70_000
    update(context, own, {"active": False})
    delete(context, [everybody])
    assert [price(lan, 10), price()] == [80_000, 100_000]


def test_a_variant_costs_what_its_product_costs_unless_it_says_otherwise(context: Context) -> None:
    whole = product(context)
    variant = product(context, 110_000, variant_of=whole.id)
    sale = create(context, PriceList, {"name": "Xả hàng"})
    create(context, Price, {"price_list": sale.id, "product": whole.id, "price": Decimal(50_000)})
    assert price_of(context, [variant.id], None, DAY) == {variant.id: 50_000}
    create(context, Price, {"price_list": sale.id, "product": variant.id, "price": Decimal(60_000)})
    assert price_of(context, [variant.id, whole.id], None, DAY) == {variant.id: 60_000, whole.id: 50_000}


def test_prices_of_others_are_not_told(
    context: Context, make_company: Callable[..., Any], make_context: Callable[..., Context]
) -> None:
    paper = product(context)
    context.session.commit()
    stranger = make_context(make_company())
    assert price_of(stranger, [paper.id]) == {}
    assert line_defaults(stranger, [paper.id]) == {}


def test_a_line_begins_with_name_and_price_and_hides_the_cost_from_whoever_may_not_know_it(context: Context) -> None:
    paper = product(context, cost=Decimal(70_000))
    context.session.commit()
    line = line_defaults(context, [paper.id])[paper.id]
    assert (line.code, line.name) == ("A4-100000", "Giấy A4")
    assert [line.price, line.cost] == [100_000, 70_000]
    assert [row["id"] for row in find_products(context, "giay")] == [paper.id]
    context.grants = replace(context.grants, fields={"catalog.product": {"cost": "hidden"}})
    assert line_defaults(context, [paper.id])[paper.id].cost is None


def test_a_variant_is_made_for_each_combination_once(context: Context) -> None:
    chair = product(context, name="Ghế", code="GHE")
    colour, size = (create(context, Attribute, {"name": name}) for name in ("Màu", "Cỡ"))
    rows = [
        {"name": name, "code": code, "attribute": of.id}
        for name, code, of in (("Đỏ", "DO", colour), ("Xanh", "XA", colour), ("Lớn", "L", size), ("Nhỏ", None, size))
    ]
    red, blue, large, small = (one.id for one in create_many(context, AttributeValue, rows))
    made = generate(context, chair.id, [red, large, small])
    assert [(one.code, one.name) for one in made] == [("GHE-DO-L", "Ghế (Đỏ, Lớn)"), ("GHE-DO-NHỎ", "Ghế (Đỏ, Nhỏ)")]
    assert [one.price for one in made] == [100_000, 100_000]
    assert len(generate(context, chair.id, [red, blue, large, small])) == 2
    assert generate(context, chair.id, [red, blue, large, small]) == []
    with pytest.raises(InvalidError, match="values"):
        generate(context, made[0].id, [red])
    with pytest.raises(InvalidError, match="variant_of"):
        update(context, chair, {"variant_of": made[0].id})


def test_variants_are_made_from_the_products_page(context: Context, client: FlaskClient) -> None:
    chair = product(context, name="Ghế", code="GHE")
    colour = create(context, Attribute, {"name": "Màu"})
    red = create(context, AttributeValue, {"name": "Đỏ", "attribute": colour.id})
    context.session.commit()
    url = f"/catalog/products/{chair.id}/variants"
    assert url in client.get(f"/catalog/products/{chair.id}").get_data(as_text=True)
    assert "Đỏ" in client.get(url).get_data(as_text=True)
    assert client.post(url, data={}).status_code == 422
    assert client.post(url, data={"values": "x"}).status_code == 422
    assert "Ghế (Đỏ)" in client.post(url, data={"values": str(red.id)}, follow_redirects=True).get_data(as_text=True)


def test_a_tiers_discount_holds_for_goods_that_are_there_or_only_for_new_ones(context: Context) -> None:
    gold = create(context, Tier, {"name": "Vàng", "rank": 3})
    lan = create(context, Customer, {"name": "Cô Lan", "tier": gold.id})
    old = product(context)
    set_tier_discount(context, gold.id, Decimal(10), existing=True)
    assert price_of(context, [old.id], lan.id)[old.id] == 90_000
    set_tier_discount(context, gold.id, Decimal(20), existing=False)
    new = product(context, 200_000)
    assert price_of(context, [old.id, new.id], lan.id) == {old.id: 90_000, new.id: 160_000}
    set_tier_discount(context, gold.id, Decimal(30), existing=True)
    assert price_of(context, [old.id, new.id], lan.id) == {old.id: 70_000, new.id: 140_000}


def test_a_group_has_what_its_groups_have_and_never_lies_below_itself(context: Context) -> None:
    office = create(context, Group, {"name": "Văn phòng"})
    paper = create(context, Group, {"name": "Giấy", "parent": office.id})
    a4 = product(context, group=paper.id)
    resource = context.resource(Product)

    def within(operator: str, group: Group) -> list[Any]:
        filters = read_filters(context.fields(resource), [(f"group__{operator}", str(group.id))])
        return [row["id"] for row in read_page(context, Query(resource, filters=filters)).rows]

    assert within("eq", office) == within("in", office) == within("eq", paper) == [a4.id]
    assert within("ne", office) == []
    with pytest.raises(InvalidError, match="parent"):
        update(context, office, {"parent": paper.id})
    with pytest.raises(InvalidError, match="parent"):
        update(context, paper, {"parent": paper.id})


def test_a_combo_costs_what_its_items_cost_unless_it_says_otherwise(context: Context) -> None:
    paper, pen = product(context), product(context, 20_000)
    items = [{"product": paper.id, "quantity": Decimal(2)}, {"product": pen.id, "quantity": Decimal(5)}]
    combo = product(context, 0, kind="combo", items=items)
    sale = create(context, PriceList, {"name": "Khuyến mãi", "discount": Decimal(10)})
    create(context, Price, {"price_list": sale.id, "product": pen.id, "quantity": Decimal(5), "price": Decimal(15_000)})
    assert price_of(context, [combo.id], None, DAY) == {combo.id: 2 * 90_000 + 5 * 15_000}
    own = create(context, Price, {"price_list": sale.id, "product": combo.id, "price": Decimal(200_000)})
    assert price_of(context, [combo.id], None, DAY) == {combo.id: 200_000}
    delete(context, [own])
    update(context, combo, {"price": Decimal(300_000)})
    assert price_of(context, [combo.id], None, DAY) == {combo.id: 270_000}
    itself: list[Any] = [{"product": combo.id, "quantity": Decimal(1)}]
    for wrong in ([], itself):
        with pytest.raises(InvalidError, match="items"):
            update(context, combo, {"items": wrong})


def test_the_rate_of_vat_is_that_of_the_day(context: Context) -> None:
    furnish(context)
    reduced = context.session.scalars(
        sa.select(TaxClass).where(TaxClass.tenant_id == context.tenant, TaxClass.name.contains("8 %"))
    ).one()
    paper, untaxed = product(context, tax_class=reduced.id), product(context, 5)
    days = ((2025, 12, 31), (2026, 12, 31), (2027, 1, 1), (2023, 3, 1), (2022, 5, 1))
    rates = [line_defaults(context, [paper.id], None, date(*day))[paper.id].vat for day in days]
    assert rates == [8, 8, 10, 10, 8]
    assert line_defaults(context, [untaxed.id])[untaxed.id].vat is None
    update(context, reduced, {"taxed": False})
    assert line_defaults(context, [paper.id])[paper.id].vat is None


def test_other_units_contain_so_many_of_the_products_own(context: Context) -> None:
    case = create(context, Unit, {"name": "thùng 24"})
    beer = product(context, units=[{"unit": case.id, "factor": Decimal(24), "price": Decimal(2_300_000)}])
    assert conversions(context, beer.id) == [Conversion(case.id, Decimal(24), Decimal(2_300_000))]
    with pytest.raises(InvalidError, match="units"):
        update(context, beer, {"units": [{"unit": case.id, "factor": Decimal(0)}]})


def test_what_is_set_up_once_is_found_among_the_settings(client: FlaskClient) -> None:
    page = client.get("/settings").get_data(as_text=True)
    tiles = re.findall('class="card tile" href="([^"]+)"', page)
    assert "/catalog/units" in tiles
    assert "/catalog/products" not in tiles, "that is in the menu"
