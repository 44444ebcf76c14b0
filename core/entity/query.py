"""Reading many records: one builder for every list, board, calendar, picker, export and API page.

Pages follow each other by key, never by offset; counts stop at a cap; what a person may see enters as branches that
are each walked by their own index and cut at the page before they are united.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.access.visibility import branches, visible
from core.entity.entity import Resource, target_class, title_field
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter, column, condition, typed
from core.entity.kinds import KINDS
from core.i18n import translator
from core.text import normalize

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

PAGE = 50
MOST = 200
CAP = 1000
"""Counts stop here unless an exact one is asked for."""
_RARE = 2000
"""A search that finds fewer is answered from its ids; a commoner one by walking the newest records."""
_MOST_SEGMENTS = 2
_SAMPLE = 500
"""Of so many of the newest records one in fifty must match for a word to count as common."""
_SHORT = 3
"""Shorter words have no trigram."""

STANDARD: dict[str, Field] = {
    "owner": Field(
        title=_("Owner"), name="owner", kind=KINDS["link"], target="core_user", readonly=True, required=False
    ),
    "created_at": Field(title=_("Created"), name="created_at", kind=KINDS["datetime"], readonly=True, listed=False),
    "updated_at": Field(title=_("Last updated"), name="updated_at", kind=KINDS["datetime"], readonly=True, sort=True),
}
"""What every entity has beside its own fields."""


@dataclass(slots=True)
class Query:
    """What is asked for."""

    resource: Resource
    columns: Sequence[Field] = ()
    """Fields to read beside id, version and the key of the order."""
    filters: Sequence[Filter] = ()
    conditions: Sequence[sa.ColumnElement[bool]] = ()
    """Further conditions from code."""
    q: str = ""
    sort: Field | None = None
    """None is the time of the last change."""
    descending: bool = True
    limit: int = PAGE
    cursor: str = ""
    deleted: bool = False
    titles: bool = True
    """Read the title of each record linked to, as ``<field>__title``."""
    total: int | None = 0
    """Count everything that matches with the page, up to this many; None counts to the end, 0 not at all."""


@dataclass(slots=True)
class Page:
    """A page of rows; ``next_cursor`` is empty on the last."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    next_cursor: str = ""
    total: int | None = None
    """How many match in all, where that was asked for."""
    capped: bool = False
    """There are more than the total says."""


def list_fields(context: "Context", resource: Resource) -> dict[str, Field]:
    """Every field a list may show or compare: declared, the company's own, and the standard ones."""
    return {**context.fields(resource), **STANDARD}


def read_page(context: "Context", query: Query) -> Page:
    """One page in the asked order. Raises InvalidError for a cursor or a value that does not fit."""
    order = query.sort or STANDARD["updated_at"]
    segments = _segments(query.resource, order, descending=query.descending)
    start, after = _decode(query.cursor, order) if query.cursor else (0, None)
    where = _where(context, query)
    rows: list[dict[str, Any]] = []
    if where is None:
        return Page(total=None if query.total == 0 else 0)
    for position in range(start, len(segments)):
        statement = _statement(
            context, query, order, where, segment=segments[position], after=after, limit=query.limit + 1 - len(rows)
        )
        if query.total != 0 and not rows:
            statement = statement.add_columns(_counted(context, query, where, query.total).label("_total"))
        rows += _rows(context, statement, position)
        after = None
        if len(rows) > query.limit:
            break
    page = rows[: query.limit]
    more = len(rows) > query.limit
    if query.titles:
        _attach_links(context, query, page)
    total, capped = _total(context, query, rows)
    return Page(page, _encode(page[-1]) if more and page else "", total, capped)


def _rows(context: "Context", statement: sa.Select[Any], segment: int) -> list[dict[str, Any]]:
    """The rows of one statement. It names its company itself, so the session's filter need not look at it."""
    result = context.session.connection().execute(statement)
    names = (*result.keys(), "_segment")
    return [dict(zip(names, (*row, segment), strict=True)) for row in result.all()]


def _total(context: "Context", query: Query, rows: Sequence[dict[str, Any]]) -> tuple[int | None, bool]:
    """What was counted along with the page; where the page is empty there was no row to carry it."""
    if query.total == 0:
        return None, False
    if not rows:
        return count(context, query, query.total) if query.cursor else (0, False)
    return _capped(rows[0]["_total"], query.total)


def count(context: "Context", query: Query, cap: int | None = CAP) -> tuple[int, bool]:
    """How many there are, and whether the count stopped at the cap."""
    where = _where(context, query)
    if where is None:
        return 0, False
    return _capped(context.session.scalar(sa.select(_counted(context, query, where, cap))) or 0, cap)


def _counted(
    context: "Context", query: Query, where: Sequence[sa.ColumnElement[bool]], cap: int | None
) -> sa.ScalarSelect[int]:
    """How many match, as part of a statement: a page that wants it needs no second one."""
    table = query.resource.model.__table__
    limits = [table.c.tenant_id == context.tenant, *where]
    found = branches(context, query.resource)
    most = None if cap is None else cap + 1
    parts = [sa.select(table.c.id).where(branch.condition, *limits).limit(most) for branch in found]
    matching = parts[0] if len(parts) == 1 else sa.union(*(part.subquery().select() for part in parts)).limit(most)
    return sa.select(sa.func.count()).select_from(matching.subquery()).scalar_subquery()


def _capped(found: int, cap: int | None) -> tuple[int, bool]:
    return (cap, True) if cap is not None and found > cap else (found, False)


def read_all(context: "Context", query: Query) -> Iterator[list[dict[str, Any]]]:
    """Every row, page by page, for exports and bulk work; memory stays flat."""
    query.limit = CAP
    while True:
        page = read_page(context, query)
        if page.rows:
            yield page.rows
        if not page.next_cursor:
            return
        query.cursor = page.next_cursor


def stream(context: "Context", query: Query) -> Iterator[list[Sequence[Any]]]:
    """Every row in the asked order for people to read: one sequence of values for each of the query's columns.

    Titles stand for the records linked to, and moments are what the company's clock showed. So many rows come at a
    time that memory stays flat, all from one cursor: the state of a single moment. Commit nothing in between.
    """
    order, where = query.sort or STANDARD["updated_at"], _where(context, query)
    if where is None:
        return
    table = query.resource.model.__table__
    columns, joined = _readable(context, query)
    keys = (column(query.resource, order), table.c.id)
    # Without a value they come where a page has them: first of a falling order, last of a rising one.
    statement = (
        sa.select(*columns)
        .select_from(joined)
        .where(table.c.tenant_id == context.tenant, visible(context, query.resource), *where)
        .order_by(*(one.desc() if query.descending else one.asc() for one in keys))
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
    joined: sa.FromClause = query.resource.model.__table__
    columns: list[Any] = []
    for number, spec in enumerate(query.columns):
        if spec.kind.name == "links":
            found: Any = sa.func.array_to_string(_linked_titles(context, query.resource, spec), ", ")
        elif spec.kind.name == "link":
            target = target_class(spec).__table__.alias()
            pair = sa.and_(target.c.tenant_id == context.tenant, target.c.id == column(query.resource, spec))
            joined = joined.outerjoin(target, pair)
            found = target.c[title_field(target_class(spec))]
        elif spec.kind.name == "datetime":
            found = sa.func.timezone(context.company.timezone, column(query.resource, spec), type_=sa.DateTime)
        else:
            found = column(query.resource, spec)
        columns.append(found.label(f"c{number}"))
    return columns, joined


def _linked_titles(context: "Context", resource: Resource, spec: Field) -> sa.ColumnElement[Any]:
    """The titles of what a many-to-many field points at, in their own order."""
    pairs, table = resource.model.__links__[spec.name], resource.model.__table__
    target = target_class(spec).__table__.alias()
    title = target.c[title_field(target_class(spec))]
    found = (
        sa.select(title)
        .join(pairs, sa.and_(pairs.c.tenant_id == target.c.tenant_id, pairs.c.right_id == target.c.id))
        .where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == table.c.id)
        .order_by(title)
    )
    return sa.func.array(found.correlate(table).scalar_subquery(), type_=sa.ARRAY(sa.Text))


def matching_ids(context: "Context", query: Query, most: int) -> list[UUID]:
    """The ids of what matches, newest first, at most ``most``."""
    where = _where(context, query)
    if where is None:
        return []
    table = query.resource.model.__table__
    seen = sa.select(table.c.id).where(table.c.tenant_id == context.tenant, visible(context, query.resource), *where)
    return list(context.session.scalars(seen.order_by(table.c.updated_at.desc()).limit(most)))


def _where(context: "Context", query: Query) -> list[sa.ColumnElement[bool]] | None:
    """All conditions but visibility; None where nothing can match."""
    table = query.resource.model.__table__
    if not branches(context, query.resource):
        return None
    found: list[sa.ColumnElement[bool]] = [
        table.c.deleted_at.is_not(None) if query.deleted else table.c.deleted_at.is_(None)
    ]
    found += [condition(context, query.resource, one) for one in query.filters]
    found += query.conditions
    words = normalize(query.q.replace("\x00", "")).split()[:8]
    return found + _search(context, query, words) if words else found


def _search(context: "Context", query: Query, words: list[str]) -> list[sa.ColumnElement[bool]]:
    """Rare words are looked up by the trigram index, which row security forbids a plain LIKE to use."""
    table = query.resource.model.__table__
    likes = [table.c.search_norm.contains(word, autoescape=True) for word in words]
    if query.deleted or max(map(len, words)) < _SHORT or _is_common(context, table, likes):
        return likes
    found = sa.func.ghep_search(
        sa.cast(table.name, sa.Text).op("::")(sa.text("regclass")), sa.cast(words, sa.ARRAY(sa.Text)), _RARE
    ).table_valued("id")
    ids = list(context.session.scalars(sa.select(found.c.id)))
    return [table.c.id.in_(ids)] if len(ids) < _RARE else likes


def _is_common(context: "Context", table: sa.Table, likes: Sequence[sa.ColumnElement[bool]]) -> bool:
    """Whether so many of the newest records match that a page is full after a short walk.

    The trigram index would have to gather every match of a common word before the first could be shown.
    """
    newest = (
        sa.select(sa.and_(*likes).label("matches"))
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
        .order_by(table.c.updated_at.desc(), table.c.id.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    found = sa.select(sa.func.count()).where(newest.c.matches)
    return context.session.connection().execute(found).scalar_one() >= _SAMPLE // 50


def _segments(resource: Resource, order: Field, *, descending: bool) -> list[str]:
    """The runs an order consists of: an optional column has one more, of the records without a value."""
    if not column(resource, order).nullable if not order.key else False:
        return ["values"]
    return ["empty", "values"] if descending else ["values", "empty"]


def _statement(
    context: "Context",
    query: Query,
    order: Field,
    where: Sequence[sa.ColumnElement[bool]],
    *,
    segment: str,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> sa.Select[Any]:
    table = query.resource.model.__table__
    key = column(query.resource, order)
    keys = (table.c.id,) if segment == "empty" else (key, table.c.id)
    limits = [table.c.tenant_id == context.tenant, *where]
    if order.name not in {"updated_at"} and (order.key or table.c[order.column].nullable):
        limits.append(key.is_(None) if segment == "empty" else key.is_not(None))
    if after is not None:
        value = sa.literal(after[1], table.c.id.type) if segment == "empty" else None
        left = table.c.id if segment == "empty" else sa.tuple_(*keys)
        right = (
            value
            if value is not None
            else sa.tuple_(sa.literal(after[0], key.type), sa.literal(after[1], table.c.id.type))
        )
        limits.append(left < right if query.descending else left > right)
    ordering = [one.desc() if query.descending else one.asc() for one in keys]
    found = branches(context, query.resource)
    columns, joined = _columns(context, query, order)
    if len(found) == 1:
        only = sa.select(*columns).select_from(joined).where(found[0].condition, *limits)
        return only.order_by(*ordering).limit(limit)
    walks = (branch.walk(table, limits, ordering, limit).subquery().select() for branch in found)
    united = sa.union(*walks).subquery()
    chosen = sa.select(*columns).select_from(joined).where(table.c.tenant_id == context.tenant)
    return chosen.where(table.c.id.in_(sa.select(united.c.id))).order_by(*ordering).limit(limit)


def _columns(context: "Context", query: Query, order: Field) -> tuple[list[Any], sa.FromClause]:
    """What is selected: the fields asked for, and the title of each record linked to."""
    table = query.resource.model.__table__
    columns: list[Any] = [table.c.id, table.c.version, column(query.resource, order).label("_key")]
    joined: sa.FromClause = table
    for spec in query.columns:
        if spec.kind.name == "links":
            columns += [] if query.titles else [_linked_ids(context, query.resource, spec).label(spec.name)]
            continue
        columns.append(column(query.resource, spec).label(spec.name))
        if spec.kind.name == "link" and query.titles:
            target = target_class(spec).__table__.alias()
            joined = joined.outerjoin(
                target,
                sa.and_(target.c.tenant_id == context.tenant, target.c.id == column(query.resource, spec)),
            )
            columns.append(target.c[title_field(target_class(spec))].label(f"{spec.name}__title"))
    return columns, joined


def _linked_ids(context: "Context", resource: Resource, spec: Field) -> sa.ColumnElement[Any]:
    """A many-to-many field as a column: the ids, the oldest record first."""
    pairs, table = resource.model.__links__[spec.name], resource.model.__table__
    ids = sa.select(pairs.c.right_id).where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == table.c.id)
    return sa.func.array(ids.order_by(pairs.c.right_id).scalar_subquery(), type_=sa.ARRAY(sa.Uuid))


def _attach_links(context: "Context", query: Query, rows: list[dict[str, Any]]) -> None:
    """Fill in the many-to-many fields of a page, one query each: ids and titles."""
    for spec in query.columns:
        if spec.kind.name == "links":
            found = _linked(context, query.resource, spec, [row["id"] for row in rows])
            for row in rows:
                linked = found.get(row["id"], [])
                row[spec.name] = [one for one, _text in linked]
                row[f"{spec.name}__title"] = [text for _one, text in linked]


def _linked(
    context: "Context", resource: Resource, spec: Field, ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, str]]]:
    """What records point at by a many-to-many field: ids and titles."""
    pairs, target = resource.model.__links__[spec.name], target_class(spec).__table__
    title = target.c[title_field(target_class(spec))]
    statement = (
        sa.select(pairs.c.left_id, target.c.id, title)
        .join(target, sa.and_(target.c.tenant_id == pairs.c.tenant_id, target.c.id == pairs.c.right_id))
        .where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == sa.any_(sa.literal(ids, sa.ARRAY(sa.Uuid))))
        .order_by(title)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for left, right, text in context.session.connection().execute(statement) if ids else ():
        found.setdefault(left, []).append((right, text))
    return found


def _encode(row: dict[str, Any]) -> str:
    key = row["_key"]
    text = key.isoformat() if hasattr(key, "isoformat") else None if key is None else str(key)
    return base64.urlsafe_b64encode(orjson.dumps([row["_segment"], text, str(row["id"])])).decode().rstrip("=")


def _decode(cursor: str, order: Field) -> tuple[int, tuple[Any, UUID]]:
    try:
        segment, text, last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value = None if text is None else typed(order, text)
        return range(_MOST_SEGMENTS).index(segment), (value, UUID(last))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        raise InvalidError({"cursor": [_("This is not a cursor of this list.")]}) from None
