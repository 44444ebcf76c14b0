"""The vendor's list of companies."""

from collections.abc import Callable

import pytest

from core.access.identify import enter
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.plugin.facade import Hooks
from core.vendor import overview
from core.vendor.overview import CompanyOverview, companies_overview
from core.vendor.service import CompanyCreated

Create = Callable[..., CompanyCreated]


def line(database: Database, hooks: Hooks, slug: str) -> CompanyOverview:
    """The line of one company."""
    found = companies_overview(database, hooks.registry, after=slug[:-1], limit=1)
    assert found[0].slug == slug
    return found[0]


def add_customers(database: Database, hooks: Hooks, made: CompanyCreated, count: int) -> None:
    with database.session(made.company.id) as session, session.begin():
        context = enter(session, hooks, source="command")
        assert context is not None
        service.create_many(context, Customer, [{"name": f"Khách {number}"} for number in range(count)])


def test_it_tells_how_much_a_company_has(create: Create, database: Database, hooks: Hooks) -> None:
    made = create(bundle="bakeries")
    before = line(database, hooks, made.company.slug)
    assert (before.name, before.state, before.bundle, before.users) == ("Hoa Sen", "open", "bakeries", 1)
    assert before.modules == ("core", "oven", "bakery")
    assert before.last_activity is None
    add_customers(database, hooks, made, 4)
    after = line(database, hooks, made.company.slug)
    assert after.rows == before.rows + 4
    assert not after.rows_are_capped


def test_it_does_not_count_beyond_the_cap(
    create: Create, database: Database, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "CAPPED", 5)
    made = create()
    add_customers(database, hooks, made, 9)
    found = line(database, hooks, made.company.slug)
    assert found.rows_are_capped
    assert found.rows < 30


def test_it_goes_on_where_a_page_ended(create: Create, database: Database, hooks: Hooks, slug: str) -> None:
    slugs = [create(f"{slug}-{number}").company.slug for number in range(3)]
    first = companies_overview(database, hooks.registry, after=slug, limit=2)
    rest = companies_overview(database, hooks.registry, after=first[-1].slug, limit=1)
    assert [one.slug for one in (*first, *rest)] == slugs
