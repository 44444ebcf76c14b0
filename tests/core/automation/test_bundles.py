"""Automations that come along with a bundle: once, for a company made from it or when its last module goes on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.access.passwords import Passwords
from core.automation import service
from core.context import CompanyInfo, Context, UserInfo
from core.db.database import Database
from core.entity.service import create, update
from core.notifications.models import Notification
from core.plugin.enablement import active_modules, switch_off, switch_on
from core.plugin.facade import Hooks
from core.vendor.models import Company
from core.vendor.service import InvalidCompanyError, create_company, entitle
from tests.core.automation.conftest import Office

CALL, REMIND = "Gọi khách khi bé được đón", "Nhắc chủ bé trước ngày đến"
Found = Callable[[str], Context]


@pytest.fixture
def found(database: Database, hooks: Hooks) -> Iterator[Found]:
    """Found a company from a bundle, and act in it as a command does."""
    opened: list[Context] = []

    def do(bundle: str, hooks: Hooks = hooks) -> Context:
        made = create_company(
            database, hooks, f"hotel-{uuid4().hex[:10]}", "Khách sạn Mèo", bundle=bundle, admin_email="lan@example.com",
            passwords=Passwords(time_cost=1, memory_kib=8),
        )  # fmt: skip
        opened.append(_enter(database, hooks, made.company))
        return opened[-1]

    yield do
    for one in opened:
        one.session.close()


def _enter(database: Database, hooks: Hooks, company: CompanyInfo) -> Context:
    context = Context(database.session(company.id), company, hooks, frozenset({"core"}), source="command")
    context.active = active_modules(context)
    return context


def _rules(context: Context) -> dict[str, bool]:
    return {one.name: one.active for one in service.listed(context)}


def test_a_company_made_from_a_bundle_begins_with_its_rules_and_they_work(found: Found, make_office: Callable[..., Office]) -> None:  # fmt: skip
    context = found("pet_hotel")
    assert _rules(context) == {CALL: True, REMIND: False}
    desk = Office(context, make_office().worker)
    customer = desk.customer("Cô Lan", mobile="+84912345678")
    stay = create(
        context, context.hooks.registry.resources["kennel.stay"].model,
        {"pet": "Mướp", "customer": customer.id, "arrives": context.today(), "leaves": context.today()},
    )  # fmt: skip
    update(context, stay, {"state": "collected"})
    desk.work()
    assert [(run.record_title, run.state) for run in desk.runs()] == [("Mướp", "done")]


def test_the_rules_come_once_whatever_became_of_them(found: Found, database: Database, hooks: Hooks) -> None:
    context = found("starter")
    assert _rules(context) == {}
    with database.vendor_session() as vendor, vendor.begin():
        entitle(vendor, hooks.registry, context.company.slug, "kennel")
    switch_on(context, "kennel")
    assert _rules(context) == {CALL: True, REMIND: False}
    service.remove(context, next(one for one in service.listed(context) if one.name == REMIND))
    switch_off(context, "kennel")
    switch_on(context, "kennel")
    assert _rules(context) == {CALL: True}


def test_rules_that_cannot_be_made_refuse_the_company_and_only_tell_whoever_switches_the_module_on(
    found: Callable[..., Context], database: Database, hooks: Hooks
) -> None:
    bundle = replace(hooks.registry.bundles["pet_hotel"], automations="translations/vi.po")
    broken = Hooks(replace(hooks.registry, bundles={**hooks.registry.bundles, "pet_hotel": bundle}))
    with database.vendor_session() as vendor:
        before = vendor.scalar(sa.select(sa.func.count(Company.id)))
        with pytest.raises(InvalidCompanyError, match="YAML"):
            found("pet_hotel", broken)
        assert vendor.scalar(sa.select(sa.func.count(Company.id))) == before
    context = found("starter", broken)
    with database.vendor_session() as vendor, vendor.begin():
        entitle(vendor, hooks.registry, context.company.slug, "kennel")
    admin = context.session.scalars(sa.select(User).where(User.tenant_id == context.tenant)).one()
    context.user = UserInfo(admin.id, admin.name, admin.email)
    assert switch_on(context, "kennel") == ["kennel"]
    [told] = context.session.scalars(sa.select(Notification).where(Notification.tenant_id == context.tenant))
    assert (told.user_id, "YAML" in told.body, _rules(context)) == (admin.id, True, {})
