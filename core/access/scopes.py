"""How far a permission reaches: nobody, one's own, one's department, those below it, everybody."""

from collections.abc import Mapping

EVERYTHING = "*"
"""In place of an entity: all of them, those of modules to come included; after a module's name all of its own."""
NOBODY, OWN, DEPARTMENT, BELOW, ALL = "", "own", "department", "below", "all"
SCOPES = (OWN, DEPARTMENT, BELOW, ALL)
"""From narrow to wide; of several roles the widest counts."""
HIDDEN, READONLY = "hidden", "readonly"
"""What a role may say of a field; of several roles the most generous counts."""


def wider(one: str, other: str) -> str:
    """The wider of two scopes."""
    return max(one, other, key=_ORDER.index)


def reaches(one: str, other: str) -> bool:
    """Whether the first scope reaches at least as far as the second."""
    return _ORDER.index(one) >= _ORDER.index(other)


def keys_of(entity: str) -> tuple[str, ...]:
    """What a role may say of an entity, the most particular first: of itself, of its whole module, of everything."""
    return entity, f"{entity.partition('.')[0]}.{EVERYTHING}", EVERYTHING


def said(grants: Mapping[str, Mapping[str, str]], entity: str, verb: str) -> str:
    """How far a verb reaches by what one role says: the most particular word counts; nothing said is nobody."""
    for key in keys_of(entity):
        if key in grants and verb in grants[key]:
            return grants[key][verb]
    return NOBODY


_ORDER = (NOBODY, *SCOPES)
