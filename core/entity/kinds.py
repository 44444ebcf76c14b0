"""The kinds of field: for each, its column, its API form, how it is typed, read and compared."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import marshmallow as ma
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from core import parse
from core.entity.fields import Field
from core.entity.kind import Kind
from core.entity.kind_address import AddressKind
from core.entity.kind_several import EmailsKind, PhonesKind
from core.entity.reference import Reference
from core.i18n import Text, in_every_language, translator
from core.parse import USUAL, Notation
from core.text import normalize

_ = translator("core")

ORDER = ("eq", "ne", "lt", "lte", "gt", "gte", "empty")
LINE, PAGES = 200, 20_000
"""Longest line of an address, and longest text of several lines, in characters."""
MOST_LINKS = 1000
MONEY_PLACES = 2
PERCENT_PLACES = 4
FIRST_MOMENT = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
LAST_MOMENT = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


class TextKind(Kind):
    """A line of text."""

    name = "text"
    operators: tuple[str, ...] = ("contains", "eq", "ne", "starts", "empty")

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.String(field.length)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.String(validate=ma.validate.Length(max=self.longest(field)), **options)

    def longest(self, field: Field) -> int:
        """The longest text it holds, in characters."""
        return field.length

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        found = parse.text(value)
        return " ".join(found.split("\n")) if found else None

    def check(self, value: Any, field: Field) -> Text | None:
        if "\x00" in value:
            return _("A NUL character cannot be stored.")
        if len(value) > self.longest(field):
            return _("At most %(n)s characters.", n=self.longest(field))
        return None


class LongTextKind(TextKind):
    """Text of several lines."""

    name = "long_text"
    operators: tuple[str, ...] = ("contains", "empty")

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Text()

    def longest(self, field: Field) -> int:
        return max(field.length, PAGES)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.text(value)


class PhoneKind(TextKind):
    """A telephone number, kept in E.164."""

    name = "phone"
    identity = "phone"
    personal = True

    def identities(self, value: Any) -> Iterable[str]:
        return [str(value)]

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.phone(value)

    def check(self, value: Any, field: Field) -> Text | None:
        try:
            return None if parse.phone(value) == value else _("A phone number is kept as +84…")
        except ValueError as error:
            return error.args[0]  # type: ignore[no-any-return] # parse raises with a Text


class EmailKind(TextKind):
    """An e-mail address, in lower case."""

    name = "email"
    identity = "email"
    personal = True

    def identities(self, value: Any) -> Iterable[str]:
        return [str(value).lower()]

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.email(value)

    def check(self, value: Any, field: Field) -> Text | None:
        try:
            parse.email(value)
        except ValueError as error:
            return error.args[0]  # type: ignore[no-any-return] # parse raises with a Text
        return super().check(value, field)


class NumberSeriesKind(TextKind):
    """A document number given by the company's counter."""

    name = "number"
    writable = False
    custom = False


class IntegerKind(Kind):
    """A whole number."""

    name = "integer"
    python: Any = int
    operators: tuple[str, ...] = ORDER
    sheet = "integer"
    limit = 2**53 - 1
    """Larger numbers lose digits in JavaScript and in spreadsheets."""

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.BigInteger()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        low = -self.limit if field.minimum is None else field.minimum
        high = self.limit if field.maximum is None else field.maximum
        return ma.fields.Integer(strict=True, validate=ma.validate.Range(low, high), **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.integer(value, mark=notation.mark)

    def check(self, value: Any, field: Field) -> Text | None:
        if abs(value) > self.limit:
            return _("This number is too large.")
        return super().check(value, field)


class DecimalKind(Kind):
    """A number with decimals."""

    name = "decimal"
    python: Any = Decimal
    operators: tuple[str, ...] = ORDER
    sheet = "decimal"
    precision, places = 18, 4

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Numeric(self.precision, self.places)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        limit = Decimal(10) ** (self.precision - self.places)
        low = -limit if field.minimum is None else Decimal(field.minimum)
        high = limit if field.maximum is None else Decimal(field.maximum)
        bounds = ma.validate.Range(low, high, min_inclusive=low != -limit, max_inclusive=high != limit)
        return ma.fields.Decimal(places=self.places, as_string=True, allow_nan=False, validate=bounds, **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.decimal(value, mark=notation.mark)

    def check(self, value: Any, field: Field) -> Text | None:
        if not value.is_finite() or abs(value) >= Decimal(10) ** (self.precision - self.places):
            return _("This number is too large.")
        return super().check(value, field)

    def to_json(self, value: Any) -> Any:
        return None if value is None else f"{value:.{self.places}f}"

    def from_json(self, value: Any) -> Any:
        return None if value is None else Decimal(value)


class MoneyKind(DecimalKind):
    """An amount in the company's currency."""

    name = "money"
    sheet = "money"
    places = MONEY_PLACES

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.money(value, currency=notation.currency, mark=notation.mark)


class PercentKind(DecimalKind):
    """A share, typed and kept as the number before the % sign."""

    name = "percent"
    sheet = "percent"
    precision, places = 9, PERCENT_PLACES

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.percent(value, mark=notation.mark)


class BooleanKind(Kind):
    """Yes or no."""

    name = "boolean"
    python: Any = bool
    operators: tuple[str, ...] = ("eq",)
    sheet = "boolean"

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Boolean()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.Boolean(truthy={True}, falsy={False}, **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.boolean(value)


class DateKind(Kind):
    """A day."""

    name = "date"
    python: Any = date
    operators: tuple[str, ...] = ("preset", *ORDER)
    sheet = "date"

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Date()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.Date(**options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.date(value, order=notation.order)

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> Any:
        return None if value is None else self.python.fromisoformat(value)


class TimeKind(DateKind):
    """A time of day."""

    name = "time"
    python: Any = time
    operators: tuple[str, ...] = ORDER
    sheet = "text"

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Time()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.Time(**options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return parse.time(value)


class Moment(ma.fields.AwareDateTime):
    """A moment in the API: read with any offset, written in UTC."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        in_utc = None if value is None else value.astimezone(UTC)
        return super()._serialize(in_utc, attr, obj, **options)


class DateTimeKind(DateKind):
    """A moment, in UTC; typed and shown in the company's zone."""

    name = "datetime"
    python: Any = datetime
    sheet = "datetime"

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.DateTime(timezone=True)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return Moment(format="iso", default_timezone=None, **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        found = parse.datetime(value, order=notation.order)
        return found if found is None or found.tzinfo else found.replace(tzinfo=zone)

    def check(self, value: Any, field: Field) -> Text | None:
        # The database keeps it in UTC, and has no room before the first year or after the last.
        if value.tzinfo is None or not FIRST_MOMENT <= value <= LAST_MOMENT:
            return _("This is not a valid value.")
        return super().check(value, field)

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.astimezone(UTC).isoformat()


class ChoiceKind(Kind):
    """One of the declared values."""

    name = "choice"

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.String(40)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        one_of = ma.validate.OneOf([choice.value for choice in field.choices])
        return ma.fields.String(validate=one_of, **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        found = parse.text(value)
        if not found:
            return None
        wanted = normalize(found)
        for choice in field.choices:
            if wanted in {normalize(name) for name in (choice.value, *in_every_language(choice.title))}:
                return choice.value
        raise ValueError(_("“%(text)s” is none of: %(choices)s.", text=found, choices=_listed(field)))

    def check(self, value: Any, field: Field) -> Text | None:
        return None if field.choice(value) else _("Choose one of the listed values.")


class EntityNameKind(TextKind):
    """The name of an entity, such as ``core.customer``; which there are depends on the modules that are on."""

    name = "entity"
    operators: tuple[str, ...] = ("eq", "ne", "in", "empty")
    custom = False

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.String(80)

    def longest(self, field: Field) -> int:
        return 80


class MultiChoiceKind(ChoiceKind):
    """Any number of the declared values."""

    name = "multi_choice"
    python: Any = list
    many = True
    operators: tuple[str, ...] = ("has", "empty")

    def column(self, field: Field) -> TypeEngine[Any]:
        return ARRAY(sa.String(40))

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.List(super().schema(field, allow_none=False), **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [super(MultiChoiceKind, self).parse(part, field, zone) for part in parts if str(part).strip()]

    def check(self, value: Any, field: Field) -> Text | None:
        return None if all(field.choice(one) for one in value) else _("Choose among the listed values.")


class LinkKind(Kind):
    """A reference to one record of another entity."""

    name = "link"
    python: Any = UUID
    operators: tuple[str, ...] = ("eq", "ne", "in", "exact", "empty")

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.Uuid()

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.UUID(**options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        return identifier(value) if value else None

    def to_json(self, value: Any) -> Any:
        return None if value is None else str(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else UUID(value)


class LinksKind(LinkKind):
    """References to any number of records."""

    name = "links"
    python: Any = list
    many = True
    operators: tuple[str, ...] = ("has", "ne", "empty")
    custom = False

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.List(ma.fields.UUID(), validate=ma.validate.Length(max=MOST_LINKS), **options)

    def check(self, value: Any, field: Field) -> Text | None:
        return _("At most %(n)s.", n=MOST_LINKS) if len(value) > MOST_LINKS else None

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [identifier(part) for part in parts if str(part).strip()]

    def to_json(self, value: Any) -> Any:
        return [str(one) for one in value or ()]


class RecordKind(Kind):
    """A reference to a record of any entity that activities may be about, as text; see :class:`Reference`."""

    name = "record"
    custom = False

    def column(self, field: Field) -> TypeEngine[Any]:
        return sa.String(LINE)

    def schema(self, field: Field, **options: Any) -> ma.fields.Field[Any]:
        return ma.fields.String(validate=ma.validate.Length(max=LINE), **options)

    def parse(self, value: Any, field: Field, zone: tzinfo, notation: Notation = USUAL) -> Any:
        found = parse.text(value)
        return str(Reference.read(found)) if found else None

    def check(self, value: Any, field: Field) -> Text | None:
        try:
            return None if str(Reference.read(value)) == value else _("Write a record as core.customer/ and its id.")
        except ValueError as error:
            return error.args[0]  # type: ignore[no-any-return] # it raises with a Text


class FileKind(LinkKind):
    """An uploaded file."""

    name = "file"
    personal = True
    operators: tuple[str, ...] = ("empty",)
    custom = False


class ImageKind(FileKind):
    """An uploaded picture, re-encoded."""

    name = "image"


def identifier(value: Any) -> UUID:
    """A record's id as programs and forms write it. Raises ValueError with a text."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value).strip())
    except ValueError:
        raise ValueError(_("This does not name a record.")) from None


def _listed(field: Field) -> str:
    return ", ".join(str(choice.title) for choice in field.choices)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(), LongTextKind(), PhoneKind(), EmailKind(), NumberSeriesKind(), IntegerKind(), DecimalKind(),
        MoneyKind(), PercentKind(), BooleanKind(), DateKind(), TimeKind(), DateTimeKind(), ChoiceKind(),
        MultiChoiceKind(), LinkKind(), LinksKind(), RecordKind(), FileKind(), ImageKind(), AddressKind(), PhonesKind(),
        EmailsKind(), EntityNameKind(),
    )
}  # fmt: skip

LongText = Annotated[str, "long_text"]
Money = Annotated[Decimal, "money"]
Percent = Annotated[Decimal, "percent"]
Phone = Annotated[str, "phone"]
Email = Annotated[str, "email"]
Phones = Annotated[list[dict[str, str]], "phones"]
Emails = Annotated[list[dict[str, str]], "emails"]
Address = Annotated[dict[str, str], "address"]
AnyRecord = Annotated[str, "record"]
File = Annotated[UUID, "file"]
EntityName = Annotated[str, "entity"]
Image = Annotated[UUID, "image"]

PYTHON_KINDS: dict[Any, str] = {
    str: "text", int: "integer", Decimal: "decimal", bool: "boolean", date: "date", time: "time", datetime: "datetime",
}  # fmt: skip
"""The kind of a plain annotation."""
