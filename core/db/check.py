"""Whether the tables are what the models say: what ``ghep db check`` asks."""

from typing import Any

import sqlalchemy as sa

from core.db.migrate import differences, stored_head, units
from core.plugin.boot import Registry


def problems(connection: sa.Connection, registry: Registry) -> dict[str, list[str]]:
    """Unit to what is wrong with its tables; units in order are left out."""
    known = units(registry)
    found: dict[str, list[str]] = {}
    for one in known:
        if stored_head(connection, one) is None and one.tables():
            found[one.name] = ["was never migrated"]
        elif lines := [_line(difference) for difference in differences(connection, one, known)]:
            found[one.name] = lines
    return found


def _line(difference: Any) -> str:
    """A difference in words: what would have to be done to the tables."""
    if isinstance(difference, list):
        return "; ".join(map(_line, difference))
    verb, *rest = difference
    return f"{verb.replace('_', ' ')} {' '.join(_name(one) for one in rest if one is not None)}"


def _name(thing: Any) -> str:
    if isinstance(thing, sa.Column | sa.Index | sa.Constraint):
        return f"{thing.table.name}.{thing.name}" if thing.table is not None else str(thing.name)
    return str(getattr(thing, "name", thing))
