"""``ghep module``: what a company may have and has switched on."""

from dataclasses import asdict

import click

from core.cli.common import acting_in, answer, json_option, platform, table

_COMPANY = click.option("--company", "slug", required=True, metavar="SLUG", help="The company's code.")


@click.group()
def module() -> None:
    """Entitle companies to modules; switch modules on and off."""


@module.command("list")
@_COMPANY
@json_option
def list_modules(slug: str, *, as_json: bool) -> None:
    """List the modules as the company sees them."""
    from core.plugin.enablement import modules

    with platform() as found, acting_in(found, slug) as context:
        states = modules(context)
        data = [
            {**asdict(one), "title": str(one.title), "summary": str(one.summary), "reason": str(one.reason)}
            for one in states
        ]
    answer(data, table([(one["name"], one["state"], one["reason"]) for one in data]), as_json=as_json)


@module.command()
@_COMPANY
@click.argument("plugin")
@click.option("--with-requirements", is_flag=True, help="Switch on what it requires, too.")
@json_option
def on(slug: str, plugin: str, *, with_requirements: bool, as_json: bool) -> None:
    """Switch a module on, from the next request on."""
    from core.plugin.enablement import switch_on

    with platform() as found, acting_in(found, slug) as context:
        switched = switch_on(context, plugin, with_requirements=with_requirements)
    answer(switched, as_json=as_json)


@module.command()
@_COMPANY
@click.argument("plugin")
@click.option("--with-dependants", is_flag=True, help="Switch off what requires it, too.")
@json_option
def off(slug: str, plugin: str, *, with_dependants: bool, as_json: bool) -> None:
    """Switch a module off, from the next request on. Nothing is deleted."""
    from core.plugin.enablement import switch_off

    with platform() as found, acting_in(found, slug) as context:
        switched = switch_off(context, plugin, with_dependants=with_dependants)
    answer(switched, as_json=as_json)


@module.command()
@_COMPANY
@click.argument("plugin")
@json_option
def entitle(slug: str, plugin: str, *, as_json: bool) -> None:
    """Let a company have a module, and what it requires."""
    from core.vendor import service

    with platform() as found, found.database.vendor_session() as session, session.begin():
        added = service.entitle(session, found.registry, slug, plugin)
    answer(added, as_json=as_json)


@module.command()
@_COMPANY
@click.argument("plugin")
def withdraw(slug: str, plugin: str) -> None:
    """Take a module from a company, from its next request on. Its data stays."""
    from core.vendor import service

    with platform() as found, found.database.vendor_session() as session, session.begin():
        service.withdraw(session, slug, plugin)
