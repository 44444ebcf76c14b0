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

from core.access.scopes import ALL
from core.access.visibility import Known, branches, visible
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import NO_SUCH_FIELD, Filter, condition, typed
from core.entity.kinds import KINDS
from core.entity.page_statement import alive, how_many, run, segments_of, shape_of
from core.entity.searching import rechecks
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
    verb: str = "see"
    """What is to be done with the records: only those are read on which it is allowed, besides seeing them."""


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
    segments = segments_of(query.resource, order, descending=query.descending)
    start, after = _decode(query.cursor, order) if query.cursor else (0, None)
    where = conditions_of(context, query)
    if where is None:
        return Page(total=None if query.total == 0 else 0)
    rows: list[dict[str, Any]] = []
    ends: list[tuple[int, Any]] = []
    total: int | None = None
    for position in range(start, len(segments)):
        shape = shape_of(
            query.resource,
            query.columns,
            order,
            descending=query.descending,
            deleted=query.deleted,
            titles=query.titles,
            hidden=context.hidden(query.resource),
            segment=segments[position],
            follows=after is not None,
            named=False,
            limit=query.limit + 1,
            total=0 if rows else query.total,
        )
        values = {} if after is None else {"after": after[0], "after_id": after[1]}
        found = run(context, shape, where, values)
        rows += found.rows
        ends += [(position, key) for key in found.keys]
        total = found.total if total is None else total
        after = None
        if len(rows) > query.limit:
            break
    page = rows[: query.limit]
    cursor = _encode(*ends[len(page) - 1], page[-1]["id"]) if len(rows) > len(page) > 0 else ""
    return Page(page, cursor, *_total(context, query, total))


def read_record(
    context: "Context", resource: Resource, columns: Sequence[Field], record_id: UUID, *, deleted: bool = False
) -> dict[str, Any]:
    """The fields of one record and the titles of what they link to, by one statement; empty where it is not there."""
    shape = shape_of(
        resource,
        columns,
        STANDARD["updated_at"],
        descending=True,
        deleted=deleted,
        titles=True,
        hidden=context.hidden(resource),
        segment="values",
        follows=False,
        named=True,
        limit=1,
        total=0,
    )
    rows = run(context, shape, (), {"ids": [record_id]}).rows
    return rows[0] if rows else {}


def _total(context: "Context", query: Query, total: int | None) -> tuple[int | None, bool]:
    """What was counted along with the page; where the page is empty there was no row to carry it."""
    if query.total == 0:
        return None, False
    if total is None:
        return count(context, query, query.total) if query.cursor else (0, False)
    return _capped(total, query.total)


def count(context: "Context", query: Query, cap: int | None = CAP) -> tuple[int, bool]:
    """How many there are, and whether the count stopped at the cap."""
    where = conditions_of(context, query)
    if where is None:
        return 0, False
    values, found = Known(context), branches(context, query.resource)
    limits = [alive(query.resource, deleted=query.deleted), *where]
    counted = sa.select(how_many(query.resource, limits, found, values, cap))
    return _capped(context.session.scalar(counted) or 0, cap)


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


def matching_ids(context: "Context", query: Query, most: int) -> list[UUID]:
    """The ids of what matches, newest first, at most ``most``."""
    table = query.resource.model.__table__
    found = matching(context, query).order_by(table.c.updated_at.desc()).limit(most)
    return list(context.session.scalars(found))


def matching(context: "Context", query: Query) -> sa.Select[UUID]:
    """The ids of what matches, as part of a statement that does something with them."""
    where, resource = conditions_of(context, query), query.resource
    table = resource.model.__table__
    limits: list[sa.ColumnElement[bool]] = [sa.false()]
    if where is not None:
        limits = [visible(context, resource), alive(resource, deleted=query.deleted), *where]
    return sa.select(table.c.id).where(table.c.tenant_id == context.tenant, *limits)


def conditions_of(context: "Context", query: Query) -> list[sa.ColumnElement[bool]] | None:
    """The asked conditions; None where nothing can match."""
    if not branches(context, query.resource):
        return None
    _refuse_hidden(context, query)
    found = [condition(context, query.resource, one) for one in query.filters]
    found += query.conditions
    if query.verb != "see" and context.grants.scope(query.resource.name, query.verb) != ALL:
        found.append(visible(context, query.resource, query.verb))
    words = normalize(query.q.replace("\x00", "")).split()[:8]
    return [*found, *_search(context, query, words), *rechecks(context, query.resource, words)] if words else found


def _refuse_hidden(context: "Context", query: Query) -> None:
    """What a person may not know of, they cannot compare or sort by either, whoever put the query together."""
    hidden = context.hidden(query.resource)
    problems = [(one.parameter, NO_SUCH_FIELD) for one in query.filters if one.field.name in hidden]
    if query.sort is not None and query.sort.name in hidden:
        problems.append(("sort", NO_SUCH_FIELD))
    if error := InvalidError.of(problems):
        raise error


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


def _encode(segment: int, key: Any, last: UUID) -> str:
    text = key.isoformat() if hasattr(key, "isoformat") else None if key is None else str(key)
    return base64.urlsafe_b64encode(orjson.dumps([segment, text, str(last)])).decode().rstrip("=")


def _decode(cursor: str, order: Field) -> tuple[int, tuple[Any, UUID]]:
    try:
        segment, text, last = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value = None if text is None else typed(order, text)
        return range(_MOST_SEGMENTS).index(segment), (value, UUID(last))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        raise InvalidError({"cursor": [_("This is not a cursor of this list.")]}) from None
