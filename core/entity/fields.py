"""What a plugin writes: ``field``, ``choice``, ``link`` … and the :class:`Field` they leave behind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.i18n import Label

if TYPE_CHECKING:
    from core.entity.kind import Kind

_MISSING: Any = object()
FIRST_YEAR, LAST_YEAR = 1000, 9999
TODAY: Any = object()
"""As the default of a date: the company's day on which the record is made."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a choice field may take."""

    value: str
    title: Label
    color: str = "secondary"
    """A colour name of the design system: blue, green, yellow, orange, red, purple, secondary."""
    final: bool = False
    """Nothing more is expected of a record in this state."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """Everything the product knows of one field; list, form, API, import, export and log are derived from it."""

    title: Label
    name: str = ""
    kind: "Kind" = _MISSING
    required: bool = True
    default: Any = None
    search: bool = False
    """Found by the search box."""
    sort: bool = False
    """The list can be ordered by it; costs an index."""
    unique: bool = False
    """No two records of a company share a value."""
    identifies: str = ""
    """A group of entities, such as ``party``, in which the value tells who a record is about: of two records of the
    group with the same value people are warned while they type."""
    warn: Callable[[Any], Label | None] | None = None
    """What is said of a value that is taken all the same, while it is typed; of fields that identify."""
    yearly: bool = False
    """A day that comes round every year, such as a birthday: periods are compared by month and day."""
    personal: bool | None = None
    """Whether it tells who somebody is; None leaves that to :attr:`is_personal`."""
    part: bool = False
    """Of a link: the record is part of what it points at, and goes into the recycle bin and comes back with it."""
    tree: bool = False
    """Of a link to its own entity: the records lie below each other. See :mod:`core.entity.tree`."""
    listed: bool = True
    """Shown in the list unless the person chooses otherwise."""
    on_demand: bool = False
    """Neither in forms nor on pages while it is empty, unless the entity's rule says that something is wrong with it."""
    readonly: bool = False
    hidden: bool = False
    """Not to be known by whoever acts: kept whole, and never shown, compared or set."""
    help: Label = ""
    unit: Label = ""
    choices: tuple[Choice, ...] = ()
    target: Any = None
    """The entity class a link points at, or its table's name."""
    length: int = 200
    """Longest text, in characters."""
    minimum: Any = None
    maximum: Any = None
    expression: str = ""
    """SQL of a computed field: the row's own columns, nothing that changes with time."""
    prefix: str = ""
    """What the numbers of a series begin with."""
    totals: tuple[str, ...] = ()
    """Of lines: the fields of their record that stand beneath them."""
    scans: tuple[str, str] | None = None
    """Of lines: the link that a scanned code is looked up for, and the number that grows by one."""
    aliases: tuple[str, ...] = ()
    """Other names files call it, for the import."""
    fills: tuple[str, ...] = ()
    """Fields that follow from it by the entity's own rule; a form asks for them once it is chosen."""
    key: str = ""
    """Of a custom field: where its value lies in the record's ``custom``."""
    drawn: str | None = None
    """Of a picture: people draw it by hand, over the picture at this address, or on an empty sheet where it is empty."""
    beside: Any = None
    """The class of rows it lies in, where a module keeps it beside the records; see :mod:`core.entity.extension`."""

    @property
    def column(self) -> str:
        """The column that holds the value: ``customer_id`` for a link, the name itself otherwise."""
        return f"{self.name}_id" if self.kind.name in {"link", "file", "image"} else self.name

    @property
    def scheme(self) -> str:
        """What values it identifies by are compared with: those of the same sort in the same group."""
        return f"{self.identifies}.{self.kind.identity or self.name}" if self.identifies else ""

    @property
    def writable(self) -> bool:
        """Whether a person or a file may set it."""
        return not self.readonly and not self.hidden and self.kind.writable

    @property
    def is_personal(self) -> bool:
        """Whether it goes when a person is erased: telephones, addresses, pictures, files, what identifies, birthdays."""
        if self.personal is not None:
            return self.personal
        return self.kind.personal or bool(self.identifies) or self.yearly

    @property
    def is_year(self) -> bool:
        """Whether it counts years: those are not written in groups of three digits."""
        first, last = self.minimum, self.maximum
        return isinstance(first, int) and isinstance(last, int) and first >= FIRST_YEAR and last <= LAST_YEAR

    def choice(self, value: str) -> Choice | None:
        """The choice of a value, or None for one that was declared once and is no more."""
        return next((choice for choice in self.choices if choice.value == value), None)


@dataclass(slots=True)
class Declared:
    """A field as it stands in the class body, before its name and type are known."""

    spec: Field
    kind: str = ""


def field(
    title: Label,
    *,
    default: Any = None,
    search: bool = False,
    sort: bool = False,
    unique: bool = False,
    identifies: str = "",
    warn: Callable[[Any], Label | None] | None = None,
    yearly: bool = False,
    personal: bool | None = None,
    listed: bool = True,
    on_demand: bool = False,
    readonly: bool = False,
    help: Label = "",
    unit: Label = "",
    length: int = 200,
    minimum: Any = None,
    maximum: Any = None,
    fills: Iterable[str] = (),
    aliases: Iterable[str] = (),
    drawn: str | None = None,
) -> Any:
    """Declare a field; its kind comes from the annotation, ``| None`` makes it optional."""
    return Declared(
        Field(
            title=title,
            default=default,
            search=search,
            sort=sort,
            unique=unique,
            identifies=identifies,
            warn=warn,
            yearly=yearly,
            personal=personal,
            listed=listed,
            on_demand=on_demand,
            readonly=readonly,
            help=help,
            unit=unit,
            length=length,
            minimum=minimum,
            maximum=maximum,
            fills=tuple(fills),
            aliases=tuple(aliases),
            drawn=drawn,
        )
    )


def choice(
    title: Label,
    *choices: Choice,
    default: str | None = None,
    sort: bool = False,
    listed: bool = True,
    readonly: bool = False,
    help: Label = "",
    aliases: Iterable[str] = (),
) -> Any:
    """Declare a field with fixed values; a list annotation allows several.

    The first choice is the default, unless ``| None`` makes the field optional.
    """
    spec = Field(
        title=title, choices=choices, default=default, sort=sort, listed=listed, readonly=readonly, help=help,
        aliases=tuple(aliases),
    )  # fmt: skip
    return Declared(spec, kind="choice")


def link(
    title: Label,
    *,
    to: Any = None,
    listed: bool = True,
    help: Label = "",
    readonly: bool = False,
    part: bool = False,
    tree: bool = False,
    aliases: Iterable[str] = (),
) -> Any:
    """Declare a reference to another record, held by a composite foreign key."""
    spec = Field(
        title=title, target=to, listed=listed, help=help, readonly=readonly, part=part, tree=tree,
        aliases=tuple(aliases),
    )  # fmt: skip
    return Declared(spec, kind="link")


def links(title: Label, *, to: Any = None, listed: bool = True, help: Label = "", aliases: Iterable[str] = ()) -> Any:
    """Declare references to any number of other records."""
    spec = Field(title=title, target=to, listed=listed, help=help, required=False, aliases=tuple(aliases))
    return Declared(spec, kind="links")


def lines(
    title: Label,
    *,
    required: bool = False,
    totals: Iterable[str] = (),
    help: Label = "",
    readonly: bool = False,
    scans: tuple[str, str] | None = None,
) -> Any:
    """Declare rows that are part of the record and edited with it; the annotation is a list of a :class:`Line` class.

    ``totals`` names fields of the record that are shown beneath the rows, such as their sum. ``scans`` names the link
    of a row that barcodes are scanned for, and its number that grows by one: ``("product", "quantity")``.
    """
    spec = Field(
        title=title, required=required, totals=tuple(totals), help=help, readonly=readonly, listed=False, scans=scans
    )
    return Declared(spec, kind="lines")


def computed(title: Label, expression: str, *, listed: bool = True, sort: bool = False, help: Label = "") -> Any:
    """Declare a value that the database works out of the row's own columns and keeps."""
    spec = Field(title=title, expression=expression, listed=listed, sort=sort, help=help, readonly=True, required=False)
    return Declared(spec, kind="computed")


def number(title: Label, *, prefix: str = "", help: Label = "") -> Any:
    """Declare a document number: gapless per company and year, taken when the record is first saved."""
    spec = Field(
        title=title, prefix=prefix, help=help, readonly=True, required=False, search=True, unique=True, length=40
    )
    return Declared(spec, kind="number")


def named(spec: Field, name: str, kind: "Kind", **changes: Any) -> Field:
    """The declaration with its name and kind filled in."""
    return replace(spec, name=name, kind=kind, **changes)
