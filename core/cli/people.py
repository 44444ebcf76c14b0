"""``ghep user``, ``ghep token`` and ``ghep operator``: those who come in, and with what."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from core.cli.common import Refusal, acting_in, answer, json_option, platform

if TYPE_CHECKING:
    from core.access.models import User
    from core.context import Context

_COMPANY = click.option("--company", "slug", required=True, metavar="SLUG", help="The company's code.")


@click.group()
def user() -> None:
    """People of a company."""


@user.command("create")
@_COMPANY
@click.argument("email")
@click.option("--name", default="")
@click.option("--role", "roles", multiple=True, help="One of the company's roles, by name; may be given again.")
@click.option("--password", help="One is made where none is given.")
@json_option
def create_user(
    slug: str, email: str, *, name: str, roles: tuple[str, ...], password: str | None, as_json: bool
) -> None:
    """Make a person who can sign in. Prints the password where one had to be made."""
    from core.access import passwords, people

    given = password if password is not None else passwords.new_password()
    with platform() as found, acting_in(found, slug) as context:
        made = people.create_user(context, email, given, passwords=found.doors.passwords, name=name, roles=roles)
        data = {"id": made.id, "email": made.email, "name": made.name, "password": given}
    answer(data, "" if password is not None else given, as_json=as_json)


@user.command("password")
@_COMPANY
@click.argument("email")
@click.option("--password", help="One is made where none is given.")
@json_option
def set_password(slug: str, email: str, *, password: str | None, as_json: bool) -> None:
    """Give a person a new password and end their sessions. Prints it where one had to be made."""
    from core.access import passwords, people

    given = password if password is not None else passwords.new_password()
    with platform() as found, acting_in(found, slug) as context:
        person = _person(context, email)
        people.set_password(context, person.id, given, passwords=found.doors.passwords)
        data = {"id": person.id, "email": person.email, "password": given}
    answer(data, "" if password is not None else given, as_json=as_json)


@user.command("second-factor-off")
@_COMPANY
@click.argument("email")
def take_second_factor(slug: str, email: str) -> None:
    """Let a person sign in with the password alone who lost phone and recovery codes, and end their sessions."""
    from core.access import people

    with platform() as found, acting_in(found, slug) as context:
        if not people.reset_second_factor(context, _person(context, email).id):
            raise Refusal(f"{email} has no second factor.")


@click.group()
def token() -> None:
    """Keys for programs."""


@token.command("create")
@_COMPANY
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whom the program acts as.")
@click.option(
    "--scope", "scopes", multiple=True, help="read, write, no-delete or module:NAME; none is all the person may do."
)
@click.option("--name", default="", help="What it is for.")
@click.option("--days", type=click.IntRange(min=1), help="How long it lasts; for ever where nothing is said.")
@json_option
def create_token(slug: str, *, email: str, scopes: tuple[str, ...], name: str, days: int | None, as_json: bool) -> None:
    """Make a token and print it: it cannot be read again."""
    from core.access import tokens
    from core.db.base import now

    ends = now() + timedelta(days=days) if days else None
    with platform() as found, acting_in(found, slug) as context:
        person = _person(context, email)
        made = tokens.create_token(context, person.id, name=name, scopes=scopes, expires_at=ends)
    answer({"id": made.id, "token": made.text, "scopes": scopes, "expires_at": ends}, made.text, as_json=as_json)


@click.group()
def operator() -> None:
    """The vendor's own people, outside all companies."""


@operator.command("create")
@click.argument("email")
@click.option("--name", default="")
@click.option("--password", help="One is made where none is given.")
@json_option
def create_operator(email: str, *, name: str, password: str | None, as_json: bool) -> None:
    """Make an operator. Prints the password where one had to be made."""
    from core.vendor import operators

    with platform() as found, found.database.vendor_session() as session, session.begin():
        made = operators.create_operator(session, email, name, password, passwords=found.doors.passwords)
    data = {"id": made.operator.id, "email": made.operator.email, "password": made.password}
    answer(data, "" if password is not None else made.password, as_json=as_json)


@operator.command("reset-second-factor")
@click.argument("email")
@json_option
def reset_second_factor(email: str, *, as_json: bool) -> None:
    """Take the second factor away from an operator who lost phone and paper."""
    from core.vendor import second_factor

    with platform() as found, found.database.vendor_session() as session, session.begin():
        done = second_factor.reset(session, email)
    answer({"email": email, "reset": done}, "" if done else f"{email} has no second factor.", as_json=as_json)


def _person(context: "Context", email: str) -> "User":
    from core.access.people import find_user

    try:
        return find_user(context, email)
    except LookupError:
        raise Refusal(f"There is nobody {email} in {context.company.slug}.") from None
