"""The lanes of a board: the values of a choice, or the records of another entity in their order, and what lies in each.

An entity whose records are lanes, such as the stages of a pipeline, has a field ``position`` that orders them and may
have one of the name ``color``. Where they are part of something larger (a stage of its pipeline) a board shows one set of
lanes at a time. Nobody needs the right to see them in order to read what they are called.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import Cut, Known, branches
from core.db.prepared import at_most
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import Filter, column
from core.entity.page_statement import alive
from core.entity.query import Page, Query, conditions_of, read_page, read_pages
from core.entity.titles import summary
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

MOST = 60
"""Lanes of a board."""
COUNTED = 200_000
"""Records that a board looks at for its figures; of more it says that there are at least so many."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One value of the field a board is laid out by."""

    value: Any
    """As the field holds it; None for the lane of records that have none."""
    title: Label
    color: str = "secondary"
    open: bool = True
    """Whether cards can be put into it: not into a stage that was deleted, which is shown while it has cards."""

    @property
    def text(self) -> str:
        """The value in addresses."""
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the cards of a lane come to."""

    count: int = 0
    sums: tuple[Decimal | None, ...] = ()
    capped: bool = False
    """Whether there may be more."""


def set_field(resource: Resource) -> Field | None:
    """The link that says to which set of lanes a record belongs, such as the pipeline its stage is part of."""
    whole = _whole(resource.lanes)
    links = (one for one in resource.fields.values() if one.kind.name == "link")
    return next((one for one in links if whole and target_class(one) is target_class(whole)), None)


def _whole(lanes: Field | None) -> Field | None:
    """Of the lanes' own fields the link to what they are part of."""
    if lanes is None or lanes.kind.name != "link":
        return None
    return next((one for one in target_class(lanes).__fields__.values() if one.part), None)


def sets_of(context: "Context", spec: Field) -> list[tuple[UUID, str]]:
    """The sets of lanes there are, each by id and title, in their order."""
    table = target_class(spec).__table__
    statement = _in_order(context, target_class(spec)).where(table.c.deleted_at.is_(None))
    return [(row.id, row.title or "—") for row in context.session.connection().execute(statement)]


def lanes_of(context: "Context", spec: Field, within: UUID | None = None) -> list[Lane]:
    """Every lane there is, or those of one set, in order; first that of records without a value, where there may be."""
    found = [] if spec.required or spec.default is not None else [Lane(None, _("None yet"))]
    if spec.kind.name == "choice":
        return found + [Lane(one.value, one.title, one.color) for one in spec.choices]
    statement, whole = _in_order(context, target_class(spec)), _whole(spec)
    if within is not None and whole is not None:
        statement = statement.where(target_class(spec).__table__.c[whole.column] == within)
    rows = context.session.connection().execute(statement)
    return found + [Lane(row.id, row.title or "—", row.color or "secondary", row.alive) for row in rows]


def _in_order(context: "Context", model: type[Entity]) -> sa.Select[Any]:
    """Records by their position, those that were deleted last."""
    table, fields = model.__table__, model.__fields__
    title = table.c[fields[title_field(model)].column]
    color = table.c.color if "color" in fields else sa.null()
    position = [table.c.position] if "position" in fields else []
    columns = (table.c.id, title.label("title"), color.label("color"), table.c.deleted_at.is_(None).label("alive"))
    gone = table.c.deleted_at.is_not(None)
    ordered = (
        sa.select(*columns).where(table.c.tenant_id == context.tenant).order_by(gone, *position, title, table.c.id)
    )
    return ordered.limit(MOST)


def in_lane(spec: Field, value: Any) -> Filter:
    """The condition that a record is in a lane."""
    return Filter(spec, "empty", "true") if value is None else Filter(spec, "eq", str(value))


def read_value(spec: Field, text: str) -> Any:
    """The value of a lane from an address; empty is none. Raises ValueError for what can be no lane."""
    if not text:
        return None
    if spec.kind.name == "link":
        return UUID(text)
    if spec.choice(text) is None:
        raise ValueError(text)
    return text


def cards(context: "Context", query: Query, spec: Field, values: Iterable[Any]) -> dict[Any, Page]:
    """The first page of each of these lanes, in as many statements for ten as for one."""
    values = list(values)
    pages = read_pages(context, query, spec, [one for one in values if one is not None])
    if None in values:
        query.filters = [*query.filters, in_lane(spec, None)]
        pages[None] = read_page(context, query)
    return pages


def totalled(resource: Resource) -> tuple[Field, ...]:
    """The fields that are summed up above each lane: those declared, or else the first amount."""
    if resource.board_totals:
        return tuple(resource.fields[name] for name in resource.board_totals if name in resource.fields)
    amount = summary(resource).amount
    return (amount,) if amount else ()


def figures(context: "Context", query: Query, spec: Field, values: Sequence[Any] | None = None) -> dict[Any, Figures]:
    """What the cards of lanes come to, of these values or of all that have any, in one statement.

    Whatever the person may not see is in no count and in no sum.
    """
    resource, where = query.resource, conditions_of(context, query)
    if where is None:
        return {}
    key = column(resource, spec)
    limits = [alive(resource), *where]
    if values is not None:
        known = key.in_([one for one in values if one is not None])
        limits.append(sa.or_(known, key.is_(None)) if None in values else known)
    amounts = [column(resource, one).label(f"amount{place}") for place, one in enumerate(totalled(resource))]
    cut = Cut((), at_most(COUNTED + 1), by_shares=True, sort=[key.label("lane"), *amounts])
    walks = [one.walk(resource, Known(context), limits, cut) for one in branches(context, resource)]
    rows = (walks[0] if len(walks) == 1 else sa.union(*(one.subquery().select() for one in walks))).subquery()
    sums = [sa.func.sum(rows.c[one.name]) for one in amounts]
    grouped = sa.select(rows.c.lane, sa.func.count(), *sums).group_by(rows.c.lane)
    found = list(context.session.connection().execute(grouped))
    capped = sum(row[1] for row in found) > COUNTED
    return {row[0]: Figures(row[1], tuple(row[2:]), capped) for row in found}
