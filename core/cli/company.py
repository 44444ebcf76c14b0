"""``ghep company``: the companies hosted here."""

from dataclasses import asdict

import click

from core.cli.common import answer, json_option, platform, table


@click.group()
def company() -> None:
    """Make companies, list, suspend and resume them."""


@company.command()
@click.argument("slug")
@click.option("--name", required=True, help="As people call it.")
@click.option("--bundle", required=True, help="What it has booked.")
@click.option("--admin", required=True, metavar="EMAIL", help="Its administrator.")
@click.option("--admin-name", default="", help="The administrator's name.")
@click.option("--password", help="The administrator's; one is made where none is given.")
@click.option("--locale", default="vi", show_default=True)
@click.option("--timezone", default="Asia/Ho_Chi_Minh", show_default=True)
@click.option("--currency", default="VND", show_default=True)
@click.option("--once", is_flag=True, help="Do nothing where it is there already.")
@json_option
def create(
    slug: str, *, name: str, bundle: str, admin: str, admin_name: str, password: str | None, locale: str,
    timezone: str, currency: str, once: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make a company from a bundle. Prints the administrator's password where one had to be made."""
    from core.vendor.service import company_of_slug, create_company

    with platform() as found:
        if once:
            with found.database.reader() as connection:
                if company_of_slug(connection, slug) is not None:
                    return
        made = create_company(
            found.database, found.hooks, slug, name, bundle=bundle, admin_email=admin, admin_name=admin_name,
            password=password, passwords=found.doors.passwords, locale=locale, timezone=timezone, currency=currency,
        )  # fmt: skip
    data = {"company": asdict(made.company), "email": made.email, "password": made.password, "modules": made.modules}
    answer(data, "" if password else made.password, as_json=as_json)


@company.command("list")
@json_option
def list_companies(*, as_json: bool) -> None:
    """List the companies: code, name, state, users, rows, modules."""
    from core.vendor.overview import CAPPED, companies_overview

    with platform() as found:
        rows, after = [], ""
        while page := companies_overview(found.database, found.registry, after=after):
            rows += page
            after = page[-1].slug
    lines = [
        (
            one.slug,
            one.name,
            one.state,
            one.users,
            f"{CAPPED}+" if one.rows_are_capped else one.rows,
            ",".join(one.modules),
        )
        for one in rows
    ]
    text = table([("code", "name", "state", "users", "rows", "modules"), *lines]) if lines else ""
    answer([asdict(one) for one in rows], text, as_json=as_json)


@company.command()
@click.argument("slug")
def suspend(slug: str) -> None:
    """Let nobody of a company in, from the next request on. Its data stays."""
    from core.vendor import service

    with platform() as found, found.database.vendor_session() as session, session.begin():
        service.suspend(session, slug)


@company.command()
@click.argument("slug")
def resume(slug: str) -> None:
    """Open a suspended company again."""
    from core.vendor import service

    with platform() as found, found.database.vendor_session() as session, session.begin():
        service.resume(session, slug)
