"""What a list or a card shows of records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.context import Context
from core.entity.entity import Resource, title_field
from core.entity.fields import Field
from core.entity.format import Shown, show_row
from core.web.entity.shape import Shape
from core.web.entity.turn import may
from core.web.rows import Table


@dataclass(slots=True)
class Cell:
    """One value under its column."""

    f: Shape
    v: Shown


def table_of(turn: Context, resource: Resource, columns: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows of a page of a query that read these columns."""
    may_edit = may(turn, resource, "edit")
    return Table(turn, f"/{resource.path}/", title_field(resource.model), columns, rows, may_edit=may_edit)


def card_fields(turn: Context, specs: Iterable[Field], row: Mapping[str, Any]) -> list[Cell]:
    """The small print of a card."""
    return [Cell(Shape(spec.name, str(spec.title), spec.kind.name), show_row(turn, spec, row)) for spec in specs]
