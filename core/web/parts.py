"""Parts of pages that stay the same from request to request are rendered once and kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any
from uuid import UUID

import orjson
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from core.i18n import current_locale

ANY = "ffffffff-ffff-ffff-ffff-ffffffffffff"
"""Stands for the id of any record in what is drawn once for all of them; no record has it."""
_SAFE = "markup safe as it is"
"""What a text that is safe as it is stands beside in a key."""
MOST = 300
"""Parts of the frame kept in a process; at some 15 kB each they stay below 5 MB."""
MOST_DRAWN = 1000
"""Other parts; at some 5 kB each they stay below 5 MB too."""


class Kept:
    """Renderings by whatever they depend on, and the language; the longest unused goes first."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._most = most

    def get(self, key: Hashable, render: Callable[[], str]) -> Markup:
        """What was rendered for a key, or is now."""
        full = (current_locale(), key)
        found = self._kept.get(full)
        if found is None:
            found = self._kept[full] = Markup(render())  # noqa: S704 - a template's output
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return found
        try:
            self._kept.move_to_end(full)
        except KeyError:  # another thread has just let it go
            self._kept[full] = found
        return found


def install(app: Flask) -> None:
    """Give an app's templates ``part(name, key…)`` and ``drawn(name, value=…)``."""
    frame, others, environment = Kept(MOST), Kept(MOST_DRAWN), app.jinja_env

    @pass_context
    def part(context: Context, name: str, *key: Hashable) -> Markup:
        """A part of the frame: a template whose output depends on nothing but ``key``, which stands for what is drawn."""
        return frame.get((name, key), lambda: environment.get_template(name).render(context.get_all()))

    def drawn(name: str, about: UUID | None = None, **values: Any) -> Markup:
        """A template that is given these values and nothing else; for what many requests show alike.

        What is about a record and alike for all of them is drawn once, with :data:`ANY` for its id.
        """
        key = orjson.dumps(values, default=_told, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
        if about is None:
            return others.get((name, key), lambda: environment.get_template(name).render(values))
        own = str(about)
        key = key.replace(own.encode(), ANY.encode())
        found = others.get((name, key), lambda: environment.get_template(name).render(_read(orjson.loads(key))))
        return Markup(str.replace(found, ANY, own))  # noqa: S704 - a template's output, and an id

    environment.globals.update(part=part, drawn=drawn)


def _told(value: Any) -> Any:
    """A value as part of a key: what is safe as it is must not be taken for the same text that is not."""
    return {_SAFE: str(value)} if isinstance(value, Markup) else str(value)


def _read(value: Any) -> Any:
    """The values that a key was made of."""
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_SAFE}:
        return Markup(value[_SAFE])  # noqa: S704 - it was safe when the key was made
    return {name: _read(one) for name, one in value.items()}
