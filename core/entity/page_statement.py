"""The statement behind a page of records: put together once for each shape of page and run with new values.

What a person may see enters as branches that are each walked by their own index and cut at the page before they are
united.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from core.access.visibility import Branch, Cut, Known, Named, Values, branches, some, values_of
from core.db.prepared import Prepared, at_most
from core.entity.custom import PREFIX
from core.entity.entity import Entity, Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.reference import title_of
from core.entity.searching import has_all

if TYPE_CHECKING:
    from core.context import Context

Conditions = Sequence[sa.ColumnElement[bool]]
_KEY, _TOTAL, _LANE = "_key", "_total", "_lane"
"""What stands behind the fields of a row: its place in the order, how many there are, the lane it is in."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides the text of a page's statement, beside what is filtered by; see :func:`shape_of`."""

    model: type[Entity]
    names: tuple[tuple[str, str, Any], ...]
    """The columns and last the order: name, kind and target, which tell two companies' own fields apart."""
    descending: bool
    deleted: bool
    titles: bool
    """Read the title of each record linked to as well."""
    hidden: frozenset[str]
    """Fields the person may not know of: without a value, whoever asks for them."""
    segment: str
    """An order by an optional field is two runs: of the records with a value, and of those without."""
    follows: bool
    """Whether the page begins after the row of a cursor."""
    named: str
    """The parameter that names the records: ``ids``, or ``record`` where it is one; empty where none does."""
    whole: bool
    """Whether the rows themselves are read as well, all their columns."""
    searched: bool
    """Whether they are those with words that are common; their ``patterns`` are a parameter."""
    limit: int
    """How many rows at most."""
    total: int | None
    """Count everything that matches up to here; None to the end, 0 not at all."""
    lane: str
    """A field: such a page for each of the values that the parameter ``lanes`` names. Empty is one page."""
    resource: Resource = field(compare=False)
    columns: tuple[Field, ...] = field(compare=False)
    order: Field = field(compare=False)


def shape_of(resource: Resource, columns: Sequence[Field], order: Field, *, lane: str = "", **rest: Any) -> Shape:
    """The shape of a page: two that are equal share a statement."""
    # What decides how a field's titles are read: the entity, or the entities, it points at.
    several = tuple([one.model for one in resource.references])
    names = [
        (spec.name, spec.kind.name, several if spec.kind.name == "record" else spec.target)
        for spec in (*columns, order)
    ]
    return Shape(
        resource.model, tuple(names), **rest, lane=lane, resource=resource, columns=tuple(columns), order=order
    )


class Found(NamedTuple):
    """What a page's statement gave."""

    rows: list[dict[str, Any]]
    """Id, version and the fields that were asked for."""
    keys: list[Any]
    """What each row is sorted by."""
    total: int | None
    """How many match in all; None where that was not asked for, or no row was there to carry it."""
    lanes: list[Any]
    """Of pages by lane, the one that each row is in."""


def run(context: "Context", shape: Shape, where: Conditions, values: Mapping[str, Any]) -> Found:
    """Read a page. ``values`` holds ``after`` and ``after_id`` of one that follows."""
    counted = shape.total != 0
    names, rows = _read(context, shape, where, values)
    fields = names[: names.index(_KEY)]
    return Found(
        [dict(zip(fields, row, strict=False)) for row in rows],
        [row[len(fields)] for row in rows],
        rows[0][len(fields) + 1] if counted and rows else None,
        [row[-1] for row in rows] if shape.lane else [],
    )


def prepared(context: "Context", shape: Shape) -> Prepared:
    """What reads a page that is not filtered."""
    return _prepared(shape, tuple(branches(context, shape.resource)), context.session.dialect)


def parted(names: Sequence[str], row: Sequence[Any]) -> tuple[dict[str, Any], Sequence[Any]]:
    """A row of a whole shape, whose columns have these names: its fields, and the columns of its own row."""
    fields = names[: names.index(_KEY)]
    return dict(zip(fields, row, strict=False)), row[len(fields) + 1 :]


def _read(
    context: "Context", shape: Shape, where: Conditions, values: Mapping[str, Any]
) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    if not where:
        statement = prepared(context, shape)
        return statement.names, statement.rows(context.session, {**values_of(context), **values})
    filtered = statement_of(shape, where, branches(context, shape.resource), Known(context))
    # It names its company itself, so the session's filter need not look at it.
    result = context.session.connection().execute(filtered.params(values))
    return tuple(result.keys()), result.all()


@lru_cache(maxsize=2000)
def _prepared(shape: Shape, found: tuple[Branch, ...], dialect: sa.Dialect) -> Prepared:
    return Prepared.of(statement_of(shape, (), found, Named()), dialect)


def statement_of(shape: Shape, where: Conditions, found: Sequence[Branch], values: Values) -> sa.Select[Any]:
    """A page's statement, or that of a page for each lane; ``after``, ``after_id`` and ``lanes`` are parameters."""
    if not shape.lane:
        return _page(shape, where, found, values)
    key = column(shape.resource, shape.model.__fields__[shape.lane])
    # By its name, so that it can be spoken of at any depth of the page's statement.
    value = sa.literal_column("lane.value", key.type)
    page = _page(shape, [*where, key == value], found, values).lateral("page")
    wanted = sa.func.unnest(sa.bindparam("lanes", type_=ARRAY(key.type)))
    lanes = wanted.table_valued("value").render_derived("lane")
    order = [one.desc() if shape.descending else one.asc() for one in (page.c[_KEY], page.c.id)]
    chosen = sa.select(*page.c, lanes.c.value.label(_LANE))
    return chosen.select_from(lanes.join(page, sa.true())).order_by(*order)


def _page(shape: Shape, where: Conditions, found: Sequence[Branch], values: Values) -> sa.Select[Any]:
    resource, table, order = shape.resource, shape.model.__table__, _order(shape, values)
    matching = [alive(resource, deleted=shape.deleted), *where]
    if shape.named == "ids":
        matching.append(table.c.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))))
    if shape.named == "record":
        matching.append(table.c.id == sa.bindparam("record", type_=sa.Uuid))
    if shape.searched:
        # Said so that the planner takes every other record to match: the order's index is walked until the page is full.
        matching.append(sa.case((has_all(table), sa.true()), else_=sa.false()))
    empty, limits = shape.segment == "empty", [*matching, *order.limits]
    after = None
    if shape.follows:
        left, after = _after(order, empty=empty)
        limits.append(left < after if shape.descending else left > after)
    keys = (order.id,) if empty else (order.key, order.id)
    cut = Cut(
        ordering=[one.desc() if shape.descending else one.asc() for one in keys],
        limit=at_most(shape.limit),
        by_shares=shape.order.name == "updated_at" and shape.descending,
        sort=[] if empty else [order.key.label("sort")],
        after=after,
    )
    columns, joined = _columns(shape, values)
    columns.append(order.key.label(_KEY))
    if shape.whole:
        columns += [one.label(f"_own_{one.key}") for one in table.c]
    if shape.total != 0:
        columns.append(how_many(resource, matching, found, values, shape.total).label(_TOTAL))
    statement = sa.select(*columns).select_from(joined).where(table.c.tenant_id == values.tenant)
    if len(found) == 1:
        return cut.of(statement.where(found[0].condition(resource, values), *limits))
    walks = (one.walk(resource, values, limits, cut) for one in found)
    return cut.of(statement.where(table.c.id.in_(cut.united(walks, descending=shape.descending)), *order.tie))


class _Order(NamedTuple):
    """What a page's records are sorted by."""

    key: sa.ColumnElement[Any]
    id: sa.ColumnElement[UUID]
    """What decides between equals; of the key's own table, so that one index gives both."""
    limits: Sequence[sa.ColumnElement[bool]] = ()
    """Which records belong to the run of the order."""
    tie: Sequence[sa.ColumnElement[bool]] = ()
    """What ties the row that the key lies in to the record, where that is a row of its own."""


def _order(shape: Shape, values: Values) -> _Order:
    table, spec, empty = shape.model.__table__, shape.order, shape.segment == "empty"
    if spec.beside is None:
        key = column(shape.resource, spec)
        optional = spec.key or (spec.name != "updated_at" and table.c[spec.column].nullable)
        return _Order(key, table.c.id, [key.is_(None) if empty else key.is_not(None)] if optional else [])
    # By a name of its own: conditions may be about the same table.
    rows = spec.beside.__table__.alias("sorted")
    key = rows.c[spec.column]
    tie = [rows.c.tenant_id == values.tenant, rows.c.id == table.c.id]
    if empty:
        without = sa.not_(sa.exists().where(*tie, key.is_not(None)))
        return _Order(sa.cast(sa.null(), key.type), table.c.id, [without])
    return _Order(key, rows.c.id, [*tie, key.is_not(None)], tie)


def segments_of(resource: Resource, order: Field, *, descending: bool) -> list[str]:
    """The runs an order consists of: an optional column has one more, of the records without a value."""
    if order.beside is None and not order.key and not column(resource, order).nullable:
        return ["values"]
    return ["empty", "values"] if descending else ["values", "empty"]


def alive(resource: Resource, *, deleted: bool = False) -> sa.ColumnElement[bool]:
    """Outside the recycle bin, or in it."""
    deleted_at = resource.model.__table__.c.deleted_at
    return deleted_at.is_not(None) if deleted else deleted_at.is_(None)


def how_many(
    resource: Resource, where: Conditions, found: Sequence[Branch], values: Values, cap: int | None
) -> sa.ScalarSelect[int]:
    """How many match, as part of a statement: a page that wants it needs no second one."""
    table = resource.model.__table__
    limits, most = [table.c.tenant_id == values.tenant, *where], at_most(None if cap is None else cap + 1)
    ids = [
        one.walk(resource, values, where, some(most))
        if one.way == "share"
        else sa.select(table.c.id).where(one.condition(resource, values), *limits).limit(most)
        for one in found
    ]
    matching = ids[0] if len(ids) == 1 else sa.union(*(one.subquery().select() for one in ids)).limit(most)
    return sa.select(sa.func.count()).select_from(matching.subquery()).scalar_subquery()


def _after(order: _Order, *, empty: bool) -> tuple[Any, sa.ColumnElement[Any]]:
    """A row's key, and that of the row before the page."""
    last = sa.bindparam("after_id", type_=order.id.type)
    return (order.id, last) if empty else (
        sa.tuple_(order.key, order.id), sa.tuple_(sa.bindparam("after", type_=order.key.type), last)
    )  # fmt: skip


def _columns(shape: Shape, values: Values) -> tuple[list[Any], sa.FromClause]:
    """What is selected: the fields asked for, and the titles of the records linked to."""
    resource, table = shape.resource, shape.model.__table__
    columns: list[Any] = [table.c.id, table.c.version]
    joined: sa.FromClause = table
    for spec in shape.columns:
        if spec.name in shape.hidden:
            columns += [sa.null().label(spec.name), sa.null().label(f"{spec.name}__title")]
            continue
        if spec.kind.name == "links":
            columns += _linked(shape, values, spec)
            continue
        if spec.kind.name == "lines":
            columns.append(_lines(shape, values, spec).label(spec.name))
            continue
        columns.append(_value(shape, spec).label(spec.name))
        if spec.kind.name == "link" and shape.titles:
            target = target_class(spec).__table__.alias()
            pair = sa.and_(target.c.tenant_id == values.tenant, target.c.id == column(resource, spec))
            joined = joined.outerjoin(target, pair)
            columns.append(target.c[title_field(target_class(spec))].label(f"{spec.name}__title"))
        if spec.kind.name == "record" and shape.titles:
            title = title_of(values.tenant, column(resource, spec), resource.references)
            columns.append(title.label(f"{spec.name}__title"))
    return columns, joined


def _value(shape: Shape, spec: Field) -> sa.ColumnElement[Any]:
    """A field's value; of all the company's own those that are not hidden."""
    own = [name.removeprefix(PREFIX) for name in sorted(shape.hidden) if name.startswith(PREFIX)]
    if spec.name == "custom" and own:
        return shape.model.__table__.c.custom.op("-")(sa.cast(own, sa.ARRAY(sa.Text)))
    return column(shape.resource, spec)


def _linked(shape: Shape, values: Values, spec: Field) -> list[sa.ColumnElement[Any]]:
    """A many-to-many field as columns: the ids, the oldest record first, or ids and titles in the titles' order.

    What lies in the recycle bin is not among them.
    """
    pairs, table, target = shape.model.__links__[spec.name], shape.model.__table__, target_class(spec).__table__.alias()
    title = target.c[title_field(target_class(spec))]
    both = sa.and_(target.c.tenant_id == pairs.c.tenant_id, target.c.id == pairs.c.right_id)
    linked = (
        sa.select(target.c.id)
        .join_from(pairs, target, both)
        .where(pairs.c.tenant_id == values.tenant, pairs.c.left_id == table.c.id, target.c.deleted_at.is_(None))
    )
    if not shape.titles:
        return [_array(linked.order_by(target.c.id), sa.Uuid()).label(spec.name)]
    ordered = linked.order_by(title, target.c.id)
    return [
        _array(ordered, sa.Uuid()).label(spec.name),
        _array(ordered.with_only_columns(title), sa.Text()).label(f"{spec.name}__title"),
    ]


def _lines(shape: Shape, values: Values, spec: Field) -> sa.ColumnElement[Any]:
    """The lines of a document in their order, as one JSON list in the API's form."""
    lines = spec.target.__table__.alias()
    pairs: list[Any] = [sa.literal_column("'id'"), lines.c.id]
    for name, one in spec.target.__fields__.items():
        if f"{spec.name}.{name}" in shape.hidden:
            continue
        # Numbers as text: a JSON number would come back as a float.
        value = lines.c[one.column]
        exact = sa.cast(value, sa.Text) if isinstance(value.type, sa.Numeric) else value
        pairs += [sa.literal_column(f"'{name}'"), exact]
    made = sa.func.json_build_object(*pairs)
    found = sa.func.json_agg(aggregate_order_by(made, lines.c.position, lines.c.id))
    mine = (lines.c.tenant_id == values.tenant, lines.c.document_id == shape.model.__table__.c.id)
    listed = sa.select(sa.func.coalesce(found, sa.literal_column("'[]'::json"), type_=sa.JSON)).where(*mine)
    return listed.correlate(shape.model.__table__).scalar_subquery()


def _array(values: sa.Select[Any], type_: Any) -> sa.ColumnElement[Any]:
    return sa.func.array(values.scalar_subquery(), type_=sa.ARRAY(type_))
