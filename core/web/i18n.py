"""The language of templates: ``_()`` in Jinja, in the language the request is answered in."""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from core.i18n import current_locale, translator

_gettext = translator("core")


def install(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext``; what is filled in is escaped, the text itself is ours."""

    def gettext(message: str, **arguments: Any) -> str:
        if not arguments:
            return str(_gettext(message))
        return Markup(str(_gettext(message))) % {name: escape(value) for name, value in arguments.items()}  # noqa: S704 # our own text; arguments are escaped

    def ngettext(one: str, many: str, n: int, **arguments: Any) -> str:
        # Vietnamese has one form; English is the source and has two.
        singular = n == 1 and current_locale() == "en"
        return gettext(one if singular else many, n=n, **arguments)

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
