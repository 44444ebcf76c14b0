"""Kinds that hold several values of one sort, each with a label: the telephones, the e-mail addresses of somebody."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

import marshmallow as ma
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from core import parse
from core.entity.fields import Field
from core.entity.kind import Kind
from core.i18n import Text, translator
from core.parse import USUAL, Notation

_ = translator("core")

MOST = 20
LABEL, VALUE = 40, 254
_BETWEEN = re.compile(r"[;,\n]|\s/\s")
"""What stands between two values in a cell of a file."""
_LABELLED = re.compile(r"(?P<value>.+?)\s*\((?P<label>[^()]*)\)")
"""How a label is written behind its value: ``028 3822 3344 (Cơ quan)``."""


class LabelledSchema(ma.Schema):
    """One value with its label in the API."""

    value = ma.fields.String(required=True, validate=ma.validate.Length(max=VALUE))
    label = ma.fields.String(load_default="", validate=ma.validate.Length(max=LABEL))


class SeveralKind(Kind):
    """A list of ``{"value", "label"}`` in the order somebody gave them. Labels are free text."""

    python: Any = list
    operators: tuple[str, ...] = ("contains", "eq", "empty")
    custom = False
    many = True
    one: Callable[[Any], str | None]
    """Reads a single value as people write it."""
    single: str
    """The kind that holds the main one of them, in a field of its own."""

    def column(self, field: Field) -> TypeEngine[Any]:
        return JSONB()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.List(ma.fields.Nested(LabelledSchema), validate=ma.validate.Length(max=MOST), **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        """A list of pairs as forms send them, or one text with everything in it as files hold it."""
        pairs = value if isinstance(value, list) else [_pair(part) for part in _BETWEEN.split(parse.text(value) or "")]
        return distinct(
            {"value": read, "label": str(pair.get("label") or "").strip()}
            for pair in pairs
            if (read := self._read(pair.get("value")))
        )

    def _read(self, text: Any) -> str | None:
        try:
            return type(self).one(text)
        except ValueError as error:
            raise ValueError(_("“%(text)s”: %(reason)s", text=text, reason=error.args[0])) from None

    def check(self, value: Any, field: Field) -> Text | None:
        if len(value) > MOST:
            return _("At most %(n)s.", n=MOST)
        for pair in value:
            if not isinstance(pair, dict) or not {"value"} <= set(pair) <= {"value", "label"}:
                return _("This is not a valid value.")
            label = pair.get("label", "")
            if not isinstance(label, str) or len(label) > LABEL or "\x00" in label:
                return _("A label has at most %(n)s characters.", n=LABEL)
            try:
                self._read(pair["value"])
            except ValueError as error:
                return error.args[0]  # type: ignore[no-any-return] # raised with a Text
        return None

    def tidy(self, value: Any) -> Any:
        return self.parse(value, Field(title=""), _NOWHERE) if value else value

    def identities(self, value: Any) -> Iterable[str]:
        return [pair["value"] for pair in value]


_NOWHERE: Any = None
"""No value of these kinds has a time."""


class PhonesKind(SeveralKind):
    """Telephone numbers, each in E.164."""

    name = "phones"
    identity = "phone"
    personal = True
    one = staticmethod(parse.phone)
    single = "phone"


class EmailsKind(SeveralKind):
    """E-mail addresses, in lower case."""

    name = "emails"
    identity = "email"
    personal = True
    one = staticmethod(parse.email)
    single = "email"


def main_of(fields: Mapping[str, Field], several: Field) -> Field | None:
    """The field that holds the main one of several values: the nearest before them. None where there is none."""
    found = None
    for spec in fields.values():
        if spec.name == several.name:
            return found
        if isinstance(several.kind, SeveralKind) and spec.kind.name == several.kind.single:
            found = spec
    return None


def without_main(pairs: Sequence[dict[str, str]], chosen: str, before: str | None) -> list[dict[str, str]]:
    """Several values once one of them is the main one: what was main before takes its place, without its label."""
    instead = [{"value": before, "label": ""}] if before else []
    return distinct(new for one in pairs for new in (instead if one["value"] == chosen else [one]))


def distinct(pairs: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The pairs without those whose value was there already."""
    found: dict[str, dict[str, str]] = {}
    for pair in pairs:
        found.setdefault(pair["value"], pair)
    return list(found.values())


def _pair(text: str) -> dict[str, str]:
    labelled = _LABELLED.fullmatch(text.strip())
    return labelled.groupdict() if labelled else {"value": text.strip(), "label": ""}
