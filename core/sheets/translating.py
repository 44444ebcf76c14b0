"""A file as its profile means it: the table that the importer reads, and what of the cells had to be understood."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Final

from core.i18n import Label, translator
from core.parse import is_blank, text
from core.parse.dates import date
from core.sheets.columns import Column
from core.sheets.errors import Rejected
from core.sheets.findings import Finding
from core.sheets.limits import AS_WORKBOOKS, CsvLimits
from core.sheets.profile import ADDRESS, Rule, Step
from core.sheets.reader import Row, open_table
from core.sheets.writer import write_csv
from core.text import normalize

_ = translator("core")

NOTATIONS: Final = 20
"""Ways of writing dates that are told apart; a column may hold anything."""
_NUMBER = re.compile("[0-9]+")


def translate(
    step: Step, source: Path, target: Path, titles: Mapping[str, Label], limits: CsvLimits = AS_WORKBOOKS
) -> list[Finding]:
    """Write a file anew as one whose columns are the step's fields, and tell what was found in its cells.

    Raises :class:`Rejected` where it cannot be read or lacks a column.
    """
    columns = [Column(titles[name], "any") for name in step.fields]
    with open_table(source, csv_limits=limits) as table:
        translation = _Translation(step, table.header.names)
        write_csv(target, columns, translation.rows(table.rows()))
    return translation.findings()


class _Translation:
    """One file on its way."""

    def __init__(self, step: Step, headers: Iterable[str]) -> None:
        places = {name: index for index, name in enumerate(headers) if name}
        wanted = dict.fromkeys(column for rule in step.fields.values() for column in rule.columns)
        if missing := [name for name in wanted if name not in places]:
            there_is, lacking = ", ".join(places), ", ".join(missing)
            raise Rejected(
                _(
                    "%(file)s has no column %(names)s. It has: %(columns)s",
                    file=step.file,
                    names=lacking,
                    columns=there_is,
                )
            )
        self._step, self._places = step, {name: places[name] for name in wanted}
        self._dates = {rule.column: rule.date for rule in step.fields.values() if rule.date}
        self._key = [place for place, name in enumerate(step.fields) if name in step.match]
        self._found: Counter[tuple[str, str, str, str]] = Counter()
        self._shapes: set[tuple[str, str]] = set()

    def rows(self, rows: Iterable[Row]) -> Iterator[list[Any]]:
        """The values of the step's fields, row by row."""
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            cells = {name: self._cell(name, row[index]) for name, index in self._places.items()}
            values = [self._value(rule, cells) for rule in self._step.fields.values()]
            if self._step.once:
                key = tuple(values[place] for place in self._key)
                if key in seen or all(is_blank(one) for one in key):
                    continue
                seen.add(key)
            yield values

    def findings(self) -> list[Finding]:
        """What was found; of a column's notations nothing where there is only one."""
        several = Counter(column for kind, column, _said, _meant in self._found if kind == "written")
        return [
            Finding(*which, count)
            for which, count in sorted(self._found.items())
            if which[0] != "written" or several[which[1]] > 1
        ]

    def _cell(self, column: str, raw: Any) -> Any:
        """What a cell holds in truth."""
        if is_blank(raw):
            return None
        meant = self._step.clean.get(column, {}).get(text(raw) or "")
        if meant is not None:
            self._found["renamed", column, text(raw) or "", meant] += 1
            return meant
        return self._day(column, raw) if column in self._dates else raw

    def _day(self, column: str, raw: Any) -> Any:
        """A day; what is none is left to the importer, which says so of the row."""
        if not isinstance(raw, str):
            return raw
        orders, sign = self._dates[column], _NUMBER.sub("", raw.strip())[:1]
        order = orders.get(sign) or orders.get("", "dmy")
        try:
            day = date(raw, order=order)
        except ValueError:
            return raw
        shape = _NUMBER.sub(lambda number: "yyyy" if len(number[0]) == len("2026") else "#", raw.strip())
        if (column, shape) in self._shapes or len(self._shapes) < NOTATIONS:
            self._shapes.add((column, shape))
            self._found["written", column, shape, order] += 1
        return day

    def _value(self, rule: Rule, cells: Mapping[str, Any]) -> Any:
        if rule.value:
            return rule.value
        value = _put_together(rule.text, cells) if rule.text else cells[rule.column]
        if is_blank(value):
            if rule.column:
                self._found["empty", rule.column, "", rule.default] += 1
            return rule.default or None
        if rule.values or rule.others == "empty":
            word = text(value) or ""
            value = rule.values.get(word, value if rule.others == "keep" else None)
        return rule.default or None if is_blank(value) else value


def _put_together(pattern: str, cells: Mapping[str, Any]) -> str | None:
    """Several cells in one text; nothing where one of them is empty."""
    parts = []
    for said, named, _spec, _converted in Formatter().parse(pattern):
        parts.append(said)
        if named:
            column, _bar, form = named.partition("|")
            if is_blank(cells[column]):
                return None
            word = text(cells[column]) or ""
            parts.append(normalize(word).replace(" ", ".") if form == ADDRESS else word)
    return "".join(parts)
