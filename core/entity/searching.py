"""Words that are searched for, and the fields that somebody may find them in."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from core.db.prepared import Prepared, at_most
from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.filters import column, folded

if TYPE_CHECKING:
    from core.context import Context

SHORT = 3
"""Shorter words have no trigram."""
_RARE = 2000
"""A search that finds fewer is answered from its ids; a commoner one by walking the newest records."""
_SAMPLE, _HITS = 250, 5
"""Of so many of the newest records so many must match for a word to count as common; no more are looked at then."""
_WILD = re.compile(r"[%_\\]")
_NATIONAL_DIGITS = 9


def rare(context: "Context", table: sa.Table, words: list[str]) -> list[UUID] | None:
    """The ids of what the words find; None where a page is full after a short walk, or there are too many."""
    values = {"tenant": context.tenant, "patterns": patterns_of(words), "words": words}
    [(ids,)] = _looking_up(table, context.session.dialect).rows(context.session, values)
    return ids if ids is not None and len(ids) < _RARE else None


def patterns_of(words: Sequence[str]) -> list[str]:
    """What :func:`has_all` compares with."""
    return ["%" + _WILD.sub(r"\\\g<0>", word) + "%" for word in words]


def has_all(table: sa.Table) -> sa.ColumnElement[bool]:
    """That a record has each of the words whose ``patterns`` are given when the statement is run."""
    return table.c.search_norm.like(sa.all_(sa.bindparam("patterns", type_=ARRAY(sa.Text))))


@lru_cache(maxsize=500)
def _looking_up(table: sa.Table, dialect: sa.Dialect) -> Prepared:
    """Looks the words up unless they are common.

    Common is what so many of the newest records have: the trigram index would have to gather every match of it before
    the first could be shown.
    """
    newest = (
        sa.select(has_all(table).label("matches"))
        .where(table.c.tenant_id == sa.bindparam("tenant", type_=sa.BigInteger), table.c.deleted_at.is_(None))
        .order_by(table.c.updated_at.desc(), table.c.id.desc())
        .limit(at_most(_SAMPLE))
        .subquery()
    )
    some = sa.select(sa.literal(1)).select_from(newest).where(newest.c.matches).limit(at_most(_HITS)).subquery()
    hits = sa.select(sa.func.count()).select_from(some).scalar_subquery()
    found = sa.func.ghep_search(
        sa.literal_column(f"'{table.name}'::regclass"), sa.bindparam("words", type_=ARRAY(sa.Text)), at_most(_RARE)
    ).table_valued("id")
    ids = sa.func.array(sa.select(found.c.id).scalar_subquery(), type_=ARRAY(sa.Uuid))
    return Prepared.of(sa.select(sa.case((hits < _HITS, ids)).label("ids")), dialect)


def rechecks(context: "Context", resource: Resource, words: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """That each word stands in a field this person may know, where the search looks through others too.

    Nothing for whom nothing searched is hidden: the column that is searched holds every field.
    """
    if not context.hidden(resource):
        return []
    searched = [spec for spec in context.all_fields(resource).values() if spec.search]
    if not any(spec.hidden for spec in searched):
        return []
    known = [spec for spec in searched if not spec.hidden]
    return [sa.or_(*(_has(resource, spec, word) for spec in known)) for word in words]


def _has(resource: Resource, spec: Field, word: str) -> sa.ColumnElement[bool]:
    value = sa.cast(column(resource, spec), sa.Text)
    if spec.kind.name != "phone":
        return sa.func.regexp_replace(folded(value), r"[\W_]+", " ", "g").contains(word, autoescape=True)
    number = sa.func.regexp_replace(value, r"\D", "", "g")
    return sa.or_(
        number.contains(word, autoescape=True),
        sa.literal("0").concat(sa.func.right(number, _NATIONAL_DIGITS)).contains(word, autoescape=True),
    )
