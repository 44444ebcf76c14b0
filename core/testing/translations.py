"""Finding messages that a language lacks: what a package says, against its catalogue."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from core.i18n import LOCALES, catalogue, catalogue_path

METHODS = [
    ("**/testing/**.py", "ignore"),
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]


def messages(package: str) -> Iterator[tuple[str, str]]:
    """Every message of a package with the place it stands in."""
    path = catalogue_path(package, LOCALES[0])
    if path is None:
        raise LookupError(package)
    root = path.parent.parent
    found = extract_from_dir(str(root), METHODS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)})
    for file, line, message, _comments, _context in found:
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                yield text, f"{Path(file)}:{line}"


def missing(package: str, locale: str = LOCALES[0]) -> dict[str, str]:
    """Messages without a translation, and where each was found first."""
    known = catalogue(package, locale)
    gaps: dict[str, str] = {}
    for text, place in messages(package):
        if text not in known:
            gaps.setdefault(text, place)
    return gaps
