"""A lead becomes a customer: what is made, that it happens once, and that there is no way back (LEA-02, LEA-05 … 11)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.sdk import Call, Contact, Context, Customer, InvalidError, create, get, update
from core.testing.web import ApiClient
from plugins.catalog.api import Product
from plugins.leads.converting import convert
from plugins.leads.models import CARING, STOPPED, Lead
from plugins.sales.api import Opportunity
from plugins.sales.pipelines import furnish

FIRM = {"name": "Anh Nam", "kind": "organisation", "company": "Công ty An Phát", "mobile": "+84912345678",
        "email": "nam@example.com", "position": "Giám đốc"}  # fmt: skip


@pytest.fixture(autouse=True)
def _pipeline(context: Context) -> None:
    furnish(context)


def count(context: Context, model: type[Any]) -> int:
    table = model.__table__
    found = sa.select(sa.func.count()).select_from(table).where(table.c.tenant_id == context.tenant)
    return context.session.execute(found).scalar_one()


def call_about(context: Context, lead: Lead) -> Call:
    return create(context, Call, {
        "subject": "Gọi giới thiệu", "starts": datetime(2026, 6, 1, 2, tzinfo=UTC), "state": "held",
        "about": f"leads.lead/{lead.id}",
    })  # fmt: skip


def test_an_organisation_becomes_a_customer_with_a_contact_and_takes_its_activities_along(context: Context) -> None:
    lead = create(context, Lead, FIRM)
    call = call_about(context, lead)
    convert(context, lead.id)
    context.session.commit()
    customer = get(context, Customer, lead.link_id("customer") or lead.id)
    assert (customer.name, customer.kind, customer.main_contact) == ("Công ty An Phát", "organisation", "Anh Nam")
    contact = get(context, Contact, lead.link_id("contact") or lead.id)
    assert (contact.name, contact.position, contact.link_id("customer")) == ("Anh Nam", "Giám đốc", customer.id)
    assert (lead.state, customer.owner_id) == ("interested", lead.owner_id)
    chance = get(context, Opportunity, UUID((lead.opportunity or "").partition("/")[2]))
    assert (chance.name, chance.customer_id, chance.link_id("contact")) == ("Công ty An Phát", customer.id, contact.id)
    context.session.refresh(call)
    assert (call.about, call.link_id("customer")) == (lead.opportunity, customer.id)


def test_without_sales_there_is_no_opportunity_and_the_customer_gets_the_activities(context: Context) -> None:
    lead = create(context, Lead, FIRM)
    call = call_about(context, lead)
    context.active -= {"sales"}
    convert(context, lead.id)
    context.session.refresh(call)
    assert (call.about, call.link_id("customer")) == (None, lead.customer_id)
    assert (lead.opportunity, count(context, Opportunity)) == (None, 0)


def test_a_person_becomes_a_customer_without_a_contact_or_is_one_that_is_known(context: Context) -> None:
    lead = create(context, Lead, {"name": "Chị Hoa", "mobile": "+84912345678"})
    convert(context, lead.id, state="bought")
    assert (lead.state, count(context, Customer), count(context, Contact)) == ("bought", 1, 0)
    again = create(context, Lead, {"name": "Hoa", "mobile": "+84912345678"})
    convert(context, again.id, customer_id=lead.link_id("customer"))
    assert (again.link_id("customer"), count(context, Customer)) == (lead.link_id("customer"), 1)


def test_there_is_no_way_into_the_last_columns_but_converting_and_none_back(context: Context, api: ApiClient) -> None:
    with pytest.raises(InvalidError, match="state"):
        create(context, Lead, {"name": "Hoa", "state": "interested"})
    lead = create(context, Lead, {"name": "Hoa"})
    with pytest.raises(InvalidError, match="state"):
        update(context, lead, {"state": "bought"})
    convert(context, lead.id)
    update(context, lead, {"state": "bought"})
    context.session.commit()
    answer = api.patch(f"/api/v1/leads/leads/{lead.id}", json={"state": "new"}, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert "state" in answer.get_json(force=True)["errors"]


def test_two_who_convert_at_once_make_one_customer(
    context: Context, make_context: Callable[..., Context], app: Flask, client: FlaskClient
) -> None:
    lead_id = create(context, Lead, FIRM).id
    context.session.commit()

    def drag(_turn: int) -> UUID | None:
        mine = make_context(context.company)
        found = convert(mine, lead_id).link_id("customer")
        mine.session.commit()
        return found

    with ThreadPoolExecutor(4) as pool:
        customers = set(pool.map(drag, range(8)))
    made = [count(context, model) for model in (Customer, Contact, Opportunity)]
    assert (len(customers), made) == (1, [1, 1, 1])
    assert client.post(f"/leads/leads/{lead_id}/convert").location == f"/customers/{customers.pop()}"
    assert count(context, Customer) == 1


def test_leads_of_others_are_not_converted(
    context: Context, make_company: Callable[..., Any], make_context: Callable[..., Context], client: FlaskClient
) -> None:
    stranger = make_context(make_company())
    theirs = create(stranger, Lead, {"name": "Hoa"})
    stranger.session.commit()
    assert client.get(f"/leads/leads/{theirs.id}/convert").status_code == 404
    assert client.post(f"/leads/leads/{theirs.id}/convert").status_code == 404
    mine = create(context, Lead, {"name": "Hoa"})
    customer = create(stranger, Customer, {"name": "Của người khác"})
    stranger.session.commit()
    context.session.commit()
    answer = client.post(f"/leads/leads/{mine.id}/convert", data={"customer": str(customer.id)})
    assert answer.status_code == 404


def test_the_opportunity_is_named_by_product_and_telephone_while_the_box_is_ticked(context: Context) -> None:
    printer = create(context, Product, {"name": "Máy in", "code": "MI", "price": Decimal(3_490_000)})
    lead = create(context, Lead, {"name": "Hoa", "mobile": "+84912345678", "product": printer.id})
    assert (lead.opportunity_name, lead.amount) == ("Máy in_0912345678", Decimal(3_490_000))
    update(context, lead, {"amount": Decimal(3_000_000), "mobile": "+84987654321"})
    assert (lead.opportunity_name, lead.amount) == ("Máy in_0987654321", Decimal(3_000_000))
    convert(context, lead.id)
    made = get(context, Opportunity, UUID((lead.opportunity or "").partition("/")[2]))
    assert (made.name, made.amount) == ("Máy in_0987654321", Decimal(3_000_000))
    assert [(line.link_id("product"), line.name) for line in made.goods] == [(printer.id, "Máy in")]
    own = {"name": "Lan", "product": printer.id, "fills_in": False, "opportunity_name": "Mua máy in"}
    other = create(context, Lead, own)
    assert (other.opportunity_name, other.amount) == ("Mua máy in", None)


def test_care_is_stopped_for_a_reason_which_goes_when_it_is_taken_up_again(
    context: Context, client: FlaskClient
) -> None:
    lead = create(context, Lead, {"name": "Hoa"})
    with pytest.raises(InvalidError, match="stop_reason"):
        update(context, lead, {"care": STOPPED.value})
    update(context, lead, {"care": STOPPED.value, "stop_reason": "Đã mua nơi khác"})
    update(context, lead, {"care": CARING.value})
    assert lead.stop_reason is None
    context.session.commit()
    page = client.get(f"/leads/leads/{lead.id}").get_data(as_text=True)
    assert "Chuyển đổi" in page
    assert "Ngừng chăm sóc" in page
