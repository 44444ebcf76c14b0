"""Reading many records: one builder for every list, board, calendar, picker, export and API page.

Pages follow each other by key, never by offset; counts stop at a cap; what a person may see enters as branches that
are each walked by their own index and cut at the page before they are united.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.access.scopes import ALL
from core.access.visibility import Known, branches, visible
from core.db.prepared import Prepared, Question, adopt
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import CREATOR, NO_SUCH_FIELD, OWNERS_DEPARTMENT, Filter, condition, line_fields, typed
from core.entity.kinds import KINDS
from core.entity.page_statement import Shape, alive, how_many, parted, prepared, run, segments_of, shape_of
from core.entity.searching import SHORT, patterns_of, rare, rechecks
from core.i18n import Label, translator
from core.text import normalize

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

PAGE = 50
MOST = 200
CAP = 1000
"""Counts stop here unless an exact one is asked for."""
_MOST_SEGMENTS = 2

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
    lines: Field | None = None
    """Of what is streamed: a row for each of a record's lines of this kind, whose fields are columns as ``goods.price``;
    one row where it has none."""
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
    """Every field a list may show or compare: declared, the company's own, those other modules add, the standard ones."""
    derived = {OWNERS_DEPARTMENT.name: OWNERS_DEPARTMENT} if resource.owned else {}
    # What a module adds comes first: it was switched on to be seen.
    return {**derived, **context.added(resource), **context.fields(resource), **STANDARD, CREATOR.name: CREATOR}


def compared_fields(context: "Context", resource: Resource) -> dict[str, Field]:
    """Every field a list may be narrowed by: those it shows, and those of its records' lines."""
    return {**line_fields(context.seen(resource)), **list_fields(context, resource)}


def read_page(context: "Context", query: Query) -> Page:
    """One page in the asked order. Raises InvalidError for a cursor or a value that does not fit."""
    order = query.sort or STANDARD["updated_at"]
    segments = segments_of(query.resource, order, descending=query.descending)
    start, after = _decode(query.cursor, order) if query.cursor else (0, None)
    narrowed = _narrowed(context, query)
    if narrowed is None:
        return Page(total=None if query.total == 0 else 0)
    values = narrowed.values
    rows: list[dict[str, Any]] = []
    ends: list[tuple[int, Any]] = []
    total: int | None = None
    for position in range(start, len(segments)):
        shape = _shape(
            context, query, order, segments[position], narrowed,
            follows=after is not None, total=0 if rows else query.total,
        )  # fmt: skip
        if after is not None:
            values |= {"after": after[0], "after_id": after[1]}
        found = run(context, shape, narrowed.where, values)
        rows += found.rows
        ends += [(position, key) for key in found.keys]
        total = found.total if total is None else total
        after = None
        if len(rows) > query.limit:
            break
    page = rows[: query.limit]
    cursor = _encode(*ends[len(page) - 1], page[-1]["id"]) if len(rows) > len(page) > 0 else ""
    return Page(page, cursor, *_total(context, query, total))


def read_pages(context: "Context", query: Query, spec: Field, values: Sequence[Any]) -> dict[Any, Page]:
    """The first page of each of these values of a field, with one statement for all of them.

    Two, where the order has records without a key of their own.
    """
    order = query.sort or STANDARD["updated_at"]
    pages: dict[Any, Page] = {value: Page() for value in values}
    narrowed = _narrowed(context, query) if values else None
    if narrowed is None:
        return pages
    ends: dict[Any, list[tuple[int, Any]]] = {value: [] for value in values}
    for position, segment in enumerate(segments_of(query.resource, order, descending=query.descending)):
        shape = _shape(context, query, order, segment, narrowed, follows=False, total=0, lane=spec.name)
        found = run(context, shape, narrowed.where, {**narrowed.values, "lanes": list(values)})
        for row, key, value in zip(found.rows, found.keys, found.lanes, strict=True):
            pages[value].rows.append(row)
            ends[value].append((position, key))
    for value, page in pages.items():
        if len(page.rows) > query.limit:
            del page.rows[query.limit :]
            page.next_cursor = _encode(*ends[value][query.limit - 1], page.rows[-1]["id"])
    return pages


def _shape(context: "Context", query: Query, order: Field, segment: str, narrowed: "_Narrowed", **rest: Any) -> Shape:
    """The shape of a page of a query: one row more than asked for says whether there is another page."""
    return shape_of(
        query.resource, query.columns, order, descending=query.descending, deleted=query.deleted, titles=query.titles,
        hidden=_untold(context, query.resource), segment=segment, limit=query.limit + 1,
        named="" if narrowed.ids is None else "ids", whole=False, searched=bool(narrowed.words), **rest,
    )  # fmt: skip


def _untold(context: "Context", resource: Resource) -> frozenset[str]:
    """What no row says: what the person may not know, and in lines the links into modules that are off."""
    of_lines = {name for name in context.hidden(resource) if name.partition(".")[0] in resource.lines}
    return context.secret(resource) | of_lines if of_lines else context.secret(resource)


def read_record(
    context: "Context",
    resource: Resource,
    columns: Sequence[Field],
    record_id: UUID,
    *,
    deleted: bool = False,
    titles: bool = True,
) -> dict[str, Any]:
    """The fields of one record and the titles of what they link to, by one statement; empty where it is not there."""
    if not branches(context, resource):
        return {}
    context.session.flush()  # as before any other statement of the session
    shape = _shape_of_one(context, resource, columns, deleted=deleted, titles=titles, whole=False)
    rows = run(context, shape, (), {"record": record_id}).rows
    return rows[0] if rows else {}


def reading_whole(context: "Context", resource: Resource, columns: Sequence[Field]) -> Prepared | None:
    """What reads a ``record`` and fields of it for :func:`whole_of`; None where the person sees no records."""
    if not branches(context, resource):
        return None
    return prepared(context, _shape_of_one(context, resource, columns, deleted=False, titles=True, whole=True))


def whole_of(context: "Context", resource: Resource, question: Question) -> tuple[Entity, dict[str, Any]] | None:
    """A record that the person sees and what :func:`read_record` tells of it, by one statement; None for no such one.

    Only for one that was not read before.
    """
    for row in question.answer(context.session):
        fields, own = parted(question.statement.names, row)
        return adopt(context.session, resource.model, own), fields
    return None


def _shape_of_one(context: "Context", resource: Resource, columns: Sequence[Field], **rest: Any) -> Shape:
    return shape_of(
        resource, columns, STANDARD["updated_at"], descending=True, hidden=_untold(context, resource),
        segment="values", follows=False, named="record", searched=False, limit=1, total=0, **rest,
    )  # fmt: skip


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
    narrowed = _narrowed(context, query)
    if narrowed is None:
        return None
    table, ids = query.resource.model.__table__, narrowed.ids
    where = [*narrowed.where, *(table.c.search_norm.contains(word, autoescape=True) for word in narrowed.words)]
    return where if ids is None else [*where, table.c.id == sa.any_(sa.literal(ids, ARRAY(sa.Uuid)))]


class _Narrowed(NamedTuple):
    """What a query is narrowed to."""

    where: list[sa.ColumnElement[bool]]
    """The asked conditions."""
    ids: list[UUID] | None = None
    """What a search for rare words found."""
    words: Sequence[str] = ()
    """Those searched for that are common."""

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of a page's statement."""
        return {"ids": self.ids, "patterns": patterns_of(self.words)}


def _narrowed(context: "Context", query: Query) -> _Narrowed | None:
    """What a query is narrowed to; None where nothing can match."""
    if not branches(context, query.resource):
        return None
    _refuse_hidden(context, query)
    found = [condition(context, query.resource, one) for one in query.filters]
    found += query.conditions
    if query.verb != "see" and context.grants.scope(query.resource.name, query.verb) != ALL:
        found.append(visible(context, query.resource, query.verb))
    words = normalize(query.q.replace("\x00", "")).split()[:8]
    if not words:
        return _Narrowed(found)
    found += rechecks(context, query.resource, words)
    # Row security forbids a plain LIKE to use the trigram index.
    table = query.resource.model.__table__
    if query.deleted or max(map(len, words)) < SHORT:  # nothing is known of how common they are
        return _Narrowed([*found, *(table.c.search_norm.contains(word, autoescape=True) for word in words)])
    ids = rare(context, table, words)
    return _Narrowed(found, words=words) if ids is None else _Narrowed(found, ids)


def _refuse_hidden(context: "Context", query: Query) -> None:
    """What a person may not know of, they cannot compare or sort by either, whoever put the query together."""
    hidden = context.hidden(query.resource)
    if not hidden:
        return
    names = ((one.parameter, {one.field.name, one.field.name.partition(".")[0]}) for one in query.filters)
    problems: list[tuple[str, Label]] = [(name, NO_SUCH_FIELD) for name, parts in names if parts & hidden]
    if query.sort is not None and query.sort.name in hidden:
        problems.append(("sort", NO_SUCH_FIELD))
    if error := InvalidError.of(problems):
        raise error


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
