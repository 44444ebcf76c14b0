"""Values as people read them: dates, amounts and choices in the language and zone of the company."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_symbol

from core.entity.fields import Field
from core.entity.kind_address import in_one_line
from core.i18n import current_locale, translator

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

_PLACES = 4
"""Decimals that a number is shown with at most."""
_SCHEMES = {"phone": "tel", "email": "mailto"}
_SHORT_AREAS = ("024", "028")
"""Hà Nội and Hồ Chí Minh City: their fixed lines have eight digits behind the area's."""


@dataclass(slots=True)
class Shown:
    """A value ready for a page: what to read, what it is in itself, where it leads.

    Not frozen: a list makes one for each of its cells, and freezing doubles what that costs.
    """

    text: str = ""
    raw: Any = ""
    url: str = ""
    color: str = ""
    items: tuple["Shown", ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self.text and not self.items


def show(context: "Context", spec: Field, value: Any, *, titles: Any = None) -> Shown:
    """A value of a field. ``titles`` are those of the records it links to, one or a list."""
    if not value and value in (None, [], ""):  # the rest are not compared: a UUID or a Decimal takes its time
        return Shown(raw=[] if spec.kind.many else "")
    name = spec.kind.name
    if name in {"choice", "multi_choice"}:
        return _choices(spec, value)
    if name == "link":
        return Shown(str(titles or "—"), str(value), _record_url(context, spec, value))
    if name == "record":
        return Shown(str(titles or "—"), str(value), reference_url(context, value))
    if name == "links":
        pairs = zip(value, titles or [""] * len(value), strict=True)
        items = tuple(Shown(str(title), str(one), _record_url(context, spec, one)) for one, title in pairs)
        return Shown(", ".join(item.text for item in items), [item.raw for item in items], items=items)
    if name in {"file", "image"}:
        return Shown(str(titles or _("File")), str(value), f"/files/{value}")
    if name in {"phones", "emails"}:
        return _several(spec, value)
    if name == "entity":
        return Shown(_entity_title(context, value), value)
    if name == "address":
        return Shown(in_one_line(value), dict(value))
    return Shown(text_of(context, spec, value), value, _contact_url(spec, value))


def show_row(context: "Context", spec: Field, row: Mapping[str, Any]) -> Shown:
    """The value of a field in a row that a query gave; a custom value is typed already."""
    return show(context, spec, row.get(spec.name), titles=row.get(f"{spec.name}__title"))


def sayer(context: "Context", spec: Field) -> Callable[[Any], str] | None:
    """What turns a value into text, for kinds that are nothing but text in a list."""
    zone, name = context.zone, spec.kind.name
    if name in {"money", "integer", "decimal", "percent", "time"}:
        return lambda value: text_of(context, spec, value)
    sayers: dict[str, Callable[[Any], str]] = {
        **dict.fromkeys(("text", "long_text", "number", "email"), str),
        "phone": national,
        "date": show_day,
        "datetime": lambda value: _minute(value.astimezone(zone)),
    }
    return sayers.get(name)


def text_of(context: "Context", spec: Field, value: Any) -> str:
    """A plain value as text."""
    name = spec.kind.name
    if name == "money":
        return money(context, value)
    if name == "percent":
        return f"{number(value)}%"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, (int, Decimal)):
        return str(value) if spec.is_year else number(value)
    if name == "datetime":
        return moment(context, value)
    if name == "date":
        return show_day(value)
    if name == "time":
        return f"{value:%H:%M}"
    return national(value) if name == "phone" else str(value)


def money(context: "Context", value: Decimal) -> str:
    """An amount with the company's currency: ``1.234.567 đ``."""
    currency = context.company.currency
    symbol = "đ" if currency == "VND" else get_currency_symbol(currency, "en")
    return f"{_separated(f'{value:,.{context.company.money_places}f}')} {symbol}"


def show_day(value: date) -> str:
    """A day as it is written in Vietnam: ``31/12/2026``."""
    return "%02d/%02d/%04d" % (value.day, value.month, value.year)  # noqa: UP031 - as below


def number(value: int | Decimal) -> str:
    """A number with the language's separators and no needless zeros."""
    if isinstance(value, int):
        return _separated(f"{value:,d}")
    text = f"{value:,.{_PLACES}f}"
    return _separated(text.rstrip("0").rstrip("."))


def _separated(text: str) -> str:
    """English separators turned into the language's. By hand: lists format thousands, and a locale library is slow."""
    return text.replace(",", "_").replace(".", ",").replace("_", ".") if current_locale() == "vi" else text


def moment(context: "Context", value: datetime) -> str:
    """Day and time by the clock of whoever reads it."""
    return _minute(value.astimezone(context.zone))


def _minute(value: datetime) -> str:
    parts = (value.day, value.month, value.year, value.hour, value.minute)
    return "%02d/%02d/%04d %02d:%02d" % parts  # noqa: UP031 - the quickest of all ways: a list writes thousands


def national(phone: str) -> str:
    """A Vietnamese number as people dial it: ``0912 345 678``; others as they are."""
    if not phone.startswith("+84"):
        return phone
    rest = f"0{phone[3:]}"
    if rest.startswith(_SHORT_AREAS):
        return f"{rest[:3]} {rest[3:7]} {rest[7:]}".strip()
    return f"{rest[:4]} {rest[4:7]} {rest[7:]}".strip()


def _choices(spec: Field, value: Any) -> Shown:
    if isinstance(value, list):
        items = tuple(_choices(spec, one) for one in value)
        return Shown(", ".join(item.text for item in items), list(value), items=items)
    known = spec.choice(value)
    return Shown(str(known.title), value, color=known.color) if known else Shown(str(value), value)


def _several(spec: Field, pairs: Any) -> Shown:
    """Each value as people read it, its label in ``color``'s place: behind it, where there is one."""
    phones = spec.kind.name == "phones"
    items = tuple(
        Shown(
            national(pair["value"]) if phones else pair["value"],
            {"value": pair["value"], "label": pair.get("label", "")},
            f"{'tel' if phones else 'mailto'}:{pair['value']}",
        )
        for pair in pairs
    )
    texts = (f"{one.text} ({one.raw['label']})" if one.raw["label"] else one.text for one in items)
    return Shown(", ".join(texts), [one.raw for one in items], items=items)


def _entity_title(context: "Context", value: str) -> str:
    """What an entity's records are called; of a module that is gone its name as it is kept."""
    known = context.hooks.registry.resources.get(value)
    return str(known.plural) if known else value


def reference_url(context: "Context", text: str) -> str:
    """The address of the record that a reference names; empty where its module is off or it may not be seen."""
    entity, _slash, record = text.partition("/")
    try:
        resource = context.resource(entity)
    except LookupError:
        return ""
    return f"/{resource.path}/{record}" if context.can(entity, "see") else ""


def _record_url(context: "Context", spec: Field, value: Any) -> str:
    link = link_url(context, spec)
    return f"{link}{value}" if link else ""


def link_url(context: "Context", spec: Field) -> str:
    """What a linked record's address begins with; empty where its module is off or it may not be seen."""
    from core.entity.entity import target_class

    try:
        resource = context.resource(target_class(spec))
    except LookupError:
        return ""
    return f"/{resource.path}/" if context.can(resource.name, "see") else ""


def _contact_url(spec: Field, value: Any) -> str:
    scheme = _SCHEMES.get(spec.kind.name)
    return f"{scheme}:{value}" if scheme else ""
