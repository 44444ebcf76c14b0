"""The language of message templates: a part of Jinja so small that there is nothing in it to misuse.

A template is read into Jinja's syntax tree and every node is looked at: fields by their full names, conditions, loops
over the values of a field, and a few ways to write a value. There are no calls, no arithmetic, no assignments, no
other files, and no attributes at all: ``record.name`` is turned into a look-up of that one text in a flat mapping
before anything is compiled. What is left runs in Jinja's sandbox all the same, counted step by step
(:mod:`core.messages.templates`).
"""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.i18n import Text, translator
from core.messages import writing

_ = translator("core")

MOST_SOURCE = 20_000
"""Characters of a template."""
MOST_LOOPS = 2
"""Loops inside each other."""
_DEEPEST = 40
"""Nodes inside each other."""
_LARGEST = 10**15
_LOOP = frozenset(("index", "first", "last", "length"))
"""What a loop tells of itself."""
VALUES = "values"
_TAKEN = frozenset((VALUES, "loop", "record", "owner", "customer", "company", "letterhead", "true", "false", "none"))
_HARMLESS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.And, nodes.Or,
    nodes.Not, nodes.Compare, nodes.Operand,
)  # fmt: skip
_WRITTEN = {
    "Call": "…()", "Getitem": "[…]", "Slice": "[…]", "List": "[…]", "Tuple": "(…)", "Dict": "{…}", "Add": "+", "Sub": "-",
    "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "Concat": "~", "Neg": "-", "Pos": "+",
    "Test": "is", "Assign": "set", "AssignBlock": "set", "FilterBlock": "filter", "CallBlock": "call",
    "FromImport": "from", "Scope": "autoescape", "ScopedEvalContextModifier": "autoescape",
}  # fmt: skip
"""How what is not taken looks in a template, where that is not its name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template, and in which line."""

    line: int
    text: Text

    @property
    def label(self) -> Text:
        """Both."""
        return _("Line %(line)s: %(problem)s", line=self.line, problem=self.text)

    def __str__(self) -> str:
        return str(self.label)


class TemplateError(ValueError):
    """A template that cannot be used; carries what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template that was looked through."""

    template: Template
    fields: tuple[str, ...]
    """The fields it names."""


@dataclass(slots=True)
class _Reader:
    """Walks through a template; what it finds wrong, and which fields are named where."""

    problems: list[Problem] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    loops: list[str] = field(default_factory=list)
    """The names of the loops around."""

    def refuse(self, node: nodes.Node, text: Text) -> None:
        self.problems.append(Problem(node.lineno or 1, text))

    def walk(self, node: nodes.Node, depth: int = 0) -> None:
        if depth > _DEEPEST:
            self.refuse(node, _("Too much is put inside each other."))
        elif isinstance(node, nodes.Getattr | nodes.Name):
            self._field(node)
        elif isinstance(node, nodes.For):
            self._loop(node, depth)
        elif isinstance(node, nodes.Filter):
            self._filter(node, depth)
        elif isinstance(node, nodes.Const) and not _is_plain(node.value):
            self.refuse(node, _("This number is too large."))
        elif isinstance(node, _HARMLESS):
            self._below(node.iter_child_nodes(), depth)
        else:
            name = type(node).__name__
            what = _WRITTEN.get(name, name.lower())
            self.refuse(node, _("“%(what)s” cannot be used in a template.", what=what))

    def _below(self, children: Iterator[nodes.Node], depth: int) -> None:
        for child in children:
            self.walk(child, depth + 1)

    def _field(self, node: nodes.Getattr | nodes.Name) -> None:
        name = path_of(node)
        first, _dot, rest = (name or "").partition(".")
        if name is None:
            self.refuse(node, _("Write a field by its name, such as %(name)s.", name="record.name"))
        elif first in self.loops or (first == "loop" and self.loops):
            if rest not in (_LOOP if first == "loop" else {""}):
                self.refuse(node, _("There is no field “%(name)s”.", name=name))
        else:
            self.fields.setdefault(name, node.lineno)

    def _loop(self, node: nodes.For, depth: int) -> None:
        target, over = node.target, path_of(node.iter)
        if not isinstance(target, nodes.Name) or target.name in _TAKEN or target.name.startswith("_"):
            self.refuse(node, _("Give the loop a plain name of its own, such as: for one in record.phones."))
        elif node.recursive or over is None or over in self.loops or len(self.loops) >= MOST_LOOPS:
            self.refuse(node, _("A loop goes through the values of a field, and at most one loop is inside another."))
        else:
            self.walk(node.iter, depth + 1)
            self.loops.append(target.name)
            parts = [*node.body, *([node.test] if node.test else [])]
            self._below(iter(parts), depth)
            self.loops.pop()
            self._below(iter(node.else_), depth)

    def _filter(self, node: nodes.Filter, depth: int) -> None:
        if node.name not in writing.FILTERS:
            known = ", ".join(sorted(writing.FILTERS))
            self.refuse(node, _("There is no filter “%(name)s”. There are: %(known)s.", name=node.name, known=known))
        elif node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > writing.FILTERS[node.name].most:
            self.refuse(node, _("The filter “%(name)s” takes no such arguments.", name=node.name))
        else:
            self._below(iter([*([node.node] if node.node else []), *node.args]), depth)


def _is_plain(value: object) -> bool:
    return not isinstance(value, int | float) or abs(value) < _LARGEST


def path_of(node: nodes.Node) -> str | None:
    """The dotted name that a chain of attributes is; None for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return ".".join([node.name, *reversed(parts)]) if isinstance(node, nodes.Name) else None


def check(source: str, known: Collection[str]) -> list[Problem]:
    """Everything that is wrong with a template, for whoever writes it; ``known`` are the fields there are."""
    try:
        found = _read(source)[1]
    except TemplateError as error:
        return list(error.problems)
    missing = [_unknown(name, line, known) for name, line in found.fields.items() if name not in known]
    return sorted([*found.problems, *missing], key=lambda one: one.line)


def _unknown(name: str, line: int, known: Collection[str]) -> Problem:
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return Problem(line, _("There is no field “%(name)s”. Did you mean “%(near)s”?", name=name, near=near[0]))
    return Problem(line, _("There is no field “%(name)s”.", name=name))


@lru_cache(maxsize=256)
def compiled(source: str, *, html: bool) -> Compiled:
    """A template, ready to be filled in. Raises :class:`TemplateError`."""
    tree, found = _read(source)
    if found.problems:
        raise TemplateError(found.problems)
    environment = _environment(html=html)
    try:
        _flat(tree)
        code = environment.compile(tree)
        template = Template.from_code(environment, code, {})
    except (TemplateSyntaxError, SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise TemplateError([Problem(1, _("This template cannot be read."))]) from error
    return Compiled(template, tuple(found.fields))


def _flat(node: nodes.Node, loops: frozenset[str] = frozenset()) -> nodes.Node:
    """The tree with every field as a look-up by its full name, and every loop counted; ``loops`` are those around."""
    path = path_of(node) if isinstance(node, nodes.Getattr | nodes.Name) else None
    if path is not None:
        return node if path.partition(".")[0] in loops else _look_up(path, node.lineno)
    target = node.target if isinstance(node, nodes.For) else None
    inner = loops | {target.name, "loop"} if isinstance(target, nodes.Name) else loops
    for name, value in node.iter_fields(exclude=("target",)):
        around = loops if name in {"iter", "else_"} else inner
        if isinstance(value, nodes.Node):
            setattr(node, name, _flat(value, around))
        elif isinstance(value, list):
            setattr(node, name, [_flat(one, around) if isinstance(one, nodes.Node) else one for one in value])
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        node.expr2 = nodes.Const("", lineno=node.lineno)
    if isinstance(node, nodes.For):
        node.iter = nodes.Filter(node.iter, writing.COUNTED, [], [], None, None, lineno=node.lineno)
    return node


def _look_up(path: str, line: int) -> nodes.Node:
    values = nodes.Name(VALUES, "load", lineno=line)
    return nodes.Getitem(values, nodes.Const(path, lineno=line), "load", lineno=line)


def _read(source: str) -> tuple[nodes.Template, _Reader]:
    if len(source) > MOST_SOURCE:
        raise TemplateError([Problem(1, _("At most %(n)s characters.", n=MOST_SOURCE))])
    found = _Reader()
    try:
        tree = _environment(html=False).parse(source)
        found.walk(tree)
    except TemplateSyntaxError as error:
        raise TemplateError([Problem(error.lineno, _syntax(error.message or ""))]) from None
    except (RecursionError, ValueError, MemoryError):
        raise TemplateError([Problem(1, _("Too much is put inside each other."))]) from None
    return tree, found


def _syntax(message: str) -> Text:
    """Jinja's commonest complaints in words for people."""
    if wanted := re.search(r"looking for the following tags: .*?'(end\w+)'", message):
        return _("“{%% %(tag)s %%}” is missing.", tag=wanted[1])
    if unknown := re.search(r"[Uu]nknown tag '(\w+)'", message):
        return _("“%(what)s” cannot be used in a template.", what=unknown[1])
    return _("This cannot be read. Look whether every {{ has its }} and every {% its %}.")


@lru_cache(maxsize=2)
def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    """Jinja's sandbox with nothing in it but our few filters."""
    made = ImmutableSandboxedEnvironment(
        autoescape=html, undefined=StrictUndefined, finalize=writing.finalize, cache_size=0, keep_trailing_newline=True
    )
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters.update({name: one.function for name, one in writing.FILTERS.items()})
    made.filters[writing.COUNTED] = writing.counted
    return made
