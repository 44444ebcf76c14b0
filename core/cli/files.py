"""``ghep import`` and ``ghep export``: files in and out of a company."""

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from core.cli.common import acting_in, answer, json_option, platform

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.entity import Resource
    from core.settings import Settings
    from core.sheets.importer import Outcome
    from core.sheets.models import ImportBatch
    from core.sheets.plan import Duplicates, Plan

_COMPANY = click.option("--company", "slug", required=True, metavar="SLUG", help="The company's code.")
_ENTITY = click.option("--entity", default="core.customer", show_default=True, help="What the rows are.")
_PATH = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@_COMPANY
@_ENTITY
@click.argument("file", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--profile", metavar="NAME", help="Bring a folder in by this profile: a module's own, or a YAML file.")
@click.option("--sheet", help="The sheet of a workbook; the first that holds anything.")
@click.option("--duplicates", type=click.Choice(["skip", "overwrite", "add"]), default="skip", show_default=True)
@click.option("--match", multiple=True, metavar="FIELD", help="A record is the same when these agree.")
@click.option(
    "--wrong", type=_PATH, metavar="FILE", help="Write the rows that did not go in to this file, to mend them."
)
@click.option("--undo", "batch_id", type=click.UUID, metavar="ID", help="Take this import back instead.")
@json_option
def import_(
    slug: str,
    entity: str,
    file: Path | None,
    profile: str | None,
    sheet: str | None,
    duplicates: "Duplicates",
    match: tuple[str, ...],
    wrong: Path | None,
    batch_id: UUID | None,
    *,
    as_json: bool,
) -> None:
    """Bring a CSV, XLSX or XLS file in, or take an import back; print what became of the rows."""
    from core.sheets.importer import bring_in
    from core.sheets.imports import csv_limits

    if (file is None) == (batch_id is None):
        raise click.UsageError("Name a file, or an import with --undo.")
    if file is not None and file.is_dir() != (profile is not None):
        raise click.UsageError("A profile brings a folder in, and a folder needs a --profile.")
    with platform() as found, acting_in(found, slug) as context:
        if batch_id is not None:
            _undo(context, batch_id, as_json=as_json)
        elif file is not None and profile is not None:
            _by_profile(context, found.settings, profile, file, as_json=as_json)
        elif file is not None:
            resource = _resource(context, entity)
            plan = _plan(context, found.settings, resource, file, sheet)
            plan = replace(plan, duplicates=duplicates, match=_fields(plan, match) or plan.match)
            batch, outcome = bring_in(context, resource, file, file.name, plan, csv_limits(found.settings))
            if wrong is not None and outcome.wrong:
                _write_wrong(context, found.settings, batch, file, wrong)
            told = {**asdict(outcome), "import": str(batch.id)}
            answer(told, f"{_counts(outcome)} (import {batch.id})", as_json=as_json)


def _by_profile(context: "Context", settings: "Settings", name: str, folder: Path, *, as_json: bool) -> None:
    """Do the steps of a profile and print what became of each and what was found in its file."""
    from core.sheets.imports import csv_limits
    from core.sheets.profile import read_profile
    from core.sheets.profiles import bring_in_folder, shipped

    known = shipped(context)
    if name not in known and not Path(name).is_file():
        raise click.ClickException(f"There is no profile {name}. There are: {', '.join(known) or 'none'}")
    profile = known[name] if name in known else read_profile(Path(name).read_bytes())
    told = []
    for done in bring_in_folder(context, profile, folder, csv_limits(settings)):
        told.append(
            {
                "file": done.step.file, "entity": done.step.entity, **asdict(done.outcome),
                "import": str(done.batch), "findings": [asdict(one) for one in done.findings],
            }
        )  # fmt: skip
        if not as_json:
            title = f"{done.step.title or done.step.entity} ({done.step.file}): {_counts(done.outcome)}"
            click.echo("\n".join([title, *(f"  {one.count:>7,}  {one}" for one in done.findings)]))
    answer(told, as_json=as_json)


def _counts(outcome: "Outcome") -> str:
    counts = asdict(outcome)
    return ", ".join(f"{counts[name]} {name}" for name in ("created", "updated", "skipped", "wrong"))


def _resource(context: "Context", entity: str) -> "Resource":
    try:
        resource = context.resource(entity)
    except LookupError:
        raise click.ClickException(f"There is no entity {entity} in this company.") from None
    if "import" not in resource.verbs:
        raise click.ClickException(f"Files are not for {entity}.")
    return resource


def _plan(context: "Context", settings: "Settings", resource: "Resource", file: Path, sheet: str | None) -> "Plan":
    from core.sheets.importer import propose_plan
    from core.sheets.imports import csv_limits

    plan = propose_plan(context, resource, file, sheet, limits=csv_limits(settings))
    if not plan.columns:
        raise click.ClickException(f"None of the columns is a field of {resource.name}: {', '.join(plan.headers)}")
    return plan


def _fields(plan: "Plan", match: tuple[str, ...]) -> tuple[str, ...]:
    for name in match:
        if name not in plan.columns.values():
            filled = ", ".join(plan.columns.values())
            raise click.ClickException(f"The file does not fill the field {name}. It fills: {filled}")
    return match


def _write_wrong(context: "Context", settings: "Settings", batch: "ImportBatch", file: Path, target: Path) -> None:
    from core.sheets.imports import csv_limits
    from core.sheets.mend import write_wrong_rows

    with target.open("wb") as opened:
        write_wrong_rows(context, batch, file, opened, csv_limits(settings))


def _undo(context: "Context", batch_id: UUID, *, as_json: bool) -> None:
    from core.sheets import imports
    from core.sheets.undo import undo

    batch = imports.get(context, batch_id, lock=True)
    if not imports.standing(context, batch).undoable:
        raise click.ClickException(f"The import {batch_id} cannot be undone: it is {batch.state}.")
    taken = undo(context, batch)
    kept = f": {', '.join(taken.kept)}" if taken.kept else ""
    answer(asdict(taken), f"{taken.undone} undone, {len(taken.kept)} kept{kept}", as_json=as_json)


@click.command("export")
@_COMPANY
@_ENTITY
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="csv", show_default=True)
@click.option(
    "--lines", metavar="NAME", help="A row for each line of this kind, such as goods, with all of its record."
)
@click.option("-o", "--output", type=_PATH, metavar="FILE", help="Where to write; without it, the standard output.")
@json_option
def export(slug: str, entity: str, form: str, lines: str | None, output: Path | None, *, as_json: bool) -> None:
    """Write every record of an entity to a file."""
    from core.entity.query import Query
    from core.sheets.exporter import by_lines, export_csv, export_xlsx

    if output is None and as_json:
        raise click.UsageError("With --json, name the file to write with --output.")
    write = export_csv if form == "csv" else export_xlsx
    with platform() as found, acting_in(found, slug) as context:
        resource = _resource(context, entity)
        if lines and lines not in resource.lines:
            raise click.UsageError(
                f"Records of {entity} have these kinds of lines: {', '.join(resource.lines) or 'none'}."
            )
        query = by_lines(context, Query(resource), lines) if lines else Query(resource)
        count = write(context, resource, output or sys.stdout.buffer, query)
    if output is not None:
        answer({"rows": count, "file": str(output)}, f"{count} rows in {output}", as_json=as_json)
