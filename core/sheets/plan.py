"""How a file is to be read into an entity: which column is which field, and what a duplicate is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from core.context import Context
from core.entity.entity import Resource, title_field
from core.entity.fields import Field
from core.i18n import in_every_language
from core.sheets.match import Target, propose

Duplicates = Literal["skip", "overwrite", "add"]
DUPLICATES: tuple[Duplicates, ...] = ("skip", "overwrite", "add")
UNREADABLE = {"file", "image"}
"""Kinds a spreadsheet cannot hold."""
TELLING = ("number", "phone", "email")
"""Kinds that tell a record from others, where nothing is unique."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the person chose on the mapping page."""

    columns: Mapping[int, str]
    """Index of the column to the name of the field."""
    duplicates: Duplicates = "skip"
    match: Sequence[str] = field(default=())
    """A record is the same when all of these agree; none: nothing is ever the same."""
    sheet: str | None = None
    header_row: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return {
            "columns": {str(index): name for index, name in self.columns.items()},
            "duplicates": self.duplicates,
            "match": list(self.match),
            "sheet": self.sheet,
            "header_row": self.header_row,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The opposite."""
        columns = {int(index): name for index, name in kept["columns"].items()}
        return cls(columns, kept["duplicates"], tuple(kept["match"]), kept["sheet"], kept["header_row"])


def importable(context: Context, resource: Resource) -> dict[str, Field]:
    """The fields a file may fill."""
    return {
        name: spec
        for name, spec in context.fields(resource).items()
        if spec.writable and spec.kind.name not in UNREADABLE
    }


def proposal(context: Context, resource: Resource, headers: Sequence[str]) -> Plan:
    """The plan a file's headings suggest, in any language."""
    fields = importable(context, resource)
    targets = [
        Target(name, in_every_language(spec.title), [name, name.replace("_", " "), *spec.aliases])
        for name, spec in fields.items()
    ]
    columns = propose(headers, targets)
    return Plan(columns, "skip", telling(resource, fields, list(columns.values())))


def telling(resource: Resource, fields: Mapping[str, Field], mapped: Sequence[str]) -> tuple[str, ...]:
    """The fields among those mapped by which a record is best told from others."""
    unique = [name for name in mapped if fields[name].unique]
    kinds = [name for kind in TELLING for name in mapped if fields[name].kind.name == kind]
    title = [name for name in mapped if name == title_field(resource.model)]
    return tuple((unique or kinds or title)[:1])
