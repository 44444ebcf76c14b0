"""The second step: which column is which field, and what a duplicate is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request

from core.app import platform
from core.context import Context
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.format import number
from core.i18n import Label, Text, translator
from core.parse import is_blank, text
from core.sheets import imports
from core.sheets.errors import Rejected
from core.sheets.importer import SURVEYED, propose_plan
from core.sheets.models import ImportBatch
from core.sheets.plan import DUPLICATES, UNTELLING, Duplicates, Plan, importable
from core.sheets.reader import Row, Table
from core.sheets.survey import DATES, open_planned, survey
from core.web.gate import context

_ = translator("core")

SAMPLES, LOOK = 3, 40
"""Examples of a column's cells, and the rows they are taken from."""
CELL = 60
"""Characters of an example."""
HEADER_ROWS = 25
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1258": "Windows-1258", "cp1252": "Windows-1252"}
DELIMITERS: dict[str, Text] = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}


def page(batch_id: UUID) -> Any:
    """The columns with their fields; an import that has begun goes on to its last step."""
    turn = context()
    batch = imports.get(turn, batch_id)
    if batch.state != "new":
        return redirect(f"/imports/{batch.id}")
    return show(turn, batch, Plan.from_json(batch.plan))


def keep(batch_id: UUID) -> Any:
    """Keep the choice and go on to the check; another sheet or heading is proposed for anew."""
    turn = context()
    batch = imports.get(turn, batch_id, lock=True)
    if batch.state != "new":
        return redirect(f"/imports/{batch.id}")
    plan, resource = Plan.from_json(batch.plan), turn.resource(batch.entity)
    try:
        if (other := _elsewhere(turn, resource, batch, plan)) is not None:
            batch.plan = other.to_json()
            return redirect(f"/imports/{batch.id}/map")
        plan = _chosen(turn, resource, plan)
        if problems := _problems(turn, resource, plan):
            return show(turn, batch, plan, problems)
        fields = importable(turn, resource)
        batch.plan = survey(
            path_of(turn, batch), plan, fields, limits=imports.csv_limits(platform().settings), most=SURVEYED
        ).to_json()
    except Rejected as error:
        return show(turn, batch, plan, [error.message])
    return redirect(f"/imports/{batch.id}/preview")


def path_of(turn: Context, batch: ImportBatch) -> Path:
    """Where an import's file lies."""
    return imports.uploads(platform().settings).path(turn.tenant, batch.id)


def _elsewhere(turn: Context, resource: Resource, batch: ImportBatch, plan: Plan) -> Plan | None:
    """The proposal for another sheet or another row of headings, where the form names one."""
    sheet = request.form.get("sheet") or plan.sheet
    typed = request.form.get("header_row", type=int)
    first = request.form.get("header_was", type=int)
    row = typed if typed and typed != first and 0 < typed <= HEADER_ROWS else plan.header_row
    if sheet == plan.sheet and row == plan.header_row:
        return None
    header_row = row if sheet == plan.sheet else None
    limits = imports.csv_limits(platform().settings)
    return propose_plan(turn, resource, path_of(turn, batch), sheet, header_row=header_row, limits=limits)


def _chosen(turn: Context, resource: Resource, plan: Plan) -> Plan:
    fields = importable(turn, resource)
    columns = {
        index: name for index in range(len(plan.headers)) if (name := request.form.get(f"column_{index}", "")) in fields
    }
    wanted = request.form.get("duplicates", "")
    duplicates: Duplicates = next((one for one in DUPLICATES if one == wanted), "skip")
    match = tuple(name for name in request.form.getlist("match") if name in fields)
    return replace(plan, columns=columns, duplicates=duplicates, match=match)


def _problems(turn: Context, resource: Resource, plan: Plan) -> list[Label]:
    """What keeps a choice from making sense."""
    fields, found = importable(turn, resource), list[Label]()
    mapped = list(plan.columns.values())
    if not mapped:
        return [_("Choose a field for at least one column.")]
    for name in dict.fromkeys(one for one in mapped if mapped.count(one) > 1):
        found.append(_("Two columns are meant for “%(field)s”. Choose one.", field=fields[name].title))
    if plan.duplicates != "overwrite":
        found += (
            _("No column is meant for “%(field)s”, which every record needs.", field=spec.title)
            for spec in _missing(resource, plan, fields)
        )
    if plan.lines and not plan.match:
        found.append(_("Say by which fields a record is the same: the rows that agree in them are its lines."))
    for name in plan.match:
        if (plan.duplicates != "add" or plan.lines) and name not in mapped:
            said = _("Records cannot be compared by “%(field)s”: no column is meant for it.", field=fields[name].title)
            found.append(said)
    if plan.duplicates == "overwrite" and not plan.match:
        found.append(_("Say by which fields a record is the same: otherwise nothing would be overwritten."))
    return found


def _missing(resource: Resource, plan: Plan, fields: Mapping[str, Field]) -> Iterable[Field]:
    """What new records need and the file does not say; of lines, where it has any, what each of them needs."""
    mapped = set(plan.columns.values())
    for name, spec in fields.items():
        itself = spec.default is not None or spec.kind.name == "boolean"
        if spec.required and not itself and name not in mapped and plan.lines_of(name) in {None, *plan.lines}:
            yield spec
    yield from (spec for name, spec in resource.lines.items() if spec.required and name not in plan.lines)


def show(turn: Context, batch: ImportBatch, plan: Plan, problems: Sequence[Label] = ()) -> Any:
    """The page of the choice, with what stands in its way; of a file that cannot be read any more what that says."""
    resource = turn.resource(batch.entity)
    fields = importable(turn, resource)
    try:
        with open_planned(path_of(turn, batch), plan, imports.csv_limits(platform().settings)) as table:
            rows = [row for _number, row in zip(range(LOOK), table.rows(), strict=False)]
            about = _about(table)
            columns = _columns(table, rows, plan, fields)
    except Rejected as error:
        return broken(batch, error)
    page = render_template(
        "import_map.html",
        title=_("Import %(what)s", what=resource.plural),
        filename=batch.filename,
        action=f"/imports/{batch.id}/map",
        back_url=f"/{resource.path}/import",
        errors=problems,
        columns=columns,
        targets=[{"value": name, "title": str(spec.title), "required": spec.required} for name, spec in fields.items()],
        duplicates=plan.duplicates,
        match_fields=_match_fields(plan, {name: one for name, one in fields.items() if plan.lines_of(name) is None}),
        of_lines=bool(resource.lines),
        rows_text=rows_text(plan),
        findings=[{"text": one, "count": number(one.count)} for one in plan.findings],
        **about,
    )
    return (page, 422) if problems else page


def broken(batch: ImportBatch, error: Rejected) -> Any:
    """The page of an import whose file cannot be read any more."""
    return render_template(
        "message.html",
        title=batch.filename,
        text=error.message,
        glyph="file-alert",
        actions=[{"title": _("Earlier imports"), "url": "/imports", "icon": "history"}],
    ), 422


def rows_text(plan: Plan) -> Label:
    """How long the table is, as far as anybody has looked."""
    if plan.rows is None:
        return _("more than %(n)s rows", n=number(SURVEYED))
    return _("%(n)s rows", n=number(plan.rows))


def _about(table: Table) -> dict[str, Any]:
    sheets = [{"value": name, "title": name, "selected": name == table.sheet} for name in table.sheets]
    encoding: list[Any] = []
    if table.encoding is not None:
        encoding.append(ENCODINGS.get(table.encoding, table.encoding.upper()))
        encoding.append(_("separated by %(mark)s", mark=DELIMITERS.get(table.delimiter or "", table.delimiter)))
    return {"sheets": sheets, "header_row": table.header.row, "header_rows": HEADER_ROWS, "encoding": encoding}


def _columns(table: Table, rows: Sequence[Row], plan: Plan, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    found = []
    for index, header in enumerate(table.header.names):
        if not header:
            continue
        target = plan.columns.get(index, "")
        shown = _samples(row[index] for row in rows if index < len(row))
        order = plan.notations.get(index, ("dmy", None))[0]
        note = (
            _("Read as month/day/year")
            if target in fields and fields[target].kind.name in DATES and order == "mdy"
            else ""
        )
        found.append({"index": index, "header": header, "samples": shown, "target": target, "note": note})
    return found


def _samples(cells: Iterable[Any]) -> list[str]:
    found: dict[str, None] = {}
    for cell in cells:
        if not is_blank(cell) and (said := text(cell)):
            found[said if len(said) <= CELL else f"{said[:CELL]}…"] = None
        if len(found) == SAMPLES:
            break
    return list(found)


def _match_fields(plan: Plan, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
    """The fields records can be told apart by: those that the file fills first."""
    telling = [name for name, spec in fields.items() if spec.kind.name not in UNTELLING]
    mapped = set(plan.columns.values())
    return [
        {"value": name, "title": str(fields[name].title), "selected": name in plan.match}
        for name in sorted(telling, key=lambda one: (one not in mapped, telling.index(one)))
    ]
