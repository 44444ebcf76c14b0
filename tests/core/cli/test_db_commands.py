"""``ghep db``, ``ghep demo`` and the command as a whole."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from core.cli import COMMANDS, make
from core.testing.throwaway import empty_database
from tests.core.cli.conftest import Ghep

Refused = Callable[..., str]


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database nobody has prepared."""
    with empty_database() as url:
        yield url


def test_an_empty_database_is_made_ready_and_is_in_order(ghep: Ghep, refused: Refused, empty: str) -> None:
    assert "ghep db upgrade" in refused("company", "list", GHEP_DATABASE_URL=empty)
    unready = ghep("db", "check", GHEP_DATABASE_URL=empty)
    assert unready.exit_code == 1
    assert "ghep db upgrade" in unready.stderr
    for _time in range(2):
        result = ghep("db", "upgrade", GHEP_DATABASE_URL=empty)
        assert (result.exit_code, result.output) == (0, "")
    result = ghep("db", "check", GHEP_DATABASE_URL=empty)
    assert (result.exit_code, result.output) == (0, "")


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_tables_that_are_not_as_the_models_say_are_named(ghep: Ghep, empty: str) -> None:
    ghep("db", "upgrade", GHEP_DATABASE_URL=empty)
    run(empty, "ALTER TABLE core_tag DISABLE ROW LEVEL SECURITY")
    unlocked = ghep("db", "check", GHEP_DATABASE_URL=empty)
    assert (unlocked.exit_code, "core_tag" in unlocked.stderr) == (1, True)
    run(
        empty,
        "ALTER TABLE core_source DROP COLUMN name",
        "ALTER TABLE core_tag ADD COLUMN colour text",
        "ALTER TABLE pantry_jar DROP CONSTRAINT fk_pantry_jar_tenant_id_customer_id",
        "DROP INDEX ix_core_customer_newest",
    )
    changed = ghep("db", "check", GHEP_DATABASE_URL=empty)
    assert changed.exit_code == 1
    for word in ("core_source.name", "core_tag.colour", "pantry: ", "ix_core_customer_newest"):
        assert word in changed.stdout


def test_tables_of_a_newer_version_are_left_alone(ghep: Ghep, refused: Refused, empty: str) -> None:
    ghep("db", "upgrade", GHEP_DATABASE_URL=empty)
    run(empty, "UPDATE alembic_version_pantry SET version_num = 'pantry_9999'")
    assert "pantry_9999" in refused("db", "upgrade", GHEP_DATABASE_URL=empty)


def test_without_citus_nothing_is_spread(refused: Refused) -> None:
    assert "citus" in refused("db", "distribute")


def test_there_is_no_migration_to_write_where_the_tables_are_as_the_models_say(ghep: Ghep, refused: Refused) -> None:
    result = ghep("db", "revision", "pantry", "Nothing")
    assert (result.exit_code, "as the models say" in result.stdout) == (0, True)
    assert "unicorn" in refused("db", "revision", "unicorn", "Nothing")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"GHEP_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, "does not answer"),
        ({"GHEP_PORT": "many"}, "GHEP_PORT"),
    ],
)
def test_an_installation_that_cannot_be_reached_is_told_in_one_line(
    refused: Refused, changes: dict[str, str], word: str
) -> None:
    assert word in refused("company", "list", **changes)


def test_the_demo_is_loaded_once(ghep: Ghep, refused: Refused) -> None:
    first, second = (ghep("demo", "load", "--once") for _time in range(2))
    assert first.exit_code == second.exit_code == 0
    assert "http://demo.localhost:8000" in first.stdout
    assert first.stdout.strip() == second.stdout.strip()
    assert "already" in refused("demo", "load")


def test_every_command_says_what_it_is_for(ghep: Ghep) -> None:
    root, context = make(), None
    for name in COMMANDS:
        command = root.get_command(context, name)  # type: ignore[arg-type] # the group asks nothing of it
        assert command is not None
        below: list[str] = getattr(command, "list_commands", lambda _context: [])(context)
        for words in ([name], *([name, one] for one in below)):
            result = ghep(*words, "--help")
            assert result.exit_code == 0
            assert len(result.stdout.splitlines()) > 2


def test_all_that_was_promised_is_there() -> None:
    promised = {
        "db": {"upgrade", "check", "distribute"},
        "company": {"create", "list", "suspend"},
        "user": {"create", "password"},
        "token": {"create"},
        "plugin": {"list", "plan", "disable", "purge"},
        "module": {"on", "off"},
        "demo": {"load"},
    }
    root = make()
    assert {"run", "serve", "worker", "scheduler", *promised} <= set(COMMANDS)
    for name, commands in promised.items():
        group = root.get_command(None, name)  # type: ignore[arg-type] # as above
        assert commands <= set(group.list_commands(None))  # type: ignore[union-attr] # as above
