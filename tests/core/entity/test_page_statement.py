"""A page's statement is put together once; what it reads is what it would read if it were put together anew."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.access.organisation import Department
from core.context import Context, Grants, UserInfo
from core.customers.models import Customer, Source, Tag
from core.entity import service
from core.entity.customize import add_field
from core.entity.query import Query, list_fields, read_page


@pytest.fixture
def three(context: Context) -> None:
    """Customers with and without values, one of them tagged."""
    tags = [service.create(context, Tag, {"name": name}) for name in ("VIP", "Bán sỉ")]
    service.create(
        context,
        Customer,
        {"name": "Lan", "mobile": "+84912345678", "revenue": Decimal("12.5"), "tags": [tag.id for tag in tags]},
    )
    service.create(context, Customer, {"name": "Mai", "birthday": date(1990, 2, 3)})
    service.create(context, Customer, {"name": "An"})


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("titles", [True, False])
@pytest.mark.parametrize("order", ["updated_at", "name"])
def test_a_plain_page_reads_what_a_filtered_one_reads(context: Context, order: str, *, titles: bool) -> None:
    resource = context.resource(Customer)
    fields = list_fields(context, resource)

    def walk(*conditions: sa.ColumnElement[bool]) -> list[dict[str, object]]:
        query = Query(
            resource, columns=tuple(fields.values()), sort=fields[order], titles=titles, limit=2, conditions=conditions
        )
        first = read_page(context, query)
        query.cursor = first.next_cursor
        return [*first.rows, *read_page(context, query).rows]

    assert walk() == walk(sa.true())
    assert len(walk()) == 3


@pytest.mark.usefixtures("three")
def test_links_come_with_their_titles_in_order(context: Context) -> None:
    resource = context.resource(Customer)
    rows = read_page(context, Query(resource, columns=(resource.fields["tags"],))).rows
    assert sorted(row["tags__title"] for row in rows) == [[], [], ["Bán sỉ", "VIP"]]


def test_two_companies_fields_of_one_name_stay_apart(context: Context, stranger: Context) -> None:
    for turn, target, model in ((context, "core.tag", Tag), (stranger, "core.source", Source)):
        resource = turn.resource(Customer)
        add_field(turn, resource, "Liên quan", "link", target=target)
        [spec] = [one for one in turn.fields(resource).values() if one.key]
        related = service.create(turn, model, {"name": f"Của {target}"})
        service.create(turn, Customer, {"name": "Lan", spec.name: related.id})
        row = read_page(turn, Query(resource, columns=(spec,))).rows[0]
        assert row[f"{spec.name}__title"] == f"Của {target}"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("scope", ["own", "department", "below", "all"])
def test_a_page_is_counted_for_every_scope(context: Context, scope: str) -> None:
    boss = service.create(context, User, {"name": "Trưởng phòng", "email": "truong@example.com"})
    service.create(context, Department, {"name": "Phòng kinh doanh", "head": boss.id})
    grants = Grants(verbs={"*": {"see": scope}})
    info = UserInfo(boss.id, boss.name, boss.email)
    turn = Context(context.session, context.company, context.hooks, context.active, grants, info)
    page = read_page(turn, Query(turn.resource(Customer), total=10))
    assert page.total == len(page.rows) == (3 if scope == "all" else 0)
