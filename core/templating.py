"""Jinja as the product's templates use it: the same language, at half of what a page of small values costs in it."""

import re
from collections.abc import Callable, MutableMapping
from html import escape as escape_text
from types import FunctionType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import escape

_SPECIAL = re.compile("[&<>\"']").search


def safe(value: Any) -> str:
    """A value as HTML. Nearly all are short texts with nothing to escape, for which Jinja makes an object each."""
    if type(value) is str:
        return escape_text(value) if _SPECIAL(value) else value
    return escape(value)


class _Code(CodeGenerator):
    """What templates are compiled to."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 # Jinja calls it so
        """``one.title`` of a dict is its value.

        Jinja would look for an attribute of that name first, which ends in an exception nearly each time: most that
        templates are given are dicts. What a dict itself can do is therefore written as a filter, ``row|items``: its
        keys may be anybody's words.
        """
        self.write(f"(_of[{node.attr!r}] if type(_of := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in _of else environment.getattr(_of, {node.attr!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.safe(")


class _Names(Context):
    """What a template knows by name."""

    def call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call a plain function as it is; Jinja asks of each three times whether it wants the context."""
        if type(function) is not FunctionType or vars(function):
            return super().call(function, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return function(*args, **kwargs)


class Templates(Environment):
    """The environment of the product's templates."""

    code_generator_class = _Code
    context_class = _Names
    safe = staticmethod(safe)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The same for every template: none has globals of its own, and looking whether it does takes longer."""
        return super().make_globals(d) if d else self.globals
