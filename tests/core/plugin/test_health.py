"""How plugins fare: errors are kept, one that keeps failing is taken away, and the page never breaks."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.identify import enter
from core.context import CompanyInfo, Context
from core.db.base import now
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.enablement import switch_on
from core.plugin.facade import Hooks
from core.plugin.health import LIMIT, Health, forget_old, health, release
from core.plugin.manifest import Card, Problem
from core.plugin.models import Entitlement, PluginError, Quarantine
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as with_plugins


@pytest.fixture
def name() -> str:
    """Errors belong to no company, so each test has a plugin of its own."""
    return f"shaky_{uuid4().hex[:8]}"


@pytest.fixture
def hooks(registry: Registry, database: Database, name: str) -> Hooks:
    """A plugin whose cards raise, beside one that is well."""

    def raise_it() -> list[Card]:
        raise ZeroDivisionError("no \0 cards today")

    shaky = module(name, cards=raise_it)
    sound = module("sound", cards=lambda: [Card(name="well", title="All is well")])
    return Hooks(with_plugins(registry, shaky, sound), Health(database.engine).report)


@pytest.fixture
def context(context: Context, database: Database, company: CompanyInfo, hooks: Hooks, name: str) -> Context:
    """Both are on."""
    with database.vendor_session() as vendor, vendor.begin():
        vendor.add_all(Entitlement(company_id=company.id, plugin=one) for one in (name, "sound"))
    context.active = frozenset({"core"})
    for one in (name, "sound"):
        switch_on(context, one)
    context.session.commit()
    return context


@pytest.fixture
def active(database: Database, hooks: Hooks, context: Context) -> Callable[[], frozenset[str]]:
    def ask() -> frozenset[str]:
        with database.session(context.tenant) as session:
            found = enter(session, hooks, source="web")
            assert found is not None
            return found.active

    return ask


@pytest.fixture
def errors(database: Database, name: str) -> Iterator[Callable[[], int]]:
    def count() -> int:
        with database.vendor_session() as vendor:
            statement = sa.select(sa.func.count()).where(PluginError.plugin == name)
            return vendor.execute(statement).scalar_one()

    yield count
    with database.vendor_session() as vendor, vendor.begin():
        vendor.execute(sa.delete(Quarantine).where(Quarantine.plugin == name))


def own_cards(context: Context) -> list[Card]:
    return [card for card in context.hooks.cards(context) if card.plugin != "core"]


def test_a_plugin_that_raises_loses_its_own_cards_alone(context: Context) -> None:
    assert [card.title for card in own_cards(context)] == ["All is well"]


def test_its_error_is_kept_for_the_vendor(context: Context, database: Database, name: str) -> None:
    own_cards(context)
    with database.vendor_session() as vendor:
        row = vendor.scalars(sa.select(PluginError).where(PluginError.plugin == name)).one()
    assert (row.place, row.company_id) == ("cards", context.tenant)
    assert row.message == "ZeroDivisionError: no  cards today"


def test_it_is_kept_though_the_request_is_rolled_back(context: Context, errors: Callable[[], int]) -> None:
    own_cards(context)
    context.session.rollback()
    assert errors() == 1


def test_one_that_keeps_failing_is_taken_from_everybody(
    context: Context, active: Callable[[], frozenset[str]], errors: Callable[[], int], name: str
) -> None:
    for _view in range(LIMIT - 1):
        own_cards(context)
    assert name in active()
    own_cards(context)
    assert active() == {"core", "sound"}
    assert errors() == LIMIT


def test_after_its_release_it_may_fail_anew_before_it_is_taken_away_again(
    context: Context, database: Database, active: Callable[[], frozenset[str]], errors: Callable[[], int], name: str
) -> None:
    for _view in range(LIMIT):
        own_cards(context)
    with database.vendor_session() as vendor, vendor.begin():
        assert release(vendor, name)
    assert name in active()
    for _view in range(LIMIT - 1):
        own_cards(context)
    assert name in active()
    own_cards(context)
    assert name not in active()
    with database.vendor_session() as vendor:
        history = vendor.scalars(sa.select(Quarantine.released_at).where(Quarantine.plugin == name)).all()
    assert len(history) == 2


def test_errors_spread_over_a_long_time_do_no_harm(
    context: Context, database: Database, active: Callable[[], frozenset[str]], errors: Callable[[], int], name: str
) -> None:
    for _view in range(LIMIT - 1):
        own_cards(context)
    with database.vendor_session() as vendor, vendor.begin():
        long_ago = sa.update(PluginError).where(PluginError.plugin == name)
        vendor.execute(long_ago.values(at=sa.text("at - interval '11 minutes'")))
    own_cards(context)
    assert name in active()


def test_reporting_never_raises(database_url: str, name: str) -> None:
    nowhere = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing", poolclass=sa.NullPool)
    Health(nowhere).report(name, "cards", None, ValueError("x"))


@pytest.mark.parametrize("text", ["\0", "x" * 100_000, "\ud800", "%s %(x)s", ""])
def test_any_error_can_be_reported(database: Database, name: str, text: str, errors: Callable[[], int]) -> None:
    Health(database.engine).report(name, "x" * 500, None, ValueError(text))
    assert errors() == 1


def test_the_vendors_page_tells_how_each_fares(context: Context, database: Database, hooks: Hooks, name: str) -> None:
    own_cards(context)
    hooks.registry.problems.append(Problem("torn", "import", "SyntaxError: invalid syntax", "trial-torn"))
    with database.vendor_session() as vendor:
        rows = {one.name: one for one in health(vendor, hooks.registry, hooks.timings)}
    shaky, torn, sound = rows[name], rows["torn"], rows["sound"]
    assert (shaky.state, shaky.version, shaky.companies, shaky.errors_today) == ("running", "1.0.0", 1, 1)
    assert (shaky.calls, shaky.errors) == (1, 1)
    assert shaky.seconds > 0
    assert "ZeroDivisionError" in shaky.last_errors[0].message
    assert (torn.state, torn.reason, torn.distribution) == ("broken", "SyntaxError: invalid syntax", "trial-torn")
    assert (sound.state, sound.errors, sound.last_errors) == ("running", 0, ())
    assert next(iter(rows)) == "torn"


def test_the_vendors_page_tells_why_one_is_away(
    context: Context, database: Database, hooks: Hooks, errors: Callable[[], int], name: str
) -> None:
    for _view in range(LIMIT):
        own_cards(context)
    with database.vendor_session() as vendor:
        row = {one.name: one for one in health(vendor, hooks.registry, hooks.timings)}[name]
    assert row.state == "quarantined"
    assert "ZeroDivisionError" in str(row.reason)
    assert row.since is not None
    assert row.since <= now()


def test_old_errors_are_forgotten(context: Context, database: Database, errors: Callable[[], int], name: str) -> None:
    own_cards(context)
    own_cards(context)
    with database.vendor_session() as vendor, vendor.begin():
        newest = sa.select(sa.func.max(PluginError.id)).where(PluginError.plugin == name).scalar_subquery()
        vendor.execute(
            sa.update(PluginError).where(PluginError.plugin == name, PluginError.id < newest)
            .values(at=sa.text("at - interval '31 days'"))
        )  # fmt: skip
        assert forget_old(vendor) >= 1
    assert errors() == 1
