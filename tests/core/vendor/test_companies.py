"""Making companies, suspending them, and letting them have modules."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.access.attempts import Attempts
from core.access.identify import enter, identify
from core.access.keys import read_key
from core.access.login import Gate, SignedIn, SignInError, sign_in
from core.access.models import Role, User
from core.access.passwords import PasswordError, Passwords
from core.context import CompanyInfo
from core.db.database import Database
from core.plugin.enablement import RefusedError
from core.plugin.facade import Hooks
from core.plugin.models import Entitlement
from core.vendor import service
from core.vendor.models import Company
from core.vendor.service import (
    MAKING,
    CompanyCreated,
    InvalidCompanyError,
    NoCompanyError,
    VendorError,
    companies,
    company_of_slug,
)
from tests.core.vendor.conftest import EMAIL

Create = Callable[..., CompanyCreated]


@pytest.fixture
def modules(database: Database, hooks: Hooks) -> Callable[[CompanyInfo], frozenset[str]]:
    def ask(company: CompanyInfo) -> frozenset[str]:
        with database.session(company.id) as session:
            context = enter(session, hooks, source="web")
            assert context is not None
            return context.active

    return ask


@pytest.fixture
def there(database: Database) -> Callable[[str], bool]:
    """Whether there is anything of a company of this code."""

    def ask(slug: str) -> bool:
        with database.vendor_session() as vendor:
            return vendor.execute(sa.select(Company.id).where(Company.slug == slug)).first() is not None

    return ask


Modules = Callable[[CompanyInfo], frozenset[str]]
There = Callable[[str], bool]


def test_the_administrator_of_a_new_company_can_sign_in(
    create: Create, database: Database, hooks: Hooks, passwords: Passwords
) -> None:
    made = create(admin_name="Nguyễn Thị Lan")
    gate = Gate(passwords, Attempts())
    with database.session(made.company.id) as session:
        done = sign_in(session, made.company, EMAIL, made.password, gate=gate, agent="", address="192.0.2.1")
        session.commit()
        assert isinstance(done, SignedIn)
        identity = identify(session, hooks.registry, read_key(done.key))
    assert identity is not None
    assert (identity.user.name, identity.grants.admin, identity.company) == ("Nguyễn Thị Lan", True, made.company)


def test_a_bundle_decides_what_is_booked_and_on(create: Create, modules: Modules, database: Database) -> None:
    made = create(bundle="bakeries")
    assert made.modules == ["core", "oven", "bakery"]
    assert modules(made.company) == {"core", "oven", "bakery"}
    with database.vendor_session() as vendor:
        assert service.entitlements(vendor, made.company.slug) == ["bakery", "oven"]


def test_a_company_is_made_in_its_own_language_zone_and_money(create: Create, database: Database) -> None:
    made = create(locale="en", timezone="Asia/Bangkok", currency="USD")
    assert (made.company.locale, made.company.timezone, made.company.currency) == ("en", "Asia/Bangkok", "USD")
    with database.session(made.company.id) as session:
        assert "Administrator" in session.scalars(sa.select(Role.name)).all()


@pytest.mark.parametrize(
    "slug",
    ["", "a", "-ab", "ab-", "Ab", "a b", "a.b", "a_b", "công-ty", "x" * 41, "xn--abc", "a/b", "a\0b", "'; --", "a\n"],
)
def test_a_code_that_is_no_address_is_refused(create: Create, there: There, slug: str) -> None:
    with pytest.raises(InvalidCompanyError) as error:
        create(slug)
    assert set(error.value.errors) == {"slug"}


@pytest.mark.parametrize("slug", ["www", "api", "vendor", "admin", "static", "login"])
def test_a_code_that_is_the_systems_is_refused(create: Create, there: There, slug: str) -> None:
    with pytest.raises(InvalidCompanyError) as error:
        create(slug)
    assert set(error.value.errors) == {"slug"}
    assert not there(slug)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 161},
        {"name": "a\0b"},
        {"bundle": "nothing"},
        {"bundle": "dreams"},
        {"locale": "xx"},
        {"timezone": "Mars/Base"},
        {"timezone": "../etc/passwd"},
        {"currency": "đồng"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    create: Create, there: There, slug: str, values: dict[str, str]
) -> None:
    with pytest.raises(InvalidCompanyError) as error:
        create(**values)
    assert set(error.value.errors) == set(values)
    assert not there(slug)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"admin_email": "nobody"}, InvalidCompanyError),
        ({"admin_email": ""}, InvalidCompanyError),
        ({"password": "short"}, PasswordError),
    ],
)
def test_an_administrator_who_cannot_be_leaves_no_company(
    create: Create, there: There, slug: str, values: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        create(**values)
    assert not there(slug)
    assert create().company.slug == slug


def test_a_code_is_taken_once(create: Create) -> None:
    first = create()
    with pytest.raises(service.InvalidCompanyError) as refused:
        create()
    assert list(refused.value.errors) == ["slug"]
    assert first.company.state == "open"


def test_a_code_left_by_an_attempt_that_was_killed_can_be_used(create: Create, database: Database, slug: str) -> None:
    with database.vendor_session() as vendor, vendor.begin():
        vendor.add(Company(slug=slug, name="Nửa vời", state=MAKING))
    assert create().company.slug == slug


def test_a_company_that_is_being_made_is_not_there_yet(database: Database, slug: str) -> None:
    with database.vendor_session() as vendor, vendor.begin():
        vendor.add(Company(slug=slug, name="Nửa vời", state=MAKING))
    with database.reader() as connection:
        assert company_of_slug(connection, slug) is None
    with database.vendor_session() as vendor, pytest.raises(NoCompanyError):
        service.resume(vendor, slug)


def test_a_company_is_found_by_its_code(create: Create, database: Database) -> None:
    made = create()
    with database.reader() as connection:
        assert company_of_slug(connection, made.company.slug) == made.company
        assert made.company in companies(connection)
        for slug in ("", "nothing", made.company.slug.upper(), "\ud800", "x" * 10_000):
            assert company_of_slug(connection, slug) is None


def test_suspending_and_resuming(create: Create, database: Database, passwords: Passwords) -> None:
    made = create()

    def state() -> str:
        with database.reader() as connection:
            found = company_of_slug(connection, made.company.slug)
        assert found is not None
        return found.state

    def change(do: Callable[..., bool]) -> bool:
        with database.vendor_session() as vendor, vendor.begin():
            return do(vendor, made.company.slug)

    assert [change(service.suspend), change(service.suspend)] == [True, False]
    assert state() == "suspended"
    with database.reader() as connection:
        suspended = company_of_slug(connection, made.company.slug)
    assert suspended is not None
    gate = Gate(passwords, Attempts())
    with database.session(made.company.id) as session, pytest.raises(SignInError, match="Hoa Sen"):
        sign_in(session, suspended, EMAIL, made.password, gate=gate, agent="", address="192.0.2.1")
    assert [change(service.resume), change(service.resume)] == [True, False]
    assert state() == "open"


@pytest.fixture
def built(database: Database) -> None:
    """The tables of the modules have been made."""
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for name in ("oven", "bakery"):
            connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS alembic_version_{name} (version_num varchar(32))")
    engine.dispose()


@pytest.mark.usefixtures("built")
def test_letting_a_company_have_a_module_brings_what_it_needs(create: Create, database: Database, hooks: Hooks) -> None:
    made = create()
    with database.vendor_session() as vendor, vendor.begin():
        assert service.entitle(vendor, hooks.registry, made.company.slug, "bakery") == ["oven", "bakery"]
        assert service.entitle(vendor, hooks.registry, made.company.slug, "bakery") == []
    with database.vendor_session() as vendor, vendor.begin():
        assert service.withdraw(vendor, made.company.slug, "oven")
        assert not service.withdraw(vendor, made.company.slug, "oven")
        assert service.entitlements(vendor, made.company.slug) == ["bakery"]


def test_a_module_without_tables_cannot_be_given(create: Create, database: Database, hooks: Hooks) -> None:
    with database.vendor_session() as vendor, pytest.raises(VendorError, match="db upgrade"):
        service.entitle(vendor, hooks.registry, create().company.slug, "cracked")


@pytest.mark.parametrize("name", ["", "unicorn", "\0"])
def test_a_module_that_is_not_there_cannot_be_given(
    create: Create, database: Database, hooks: Hooks, name: str
) -> None:
    made = create()
    with database.vendor_session() as vendor, pytest.raises(VendorError):
        service.entitle(vendor, hooks.registry, made.company.slug, name)


def test_an_unknown_company_is_told_as_such(database: Database, hooks: Hooks) -> None:
    with database.vendor_session() as vendor:
        for do in (service.suspend, service.resume, service.entitlements):
            with pytest.raises(NoCompanyError):
                do(vendor, "nothing")
        with pytest.raises(NoCompanyError):
            service.entitle(vendor, hooks.registry, "nothing", "oven")


def test_a_failure_half_way_leaves_neither_company_nor_booking(
    create: Create, database: Database, there: There, slug: str
) -> None:
    with pytest.raises(RefusedError, match="too hot"):
        create(bundle="cracks")
    assert not there(slug)
    orphans = sa.select(Entitlement.id).where(Entitlement.company_id.not_in(sa.select(Company.id)))
    with database.vendor_session() as vendor:
        assert vendor.execute(orphans).all() == []


def test_the_people_of_two_companies_do_not_meet(create: Create, database: Database, slug: str) -> None:
    one, other = create(), create(f"{slug}-two")
    assert one.company.id != other.company.id
    for made in (one, other):
        with database.session(made.company.id) as session:
            assert len(session.scalars(sa.select(User.id)).all()) == 1
