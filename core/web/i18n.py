"""The language of templates: ``_()`` in Jinja, in the language the request is answered in."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from core.app import EXTENSION
from core.i18n import Text, current_locale, translator
from core.plugin.boot import Registry

_gettext = translator("core")


def install(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext``; what is filled in is escaped, the text itself is ours."""
    registry: Registry = app.extensions[EXTENSION].registry
    plugins = {name: translator(one.package) for name, one in registry.plugins.items() if name != "core"}

    @pass_context
    def gettext(context: Context, message: str, **arguments: Any) -> str:
        text = _translated(plugins.get((context.name or "").partition("/")[0]), message, current_locale())
        if not arguments:
            return text
        return Markup(text) % {name: escape(value) for name, value in arguments.items()}  # noqa: S704 # our own text; arguments are escaped

    @pass_context
    def ngettext(context: Context, one: str, many: str, n: int, **arguments: Any) -> str:
        # Vietnamese has one form; English is the source and has two.
        singular = n == 1 and current_locale() == "en"
        return gettext(context, one if singular else many, n=n, **arguments)

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)


@lru_cache(maxsize=10_000)
def _translated(plugin: Callable[..., Text] | None, message: str, _locale: str) -> str:
    """By the catalogue of the plugin whose template speaks; what it extends of core is in core's."""
    if plugin is not None and (own := str(plugin(message))) != message:
        return own
    return str(_gettext(message))
