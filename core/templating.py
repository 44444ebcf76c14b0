"""Jinja as the product's templates use it."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Reads ``one.title`` of a dict as its value first, where Jinja would look for an attribute of that name.

    Nearly all that templates are given are dicts, and each such look ends in an exception: a tenth of a record's page.
    What a dict itself can do is therefore written as a filter, ``row|items``: its keys may be anybody's words.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A value of a dict, or what Jinja finds."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The same for every template: none has globals of its own, and looking whether it does takes longer."""
        return super().make_globals(d) if d else self.globals
