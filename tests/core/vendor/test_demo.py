"""The demo companies: made once, the same every time, and a month old."""

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.access.attempts import Attempts
from core.access.identify import enter
from core.access.login import Gate, sign_in
from core.access.passwords import Passwords
from core.context import CompanyInfo, Context
from core.customers import demo
from core.customers.models import Contact, Customer, Source, Tag
from core.customers.tax_code import is_tax_code
from core.db.base import now
from core.db.database import Database
from core.plugin.boot import Registry
from core.plugin.facade import Hooks
from core.settings import Settings
from core.testing.throwaway import SECRET, migrated_database
from core.vendor.demo import load_demo
from core.vendor.operators import sign_in_operator
from core.vendor.service import VendorError, companies


@pytest.fixture(scope="module")
def database(registry: Registry) -> Iterator[Database]:
    """An installation of its own: the demo companies have fixed codes."""
    with migrated_database(registry) as url:
        database = Database(url, SECRET)
        yield database
        database.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(var=tmp_path_factory.mktemp("var"), port=8123)


@pytest.fixture(scope="module")
def logins(database: Database, registry: Registry, settings: Settings) -> str:
    """What the first start prints."""
    return load_demo(settings, database, Hooks(registry), Passwords(time_cost=1, memory_kib=8), once=True)


@pytest.fixture
def company(database: Database, logins: str) -> CompanyInfo:
    with database.reader() as connection:
        return next(one for one in companies(connection) if one.slug == "demo")


@pytest.fixture
def inside(database: Database, hooks: Hooks, company: CompanyInfo) -> Iterator[Context]:
    with database.session(company.id) as session:
        context = enter(session, hooks, source="command")
        assert context is not None
        yield context


def test_everybody_named_can_sign_in(database: Database, logins: str) -> None:
    gate = Gate(Passwords(time_cost=1, memory_kib=8), Attempts())
    with database.reader() as connection:
        known = {one.slug: one for one in companies(connection)}
    assert set(known) == {"demo", "huong"}
    company, entered = "", 0
    for text in logins.splitlines():
        if "company code" in text:
            company = text.rpartition(" ")[2].rstrip(")")
        elif text.startswith("Vendor"):
            company = "vendor"
        elif "@" in text:
            email, password = text.split()
            entered += 1
            if company == "vendor":
                with database.vendor_session() as vendor:
                    assert sign_in_operator(vendor, email, password, gate=gate, address="192.0.2.1")
            else:
                with database.session(known[company].id) as session:
                    one = known[company]
                    assert sign_in(session, one, email, password, gate=gate, agent="", address="192.0.2.1")
    assert entered == 6


def test_the_addresses_are_told(logins: str) -> None:
    assert "http://demo.localhost:8123" in logins
    assert "http://huong.localhost:8123" in logins
    assert "http://localhost:8123/vendor" in logins


def test_they_are_kept_for_the_owner_of_the_installation_alone(settings: Settings, logins: str) -> None:
    kept = settings.var / "demo-logins.txt"
    assert kept.read_text(encoding="utf-8").strip() == logins.strip()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_second_start_does_nothing(database: Database, hooks: Hooks, settings: Settings, logins: str) -> None:
    passwords = Passwords(time_cost=1, memory_kib=8)
    assert load_demo(settings, database, hooks, passwords, once=True).strip() == logins.strip()
    with pytest.raises(VendorError, match="already"):
        load_demo(settings, database, hooks, passwords)


def test_a_second_start_elsewhere_knows_no_passwords(
    database: Database, hooks: Hooks, logins: str, tmp_path: Path
) -> None:
    elsewhere = Settings(var=tmp_path)
    assert load_demo(elsewhere, database, hooks, Passwords(time_cost=1, memory_kib=8), once=True) == ""


def test_there_are_customers_of_both_kinds_with_contacts_tags_and_sources(inside: Context) -> None:
    session = inside.session
    kinds = dict(session.execute(sa.select(Customer.kind, sa.func.count()).group_by(Customer.kind)).all())
    assert sum(kinds.values()) == demo.CUSTOMERS
    assert min(kinds.values()) >= 20
    assert len(session.scalars(sa.select(Contact.id)).all()) >= 30
    assert len(session.scalars(sa.select(Tag.id)).all()) >= 5
    used = session.scalars(sa.select(Customer.__table__.c.source_id).distinct()).all()
    assert len(used) == len(session.scalars(sa.select(Source.id)).all())


def test_they_are_made_over_a_month_and_belong_to_several_people(inside: Context) -> None:
    rows = inside.session.execute(sa.select(Customer.created_at, Customer.updated_at, Customer.owner_id)).all()
    assert 25 <= (now() - min(row.created_at for row in rows)).days <= 31
    assert all(row.created_at <= row.updated_at <= now() for row in rows)
    assert len({row.owner_id for row in rows}) == 3


def test_the_tax_codes_have_their_check_digit_and_the_addresses_reach_nobody(inside: Context) -> None:
    customers = inside.session.scalars(sa.select(Customer)).all()
    codes = [customer.tax_code for customer in customers if customer.tax_code]
    assert len(codes) >= 20
    assert all(is_tax_code(code) for code in codes)
    assert all(_check_digit(code) for code in codes)
    assert all(customer.email and customer.email.endswith("example.com") for customer in customers)


def _check_digit(code: str) -> bool:
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    total = sum(weight * int(digit) for weight, digit in zip(weights, code, strict=False))
    return int(code[9]) == 10 - total % 11


def test_a_company_gets_the_same_every_time() -> None:
    def names(seed: str) -> list[str]:
        chance = random.Random(seed)
        catalogue = demo._Catalogue([], [uuid4() for _tag in range(6)], [], defaultdict(uuid4), [])
        return [demo._customer(chance, number, catalogue)["name"] for number in range(demo.CUSTOMERS)]

    assert names("demo") == names("demo")
    assert names("demo") != names("huong")
