"""What follows from a turn's rights and modules alone: found out once for all who have the same."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from core.context import Context

S = TypeVar("S")
A = ParamSpec("A")
MOST = 4000
"""Answers kept with the same rights, at some kilobytes each; the oldest goes first. Companies share their standard roles,
and a few answers are each company's own."""


def standing(function: "Callable[Concatenate[Context, A], S]") -> "Callable[Concatenate[Context, A], S]":
    """Keep what a function finds out of a turn's rights and modules: nothing of the company, the person or the database.

    It is kept with the rights and goes with them. Every later turn with the same is given the same object, so it must
    not be altered. Arguments are hashable.
    """

    @wraps(function)
    def found(context: "Context", /, *args: A.args, **kwargs: A.kwargs) -> S:
        kept: dict[Any, tuple[S]] = context.grants.kept
        key = (function, context.hooks.registry, context.active, context.user is None, *args, *kwargs.items())
        answer = kept.get(key)
        if answer is None:
            make_room(kept, MOST)
            answer = kept[key] = (function(context, *args, **kwargs),)
        return answer[0]

    return found


def make_room(kept: dict[Any, Any], most: int) -> None:
    """Let the oldest go where there are as many as may be kept."""
    if len(kept) >= most:
        with suppress(KeyError, RuntimeError):  # another thread may be at it, too
            del kept[next(iter(kept))]


def rights(context: "Context") -> tuple[Any, ...]:
    """What stands for a turn's rights and modules, to tell two of them apart."""
    return context.active, context.grants, context.user is None
