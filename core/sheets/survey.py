"""A look through a whole file before its first row is saved.

It tells that the file can be read to its end, how long it is, and how its columns write dates and numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.entity.fields import Field
from core.i18n import translator
from core.parse import DateOrder, DecimalMark, date_order, decimal_mark
from core.sheets.documents import Watch
from core.sheets.errors import Rejected
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.plan import Plan
from core.sheets.reader import Table, open_table

_ = translator("core")

DATES = frozenset(("date", "datetime"))
NUMBERS = frozenset(("integer", "decimal", "money", "percent"))


def open_planned(path: Path, plan: Plan, limits: CsvLimits = AS_WORKBOOKS) -> Table:
    """Open the table a plan was made for. Raises :class:`Rejected` where it is another one by now."""
    if not path.exists():
        raise Rejected(_("The file is not kept any more. Upload it again."))
    table = open_table(path, plan.sheet, header_row=plan.header_row, csv_limits=limits)
    if plan.headers and tuple(plan.headers) != table.header.names:
        table.close()
        raise Rejected(_("The file has changed since its columns were matched. Upload it again."))
    return table


def survey(
    path: Path, plan: Plan, fields: Mapping[str, Field], *, limits: CsvLimits = AS_WORKBOOKS, most: int | None = None
) -> Plan:
    """The plan with what the file says, as far as ``most`` rows. Raises :class:`Rejected` with the first thing wrong."""
    orders: dict[int, set[DateOrder]] = {}
    marks: dict[int, set[DecimalMark]] = {}
    for index, name in plan.columns.items():
        kind = fields[name].kind.name if name in fields else ""
        if kind in DATES:
            orders[index] = set()
        elif kind in NUMBERS:
            marks[index] = set()
    watch = Watch(plan) if plan.lines else None
    with open_planned(path, plan, limits) as table:
        count, ended = 0, True
        for batch in table.batches():
            count += len(batch)
            if watch is not None:
                watch.look(batch)
            for index, found in orders.items():
                _note(found, date_order(_cells(batch, index)))
            for index, signs in marks.items():
                _note(signs, decimal_mark(_cells(batch, index)))
            if most is not None and count >= most:
                ended = False
                break
        headers = table.header.names
    notations: dict[int, tuple[DateOrder, DecimalMark | None]] = {
        **{index: (found.pop(), None) for index, found in orders.items() if len(found) == 1},
        **{index: ("dmy", signs.pop()) for index, signs in marks.items() if len(signs) == 1},
    }
    return replace(plan, headers=headers, notations=notations, rows=count if ended else None)


def _cells(batch: Iterable[tuple[int, list[Any]]], index: int) -> list[Any]:
    return [row[index] for _number, row in batch if index < len(row)]


def _note(found: set[Any], one: object) -> None:
    if one is not None:
        found.add(one)
