"""Rows of a list as templates print them. Runs for every cell of every page, so it makes little."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.context import Context
from core.entity.entity import Resource, title_field
from core.entity.fields import Field
from core.entity.format import Shown, show_row, shower
from core.i18n import translator
from core.web.entity.shape import Shape, plain_shape
from core.web.entity.turn import may

_ = translator("core")


@dataclass(slots=True)
class Cell:
    """One value under its column."""

    f: Shape
    v: Shown


@dataclass(slots=True)
class Action:
    """What can be done with a row without opening it."""

    title: str
    icon: str
    url: str


@dataclass(slots=True)
class Row:
    """One record."""

    id: str
    url: str
    title: str
    version: int
    cells: list[Cell]
    actions: Sequence[Action] = ()
    selected: bool = False


def read_rows(
    turn: Context,
    resource: Resource,
    columns: Sequence[Field],
    found: Iterable[Mapping[str, Any]],
    *,
    actions: bool = True,
) -> list[Row]:
    """The rows of a page of a query that read these columns."""
    makers = [(plain_shape(resource, spec), spec.name, shower(turn, spec)) for spec in columns]
    title, path = title_field(resource.model), f"/{resource.path}/"
    acting = _actions(turn, resource, columns) if actions else None
    return [
        Row(
            key := str(row["id"]),
            url := path + key,
            str(row.get(title) or "—"),
            row["version"],
            [Cell(f, make(row[name], row)) for f, name, make in makers],
            acting(row, url) if acting else (),
        )
        for row in found
    ]


def _actions(
    turn: Context, resource: Resource, columns: Sequence[Field]
) -> Callable[[Mapping[str, Any], str], list[Action]]:
    edit, call = str(_("Edit")), str(_("Call"))
    may_edit = may(turn, resource, "edit")
    phone = next((spec.name for spec in columns if spec.kind.name == "phone"), None)

    def made(row: Mapping[str, Any], url: str) -> list[Action]:
        found = [Action(edit, "pencil", f"{url}/edit")] if may_edit else []
        if phone and row[phone]:
            found.append(Action(call, "phone", f"tel:{row[phone]}"))
        return found

    return made


def card_fields(turn: Context, specs: Iterable[Field], row: Mapping[str, Any]) -> list[Cell]:
    """The small print of a card."""
    return [Cell(Shape(spec.name, str(spec.title), spec.kind.name), show_row(turn, spec, row)) for spec in specs]
