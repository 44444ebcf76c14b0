"""Fields that a module keeps beside another's records: read, compared and sorted like the records' own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.access.sharing import Targets, Terms
from core.bulk.merging import merge, unmerge
from core.bulk.sharing import share
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.filters import read_filters
from core.entity.purge import purge
from core.entity.query import Query, list_fields, read_page
from core.entity.stream import stream
from core.plugin.boot import Registry
from core.plugin.enablement import switch_off
from core.reports.definition import Definition
from core.reports.running import run
from core.testing import limited_to
from core.testing.web import ApiClient

WEIGHTS = {"An": 70, "Bình": None, "Chi": 50, "Dũng": 90}


@pytest.fixture
def size(registry: Registry) -> Any:
    """What the dummy keeps beside customers."""
    return dict(registry.extensions["core.customer"])["dummy"]


@pytest.fixture
def people(context: Context, size: Any) -> dict[str, UUID]:
    """Four customers, one of whom nothing is known."""
    made = {name: service.create(context, Customer, {"name": name}).id for name in WEIGHTS}
    context.session.add_all(
        size(id=made[name], weight=weight, size="large" if weight > 60 else "small")
        for name, weight in WEIGHTS.items()
        if weight is not None
    )
    context.session.commit()
    return made


def names(
    context: Context, sort: str = "weight", *, down: bool = True, conditions: Mapping[str, str] = {}, limit: int = 2
) -> list[str]:
    """A list's customers, page after page."""
    resource = context.resource(Customer)
    fields = list_fields(context, resource)
    query = Query(
        resource, columns=[fields["name"], fields["weight"], fields["size"]], sort=fields[sort], descending=down,
        filters=read_filters(fields, conditions.items()), limit=limit,
    )  # fmt: skip
    found: list[str] = []
    while True:
        page = read_page(context, query)
        assert all(row["weight"] == WEIGHTS[row["name"]] for row in page.rows)
        found += [row["name"] for row in page.rows]
        query.cursor = page.next_cursor
        if not query.cursor:
            return found


def test_hook_extensions(context: Context, people: dict[str, UUID], make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(context)
    page = client.get("/customers?sort=-weight&columns=name,weight,size").get_data(as_text=True)
    assert page.index("Dũng") < page.index("An</a>") < page.index("Chi</a>")
    assert "Khối lượng" in page
    choices = client.get("/customers/narrow/size").get_data(as_text=True)
    assert choices.index("Lớn") < choices.index("Nhỏ")
    narrowed = client.get("/customers?size__eq=large").get_data(as_text=True)
    assert "Dũng" in narrowed
    assert "Chi</a>" not in narrowed
    assert "Khối lượng" in client.get(f"/customers/{people['An']}").get_data(as_text=True)
    assert client.get(f"/customers/{people['An']}/field?field=weight").status_code in {403, 404, 405}
    switch_off(context, "dummy")
    context.session.commit()
    assert client.get("/customers/narrow/size").status_code == 404
    assert "Khối lượng" not in client.get(f"/customers/{people['An']}").get_data(as_text=True)


@pytest.mark.usefixtures("people")
def test_records_are_sorted_by_it_whoever_looks(
    context: Context, people: dict[str, UUID], make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> None:
    for who in (context, _seller(context, people, make_context, make_user)):
        assert names(who, down=False) == ["Chi", "An", "Dũng", "Bình"]
        assert names(who) == ["Bình", "Dũng", "An", "Chi"]
        assert names(who, conditions={"size__eq": "large"}) == ["Dũng", "An"]


def _seller(
    context: Context, people: dict[str, UUID], make_context: Callable[..., Context], make_user: Callable[..., Context]
) -> Context:
    """Somebody who owns half of the customers, and with whom the others are shared."""
    seller = make_user(make_context(context.company, grants=limited_to("own", core_customer=["see"]), name="Nam"))
    assert seller.user is not None
    mine = [context.session.get_one(Customer, (context.tenant, people[name])) for name in ("An", "Bình")]
    for one in mine:
        one.owner_id = seller.user.id
    context.session.flush()
    share(context, Customer, [people["Chi"], people["Dũng"]], Targets(users=[seller.user.id]), "add", Terms())
    context.session.commit()
    return seller


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("weight__gte=70", "An Dũng"),
        ("weight__lt=60", "Chi"),
        ("weight__ne=70", "Bình Chi Dũng"),
        ("weight__empty=true", "Bình"),
        ("weight__empty=false", "An Chi Dũng"),
        ("size__in=small,large", "An Chi Dũng"),
        ("size__ne=large", "Bình Chi"),
    ],
)
def test_it_is_compared_like_a_field_of_the_records(context: Context, condition: str, found: str) -> None:
    name, _is, value = condition.partition("=")
    assert sorted(names(context, "name", conditions={name: value})) == found.split()


@pytest.mark.usefixtures("people")
def test_files_programs_and_reports_have_it(context: Context, make_api: Callable[..., ApiClient]) -> None:
    fields = list_fields(context, context.resource(Customer))
    query = Query(context.resource(Customer), columns=[fields["name"], fields["weight"]], sort=fields["weight"])
    assert [tuple(part[0]) for part in stream(context, query)] == [("Bình", "Dũng", "An", "Chi")]
    api = make_api(context)
    answer = api.get("/api/v1/customers?size__eq=large&sort=-weight&fields=name,weight,size").get_json()["items"]
    assert [(one["name"], one["weight"], one["size"]) for one in answer] == [("Dũng", 90, "large"), ("An", 70, "large")]
    assert "weight" not in api.get("/api/v1/customers").get_json()["items"][0]
    counted = run(context, Definition(entity="core.customer", by=("size",), show=("count", "avg:weight")))
    told = {row.value: tuple(one.value for one in counted.at(at)) for at, row in enumerate(counted.rows)}
    assert told == {"large": (2, 80), "small": (1, 50), None: (1, None)}


def test_a_role_that_hides_it_hides_it_everywhere(context: Context, make_context: Callable[..., Context]) -> None:
    grants = replace(limited_to("all", core_customer=["see"]), fields={"core.customer": {"weight": "hidden"}})
    person = make_context(context.company, grants=grants, name="Lan")
    assert "weight" not in list_fields(person, person.resource(Customer))
    assert "size" in list_fields(person, person.resource(Customer))


def test_a_merge_leaves_it_to_its_module_and_what_is_removed_takes_it_along(
    context: Context, size: Any, people: dict[str, UUID]
) -> None:
    operation = merge(context, Customer, people["An"], [people["Bình"], people["Chi"]], {})
    context.session.commit()
    assert names(context) == ["Dũng", "An"]
    unmerge(context, operation)
    context.session.commit()
    assert sorted(names(context)) == sorted(WEIGHTS)
    gone = context.session.get_one(Customer, (context.tenant, people["Chi"]))
    service.delete(context, [gone])
    purge(context, [gone])
    context.session.commit()
    rows = context.session.scalars(sa.select(size.weight).where(size.tenant_id == context.tenant))
    assert sorted(rows) == [70, 90]
