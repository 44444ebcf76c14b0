"""Switching modules on and off while people work."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.identify import enter
from core.context import CompanyInfo, Context, ForbiddenError, Grants
from core.customers.models import Tag
from core.db.database import Database
from core.entity import service
from core.entity.tables import Change
from core.jobs.models import Schedule as ScheduleRow
from core.plugin.boot import Registry
from core.plugin.enablement import (
    DependantsError,
    NeedsError,
    NotEntitledError,
    RefusedError,
    SwitchError,
    UnknownModuleError,
    active_modules,
    modules,
    running,
    switch_off,
    switch_on,
)
from core.plugin.facade import Hooks
from core.plugin.health import release, take_away
from core.plugin.manifest import Problem, Schedule
from core.plugin.models import Entitlement
from tests.core.plugin.registries import module
from tests.core.plugin.registries import registry as with_plugins

CHAIN = ("flour", "bread", "bakery")
"""Each requires the one before."""


class FaultError(Exception):
    """What a plugin of these tests raises."""


@pytest.fixture
def told() -> list[str]:
    """Plugins that were told that they were switched on."""
    return []


@pytest.fixture
def hooks(registry: Registry, told: list[str]) -> Hooks:
    """Core and five plugins: a chain of three, one alone that leaves a tag, one that refuses."""

    def tell(name: str) -> Callable[[], None]:
        return lambda: told.append(name)

    def leave_a_tag(context: Context) -> None:
        service.create(context, Tag, {"name": "Của hoa"})

    def refuse(context: Context) -> None:
        service.create(context, Tag, {"name": "Của mèo"})
        raise FaultError("no mice here")

    chain = [module(name, requires=CHAIN[:position][-1:], module_on=tell(name)) for position, name in enumerate(CHAIN)]
    return Hooks(
        with_plugins(registry, *chain, module("flower", module_on=leave_a_tag), module("cat", module_on=refuse))
    )


@pytest.fixture
def entitled(database: Database, company: CompanyInfo) -> Callable[..., None]:
    """Let the company have plugins: ``entitled("flour", "bread")``; ``remove=True`` takes them away."""

    def do(*names: str, remove: bool = False) -> None:
        with database.vendor_session() as vendor, vendor.begin():
            for name in names:
                if remove:
                    vendor.execute(
                        sa.delete(Entitlement).where(Entitlement.company_id == company.id, Entitlement.plugin == name)
                    )
                else:
                    vendor.add(Entitlement(company_id=company.id, plugin=name))

    return do


@pytest.fixture
def context(database: Database, hooks: Hooks, context: Context) -> Context:
    """The administrator, with nothing but core on."""
    context.active = frozenset({"core"})
    return context


@pytest.fixture
def next_request(database: Database, hooks: Hooks, context: Context) -> Callable[[], frozenset[str]]:
    """What is on in the next request, in a session of its own."""

    def ask() -> frozenset[str]:
        context.session.commit()
        with database.session(context.tenant) as session:
            found = enter(session, hooks, source="web")
            assert found is not None
            return found.active

    return ask


Entitled = Callable[..., None]
Next = Callable[[], frozenset[str]]


def test_a_module_is_on_from_the_next_request(context: Context, entitled: Entitled, next_request: Next) -> None:
    entitled("flour")
    assert next_request() == {"core"}
    assert switch_on(context, "flour") == ["flour"]
    assert context.active == {"core", "flour"}
    assert next_request() == {"core", "flour"}
    assert switch_off(context, "flour") == ["flour"]
    assert next_request() == {"core"}


def test_nothing_is_on_before_the_commit_and_nothing_after_a_rollback(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled("flour")
    switch_on(context, "flour")
    context.session.rollback()
    assert next_request() == {"core"}


def test_a_module_that_was_not_booked_cannot_be_switched_on(context: Context, next_request: Next) -> None:
    with pytest.raises(NotEntitledError) as error:
        switch_on(context, "flour")
    assert error.value.modules == ["flour"]
    assert next_request() == {"core"}


def test_what_is_needed_is_named_and_nothing_is_switched(
    context: Context, entitled: Entitled, next_request: Next, told: list[str]
) -> None:
    entitled(*CHAIN)
    with pytest.raises(NeedsError) as error:
        switch_on(context, "bakery")
    assert error.value.missing == ["flour", "bread"]
    assert "Flour, Bread" in str(error.value.reason)
    assert told == []
    assert next_request() == {"core"}


def test_what_is_needed_is_switched_on_first_when_asked(
    context: Context, entitled: Entitled, next_request: Next, told: list[str]
) -> None:
    entitled(*CHAIN)
    switch_on(context, "flour")
    assert switch_on(context, "bakery", with_requirements=True) == ["bread", "bakery"]
    assert told == list(CHAIN)
    assert next_request() == {"core", *CHAIN}


def test_what_is_needed_must_be_booked_too(context: Context, entitled: Entitled) -> None:
    entitled("bakery", "flour")
    with pytest.raises(NotEntitledError) as error:
        switch_on(context, "bakery", with_requirements=True)
    assert error.value.modules == ["bread"]


def test_what_depends_on_it_is_named_and_nothing_is_switched(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled(*CHAIN)
    switch_on(context, "bakery", with_requirements=True)
    with pytest.raises(DependantsError) as error:
        switch_off(context, "flour")
    assert error.value.dependants == ["bread", "bakery"]
    assert next_request() == {"core", *CHAIN}


def test_what_depends_on_it_is_switched_off_first_when_asked(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled(*CHAIN)
    switch_on(context, "bakery", with_requirements=True)
    assert switch_off(context, "flour", with_dependants=True) == ["bakery", "bread", "flour"]
    assert next_request() == {"core"}


def test_switching_twice_does_nothing_the_second_time(context: Context, entitled: Entitled, told: list[str]) -> None:
    entitled("flour")
    switch_on(context, "flour")
    assert switch_on(context, "flour") == []
    assert told == ["flour"]
    switch_off(context, "flour")
    with pytest.raises(UnknownModuleError):
        switch_off(context, "flour")


@pytest.mark.parametrize("name", ["", "nothing", "core; --", "x" * 500, "\0"])
def test_an_unknown_module_is_refused(context: Context, name: str) -> None:
    with pytest.raises(UnknownModuleError):
        switch_on(context, name)
    with pytest.raises(UnknownModuleError):
        switch_off(context, name)


def test_core_is_never_off(context: Context, next_request: Next) -> None:
    switch_on(context, "core")
    with pytest.raises(UnknownModuleError):
        switch_off(context, "core", with_dependants=True)
    assert next_request() == {"core"}


def test_only_an_administrator_switches(context: Context, entitled: Entitled) -> None:
    entitled("flour")
    context.grants = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "delete"), "all")})
    for do in (switch_on, switch_off):
        with pytest.raises(ForbiddenError):
            do(context, "flour")


def test_a_modules_own_beginnings_come_with_it(context: Context, entitled: Entitled) -> None:
    entitled("flower")
    switch_on(context, "flower")
    assert list(context.session.scalars(sa.select(Tag.name))) == ["Của hoa"]


def test_a_module_that_raises_is_not_switched_on_and_leaves_nothing(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    reported: list[Any] = []
    context.hooks.report = lambda *report: reported.append(report)
    entitled("cat")
    with pytest.raises(RefusedError, match="no mice here"):
        switch_on(context, "cat")
    assert next_request() == {"core"}
    assert context.session.scalars(sa.select(Tag.name)).all() == []
    assert [(plugin, place, company) for plugin, place, company, _error in reported] == [
        ("cat", "module_on", context.tenant)
    ]


def test_the_log_tells_who_switched_what(context: Context, entitled: Entitled) -> None:
    entitled("flour")
    switch_on(context, "flour")
    switch_off(context, "flour")
    lines = context.session.scalars(sa.select(Change).where(Change.entity == "core.module").order_by(Change.id)).all()
    assert context.user is not None
    assert [(line.action, line.record_title, line.user_name) for line in lines] == [
        ("module_on", "Flour", context.user.name),
        ("module_off", "Flour", context.user.name),
    ]


def test_recurring_work_is_planned_with_the_switch(context: Context, entitled: Entitled) -> None:
    daily = Schedule(name="daily", topic="flour.sieve", every=timedelta(days=1), plugin="flour")
    context.hooks.registry.schedules["flour.daily"] = daily
    entitled("flour")
    switch_on(context, "flour")
    assert context.session.execute(sa.select(ScheduleRow.plugin, ScheduleRow.name)).all() == [("flour", "daily")]


# --- what else decides whether a module runs ----------------------------------------------------------------------


def test_a_module_whose_booking_ended_is_off_at_once_and_so_is_what_needs_it(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled(*CHAIN)
    switch_on(context, "bakery", with_requirements=True)
    entitled("bread", remove=True)
    assert next_request() == {"core", "flour"}
    entitled("bread")
    assert next_request() == {"core", *CHAIN}


def test_a_quarantined_module_is_off_for_everybody_until_it_is_released(
    context: Context, entitled: Entitled, next_request: Next, database: Database
) -> None:
    entitled("flour", "bread")
    switch_on(context, "bread", with_requirements=True)
    with database.vendor_session() as vendor, vendor.begin():
        assert take_away(vendor, "flour", "Lỗi liên tục")
        assert not take_away(vendor, "flour", "Lỗi liên tục")
    try:
        assert next_request() == {"core"}
        assert {one.name: one.state for one in modules(context)}["flour"] == "quarantined"
        with pytest.raises(SwitchError):
            switch_on(context, "flour")
    finally:
        with database.vendor_session() as vendor, vendor.begin():
            assert release(vendor, "flour")
            assert not release(vendor, "flour")
    assert next_request() == {"core", "flour", "bread"}


def test_a_module_whose_code_is_gone_is_off_and_shown_as_such(
    context: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled("flour")
    switch_on(context, "flour")
    registry = context.hooks.registry
    left = {name: one for name, one in registry.plugins.items() if name != "flour"}
    context.hooks.registry = replace(registry, plugins=left)
    assert next_request() == {"core"}
    state = {one.name: one for one in modules(context)}["flour"]
    assert state.state == "broken"
    assert switch_off(context, "flour") == ["flour"]
    assert "flour" not in {one.name for one in modules(context)}


def test_one_companys_modules_are_not_anothers(
    context: Context, stranger: Context, entitled: Entitled, next_request: Next
) -> None:
    entitled("flour")
    switch_on(context, "flour")
    assert next_request() == {"core", "flour"}
    assert active_modules(stranger) == {"core"}


def test_what_runs_is_what_has_everything_it_requires(hooks: Hooks) -> None:
    registry = hooks.registry
    assert running(registry, []) == {"core"}
    assert running(registry, ["bakery"]) == {"core"}
    assert running(registry, ["bakery", "bread"]) == {"core"}
    assert running(registry, ["flour", "bakery"]) == {"core", "flour"}
    assert running(registry, CHAIN) == {"core", *CHAIN}
    assert running(registry, ["no such thing"]) == {"core"}


# --- the Modules page ---------------------------------------------------------------------------------------------


def test_the_page_tells_what_each_module_is_and_why_it_is_off(context: Context, entitled: Entitled) -> None:
    entitled("flour", "bread")
    switch_on(context, "flour")
    states = {one.name: one for one in modules(context)}
    assert {name: one.state for name, one in states.items()} == {
        "core": "on",
        "flour": "on",
        "bread": "off",
        "bakery": "not_entitled",
        "flower": "not_entitled",
        "cat": "not_entitled",
    }
    bread = states["bread"]
    assert (bread.title, bread.summary, bread.version, bread.icon) == ("Bread", "About bread.", "1.0.0", "puzzle")
    assert (bread.requires, bread.dependants) == (("flour",), ("bakery",))
    assert context.user is not None
    assert states["flour"].by == context.user.name
    assert states["flour"].since is not None
    assert next(iter(states)) == "core"


def test_a_module_that_waits_for_another_says_for_which(context: Context, entitled: Entitled) -> None:
    entitled("flour", "bread")
    switch_on(context, "bread", with_requirements=True)
    entitled("flour", remove=True)
    context.session.commit()
    bread = {one.name: one for one in modules(context)}["bread"]
    assert bread.state == "broken"
    assert "Flour" in str(bread.reason)


def test_a_module_that_cannot_start_is_told_apart_from_one_that_is_gone(context: Context, entitled: Entitled) -> None:
    entitled("flour")
    switch_on(context, "flour")
    registry = context.hooks.registry
    plugins = {name: one for name, one in registry.plugins.items() if name != "flour"}
    told = []
    for problems in ([], [Problem("flour", "import", "SyntaxError")]):
        context.hooks = Hooks(replace(registry, plugins=plugins, problems=problems))
        told.append({one.name: one.reason for one in modules(context)}["flour"])
    assert told[0] != told[1]
