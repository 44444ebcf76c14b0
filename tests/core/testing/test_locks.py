"""The rules that keep companies apart, read from the database's catalogue: for every table, and for each one broken."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.plugin.boot import Registry
from core.testing.conformance.catalogue import lock_problems

NAME = "core_tag"


@pytest.fixture
def owner(database: Database) -> Iterator[sa.Connection]:
    """The owner of the tables; what is done is undone."""
    engine = sa.create_engine(database.owner_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def test_every_table_of_every_company_keeps_them(owner: sa.Connection, registry: Registry) -> None:
    names = [table.name for table in registry.tables()]
    assert names
    assert list(lock_problems(owner, names)) == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("ALTER TABLE core_tag DISABLE ROW LEVEL SECURITY", "row security is not forced"),
        ("ALTER TABLE core_tag NO FORCE ROW LEVEL SECURITY", "row security is not forced"),
        ("DROP POLICY tenant ON core_tag", "policy that holds it to its company is missing"),
        ("ALTER POLICY tenant ON core_tag USING (true)", "policy that holds it to its company is missing"),
        ("CREATE POLICY loose ON core_tag USING (true)", "a policy opens it (loose)"),
        ("ALTER POLICY search ON core_tag TO PUBLIC", "a policy opens it (search)"),
        ("GRANT SELECT ON core_tag TO PUBLIC", "somebody besides the application may use it (everybody)"),
        ("GRANT SELECT ON core_tag TO ghep_vendor", "somebody besides the application may use it (ghep_vendor)"),
        ("CREATE UNIQUE INDEX wide ON core_tag (name) WHERE false", "a key does not begin with tenant_id (wide)"),
        (
            "CREATE UNIQUE INDEX wide ON core_tag (lower(name)) WHERE false",
            "a key does not begin with tenant_id (wide)",
        ),
        (
            "ALTER TABLE core_tag ADD CONSTRAINT loose FOREIGN KEY (id) REFERENCES alone (id) NOT VALID",
            "a reference does not begin with tenant_id on both sides (loose)",
        ),
        ("ALTER TABLE core_tag DROP CONSTRAINT pk_core_tag CASCADE", "there is no primary key"),
    ],
)
def test_each_rule_that_is_broken_is_named_with_its_table(owner: sa.Connection, statement: str, words: str) -> None:
    owner.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    owner.exec_driver_sql("CREATE TABLE alone (id uuid PRIMARY KEY)")
    owner.exec_driver_sql(statement)
    assert [one for one in lock_problems(owner, [NAME]) if one.startswith(NAME) and words in one]
