"""Parts of the frame that stay the same from request to request are rendered once and kept."""

from collections import OrderedDict
from collections.abc import Hashable

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from core.i18n import current_locale

MOST = 300
"""Renderings kept in a process; at some 15 kB each they stay below 5 MB."""


class Parts:
    """Renderings by template, language and whatever the part depends on; the longest unused goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._most = most

    def render(self, context: Context, name: str, *key: Hashable) -> Markup:
        """The rendering of a template whose output depends on nothing but ``key`` and the language."""
        full = (name, current_locale(), key)
        found = self._kept.get(full)
        if found is None:
            found = Markup(context.environment.get_template(name).render(context.get_all()))  # noqa: S704 - a template's output
            self._kept[full] = found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(full)
        return found


def install(app: Flask) -> Parts:
    """Give an app's templates ``part(name, key…)``."""
    parts = Parts()

    @pass_context
    def part(context: Context, name: str, *key: Hashable) -> Markup:
        return parts.render(context, name, *key)

    app.jinja_env.globals["part"] = part
    return parts
