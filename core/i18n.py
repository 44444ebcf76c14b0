"""Languages: English text in the code, every other language in ``<package>/translations/<locale>.po``.

Catalogues are read straight from the ``.po`` files, so there is no compile step to forget.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = ("vi", "en")
"""Languages the product is complete in; the first is the default."""

_locale: ContextVar[str] = ContextVar("ghep_locale", default=LOCALES[0])


class Text:
    """A piece of text that becomes a string in the language of whoever reads it."""

    __slots__ = ("arguments", "domain", "message")

    def __init__(self, domain: str, message: str, arguments: dict[str, Any]) -> None:
        self.domain, self.message, self.arguments = domain, message, arguments

    def __str__(self) -> str:
        text = catalogue(self.domain, _locale.get()).get(self.message) or self.message
        return text % {name: str(value) for name, value in self.arguments.items()} if self.arguments else text

    def __repr__(self) -> str:
        return f"Text({self.message!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return (self.domain, self.message, self.arguments) == (other.domain, other.message, other.arguments)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.domain, self.message))


class ProperName(str):
    """A name that is the same in every language, such as a bank's."""

    __slots__ = ()


Label = str | Text
"""What a title may be: text of the code, to be translated, or text that a company typed."""


def translator(package: str) -> Callable[..., Text]:
    """Give the ``_`` of one package: ``_("Stay")``, ``_("%(n)s rows", n=3)``.

    ``package`` is an importable package name; its ``translations`` folder holds the catalogues.
    """

    def gettext(message: str, **arguments: Any) -> Text:
        return Text(package, message, arguments)

    return gettext


def catalogue_path(package: str, locale: str) -> Path | None:
    """Where the catalogue of a package lies, or None for a package that cannot be found."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "translations" / f"{locale}.po"


@lru_cache(maxsize=256)
def catalogue(package: str, locale: str) -> dict[str, str]:
    """Messages of one package in one language; empty for English, which is the source."""
    path = catalogue_path(package, locale)
    if locale == "en" or path is None or not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            message.id: message.string
            for message in read_po(file, locale=locale)
            if isinstance(message.id, str) and isinstance(message.string, str) and message.string and not message.fuzzy
        }


def in_every_language(label: Label) -> list[str]:
    """A label as people of every language know it, such as a heading in a file from anywhere."""
    if isinstance(label, str):
        return [label]
    if label.arguments:
        return list(dict.fromkeys(_said(label, locale) for locale in LOCALES))
    texts = [catalogue(label.domain, locale).get(label.message, label.message) for locale in LOCALES]
    return list(dict.fromkeys(texts))


def _said(label: Text, locale: str) -> str:
    with use_locale(locale):
        return str(label)


def current_locale() -> str:
    """The language text is rendered in at this moment."""
    return _locale.get()


def set_locale(locale: str) -> Token[str]:
    """Render text in a language from now on; an unknown one falls back to the default. Gives what takes it back."""
    return _locale.set(locale if locale in LOCALES else LOCALES[0])


def reset_locale(token: Token[str]) -> None:
    """Take a choice of language back."""
    _locale.reset(token)


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Render text in a language for the length of the block: see :func:`set_locale`."""
    token = set_locale(locale)
    try:
        yield
    finally:
        reset_locale(token)
