"""Reading everything that matches, for people to read: what exports are made of."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.visibility import visible
from core.entity.entity import Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column
from core.entity.page_statement import alive
from core.entity.query import CAP, STANDARD, Query, conditions_of
from core.entity.reference import title_of

if TYPE_CHECKING:
    from core.context import Context


def stream(context: "Context", query: Query) -> Iterator[list[Sequence[Any]]]:
    """Every row in the asked order for people to read: one sequence of values for each of the query's columns.

    Titles stand for the records linked to, and moments are what the company's clock showed. So many rows come at a
    time that memory stays flat, all from one cursor: the state of a single moment. Commit nothing in between.
    """
    order, where = query.sort or STANDARD["updated_at"], conditions_of(context, query)
    if where is None:
        return
    table = query.resource.model.__table__
    limits = [visible(context, query.resource), alive(query.resource, deleted=query.deleted), *where]
    columns, joined = _readable(context, query)
    keys = (column(query.resource, order), table.c.id)
    # Without a value they come where a page has them: first of a falling order, last of a rising one.
    statement = (
        sa.select(*columns)
        .select_from(joined)
        .where(table.c.tenant_id == context.tenant, *limits)
        .order_by(*(one.desc() if query.descending else one.asc() for one in keys), *_order_of_lines(query))
    )
    streamed = {"stream_results": True, "yield_per": CAP}
    result = context.session.connection().execute(statement, execution_options=streamed)
    try:
        for part in result.partitions():
            yield list(zip(*part, strict=True))
    finally:
        result.close()


def _readable(context: "Context", query: Query) -> tuple[list[Any], sa.FromClause]:
    """The columns of a query as people read them."""
    table = query.resource.model.__table__
    joined: sa.FromClause = table
    if query.lines is not None:
        lines = query.lines.target.__table__
        joined = joined.outerjoin(
            lines, sa.and_(lines.c.tenant_id == context.tenant, lines.c.document_id == table.c.id)
        )
    columns: list[Any] = []
    hidden = context.secret(query.resource)
    for number, spec in enumerate(query.columns):
        if spec.name in hidden:
            found: Any = sa.null()
        elif spec.kind.name == "links":
            found = sa.func.array_to_string(_linked_titles(context, query.resource, spec), ", ")
        elif spec.kind.name == "link":
            target = target_class(spec).__table__.alias()
            pair = sa.and_(target.c.tenant_id == context.tenant, target.c.id == _value(query, spec))
            joined = joined.outerjoin(target, pair)
            found = target.c[title_field(target_class(spec))]
        elif spec.kind.name == "record":
            found = title_of(context.tenant, column(query.resource, spec), query.resource.references)
        elif spec.kind.name == "datetime":
            moment = sa.func.date_trunc("second", _value(query, spec))
            found = sa.func.timezone(context.company.timezone, moment)
        else:
            found = _value(query, spec)
        # As the driver gives them: SQLAlchemy would copy every list.
        columns.append(sa.type_coerce(found, sa.types.NullType()).label(f"c{number}"))
    return columns, joined


def _value(query: Query, spec: Field) -> sa.ColumnElement[Any]:
    """A field in SQL: the record's own, or one of its lines."""
    kind, _dot, name = spec.name.partition(".")
    if query.lines is None or kind != query.lines.name:
        return column(query.resource, spec)
    found: sa.ColumnElement[Any] = query.lines.target.__table__.c[query.lines.target.__fields__[name].column]
    return found


def _order_of_lines(query: Query) -> list[sa.ColumnElement[Any]]:
    return [] if query.lines is None else [query.lines.target.__table__.c.position, query.lines.target.__table__.c.id]


def _linked_titles(context: "Context", resource: Resource, spec: Field) -> sa.ColumnElement[Any]:
    """The titles of what a many-to-many field points at, in their own order."""
    pairs, table = resource.model.__links__[spec.name], resource.model.__table__
    target = target_class(spec).__table__.alias()
    title = target.c[title_field(target_class(spec))]
    found = (
        sa.select(title)
        .join(pairs, sa.and_(pairs.c.tenant_id == target.c.tenant_id, pairs.c.right_id == target.c.id))
        .where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == table.c.id, target.c.deleted_at.is_(None))
        .order_by(title)
    )
    return sa.func.array(found.correlate(table).scalar_subquery(), type_=sa.ARRAY(sa.Text))
