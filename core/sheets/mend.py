"""The rows that did not go in, as a file to be mended and imported again; and an example of a file that would."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Resource, title_field
from core.entity.fields import Field
from core.i18n import in_every_language, translator
from core.sheets.columns import Column
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import OWNER, REASON, Plan, importable
from core.sheets.reader import Table
from core.sheets.survey import open_planned
from core.sheets.writer import write_csv, write_xlsx
from core.text import normalize

_ = translator("core")

EXAMPLE_PHONE, EXAMPLE_EMAIL = "0912 345 678", "ten@congty.vn"


def kind_of(path: Path, batch: ImportBatch, limits: CsvLimits = AS_WORKBOOKS) -> str:
    """``csv`` or ``xlsx``: what the file of wrong rows will be. Raises :class:`Rejected`."""
    with open_planned(path, Plan.from_json(batch.plan), limits) as table:
        return "csv" if table.kind == "csv" else "xlsx"


def write_wrong_rows(
    context: Context, batch: ImportBatch, path: Path, target: BinaryIO, limits: CsvLimits = AS_WORKBOOKS
) -> int:
    """Write the wrong rows with all their columns and the reason beside them. Raises :class:`Rejected`."""
    with open_planned(path, Plan.from_json(batch.plan), limits) as table:
        reasons = {normalize(text) for text in in_every_language(REASON)}
        kept = [index for index, name in enumerate(table.header.names) if normalize(name) not in reasons]
        columns = [*(Column(table.header.names[index], "any") for index in kept), Column(REASON, width=60)]
        rows = ([*(row[index] for index in kept), reason] for row, reason in _wrong(context, batch, table))
        if table.kind == "csv":
            return write_csv(target, columns, rows)
        return write_xlsx(target, columns, rows, sheet=table.sheet or "Data")


def _wrong(context: Context, batch: ImportBatch, table: Table) -> Iterator[tuple[list[Any], str]]:
    """Walk through the file and what was kept of its wrong rows side by side: both are in the file's order."""
    statement = (
        sa.select(ImportRow.number, ImportRow.errors)
        .where(ImportRow.tenant_id == context.tenant, ImportRow.import_id == batch.id, ImportRow.verdict == "wrong")
        .order_by(ImportRow.number)
    )
    fields = importable(context, context.resource(batch.entity))
    wrong = iter(context.session.execute(statement.execution_options(yield_per=1000)))
    number, errors = next(wrong, (None, {}))
    for row_number, row in table.numbered():
        if number is None:
            return
        if row_number == number:
            yield row, said(fields, errors)
            number, errors = next(wrong, (None, {}))


def said(fields: Mapping[str, Field], errors: Mapping[str, list[str]]) -> str:
    """What is wrong with a row, in one line."""
    return " ".join(reasons(fields, errors))


def reasons(fields: Mapping[str, Field], errors: Mapping[str, list[str]]) -> list[str]:
    """What is wrong with a row, field by field: each one's title before its reasons, which are sentences."""
    found = []
    for name, texts in errors.items():
        title = f"{fields[name].title}: " if name in fields else f"{name}: " if name else ""
        found.append(f"{title}{' '.join(texts)}")
    return found


def write_example(context: Context, resource: Resource, target: BinaryIO) -> None:
    """A workbook with every column that can be filled and a row of what it might hold; documents with their number."""
    able = importable(context, resource)
    fields = [spec for name, spec in able.items() if name != OWNER and (spec.writable or resource.lines)]
    columns = [Column(spec.title, spec.kind.sheet) for spec in fields]  # type: ignore[arg-type] # each kind names one
    write_xlsx(target, columns, [[_example(context, resource, spec) for spec in fields]], sheet=resource.plural)


def _example(context: Context, resource: Resource, spec: Field) -> Any:
    """What a field might hold, written as people write it; text only where it is needed."""
    day = date(context.today().year - 1, 1, 15)
    if spec.kind.name in {"choice", "multi_choice"} and spec.choices:
        return str(spec.choices[0].title)
    if spec.kind.name in {"text", "long_text"}:
        return str(_("Example")) if spec.required or spec.name == title_field(resource.model) else None
    examples: dict[str, Any] = {
        "phone": EXAMPLE_PHONE, "email": EXAMPLE_EMAIL, "integer": day.year if spec.is_year else 10,
        "decimal": Decimal("2.5"), "money": Decimal(1_500_000), "percent": Decimal(10), "boolean": True,
        "date": day, "datetime": day, "time": "14:30", "number": "1",
        "address": str(_("12 Lê Lợi, Bến Thành ward, Hồ Chí Minh City")),
    }  # fmt: skip
    return examples.get(spec.kind.name)
