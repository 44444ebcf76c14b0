"""The kind of an address: street, ward and province, and the old text of three levels where there was one."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

import marshmallow as ma
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from core import parse, places
from core.entity.fields import Field
from core.entity.kind import Kind
from core.i18n import Text, translator
from core.parse import USUAL, Notation

_ = translator("core")

LINE = 200
"""Longest line of an address, in characters."""
PARTS = ("street", "ward", "province", "legacy")


class AddressSchema(ma.Schema):
    """An address in the API."""

    street = ma.fields.String(validate=ma.validate.Length(max=LINE))
    ward = ma.fields.String(validate=ma.validate.Length(max=LINE))
    province = ma.fields.String(validate=ma.validate.Length(max=LINE))
    legacy = ma.fields.String(validate=ma.validate.Length(max=LINE))


class AddressKind(Kind):
    """Provinces and wards that are known are kept by their usual names; others, and other countries', as written."""

    name = "address"
    personal = True
    python: Any = dict
    operators: tuple[str, ...] = ("contains", "province", "empty")
    custom = False

    def column(self, field: Field) -> TypeEngine[Any]:
        return JSONB(none_as_null=True)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.Nested(AddressSchema, **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        """One line as a file holds it. One of before July 2025 is kept as it is, with the province it lies in now."""
        text = parse.text(value)
        if not text:
            return None
        line = ", ".join(text.split("\n"))
        found = places.read(line)
        if found.before:
            return {"province": places.became(found.before)[0].province, "legacy": line}
        if found.now:
            street = {"street": found.street} if found.street else {}
            return {**street, "ward": found.now.ward, "province": found.now.province}
        return {"street": line}

    def tidy(self, value: Any) -> Any:
        if not value or not value.get("province"):
            return value
        province = places.province_named(value["province"])
        if province is None:
            return value
        ward = value.get("ward")
        known = {"ward": places.ward_named(ward, province) or ward} if ward else {}
        return {**value, "province": province, **known}

    def check(self, value: Any, field: Field) -> Text | None:
        if any("\x00" in str(part) for part in value.values()):
            return _("A NUL character cannot be stored.")
        if any(len(str(part)) > LINE for part in value.values()):
            return _("At most %(n)s characters.", n=LINE)
        return None


def in_one_line(value: Mapping[str, str]) -> str:
    """An address as it is written on a letter; the old text while nobody has said what it is now."""
    if value.get("legacy") and not value.get("ward"):
        return value["legacy"]
    return ", ".join(part for name in PARTS[:3] if (part := value.get(name)))


def proposals(text: str) -> list[dict[str, str]]:
    """What an address of before July 2025 may be now: one for each ward that the old one went into."""
    found = places.read(text)
    new = places.became(found.before) if found.before else [found.now] if found.now else []
    street = {"street": found.street} if found.street else {}
    return [{**street, "ward": place.ward, "province": place.province} for place in new]
