"""``ghep db``: tables and the roles around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from core.cli.common import Refusal, answer, json_option, platform

if TYPE_CHECKING:
    import sqlalchemy as sa

    from core.plugin.boot import Registry


@click.group()
def db() -> None:
    """Bring the tables up to date, check them, spread them over machines."""


@db.command()
def upgrade() -> None:
    """Make roles, bring every unit's tables up to date and lock them. May run any number of times."""
    from core.db.bootstrap import prepare
    from core.settings import Settings
    from core.supervisor.embedded import connected

    with connected(Settings.from_env()) as settings:
        prepare(settings, settings.database_url)


@db.command()
@json_option
def check(*, as_json: bool) -> None:
    """Compare the tables with the models, unit by unit, and see that the application's role is held by its locks."""
    from core.db.check import problems

    with _owner() as (connection, registry):
        found = problems(connection, registry)
    if not found:
        with platform():  # refuses a role that could see every company
            pass
    answer(found, "\n".join(f"{unit}: {line}" for unit, lines in found.items() for line in lines), as_json=as_json)
    if found:
        raise Refusal(f"Not in order: {', '.join(found)}. Run: ghep db upgrade")


@db.command()
def distribute() -> None:
    """Spread companies over the machines of a Citus cluster."""
    from core.db.distribute import NoCitusError
    from core.db.distribute import distribute as spread

    with _owner() as (connection, _registry):
        try:
            done = spread(connection)
        except NoCitusError as error:
            raise Refusal(str(error)) from error
    click.echo(f"{done} tables spread")


@db.command()
@click.argument("unit")
@click.argument("message")
def revision(unit: str, message: str) -> None:
    """Write the migration that brings the tables of UNIT, core or a plugin, to its models."""
    from core.db.migrate import revise, units

    with _owner() as (connection, registry):
        known = units(registry)
        wanted = next((one for one in known if one.name == unit), None)
        if wanted is None:
            raise Refusal(f"There is no unit {unit!r}; there are {', '.join(one.name for one in known)}.")
        path = revise(connection, wanted, known, message)
    click.echo(str(path) if path else f"{unit}: the tables are as the models say")


@contextmanager
def _owner() -> "Iterator[tuple[sa.Connection, Registry]]":
    """A connection of the tables' owner, in a transaction, and the plugins."""
    import sqlalchemy as sa

    from core.plugin.boot import boot
    from core.settings import Settings
    from core.supervisor.embedded import connected

    with connected(Settings.from_env()) as settings:
        url = sa.make_url(settings.database_url).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            yield connection, boot(settings.plugins, safe_mode=settings.safe_mode)
