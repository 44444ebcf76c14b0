"""Fields and values in the form templates use: ``f`` describes a field, ``v`` is a value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from core.context import Context
from core.entity.entity import Resource, target_class, title_field
from core.entity.fields import TODAY, Field
from core.entity.filters import OPERATORS
from core.entity.format import Shown, show
from core.entity.kind_several import main_of
from core.entity.tree import branch_field
from core.i18n import current_locale
from core.web.entity.turn import may

RECORDS = "records"
"""Asked for options of, in an entity's place: whatever activities may be about."""
WIDE = frozenset(("long_text", "address"))
MANY_WORDS = frozenset(("links", "multi_choice"))
LABELLED = frozenset(("phones", "emails"))
_TO_THE_MINUTE = len("2026-01-01T00:00")


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose."""

    value: str
    title: str
    color: str = "secondary"


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison of the filter."""

    op: str
    title: str


@dataclass(slots=True)
class Shape:
    """A field as templates see it: every label is text already.

    Not frozen, like the values beside it: a record's page makes thirty, and freezing doubles what that costs.
    """

    name: str
    title: str
    kind: str
    required: bool = False
    readonly: bool = False
    important: bool = False
    wide: bool = False
    help: str = ""
    unit: str = ""
    length: int = 200
    choices: tuple[Option, ...] = ()
    operators: tuple[Operator, ...] = ()
    options_url: str = ""
    create_url: str = ""
    multiple: bool = False
    capture: bool = False
    accept: str = ""
    duplicates_url: str = ""
    """Where somebody types a value that tells who a record is about: who has it already."""
    near: str = ""
    """The link that goes along with that question."""
    main: str = ""
    """Of several values: the field that holds the main one of them."""
    fills: str = ""
    """What follows from it, and whom a form asks for that."""
    fills_url: str = ""
    drawn: str | None = None
    """Of a picture that is drawn by hand: the address of what is drawn on; empty for an empty sheet."""
    id: str = ""
    """Of its control in the page, where the name would be there twice: in a dialog over a form."""


def plain_shape(resource: Resource, spec: Field) -> Shape:
    """What lists need of a field: nothing that costs anything."""
    return Shape(spec.name, str(spec.title), spec.kind.name, important=spec.name == title_field(resource.model))


def row_shape(spec: Field) -> Shape:
    """What a row of a record's page needs of a field."""
    wide, readonly = _is_wide(spec), not spec.writable
    counted = str(spec.unit) if spec.kind.name in {"integer", "decimal"} else ""
    return Shape(
        spec.name, str(spec.title), spec.kind.name, readonly=readonly, wide=wide, unit=counted, drawn=spec.drawn
    )


def _is_wide(spec: Field) -> bool:
    return spec.kind.name in WIDE or spec.drawn is not None


def shape(turn: Context, resource: Resource, spec: Field) -> Shape:
    """What forms need of a field."""
    found = Shape(
        spec.name,
        str(spec.title),
        spec.kind.name,
        important=spec.name == title_field(resource.model),
        required=needed(spec),
        readonly=not spec.writable,
        wide=_is_wide(spec),
        help=str(spec.help),
        unit=unit(turn, spec),
        length=spec.length,
        choices=tuple(Option(one.value, str(one.title), one.color) for one in spec.choices),
        capture=spec.kind.name == "image",
        drawn=spec.drawn,
    )
    if spec.fills:
        found = replace(found, fills=" ".join(spec.fills), fills_url=f"/{resource.path}/lines")
    if spec.identifies and not spec.key:
        follows = resource.follows
        found = replace(
            found,
            duplicates_url=f"/{resource.path}/duplicates?field={spec.name}",
            near=follows.name if follows else "",
        )
    if spec.kind.name in LABELLED:
        main = main_of(turn.fields(resource), spec)
        return replace(found, main=main.name if main and main.writable else "")
    if spec.kind.name == "entity":
        seen = (one for one in turn.resources() if turn.can(one.name, "see"))
        return replace(found, choices=tuple(Option(one.name, str(one.plural)) for one in seen))
    if spec.kind.name in {"link", "links"}:
        options, create = _addresses(turn, spec)
        return replace(found, options_url=options, create_url=create)
    if spec.kind.name == "record":
        return replace(found, options_url=f"/options/{RECORDS}?of={resource.name}")
    return found


def needed(spec: Field) -> bool:
    """Whether a record must have a value: what begins with a default never goes without one."""
    return spec.required or (spec.default is not None and spec.kind.name not in {"boolean", "multi_choice"})


def unit(turn: Context, spec: Field) -> str:
    """What stands behind the number."""
    if spec.kind.name == "money":
        return "đ" if turn.company.currency == "VND" else turn.company.currency
    return str(spec.unit)


def _addresses(turn: Context, spec: Field) -> tuple[str, str]:
    """Where a picker finds records, and where it may add one; nowhere for those who may not see them."""
    try:
        target = turn.resource(target_class(spec))
    except LookupError:
        return "", ""
    if not may(turn, target, "see"):
        return "", ""
    return f"/options/{target.name}", f"/{target.path}/new" if may(turn, target, "create") else ""


def filter_shape(turn: Context, resource: Resource, spec: Field) -> Shape:
    """What the filter needs of a field."""
    found = shape(turn, resource, spec)
    return replace(found, operators=tuple(Operator(op, str(OPERATORS[op])) for op in operators(spec)), required=False)


def operators(spec: Field) -> Iterable[str]:
    """The comparisons offered for a field: of choices and links several values can be ticked, so one suffices."""
    hidden = {"in", "preset"} if spec.kind.name not in {"date", "datetime"} else {"in"}
    if spec.kind.name == "link" and branch_field(target_class(spec)) is None:
        hidden |= {"exact"}  # it says the same as “is” where nothing lies below
    if spec.kind.name == "datetime":
        hidden |= {"eq", "ne", "lt", "gt"}
    return [op for op in spec.kind.operators if op not in hidden]


def form_value(turn: Context, spec: Field, value: Any, titles: Any = None) -> Shown:
    """A value with what its form control holds."""
    shown = show(turn, spec, value, titles=titles)
    if not isinstance(shown.raw, str | list | dict):
        shown.raw = _held(turn, spec, shown.raw)
    return shown


def _held(turn: Context, spec: Field, value: Any) -> str:
    """What the form control of a plain value holds; numbers with the decimal sign of the language they are typed in."""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, datetime):
        return value.astimezone(turn.zone).isoformat()[:_TO_THE_MINUTE]
    if isinstance(value, Decimal):
        text = format(value.normalize(), "f")
        spoken = spec.kind.name in {"decimal", "percent"} and current_locale() == "vi"
        return text.replace(".", ",") if spoken else text
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def as_typed(spec: Field, texts: list[str]) -> Shown:
    """What somebody typed, to be shown again just so."""
    if spec.kind.name in LABELLED:
        return Shown(", ".join(texts), pairs_of(texts))
    if spec.kind.name in MANY_WORDS:
        return Shown(", ".join(texts), texts)
    return Shown(texts[-1] if texts else "", texts[-1] if texts else "")


def pairs_of(texts: list[str]) -> list[dict[str, str]]:
    """Labelled values of a form: each value is followed by its label."""
    return [{"value": value, "label": label} for value, label in zip(texts[::2], texts[1::2], strict=False)]


def zero(turn: Context, spec: Field) -> Shown:
    """A form control before anything is typed: the default."""
    default = default_of(turn, spec)
    if default is None or default == "":
        return Shown(raw=[] if spec.kind.many else "")
    return form_value(turn, spec, default)


def default_of(turn: Context, spec: Field) -> Any:
    """The default as a value of the field's kind: declarations say 0 for an amount."""
    if spec.default is TODAY:
        return turn.today()
    if spec.kind.python is Decimal and isinstance(spec.default, int | float | str):
        return Decimal(str(spec.default))
    return spec.default
