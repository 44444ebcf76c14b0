"""``ghep demo``: companies to look at."""

import click

from core.cli.common import answer, platform


@click.group()
def demo() -> None:
    """Demo companies."""


@demo.command()
@click.option("--once", is_flag=True, help="Do nothing where they are there already.")
def load(*, once: bool) -> None:
    """Make the demo companies and an operator, and print how to get in."""
    from core.vendor.demo import load_demo

    with platform() as found:
        logins = load_demo(found.settings, found.database, found.hooks, found.doors.passwords, once=once)
    answer(None, logins, as_json=False)
