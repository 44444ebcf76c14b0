"""Jinja as the product's templates use it."""

from collections.abc import Callable, MutableMapping
from types import FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, escape

_PLAIN = frozenset((FunctionType, MethodType))
_CONTEXT = pass_context(lambda: None).jinja_pass_arg  # type: ignore[attr-defined] # the mark itself


class _Values(Context):
    """What a template is given. Most of what it calls are plain functions, of which Jinja asks more than it needs to."""

    def call(self, __obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What a call in a template gives; Jinja adds what was set inside a loop or block."""
        if type(__obj) in _PLAIN and not (kwargs.get("_loop_vars") or kwargs.get("_block_vars")):
            wanted = getattr(__obj, "jinja_pass_arg", None)
            if wanted is None or wanted is _CONTEXT:
                kwargs.pop("_loop_vars", None)
                kwargs.pop("_block_vars", None)
                return __obj(self, *args, **kwargs) if wanted else __obj(*args, **kwargs)
        return super().call(__obj, *args, **kwargs)


class _Generator(CodeGenerator):
    """Writes out what is safe already as it stands: Jinja would make it safe, and a text of its own, once more."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.safe(")


class Templates(Environment):
    """Reads ``one.title`` of a dict as its value first, where Jinja would look for an attribute of that name.

    Nearly all that templates are given are dicts, and each such look ends in an exception: a tenth of a record's page.
    What a dict itself can do is therefore written as a filter, ``row|items``: its keys may be anybody's words.
    """

    context_class = _Values
    code_generator_class = _Generator

    @staticmethod
    def safe(value: Any) -> str:
        """A value as it is written out."""
        return value if type(value) is Markup else escape(value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A value of a dict, or what Jinja finds."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The same for every template: none has globals of its own, and looking whether it does takes longer."""
        return super().make_globals(d) if d else self.globals
