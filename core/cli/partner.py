"""``ghep plugin new`` and ``ghep plugin check``: the partner's first and last command."""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.cli.common import Refusal, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.testing.conformance import Outcome

SIGNS = {"passed": "✓", "failed": "✗", "skipped": "–"}


@click.command()
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path), default=Path(), help="The folder to make it in (this one).")
def new(name: str, *, into: Path) -> None:
    """Write a plugin to begin with: a package that installs, passes its tests and all checks."""
    from core.plugin.scaffold import ScaffoldError, scaffold

    try:
        folder = scaffold(name, into)
    except ScaffoldError as error:
        raise Refusal(str(error)) from error
    click.echo(f"{folder}\nInstall it: pip install --editable {folder}\nCheck it:   ghep plugin check {name}")


@click.command()
@click.argument("name")
@click.option(
    "--values",
    type=click.File(encoding="utf-8"),
    help='JSON with values the kit cannot guess: {"kennel.stay": {"pet": "…"}}.',
)
@json_option
def check(name: str, *, values: Any, as_json: bool) -> None:
    """Hold an installed plugin to what every plugin must keep, in a throw-away database."""
    found: list[Outcome] = []
    given = _read(values) if values else None
    logging.disable()  # the kit provokes errors; what matters is told below
    try:
        for outcome in _examine(name, given):
            found.append(outcome)
            if not as_json:
                click.echo(_in_words(outcome))
    finally:
        logging.disable(logging.NOTSET)
    failed = [one.name for one in found if one.state == "failed"]
    if as_json:
        click.echo(json.dumps({"plugin": name, "passed": not failed, "checks": list(map(asdict, found))}))
    if failed:
        raise Refusal(f"{name} fails: {', '.join(failed)}")


def _examine(name: str, values: Any) -> "Iterator[Outcome]":
    try:
        from core.testing.conformance import examine
    except ModuleNotFoundError as error:
        raise Refusal(f"The kit needs {error.name}: pip install pytest") from error
    return examine(name, values)


def _read(file: Any) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise Refusal(f"{file.name} is not JSON: {error}") from error


def _in_words(outcome: "Outcome") -> str:
    """A line for the check, and one for each reason."""
    sign = f"{SIGNS[outcome.state]} {outcome.name.ljust(12)}"
    if outcome.state == "skipped":
        return f"{sign}  ({outcome.reasons[0]})"
    return "\n".join([f"{sign}  {outcome.title}", *(f"    {' '.join(reason.split())}" for reason in outcome.reasons)])
