"""How far a permission reaches: nobody, one's own, one's department, those below it, everybody."""

OWN, DEPARTMENT, BELOW, ALL = "own", "department", "below", "all"
SCOPES = (OWN, DEPARTMENT, BELOW, ALL)
"""From narrow to wide; of several roles the widest counts."""


def wider(one: str, other: str) -> str:
    """The wider of two scopes; the empty one is nobody."""
    order = ("", *SCOPES)
    return max(one, other, key=order.index)
