"""Filling in a template: plain values in, text out, never more than a message may be."""

from collections.abc import Mapping

from jinja2 import TemplateError as JinjaError

from core.context import Context
from core.i18n import translator
from core.messages.language import VALUES, Problem, TemplateError, check, compiled
from core.messages.writing import RUN, OverdrawnError, Run, Value

_ = translator("core")


def fields_of(source: str) -> tuple[str, ...]:
    """The fields a template names. Raises :class:`TemplateError`."""
    return compiled(source, html=False).fields


def render(context: Context, source: str, values: Mapping[str, Value], *, html: bool = False) -> str:
    """The text of a template with these values, by the full names of their fields.

    ``html`` writes what comes from values so that it can be no markup. Raises :class:`TemplateError`, also where a
    field is missing: a message with a hole is worse than none.
    """
    found, run = compiled(source, html=html), Run(context)
    if missing := [name for name in found.fields if name not in values]:
        raise TemplateError([Problem(1, _("There is no field “%(name)s”.", name=name)) for name in missing])
    given = {VALUES: {name: values[name] for name in found.fields}, RUN: run}
    parts: list[str] = []
    try:
        for part in found.template.root_render_func(found.template.new_context(given)):
            run.wrote(len(part))
            parts.append(part)
    except OverdrawnError as error:
        raise TemplateError([Problem(1, error.reason)]) from None
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError, JinjaError):
        raise TemplateError([Problem(1, _("Values of different sorts are compared with each other."))]) from None
    return "".join(parts)


__all__ = ["Problem", "TemplateError", "check", "fields_of", "render"]
