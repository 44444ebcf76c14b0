"""What the database refuses, said in the words of the field it concerns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
from psycopg.errors import NotNullViolation
from sqlalchemy.exc import IntegrityError

from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")


@contextmanager
def saving(context: "Context", resource: Resource) -> Iterator[None]:
    """A savepoint around a write: a refused row leaves the rest of the transaction usable."""
    try:
        with context.session.begin_nested():
            yield
    except IntegrityError as error:
        raise InvalidError(explain(resource, error)) from error


def explain(resource: Resource, error: IntegrityError) -> dict[str, list[Label]]:
    """Field and message of a broken constraint."""
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if isinstance(error.orig, NotNullViolation):
        return {_field(resource, [getattr(diagnosis, "column_name", None) or ""]): [_("This field is needed.")]}
    for name_of, table in _tables(resource):
        for constraint in table.constraints:
            if constraint.name != name:
                continue
            columns = [column.name for column in getattr(constraint, "columns", ()) if column.name != "tenant_id"]
            if isinstance(constraint, sa.UniqueConstraint):
                return {name_of(columns): [_("Another record has this value already.")]}
            if isinstance(constraint, sa.ForeignKeyConstraint):
                return {name_of(columns): [_("There is no such record, or you may not see it.")]}
        for index in table.indexes:
            if index.unique and index.name == name:
                return {name_of(list(index.columns.keys())): [_("Another record has this value already.")]}
    return {"": [_("The record contradicts another one (%(name)s).", name=name)]}


def _tables(resource: Resource) -> Iterator[tuple[Callable[[list[str]], str], sa.Table]]:
    """The tables a record is kept in, each with what names the field of its columns: of lines all of them."""
    yield partial(_field, resource), resource.model.__table__
    for name, spec in resource.model.__lines__.items():
        yield partial(_always, name), spec.target.__table__


def _always(name: str, _columns: list[str]) -> str:
    return name


def _field(resource: Resource, columns: list[str]) -> str:
    return next((name for name, spec in resource.fields.items() if spec.column in columns), "")
