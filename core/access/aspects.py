"""The kinds of information that a share of a customer may tell of: every entity that hangs on customers, or a group of them."""

from collections.abc import Iterable

from core.access.shares import EVERYTHING
from core.context import Context
from core.entity.entity import Aspect


def aspects(context: Context) -> list[Aspect]:
    """Those of the modules that are on, in the order of their entities."""
    found: dict[str, Aspect] = {}
    for one in context.resources():
        if one.follows is not None:
            found.setdefault(one.shared_as, one.aspect or Aspect(one.name, one.plural))
    return list(found.values())


def are_known(context: Context, names: Iterable[str]) -> bool:
    """Whether each is an aspect, or stands for all of them. What hangs on no customer makes no difference."""
    return set(names) <= {EVERYTHING, *(one.shared_as for one in context.resources())}
