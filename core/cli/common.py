"""What the commands share: groups that import late, refusals in one line, and acting in a company."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.i18n import use_locale

if TYPE_CHECKING:
    from core.app import Platform
    from core.context import Context

F = TypeVar("F", bound=Callable[..., Any])


class Refusal(click.ClickException):
    """The command was understood and not carried out."""

    def show(self, file: Any = None) -> None:
        """One line, on stderr."""
        click.echo(" ".join(self.format_message().split()), file=file, err=file is None)


class LazyGroup(click.Group):
    """A group of commands given as ``module:attribute``; refusals of the product end it with one line."""

    def __init__(self, name: str, where: dict[str, str], **options: Any) -> None:
        super().__init__(name, **options)
        self._where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order they are written."""
        return [*self._where, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._where:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._where[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, in English, and put what refuses it into words."""
        with use_locale("en"):
            try:
                return super().invoke(ctx)
            except Exception as error:
                if (line := refusal(error)) is None:
                    raise
                raise Refusal(line) from error


def refusal(error: Exception) -> str | None:
    """What to tell of an error that is not a fault of the program; None for one that is."""
    from psycopg.errors import InvalidAuthorizationSpecification, UndefinedTable
    from sqlalchemy.exc import DBAPIError

    from core.access.passwords import PasswordError
    from core.access.tokens import ScopeError
    from core.db.migrate import NewerDatabaseError
    from core.db.security import UnsafeRoleError
    from core.entity.errors import InvalidError, MissingError
    from core.plugin.enablement import SwitchError
    from core.plugin.lifecycle import UnknownPluginError
    from core.plugin.purge import PurgeRefusedError
    from core.settings import SettingsError
    from core.sheets.errors import Rejected
    from core.supervisor.errors import SupervisorError
    from core.vendor.service import VendorError

    plain = (
        SettingsError, SupervisorError, NewerDatabaseError, UnsafeRoleError, VendorError, SwitchError, InvalidError,
        PasswordError, ScopeError, UnknownPluginError, PurgeRefusedError, Rejected,
    )  # fmt: skip
    if isinstance(error, plain):
        return str(error)
    if isinstance(error, MissingError):
        return f"There is no {error.entity} {error.record_id}."
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, UndefinedTable | InvalidAuthorizationSpecification) or _has_no_roles(error):
            return "The database is not ready for this installation. Run: ghep db upgrade"
        if error.connection_invalidated or type(error.orig).__name__ == "OperationalError":
            return f"The database does not answer: {str(error.orig).strip().splitlines()[-1]}"
    return None


def _has_no_roles(error: Exception) -> bool:
    """Whether the server knows our roles not at all, or with the password of another secret."""
    text = str(error)
    return 'failed for user "ghep_' in text or ('role "ghep_' in text and "does not exist" in text)


def json_option(command: F) -> F:
    """Add ``--json``: the answer for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")(command)


def answer(data: Any, text: str = "", *, as_json: bool) -> None:
    """Print the answer for programs or for people; nothing where there is nothing to tell."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    elif text:
        click.echo(text)


def table(rows: list[tuple[Any, ...]]) -> str:
    """Lines with aligned columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(line.rstrip() for line in lines)


@contextmanager
def platform() -> Iterator["Platform"]:
    """The installation that the environment names, with its servers up: those that run, or started for this command."""
    from core.app import make_platform
    from core.settings import Settings
    from core.supervisor.embedded import connected

    with connected(Settings.from_env()) as settings:
        found = make_platform(settings)
        try:
            yield found
        finally:
            found.database.close()
            found.bell.close()


@contextmanager
def acting_in(found: "Platform", slug: str) -> Iterator["Context"]:
    """A turn in a company with every right, committed at the end."""
    from core.access.identify import enter
    from core.vendor.service import NoCompanyError, company_of_slug

    with found.database.reader() as connection:
        company = company_of_slug(connection, slug)
    if company is None:
        raise NoCompanyError(slug)
    with found.database.session(company.id) as session:
        context = enter(session, found.hooks, source="command")
        if context is None:
            raise NoCompanyError(slug)
        yield context
        session.commit()  # some work, such as an import, has committed parts of its own before
