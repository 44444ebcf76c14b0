"""Parameters of addresses: each is known, written once and fits, or is named in the error."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from core.entity.query import MOST
from core.i18n import Label, translator

_ = translator("core")

Reader = Callable[[str], Any]
"""Gives a parameter's value, or raises ValueError with a text."""
Problems = list[tuple[str, Label]]
_SIZES = {str(number): number for number in range(1, MOST + 1)}


def read_parameters(
    parameters: MultiDict[str, str], readers: Mapping[str, Reader], *, conditions: bool = False
) -> tuple[dict[str, Any], Problems]:
    """The values of the parameters that are there, and what is wrong with the others.

    With ``conditions``, names such as ``name__contains`` are left to others.
    """
    values: dict[str, Any] = {}
    problems: Problems = []
    for name in parameters:
        given = parameters.getlist(name)
        if name not in readers:
            if not (conditions and "__" in name):
                problems.append((name, _("There is no such parameter.")))
        elif len(given) > 1:
            problems.append((name, _("Write this once.")))
        else:
            try:
                values[name] = readers[name](given[0])
            except ValueError as error:
                problems.append((name, error.args[0]))
    return values, problems


def page_size(text: str) -> int:
    """How many records a page holds."""
    if text not in _SIZES:
        raise ValueError(_("A whole number from 1 to %(n)s is needed.", n=MOST))
    return _SIZES[text]


def one_of(values: Mapping[str, Any]) -> Reader:
    """A reader of words that stand for values."""

    def read(text: str) -> Any:
        if text not in values:
            raise ValueError(_("One of these is needed: %(names)s.", names=", ".join(values)))
        return values[text]

    return read
