"""Each module is switched off, with what cannot be without it, in a company full of data: the others work, and nothing
is lost."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import Context
from core.plugin.enablement import DependantsError, switch_off, switch_on
from core.testing.web import ApiClient

MODULES = ("cash", "catalog", "garage", "leads", "loyalty", "sales", "scoring", "warehouse")
NEEDED_BY = {"cash": {"garage"}, "catalog": {"garage", "warehouse"}, "warehouse": {"garage"}}
"""What goes off with a module, and is named before it does."""
OWN_PAGES = {"scoring": ["/scoring/levels", "/scoring/rules"]}
"""Addresses of modules beside those of their entities."""


@pytest.fixture
def company(context: Context, make_user: Callable[..., Context]) -> Context:
    """With the demo data of every module."""
    make_user(context)
    for name in ("core", *context.hooks.registry.plugins):
        if name in (*MODULES, "core"):
            context.hooks.module_on(context, name)
    for name in ("core", "catalog", "cash", "warehouse", "sales", "leads", "loyalty", "scoring", "garage"):
        context.hooks.demo(context, name)
    context.session.commit()
    return context


def counts(context: Context) -> dict[str, int]:
    """Rows of each entity."""
    found = {}
    for one in context.hooks.registry.resources.values():
        table = one.model.__table__
        counted = sa.select(sa.func.count()).select_from(table).where(table.c.tenant_id == context.tenant)
        found[one.name] = context.session.scalar(counted) or 0
    return found


def pages(context: Context, active: set[str]) -> Iterator[str]:
    """The addresses of what is on: lists, forms, and the newest record of each entity."""
    yield from ("/", "/my-day", "/calendar", "/reports", "/settings", "/search?q=cong")
    for one in context.hooks.registry.resources.values():
        if one.plugin not in active:
            continue
        yield f"/{one.path}"
        if "create" in one.verbs and one.plugin != "core":
            yield f"/{one.path}/new"
        table = one.model.__table__
        alive = (table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
        newest = context.session.scalar(sa.select(table.c.id).where(*alive).order_by(table.c.id.desc()).limit(1))
        if newest is not None and (one.plugin != "core" or one.name in {"core.customer", "core.contact"}):
            yield f"/{one.path}/{newest}"


@pytest.mark.parametrize("name", MODULES)
def test_the_others_work_and_nothing_is_lost(
    company: Context, name: str, make_client: Callable[..., FlaskClient], make_api: Callable[..., ApiClient]
) -> None:
    client, api, before = make_client(company), make_api(company), counts(company)
    gone = {name} | NEEDED_BY.get(name, set())
    if gone != {name}:
        with pytest.raises(DependantsError) as refused:
            switch_off(company, name)
        assert {*refused.value.dependants, name} == gone
    assert set(switch_off(company, name, with_dependants=True)) == gone
    company.session.commit()
    active = set(company.hooks.registry.plugins) - gone
    wrong = {page: status for page in pages(company, active) if (status := client.get(page).status_code) != 200}
    assert wrong == {}
    off = [one for one in company.hooks.registry.resources.values() if one.plugin in gone]
    addresses = [f"/{one.path}" for one in off if "see" in one.verbs] + OWN_PAGES.get(name, [])
    assert {client.get(one).status_code for one in addresses} == {404}
    for one in company.hooks.registry.resources.values():
        assert api.get(f"/api/v1/{one.path}").status_code == (404 if one.plugin in gone else 200), one.name
    for module in company.hooks.registry.plugins:
        if module in gone:
            switch_on(company, module)
    company.session.commit()
    assert {client.get(one).status_code for one in addresses} == {200}
    assert counts(company) == before
