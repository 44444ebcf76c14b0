"""``ghep import`` and ``ghep export``: files in and out of a company."""

from dataclasses import asdict, replace
from pathlib import Path
from uuid import UUID

import click

from core.cli.common import acting_in, answer, json_option, platform

_COMPANY = click.option("--company", "slug", required=True, metavar="SLUG", help="The company's code.")
_ENTITY = click.option("--entity", default="core.customer", show_default=True, help="What the rows are.")


@click.command("import")
@_COMPANY
@_ENTITY
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--duplicates", type=click.Choice(["skip", "overwrite", "add"]), default="skip", show_default=True)
@click.option("--match", multiple=True, metavar="FIELD", help="A record is the same when these agree.")
@click.option("--undo", "batch", type=click.UUID, help="Take this import back instead.")
@json_option
def import_(
    slug: str,
    entity: str,
    file: Path | None,
    duplicates: str,
    match: tuple[str, ...],
    batch: UUID | None,
    *,
    as_json: bool,
) -> None:
    """Bring a CSV, XLSX or XLS file in, or take an import back; prints what became of the rows."""
    from core.sheets import importer, imports
    from core.sheets.errors import Rejected
    from core.sheets.undo import undo

    with platform() as found, acting_in(found, slug) as context:
        context.source = "command"
        if batch is not None:
            taken = undo(context, imports.get(context, batch))
            answer(asdict(taken), f"{taken.undone} undone, {len(taken.kept)} kept", as_json=as_json)
            return
        if file is None:
            raise click.UsageError("Name a file, or an import with --undo.")
        try:
            resource = context.resource(entity)
        except (KeyError, LookupError):
            raise click.ClickException(f"There is no entity {entity} in this company.") from None
        try:
            plan = importer.propose_plan(context, resource, file)
            plan = replace(plan, duplicates=duplicates, match=match or plan.match)  # type: ignore[arg-type] # checked by click
            begun = importer.begin(context, resource, file.name, plan)
            number = begun.id
            outcome = importer.run(context, begun, file)
        except Rejected as error:
            raise click.ClickException(str(error.message)) from None
    text = f"{outcome.created} created, {outcome.updated} updated, {outcome.skipped} skipped, {outcome.wrong} wrong ({number})"
    answer({**asdict(outcome), "import": str(number)}, text, as_json=as_json)


@click.command("export")
@_COMPANY
@_ENTITY
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="csv", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@json_option
def export(slug: str, entity: str, form: str, output: Path, *, as_json: bool) -> None:
    """Write every record to a file."""
    from core.sheets.exporter import export_csv, export_xlsx

    with platform() as found, acting_in(found, slug) as context:
        try:
            resource = context.resource(entity)
        except (KeyError, LookupError):
            raise click.ClickException(f"There is no entity {entity} in this company.") from None
        count = (export_csv if form == "csv" else export_xlsx)(context, resource, output)
    answer({"rows": count, "file": str(output)}, f"{count} rows", as_json=as_json)
