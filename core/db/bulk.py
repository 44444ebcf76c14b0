"""Many rows in one statement: they travel as one JSON text, which costs a tenth of a parameter for every value."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import sqlalchemy as sa
import uuid_utils
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine


def insert(
    session: Session,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    names: Iterable[str] = (),
    *,
    keys: Sequence[str] = (),
    renewed: Sequence[str] = (),
) -> None:
    """Insert rows of one company, all with the same columns: those of the first row, or ``names``.

    Values are as columns hold them; bytes have no place in JSON. Nothing of SQLAlchemy's defaults is applied. Of a row
    that is there already by the ``keys`` of a unique index, the columns ``renewed`` get the new values.
    """
    if not rows:
        return
    columns = [table.c[name] for name in names or rows[0]]
    source = sa.select(*given({column.name: column.type for column in columns}).c)
    statement = postgresql.insert(table).from_select(columns, source, include_defaults=False)
    if keys:
        values = {name: statement.excluded[name] for name in renewed}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=values)
    session.execute(statement, sent(rows))


def given(columns: Mapping[str, TypeEngine[Any]]) -> sa.FromClause:
    """Rows that a statement is given, by :func:`sent`, as a table called ``given`` with these columns."""
    text = sa.cast(sa.bindparam("rows", type_=sa.Text), sa.JSON)
    made = sa.func.json_to_recordset(text).table_valued(
        *(sa.column(name, type_) for name, type_ in columns.items()), name="given"
    )
    return made.render_derived(with_types=True)


def sent(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The parameter of a statement that is :func:`given` these rows."""
    return {"rows": orjson.dumps(rows, default=_plain).decode()}


def fresh_id() -> str:
    """The id of a row that nobody will ask for by it: a UUIDv7 as text, much cheaper than as an object."""
    return str(uuid_utils.uuid7())


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"A {type(value).__name__} cannot be inserted in bulk.")
