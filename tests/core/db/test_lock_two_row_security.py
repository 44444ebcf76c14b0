"""Lock 2 alone: the database itself keeps companies apart. The ORM is not asked, and no foreign key is involved."""

from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from uuid_utils.compat import uuid7

from core.customers.models import Customer, Tag
from core.db.database import APP_ROLE, Database
from core.db.security import UnsafeRoleError, refuse_unsafe_role
from core.plugin.boot import Registry
from tests.core.db.conftest import Pair

Connect = Callable[[int | None], sa.Connection]
ROWS = sa.text("SELECT id FROM core_customer")


def test_raw_sql_without_a_condition_sees_one_company(as_app: Connect, pair: Pair) -> None:
    assert list(as_app(pair.ours).scalars(ROWS)) == [pair.our_customer]


def test_a_core_select_sees_one_company(as_app: Connect, pair: Pair) -> None:
    assert list(as_app(pair.ours).scalars(sa.select(Customer.__table__.c.id))) == [pair.our_customer]


def test_asking_for_another_company_by_name_gives_nothing(as_app: Connect, pair: Pair) -> None:
    statement = sa.text("SELECT id FROM core_customer WHERE tenant_id = :tenant")
    assert list(as_app(pair.ours).scalars(statement, {"tenant": pair.theirs})) == []


def test_without_a_company_there_is_nothing(as_app: Connect, pair: Pair, registry: Registry) -> None:
    connection = as_app(None)
    counted = {table: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in registry.tables()}
    assert counted
    assert {table.name: number for table, number in counted.items() if number} == {}


def test_nothing_is_changed_or_deleted_without_a_company(as_app: Connect, pair: Pair) -> None:
    connection = as_app(None)
    assert connection.execute(sa.text("UPDATE core_customer SET name = 'x'")).rowcount == 0
    assert connection.execute(sa.text("DELETE FROM core_customer")).rowcount == 0


def test_a_change_and_a_deletion_touch_one_company(as_app: Connect, pair: Pair) -> None:
    connection = as_app(pair.ours)
    assert connection.execute(sa.text("UPDATE core_customer SET name = 'x'")).rowcount == 1
    assert connection.execute(sa.text("DELETE FROM core_customer")).rowcount == 1


def _tag(tenant: int) -> sa.Insert:
    return sa.insert(Tag.__table__).values(tenant_id=tenant, id=uuid7(), name="VIP", version=1)


def test_a_row_of_another_company_is_refused(as_app: Connect, pair: Pair) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        as_app(pair.ours).execute(_tag(pair.theirs))


def test_a_row_is_refused_without_a_company(as_app: Connect, pair: Pair) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        as_app(None).execute(_tag(pair.ours))


def test_a_row_cannot_be_moved_to_another_company(as_app: Connect, pair: Pair) -> None:
    connection = as_app(pair.ours)
    connection.execute(_tag(pair.ours))
    with pytest.raises(ProgrammingError, match="row-level security"):
        connection.execute(sa.update(Tag.__table__).values(tenant_id=pair.theirs))


@pytest.mark.parametrize("setting", ["0", "-1", "abc", ""])
def test_an_odd_setting_shows_nothing(as_app: Connect, pair: Pair, setting: str) -> None:
    connection = as_app(None)
    connection.exec_driver_sql(f"SET LOCAL ghep.tenant TO '{setting}'")
    with suppress(sa.exc.DataError):  # no number at all: an error shows nothing either
        assert list(connection.scalars(ROWS)) == []


def test_the_change_log_can_be_written_and_not_altered(as_app: Connect, pair: Pair) -> None:
    connection = as_app(pair.ours)
    with pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(sa.text("UPDATE core_change SET action = 'nothing'"))
    connection.rollback()
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_app(pair.ours).execute(sa.text("DELETE FROM core_change"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO vendor.company (slug, name) VALUES ('x', 'x')",
        "UPDATE vendor.company SET state = 'open'",
        "INSERT INTO vendor.entitlement (company_id, plugin) VALUES (1, 'x')",
        "DELETE FROM vendor.quarantine",
        "UPDATE vendor.plugin_error SET message = ''",
        "SELECT * FROM vendor.operator",
        "SELECT * FROM vendor.operator_session",
        "CREATE TABLE mine (id int)",
        "SET ROLE ghep_search",
        "SET ROLE ghep_vendor",
    ],
)
def test_the_applications_role_may_not(as_app: Connect, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be member"):
        as_app(None).exec_driver_sql(statement)


def test_the_vendors_role_sees_no_companys_rows(database: Database, pair: Pair) -> None:
    with database.vendor_engine.connect() as connection:
        connection.exec_driver_sql(f"SET LOCAL ghep.tenant TO '{pair.ours}'")
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(ROWS)


# --- the process refuses to start otherwise ---------------------------------------------------------------------


def test_the_applications_role_is_safe(as_app: Connect, registry: Registry) -> None:
    connection = as_app(None)
    assert connection.scalar(sa.text("SELECT current_user")) == APP_ROLE
    refuse_unsafe_role(connection, registry.tables())


def test_a_superuser_is_refused(owner: sa.Engine, registry: Registry) -> None:
    with owner.connect() as connection, pytest.raises(UnsafeRoleError, match="superuser"):
        refuse_unsafe_role(connection, registry.tables())


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE core_tag DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE core_tag NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE core_tag OWNER TO ghep_app",
    ],
)
def test_a_table_without_the_lock_is_refused_by_name(owner: sa.Engine, registry: Registry, statement: str) -> None:
    with owner.connect() as connection:
        connection.exec_driver_sql("GRANT CREATE ON SCHEMA public TO ghep_app")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("SET LOCAL ROLE ghep_app")
        with pytest.raises(UnsafeRoleError, match="core_tag"):
            refuse_unsafe_role(connection, registry.tables())
        connection.rollback()


def test_a_role_that_bypasses_row_security_is_refused(owner: sa.Engine, registry: Registry) -> None:
    with owner.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE passer_by BYPASSRLS")
        connection.exec_driver_sql("SET LOCAL ROLE passer_by")
        with pytest.raises(UnsafeRoleError, match="bypass"):
            refuse_unsafe_role(connection, registry.tables())
        connection.rollback()
