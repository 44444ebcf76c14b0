"""What operators do is written down, by whom, and stays."""

from collections.abc import Callable
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from core.context import CompanyInfo
from core.db.database import Database
from core.i18n import use_locale
from core.plugin import health
from core.plugin.boot import Registry
from core.vendor import service
from core.vendor.deeds import COMMAND, DeedView, deeds
from core.vendor.models import Deed

WHO = "van.hanh@vendor.example.com"


def of(database: Database, company: CompanyInfo) -> list[tuple[str, str]]:
    with database.vendor_session() as session, use_locale("en"):
        return [(one.operator, str(one.text)) for one in deeds(session, company=company.slug)]


def test_each_act_on_a_company_is_written_down_once(
    database: Database, registry: Registry, make_company: Callable[..., CompanyInfo]
) -> None:
    company = make_company()
    slug = company.slug
    with database.vendor_session() as session, session.begin():
        for _turn in range(2):
            service.suspend(session, slug, operator=WHO)
        service.resume(session, slug)
        service.withdraw(session, slug, "kennel", operator=WHO)
        service.entitle(session, registry, slug, "kennel", operator=WHO)
        service.rename(session, slug, "Nhà thuốc Ban Mai", operator=WHO)
        service.rename(session, slug, "Nhà thuốc Ban Mai", operator=WHO)
    said = of(database, company)
    assert said[:2] == [
        (WHO, f"Renamed the company {slug} to Nhà thuốc Ban Mai"),
        (WHO, f"Let the company {slug} have kennel"),
    ]
    assert said[-2:] == [(COMMAND, f"Opened the company {slug} again"), (WHO, f"Suspended the company {slug}")]


def test_what_was_not_done_is_not_written_down(
    database: Database, registry: Registry, make_company: Callable[..., CompanyInfo]
) -> None:
    company = make_company()

    def suspend_and_fail() -> None:
        with database.vendor_session() as session, session.begin():
            service.suspend(session, company.slug, operator=WHO)
            service.entitle(session, registry, company.slug, "nowhere", operator=WHO)

    with pytest.raises(service.VendorError):
        suspend_and_fail()
    assert of(database, company) == []


def test_a_plugin_set_aside_and_released_is_written_down(database: Database) -> None:
    plugin = f"p{uuid4().hex[:12]}"
    with database.vendor_session() as session, session.begin():
        health.take_away(session, plugin, "Quá chậm", operator=WHO)
        health.take_away(session, plugin, "Lần nữa", operator=WHO)
        health.release(session, plugin, operator=WHO)
        health.take_away(session, plugin, cause="purge")
        health.release(session, plugin)
        found: list[DeedView] = [one for one in deeds(session) if one.plugin == plugin]
    with use_locale("en"):
        assert [str(one.text) for one in found] == [
            f"Let the plugin {plugin} run again",
            f"Set the plugin {plugin} aside. Quá chậm",
        ]


@pytest.mark.parametrize("statement", [sa.update(Deed).values(operator="nobody"), sa.delete(Deed)])
def test_nobody_can_change_it(database: Database, statement: sa.Update | sa.Delete) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), database.vendor_session() as session:
        session.execute(statement)


def test_companies_cannot_read_it(database: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), database.engine.connect() as connection:
        connection.execute(sa.select(Deed.id))
