"""Bundles to make companies from, and passwords that are cheap to hash."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from core.access.passwords import Passwords
from core.db.database import Database
from core.i18n import use_locale
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.plugin.manifest import Bundle
from core.vendor.service import CompanyCreated, create_company
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as with_plugins

EMAIL = "lan@example.com"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What refuses is told apart by its words, so they are the source's own."""
    with use_locale("en"):
        yield


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=8)


@pytest.fixture
def hooks(registry: Registry) -> Hooks:
    """Core, oven, bakery, which needs the oven, and one that will not start; bundles, one of what is not there."""

    def refuse() -> None:
        raise ValueError("too hot")

    modules = (module("oven"), module("bakery", requires=("oven",)), module("cracked", module_on=refuse))
    found = with_plugins(registry, *modules)
    bundles = (
        Bundle(name="bakeries", title="Bakeries", plugins=("bakery",)),
        Bundle(name="cracks", title="Cracks", plugins=("oven", "cracked")),
        Bundle(name="dreams", title="Dreams", plugins=("unicorn",)),
    )
    return Hooks(replace(found, bundles={**found.bundles, **{one.name: one for one in bundles}}))


@pytest.fixture
def slug() -> str:
    return f"lotus-{uuid4().hex[:10]}"


@pytest.fixture
def create(database: Database, hooks: Hooks, passwords: Passwords, slug: str) -> Callable[..., CompanyCreated]:
    """Make a company: ``create(bundle=…, slug=…)``."""

    def do(slug: str = slug, name: str = "Hoa Sen", **values: str) -> CompanyCreated:
        given = {"bundle": "starter", "admin_email": EMAIL, **values}
        return create_company(database, hooks, slug, name, passwords=passwords, **given)

    return do
