"""The base class of every entity, and an entity as people meet it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.access.scopes import HIDDEN
from core.db.base import now, reference
from core.entity.declaring import DeclaredRow, table_name, target_class, title_field
from core.entity.documents import Approval, Payable
from core.entity.fields import Field
from core.entity.sections import Section
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.asks import Ask
    from core.printing.contract import Print
    from core.public.contract import PublicPage

_ = translator("core")

OWNERS = ("share", "transfer")
"""What is done with a record by whoever it belongs to."""
STANDARD_REFERENCES = {"owner_id": "core_user", "created_by_id": "core_user", "updated_by_id": "core_user"}


class Entity(DeclaredRow):
    """A record people work with. A subclass with a table name and fields is a complete module of the product."""

    __lines__: ClassVar[dict[str, Field]] = {}
    """Its kinds of lines, each with the class of its rows as ``target``; they are no fields of the record's own row."""

    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, sort_order=80)
    updated_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, sort_order=81)
    created_by_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=82)
    updated_by_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=83)
    owner_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=84)
    deleted_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True), sort_order=85)
    custom: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}", sort_order=86)
    search_norm: Mapped[str] = mapped_column(sa.Text, default="", server_default="", sort_order=87)
    version: Mapped[int]

    @classmethod
    def prepare(cls) -> None:
        """Turn the declared fields into columns, keys and indexes, just before the class is mapped."""
        declared = cls.declared()
        cls.__lines__ = {name: spec for name, spec in declared.items() if spec.kind.name == "lines"}
        constraints: list[Any] = [*cls.__dict__.get("__table_args__", ())]
        constraints += [reference(column, target) for column, target in STANDARD_REFERENCES.items()]
        constraints += cls.map_fields({name: spec for name, spec in declared.items() if name not in cls.__lines__})
        constraints += _indexes(cls)
        cls.version = mapped_column(sa.Integer, nullable=False, sort_order=88)
        cls.__mapper_args__ = {"version_id_col": cls.version}  # type: ignore[attr-defined] # read by the mapper
        cls.__table_args__ = tuple(constraints)
        for name, spec in cls.__lines__.items():
            setattr(cls, name, spec.target.belong(cls))


def _indexes(cls: type[Entity]) -> Iterator[sa.Index]:
    """One index for each way a list may be walked: newest, newest of an owner, deleted last, each sortable field."""
    table = cls.__tablename__
    alive = sa.text("deleted_at IS NULL")
    newest = (sa.text("updated_at DESC"), sa.text("id DESC"))
    yield sa.Index(f"ix_{table}_newest", "tenant_id", *newest, postgresql_where=alive)
    gone = (sa.text("deleted_at DESC"), sa.text("id DESC"))
    yield sa.Index(f"ix_{table}_deleted", "tenant_id", *gone, postgresql_where=sa.text("deleted_at IS NOT NULL"))
    yield sa.Index(f"ix_{table}_owner", "tenant_id", "owner_id", *newest, postgresql_where=alive)
    yield sa.Index(
        f"ix_{table}_search", "search_norm", postgresql_using="gin", postgresql_ops={"search_norm": "gin_trgm_ops"}
    )
    for spec in cls.__fields__.values():
        if spec.kind.name in {"link", "record"}:
            yield sa.Index(f"ix_{table}_{spec.name}", "tenant_id", spec.column, *newest)
        elif spec.sort:
            yield sa.Index(f"ix_{table}_{spec.name}", "tenant_id", spec.column, "id", postgresql_where=alive)


def known(fields: Mapping[str, Field]) -> dict[str, Field]:
    """The fields that are not hidden."""
    return {name: spec for name, spec in fields.items() if not spec.hidden}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a record, by declaration: it reached a value it did not have before."""

    name: str
    when: tuple[str, Any]
    title: Label = ""

    def is_in(self, values: Mapping[str, Sequence[Any]]) -> bool:
        """Whether a change, field to ``[old, new]``, is this event."""
        name, value = self.when
        old, new = values.get(name, (None, None))
        return bool(new == value and old != new)


@dataclass(frozen=True, slots=True)
class Aspect:
    """A kind of information that hangs on a customer and is shared with them by a tick of its own."""

    name: str
    title: Label


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as a module has arranged it for everybody, beside the views that people save."""

    name: str
    title: Label
    query: Mapping[str, str]
    """Its conditions and order, as in addresses: ``{"payment__eq": "unpaid", "ordered_on__preset": "last_month"}``."""


Guard = Callable[["Context", Any, Mapping[str, Any]], Iterable[tuple[str, Label]]]
"""Asked before a record is made (then it is None) or changed, with the new values."""
Asks = Callable[["Context", Any, Mapping[str, Any]], "Ask | None"]
"""Asked before a record is changed, with the values that will be others than they are."""
Begins = Callable[["Context"], Mapping[str, Any]]
"""The values that a new record's form begins with."""
BeforeSave = Callable[["Context", Sequence[Any]], None]
"""Given the records of a set with their new values, just before they are written."""
AfterSave = Callable[["Context", Sequence[Any], str], None]
"""Given records that were written, in their transaction, and what was done: created, changed, deleted or restored."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """An entity as people meet it: its names, its place in the menu, and what happens to it."""

    model: type[Entity]
    title: Label
    plural: Label
    icon: str = "table"
    events: tuple[Event, ...] = ()
    board: str = ""
    """The field whose values are the lanes of the board: a choice, or a link to records that have an order, such as
    the stages of a pipeline (see :mod:`core.entity.lanes`); the first choice where nothing is said."""
    board_totals: tuple[str, ...] = ()
    """The amounts that are summed up above each lane; the first one where nothing is said."""
    calendar: tuple[str, ...] = ()
    """The date field, or first and last day; the first date fields where nothing is said."""
    calendar_by: str = ""
    """The link, choice or text whose values stand beside each other in the calendar, such as the room of a stay."""
    narrow: str = ""
    """The link that its list is narrowed by in one step, such as a customer's tier; empty for none."""
    views: tuple[ListView, ...] = ()
    """Ready arrangements of its list, as tabs behind the one with everything."""
    navigation: bool = True
    related: bool = True
    """Whether its records are listed beside what they point at; not those that the module shows there in its own way."""
    weight: int = 50
    group: Label = ""
    verbs: tuple[str, ...] = ("see", "create", "edit", "delete", "export", "import", *OWNERS)
    delete_dialog: str = ""
    """The last part of the address of a dialog that asks how a record shall be deleted; empty where nothing is asked."""
    owned: bool = True
    """Whether a record is its owner's to see; what everybody shares, such as a list of sources, is not."""
    merges: bool = False
    """Whether two records that turn out to be one can be put together."""
    person: bool = False
    """Whether a record is about a human being: with consent to be contacted, a copy of all that is kept, and erasure."""
    logged: Callable[["Context"], Mapping[str, Field]] | None = None
    """What the log of its records tells beside their fields, as fields to read it by."""
    guard: Guard | None = None
    """What a person may not put into a record, over what their roles say: ``(field, message)`` for each."""
    asks: Asks | None = None
    """What a change takes besides, such as a reason, or a dialog that makes it; see :mod:`core.entity.asks`."""
    begins: Begins | None = None
    """What the form of a new record begins with besides its fields' defaults, such as the warehouse one keeps."""
    before_save: BeforeSave | None = None
    """Fills in what follows from other fields, such as the customer of what a call is about."""
    after_save: AfterSave | None = None
    """Keeps in step what is kept beside the records, such as the reminders of a meeting."""
    approval: Approval | None = None
    """The value of a field that the company may let people reach only through steps of approval."""
    payable: Payable | None = None
    """That money is received or paid for its records; what is paid of each is told by the hook ``paid``."""
    about: Callable[["Resource"], bool] | None = None
    """Which entities its fields of the kind ``record`` may point at: those with activities where nothing is said."""
    activities: bool = False
    """Whether calls, meetings, tasks and notes may be about its records; customers and what a trade works on."""
    members: str = ""
    """A field of links to people who see and edit a record beside its owner, such as those a task is assigned to."""
    aspect: Aspect | None = None
    """Of several entities that are shared with one tick: what that is called."""
    byline: tuple[str, ...] = ()
    """Fields that stand beneath its name at the head of its page, such as whose car it is about; what it is where
    nothing is said."""
    sections: tuple[Section, ...] = ()
    """Its fields in parts with a heading each, where there are too many to read as one list."""
    quick: tuple[str, ...] = ()
    """Fields that the short form in a dialog has room for, beside the title and what is required."""
    prints: tuple["Print", ...] = ()
    """The documents that its records can be put on paper as; the first is what the button shows."""
    public: "PublicPage | None" = None
    """The page that people outside see of a record by a link that was sent to them."""
    references: tuple["Resource", ...] = field(default=(), kw_only=True, compare=False, repr=False)
    """What its fields of the kind ``record`` may point at. Filled in at boot."""
    beyond: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False, repr=False)
    """Its links into other modules, and as ``goods.product`` those of its lines, each with the module, which a company
    may have switched off. Filled in at boot."""
    plugin: str = field(default="", kw_only=True)
    """Filled in at boot."""
    limits: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False)
    """Fields, of lines as ``goods.price``, that are hidden or read-only for whoever looks; see
    :meth:`core.context.Context.seen`."""

    def __post_init__(self) -> None:
        """What nobody owns is neither shared nor passed on."""
        if not self.owned:
            object.__setattr__(self, "verbs", tuple(verb for verb in self.verbs if verb not in OWNERS))

    @cached_property
    def entity(self) -> str:
        """The entity's own name: the table's, without the plugin."""
        return self.model.__tablename__.removeprefix(f"{self.plugin}_")

    @cached_property
    def name(self) -> str:
        """``plugin.entity``: in permissions, in the log, in automations."""
        return f"{self.plugin}.{self.entity}"

    @cached_property
    def path(self) -> str:
        """The entity in addresses: ``customers``, ``kennel/stays``."""
        words = self.entity.replace("_", "-")
        by_y = words.endswith("y") and words[-2:-1] not in {"a", "e", "i", "o", "u"}
        plural = f"{words[:-1]}ies" if by_y else words if words.endswith("s") else f"{words}s"
        return plural if self.plugin == "core" else f"{self.plugin.replace('_', '-')}/{plural}"

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The declared fields, in the order they were written; without those hidden from whoever looks."""
        fields = self.model.__fields__
        return known(self.marked(fields)) if self.limits else fields

    @cached_property
    def lines(self) -> Mapping[str, Field]:
        """Its kinds of lines, without those hidden from whoever looks."""
        return known(self.marked(self.model.__lines__))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The names of the fields that are hidden from whoever looks."""
        return frozenset(name for name, limit in self.limits.items() if limit == HIDDEN)

    @cached_property
    def photographs(self) -> tuple[Field, ...]:
        """The fields that show what a record looks like, at its page's head; a drawing stands among the others."""
        return tuple(spec for spec in self.fields.values() if spec.kind.name == "image" and spec.drawn is None)

    @cached_property
    def follows(self) -> Field | None:
        """The link to the customer that a record hangs on: whoever sees the customer wholly sees the record."""
        links = (spec for spec in self.model.__fields__.values() if spec.kind.name == "link")
        return next((spec for spec in links if table_name(spec.target) == "core_customer"), None)

    @cached_property
    def shared_as(self) -> str:
        """The kind of information it is, among the ticks of a share."""
        return self.aspect.name if self.aspect else self.name

    @cached_property
    def lanes(self) -> Field | None:
        """The field the board is laid out by, or None."""
        fields = self.fields
        choices = (spec for spec in fields.values() if spec.kind.name == "choice")
        return fields.get(self.board) or next(choices, None)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The fields the calendar is laid out by; empty where there are no dates."""
        fields = self.fields
        found = [name for name, spec in fields.items() if spec.kind.name in {"date", "datetime"}]
        return tuple(name for name in self.calendar if name in fields) or tuple(found[:2])

    def of(self, plugin: str) -> "Resource":
        """This resource as contributed by a plugin."""
        return replace(self, plugin=plugin)

    def limited(self, limits: Mapping[str, str]) -> "Resource":
        """This resource for somebody from whom some fields are hidden, and who may not set others."""
        return replace(self, limits=limits)

    def marked(self, fields: Mapping[str, Field], lines: str = "") -> dict[str, Field]:
        """Fields of this entity, or of one kind of its lines, those marked that whoever looks may not set or not know."""
        found, start = dict(fields), f"{lines}." if lines else ""
        for limited, limit in self.limits.items():
            name = limited.removeprefix(start)
            if limited.startswith(start) and name in found:
                found[name] = replace(found[name], readonly=True, hidden=limit == HIDDEN)
        return found

    def line_fields(self, lines: Field) -> dict[str, Field]:
        """The fields of one kind of its lines, without those hidden from whoever looks."""
        return known(self.all_line_fields(lines))

    def all_line_fields(self, lines: Field) -> dict[str, Field]:
        """The hidden ones too, marked as such."""
        return self.marked(lines.target.__fields__, lines.name)


__all__ = [
    "OWNERS", "STANDARD_REFERENCES", "AfterSave", "Asks", "Aspect", "BeforeSave", "Begins", "Entity", "Event", "Guard", "ListView", "Resource", "known",
    "target_class", "title_field",
]  # fmt: skip
