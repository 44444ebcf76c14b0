"""Whether the tables are what the models say: what ``ghep db check`` asks."""

from typing import Any

import sqlalchemy as sa

from core.db.migrate import Unit, differences, stored_head, units
from core.plugin.boot import Registry


def problems(connection: sa.Connection, registry: Registry) -> dict[str, list[str]]:
    """Unit to what is wrong with its tables; units in order are left out."""
    known = units(registry)
    return {one.name: lines for one in known if (lines := problems_of(connection, one, known))}


def problems_of(connection: sa.Connection, one: Unit, known: list[Unit]) -> list[str]:
    """What is wrong with the tables of one unit."""
    if stored_head(connection, one) is None and one.tables():
        return ["was never migrated"]
    return [_line(difference) for difference in differences(connection, one, known)]


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
