"""What keeps the door to many machines open: every key of a company's table leads with the company."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from core.db.base import VENDOR_SCHEMA, metadata, tenant_tables

TABLES = pytest.mark.parametrize("table", sorted(tenant_tables(), key=str), ids=lambda table: table.name)

NOT_BY_COMPANY = {
    "ix_core_schedule_next_at_tenant_id": "the scheduler looks for what is due before it knows the company",
    "ix_core_reminder_clock": "and so it does for reminders",
}
"""Indexes that lead with something else, and why. Trigram indexes of the search may: they gain nothing by it."""


def test_a_table_is_a_companys_or_the_vendors() -> None:
    odd = [table.fullname for table in metadata.tables.values() if table.schema not in {None, VENDOR_SCHEMA}]
    assert odd == []
    vendors = [table for table in metadata.tables.values() if table.schema == VENDOR_SCHEMA]
    assert [table.fullname for table in vendors if "tenant_id" in table.c] == []


@TABLES
def test_the_primary_key_leads_with_the_company(table: sa.Table) -> None:
    assert next(column.name for column in table.primary_key) == "tenant_id"
    assert not table.c.tenant_id.nullable
    assert isinstance(table.c.tenant_id.type, sa.BigInteger)


@TABLES
def test_what_is_unique_is_unique_within_the_company(table: sa.Table) -> None:
    uniques = [one for one in table.constraints if isinstance(one, sa.UniqueConstraint | ExcludeConstraint)]
    assert [one.name for one in uniques if next(iter(one.columns)).name != "tenant_id"] == []


@TABLES
def test_an_index_leads_with_the_company_unless_told_why(table: sa.Table) -> None:
    for index in table.indexes:
        first = index.expressions[0]
        leads = isinstance(first, sa.Column) and first.name == "tenant_id"
        searches = index.dialect_options["postgresql"]["using"] == "gin" and not index.unique
        assert leads or searches or str(index.name) in NOT_BY_COMPANY


@TABLES
def test_a_reference_stays_within_the_company(table: sa.Table) -> None:
    for constraint in table.foreign_key_constraints:
        pairs = [(element.parent.name, element.column.name) for element in constraint.elements]
        assert pairs[0] == ("tenant_id", "tenant_id")
        assert [there for _here, there in pairs[1:]] == ["id"]
        assert constraint.referred_table.schema is None


@TABLES
def test_no_key_is_counted_by_the_database(table: sa.Table) -> None:
    """A sequence is one for all machines, and its gaps and order tell of other companies."""
    assert [column.name for column in table.c if column.identity or isinstance(column.default, sa.Sequence)] == []
    assert table.autoincrement_column is None
    if "id" in table.c:
        assert isinstance(table.c.id.type, sa.Uuid)
        assert table.c.id.default is not None


def test_the_database_has_no_more_tables_than_the_models(owner: sa.Engine) -> None:
    statement = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with owner.connect() as connection:
        found = {name for name in connection.scalars(statement) if not name.startswith("alembic_version_")}
    assert found - {table.name for table in tenant_tables()} == set()


def test_nothing_looks_round_the_policies_but_what_is_meant_to(owner: sa.Engine) -> None:
    functions = sa.text(
        "SELECT proname, proconfig, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    views = sa.text(
        "SELECT count(*) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    with owner.connect() as connection:
        found = connection.execute(functions).all()
        assert connection.scalar(views) == 0
    assert {name for name, _config, _public in found} == {
        "ghep_search",
        "ghep_due",
        "ghep_forget",
        "ghep_reminders_due",
        "ghep_schedules_due",
    }
    assert all(config == ["search_path=pg_catalog, public"] for _name, config, _public in found)
    assert not any(public for _name, _config, public in found)
