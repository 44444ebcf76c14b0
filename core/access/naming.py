"""Whom programs mean: people by id, e-mail or name, departments by id or name; found for a whole request at once."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access.models import User
from core.access.organisation import Department
from core.access.sharing import Targets
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.filters import folded
from core.i18n import Label, Text, translator
from core.text import unaccented

_ = translator("core")

_SHOWN = 80
"""Characters of a name that nobody has, in the answer."""


def named(context: Context, users: Sequence[str], departments: Sequence[str]) -> Targets:
    """Those who are meant, each once, in their order. Raises InvalidError for a name that nobody or several have.

    The caller has seen to it that the person may share or pass on: they read the same names in
    :func:`core.access.directory.directory`. Ids are checked by whatever is done with them.
    """
    wanted = {"users": list(map(_read, users)), "departments": list(map(_read, departments))}
    names = {field: [one for one in some if isinstance(one, str)] for field, some in wanted.items()}
    known = _known(context, **names) if any(names.values()) else []
    problems: list[tuple[str, Label]] = []
    found: dict[str, list[UUID]] = {}
    for field, some in wanted.items():
        rows = [row for row in known if row.field == field]
        fitting = {one: [one] if isinstance(one, UUID) else _fitting(one, rows) for one in some}
        problems += [(field, _trouble(field, str(one), ids)) for one, ids in fitting.items() if len(ids) != 1]
        found[field] = list(dict.fromkeys(one for ids in fitting.values() for one in ids))
    if error := InvalidError.of(problems):
        raise error
    return Targets(found["users"], found["departments"])


def _read(text: str) -> UUID | str:
    try:
        return UUID(text)
    except ValueError:
        return " ".join(text.replace("\x00", " ").split())


def _known(context: Context, users: Sequence[str], departments: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Whoever has one of the names, whatever its case and accents, or one of the addresses."""
    email = User.email if "email" not in context.hidden(context.resource(User)) else sa.null()
    people = _alive(context, "users", User, email.label("email")).where(
        User.active, sa.or_(_called(User, users), email.in_([one for name in users if (one := _address(name))]))
    )
    parts = _alive(context, "departments", Department, sa.null().label("email")).where(_called(Department, departments))
    return context.session.connection().execute(sa.union_all(people, parts)).all()


def _alive(context: Context, field: str, model: Any, email: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(sa.literal(field).label("field"), model.id, model.name, email).where(
        model.tenant_id == context.tenant, model.deleted_at.is_(None)
    )


def _called(model: Any, names: Sequence[str]) -> sa.ColumnElement[bool]:
    return folded(model.name).in_([unaccented(one) for one in names])


def _address(text: str) -> str | None:
    try:
        return parse.email(text)
    except ValueError:
        return None


def _fitting(text: str, rows: Sequence[sa.Row[Any]]) -> list[UUID]:
    """Whom a text fits best: the address, the name as it is written, the name but for case, or but for accents."""
    return next(filter(None, _ways(text, rows)), [])


def _ways(text: str, rows: Sequence[sa.Row[Any]]) -> Iterator[list[UUID]]:
    address = _address(text)
    yield [row.id for row in rows if address is not None and row.email == address]
    yield [row.id for row in rows if row.name == text]
    yield [row.id for row in rows if row.name.lower() == text.lower()]
    yield [row.id for row in rows if unaccented(row.name) == unaccented(text)]


def _trouble(field: str, name: str, found: Sequence[UUID]) -> Text:
    name = name[:_SHOWN]
    if found:
        return _("Several are called “%(name)s”. Give the id of the one that is meant.", name=name)
    if field == "users":
        return _("There is nobody called “%(name)s”.", name=name)
    return _("There is no department “%(name)s”.", name=name)
