"""The test kit, for our own plugins and for partners': a database, a company per test, and tests every entity inherits.

Each test lives in a company of its own. That is the isolation: commits are real, threads, browsers and workers see
them, and no test can meet another's rows, which is also the property the product must have.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from core.access.scopes import ALL
from core.context import CompanyInfo, Context, Grants
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.testing.installation import installation
from core.testing.throwaway import ADMINISTRATOR, SECRET, found_company, join

pytest_plugins = ("core.testing.web", "core.testing.entities")


registry, database_url, database, app = installation("*")


@pytest.fixture
def hooks(registry: Registry) -> Hooks:
    """The hooks of every installed plugin."""
    return Hooks(registry)


@pytest.fixture
def make_company(database: Database) -> Callable[..., CompanyInfo]:
    """Make companies: ``make_company(name=…, currency=…)``."""

    def make(**values: Any) -> CompanyInfo:
        return found_company(database, **values)

    return make


@pytest.fixture
def company(make_company: Callable[..., CompanyInfo]) -> CompanyInfo:
    """The company this test lives in."""
    return make_company()


@pytest.fixture
def make_context(database: Database, hooks: Hooks) -> Iterator[Callable[..., Context]]:
    """Act in a company: ``make_context(company, grants=…)``; everything is on and the person is its administrator."""
    opened: list[Context] = []

    def make(company: CompanyInfo, *, grants: Grants | None = None, name: str = ADMINISTRATOR) -> Context:
        opened.append(join(database, hooks, company, grants=grants, name=name))
        return opened[-1]

    yield make
    for context in opened:
        context.session.close()


@pytest.fixture
def context(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """The administrator of this test's company, in a session of their own."""
    return make_context(company)


@pytest.fixture
def stranger(make_context: Callable[..., Context], make_company: Callable[..., CompanyInfo]) -> Context:
    """The administrator of another company, who must never see anything of this test's."""
    return make_context(make_company(name="Công ty Khác"))


def limited(**verbs: list[str]) -> Grants:
    """Grants of somebody who may do just this, with everybody's records: ``limited(core_customer=["see"])``."""
    return limited_to(ALL, **verbs)


def limited_to(reach: str, **verbs: list[str]) -> Grants:
    """Grants that reach so far: ``limited_to("own", core_customer=["see", "edit"])``."""
    found = {name.replace("_", ".", 1): dict.fromkeys(allowed, reach) for name, allowed in verbs.items()}
    return replace(Grants(), verbs=found)


__all__ = ["SECRET", "limited", "limited_to"]
