"""How often a request may ask the database: the numbers stand in tests/query_counts.json."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from core.context import Context
from core.customers.models import Customer, Tag
from core.entity import service
from core.entity.tables import CustomField
from core.testing.web import ApiClient

Budget = Callable[[str], AbstractContextManager[None]]
LIST = "/api/v1/customers"


@pytest.fixture
def customers(api: ApiClient, context: Context) -> None:
    """Customers enough for a full page, each with a tag; and a token that was used a moment ago."""
    tags = [tag.id for tag in service.create_many(context, Tag, [{"name": "VIP"}, {"name": "Mới"}])]
    service.create_many(context, Customer, [{"name": f"Khách {n}", "tags": [tags[n % 2]]} for n in range(60)])
    context.session.commit()
    api.get(LIST)


@pytest.mark.usefixtures("customers")
def test_a_full_page_of_a_list(api: ApiClient, query_budget: Budget) -> None:
    with query_budget("api: customers"):
        answer = api.get(LIST).get_json()
    assert (len(answer["items"]), answer["total"]) == (50, 60)
    assert all(item["tags"] for item in answer["items"])


@pytest.mark.usefixtures("customers")
def test_a_search(api: ApiClient, query_budget: Budget) -> None:
    with query_budget("api: customers searched"):
        assert api.get(f"{LIST}?q=khach").get_json()["total"] == 60


@pytest.mark.usefixtures("customers")
def test_a_list_with_own_fields(api: ApiClient, context: Context, query_budget: Budget) -> None:
    context.session.add(CustomField(entity="core.customer", key="own", title="Own", kind="integer"))
    context.session.commit()
    for number in range(3):
        api.post(LIST, json={"name": "An", "custom": {"own": number}})
    api.get(LIST)
    with query_budget("api: customers with own fields"):
        assert api.get(LIST).get_json()["items"][0]["custom"] == {"own": 2}


@pytest.mark.usefixtures("customers")
def test_one_record(api: ApiClient, query_budget: Budget) -> None:
    place = api.post(LIST, json={"name": "An"}).headers["Location"]
    with query_budget("api: one customer"):
        assert api.get(place).status_code == 200
