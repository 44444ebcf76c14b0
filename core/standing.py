"""What follows from a turn's rights and modules alone: found out once for all who have the same."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from core.context import Context

S = TypeVar("S")
A = ParamSpec("A")
MOST = 500
"""Answers of one function that are kept; then it begins anew."""


def standing(function: "Callable[Concatenate[Context, A], S]") -> "Callable[Concatenate[Context, A], S]":
    """Keep what a function finds out of a turn's rights and modules: nothing of the company, the person or the database.

    Every later turn with the same is given the same object, so it must not be altered. Arguments are hashable.
    """
    kept: dict[Any, S] = {}

    @wraps(function)
    def found(context: "Context", /, *args: A.args, **kwargs: A.kwargs) -> S:
        key = (context.hooks.registry, *rights(context), *args, *kwargs.items())
        if key not in kept:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = function(context, *args, **kwargs)
        return kept[key]

    return found


def rights(context: "Context") -> tuple[Any, ...]:
    """What stands for a turn's rights and modules, to tell two of them apart."""
    return context.active, context.grants, context.user is None
