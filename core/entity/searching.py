"""Words that are searched for, and the fields that somebody may find them in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.entity.entity import Resource
from core.entity.fields import Field
from core.entity.filters import column, folded

if TYPE_CHECKING:
    from core.context import Context

_NATIONAL_DIGITS = 9


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
