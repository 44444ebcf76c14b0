"""The base class of every entity, and the reading of its declaration."""

import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Union, get_args, get_origin
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship, remote

from core.access.scopes import HIDDEN
from core.db.base import TenantRow, metadata, now, package_of, reference
from core.entity.documents import Approval
from core.entity.fields import Declared, Field, named
from core.entity.kinds import KINDS, PYTHON_KINDS
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.asks import Ask

_ = translator("core")

OWNERS = ("share", "transfer")
"""What is done with a record by whoever it belongs to."""
STANDARD_REFERENCES = {"owner_id": "core_user", "created_by_id": "core_user", "updated_by_id": "core_user"}


class Entity(TenantRow):
    """A record people work with. A subclass with a table name and fields is a complete module of the product."""

    __fields__: ClassVar[dict[str, Field]] = {}
    __inherited__: ClassVar[dict[str, tuple[Declared, Any]]] = {}
    """Fields that the entities below it have in common, each with its annotation; of a class without a table."""
    __links__: ClassVar[dict[str, sa.Table]] = {}
    """The association table of each many-to-many field."""

    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, sort_order=80)
    updated_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now, sort_order=81)
    created_by_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=82)
    updated_by_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=83)
    owner_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sort_order=84)
    deleted_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True), sort_order=85)
    custom: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}", sort_order=86)
    search_norm: Mapped[str] = mapped_column(sa.Text, default="", server_default="", sort_order=87)
    version: Mapped[int]

    def __init_subclass__(cls, **options: Any) -> None:
        if "__tablename__" not in cls.__dict__:
            cls.__inherited__ = {**cls.__inherited__, **_taken_out(cls)}
        super().__init_subclass__(**options)

    def check(self) -> Iterable[tuple[str, Label]]:
        """Yield ``(field, message)`` for each rule of the trade that this record breaks.

        One rule, three doors: beside the field in the form, 422 in the API, a row error in the import.
        """
        return ()

    @property
    def title(self) -> str:
        """What people call this record: its first searchable field."""
        value = getattr(self, title_field(type(self)), None)
        return str(value) if value is not None else ""

    def link_id(self, name: str) -> UUID | None:
        """The id that a link field holds; reading it asks the database for nothing."""
        found: UUID | None = getattr(self, type(self).__fields__[name].column)
        return found

    @classmethod
    def prepare(cls) -> None:
        """Turn the declared fields into columns, keys and indexes, just before the class is mapped."""
        cls.__fields__ = dict(cls.__fields__)
        cls.__links__ = {}
        constraints: list[Any] = [*cls.__dict__.get("__table_args__", ())]
        constraints += [reference(column, target) for column, target in STANDARD_REFERENCES.items()]
        declarations = {**_taken_out(cls), **cls.__inherited__}  # its own come first
        for position, (name, (declared, annotation)) in enumerate(declarations.items()):
            spec = _read(name, declared, annotation)
            cls.__fields__[name] = spec
            constraints += _map(cls, spec, position)
        constraints += _indexes(cls)
        cls.version = mapped_column(sa.Integer, nullable=False, sort_order=88)
        cls.__mapper_args__ = {"version_id_col": cls.version}  # type: ignore[attr-defined] # read by the mapper
        cls.__table_args__ = tuple(constraints)


def title_field(model: type[Entity]) -> str:
    """The name of the field people call a record by."""
    fields = model.__fields__
    return next((name for name, spec in fields.items() if spec.search), next(iter(fields), "id"))


def _taken_out(cls: type[Entity]) -> dict[str, tuple[Declared, Any]]:
    """The declarations of a class body, each with its annotation, and none of them left for the mapper to find."""
    found = {name: one for name, one in cls.__dict__.items() if isinstance(one, Declared)}
    for name in found:
        delattr(cls, name)
    return {name: (one, _annotation(cls, cls.__annotations__.pop(name))) for name, one in found.items()}


def _annotation(cls: type[Entity], said: Any) -> Any:
    if isinstance(said, str):
        return eval(said, vars(sys.modules[cls.__module__]))  # noqa: S307 # the plugin's own source
    return said


def _read(name: str, declared: Declared, annotation: Any) -> Field:
    """Complete a declaration with what its annotation says."""
    inner, optional = _optional(get_args(annotation)[0])
    kind, target = _kind_of(inner, declared)
    spec = declared.spec
    if kind == "choice" and spec.default is None and not optional:
        spec = replace(spec, default=spec.choices[0].value)
    return named(
        spec,
        name,
        KINDS[kind],
        target=spec.target or target,
        required=spec.required and not optional and spec.default is None and kind != "boolean" and not KINDS[kind].many,
    )


def _optional(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [one for one in get_args(annotation) if one is not types.NoneType]
        return rest[0], len(rest) < len(get_args(annotation))
    return annotation, False


def _kind_of(annotation: Any, declared: Declared) -> tuple[str, Any]:
    """The name of the kind and, for links, the class pointed at."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if declared.kind in {"link", "links"}:
        return declared.kind, arguments[0] if origin is list else annotation
    if declared.kind == "choice":
        return ("multi_choice" if origin is list else "choice"), None
    if declared.kind == "number":
        return "number", None
    if origin is Annotated:
        return str(arguments[1]), None
    try:
        return PYTHON_KINDS[annotation], None
    except KeyError:
        raise TypeError(f"field {declared.spec.title!r}: no kind of field for {annotation!r}") from None


def _map(cls: type[Entity], spec: Field, position: int) -> Iterator[Any]:
    """Put the field's column on the class and give the constraints that go with it."""
    if spec.kind.name == "links":
        _map_links(cls, spec)
        return
    arguments: list[Any] = [spec.kind.column(spec)]
    if spec.expression:
        arguments.append(sa.Computed(spec.expression, persisted=True))
    nullable = not spec.required and spec.default is None and spec.kind.name != "boolean"
    default = {"default": spec.default if spec.kind.name != "boolean" else bool(spec.default)}
    options: dict[str, Any] = {} if spec.expression else default
    if spec.kind.many:
        nullable, options = False, {"default": list}
    setattr(cls, spec.column, mapped_column(*arguments, nullable=nullable, sort_order=position, **options))
    if spec.kind.name == "link":
        _map_link(cls, spec)
    if spec.kind.name in {"file", "image"}:
        yield reference(spec.column, "core_file")
    if spec.kind.name == "link":
        target = _table_name(spec.target)
        # Named and not imported: that table comes later, and may well point back at this one.
        yield reference(spec.column, target, mutual=isinstance(spec.target, str) and target != cls.__tablename__)
    if spec.unique:
        # Among the living: what lies in the recycle bin must not keep its name from others.
        yield sa.Index(
            f"uq_{cls.__tablename__}_{spec.name}", "tenant_id", spec.column, unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        )  # fmt: skip


def _table_name(target: Any) -> str:
    return target if isinstance(target, str) else str(target.__tablename__)


def _map_link(cls: type[Entity], spec: Field) -> None:
    """The related object beside the key. The composite key is the database's guard; the ORM sets the id alone."""

    def join() -> Any:
        key, target = getattr(cls, spec.column), target_class(spec)
        return sa.and_(foreign(key) == remote(target.id), cls.tenant_id == remote(target.tenant_id))

    setattr(
        cls,
        spec.name,
        relationship(lambda: target_class(spec), primaryjoin=join, foreign_keys=lambda: [getattr(cls, spec.column)]),
    )


def _map_links(cls: type[Entity], spec: Field) -> None:
    """A table of pairs; written by the service in sets, so the relationship only reads."""
    name, target = f"{cls.__tablename__}_{spec.name}", _table_name(spec.target)
    table = sa.Table(
        name,
        metadata,
        sa.Column("tenant_id", sa.BigInteger, primary_key=True),
        sa.Column("left_id", sa.Uuid, primary_key=True),
        sa.Column("right_id", sa.Uuid, primary_key=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "left_id"], [f"{cls.__tablename__}.tenant_id", f"{cls.__tablename__}.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id", "right_id"], [f"{target}.tenant_id", f"{target}.id"], ondelete="CASCADE"),
        sa.Index(None, "tenant_id", "right_id", "left_id"),
        info={"package": package_of(cls.__module__)},
    )
    cls.__links__[spec.name] = table
    setattr(
        cls,
        spec.name,
        relationship(
            lambda: target_class(spec),
            secondary=table,
            primaryjoin=lambda: sa.and_(cls.id == table.c.left_id, cls.tenant_id == table.c.tenant_id),
            secondaryjoin=lambda: sa.and_(
                target_class(spec).id == table.c.right_id,
                target_class(spec).tenant_id == table.c.tenant_id,
                target_class(spec).deleted_at.is_(None),
            ),
            viewonly=True,
        ),
    )


def target_class(spec: Field) -> type[Entity]:
    """The entity a link points at."""
    if isinstance(spec.target, str):
        return next(cls for cls in _subclasses(Entity) if cls.__dict__.get("__tablename__") == spec.target)
    return spec.target  # type: ignore[no-any-return] # the annotation named it


def _subclasses(cls: type[Entity]) -> Iterator[type[Entity]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)


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


Guard = Callable[["Context", Any, Mapping[str, Any]], Iterable[tuple[str, Label]]]
"""Asked before a record is made (then it is None) or changed, with the new values."""
Asks = Callable[["Context", Any, Mapping[str, Any]], "Ask | None"]
"""Asked before a record is changed, with the values that will be others than they are."""
BeforeSave = Callable[["Context", Sequence[Any]], None]
"""Given the records of a set with their new values, just before they are written."""
AfterSave = Callable[["Context", Sequence[Any], str], None]
"""Given records that were written, in their transaction, and what was done: created, changed, deleted or restored."""


@dataclass(frozen=True, kw_only=True, slots=True)
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
    navigation: bool = True
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
    before_save: BeforeSave | None = None
    """Fills in what follows from other fields, such as the customer of what a call is about."""
    after_save: AfterSave | None = None
    """Keeps in step what is kept beside the records, such as the reminders of a meeting."""
    approval: Approval | None = None
    """The value of a field that the company may let people reach only through steps of approval."""
    activities: bool = False
    """Whether calls, meetings, tasks and notes may be about its records; customers and what a trade works on."""
    members: str = ""
    """A field of links to people who see and edit a record beside its owner, such as those a task is assigned to."""
    aspect: Aspect | None = None
    """Of several entities that are shared with one tick: what that is called."""
    quick: tuple[str, ...] = ()
    """Fields that the short form in a dialog has room for, beside the title and what is required."""
    references: tuple["Resource", ...] = field(default=(), kw_only=True, compare=False, repr=False)
    """What its fields of the kind ``record`` may point at. Filled in at boot."""
    plugin: str = field(default="", kw_only=True)
    """Filled in at boot."""
    limits: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False)
    """Fields that are hidden or read-only for whoever looks; see :meth:`core.context.Context.seen`."""

    def __post_init__(self) -> None:
        """What nobody owns is neither shared nor passed on."""
        if not self.owned:
            object.__setattr__(self, "verbs", tuple(verb for verb in self.verbs if verb not in OWNERS))

    @property
    def entity(self) -> str:
        """The entity's own name: the table's, without the plugin."""
        return self.model.__tablename__.removeprefix(f"{self.plugin}_")

    @property
    def name(self) -> str:
        """``plugin.entity``: in permissions, in the log, in automations."""
        return f"{self.plugin}.{self.entity}"

    @property
    def path(self) -> str:
        """The entity in addresses: ``customers``, ``kennel/stays``."""
        words = self.entity.replace("_", "-")
        by_y = words.endswith("y") and words[-2:-1] not in {"a", "e", "i", "o", "u"}
        plural = f"{words[:-1]}ies" if by_y else words if words.endswith("s") else f"{words}s"
        return plural if self.plugin == "core" else f"{self.plugin.replace('_', '-')}/{plural}"

    @property
    def fields(self) -> dict[str, Field]:
        """The declared fields, in the order they were written; without those hidden from whoever looks."""
        fields = self.model.__fields__
        return known(self.marked(fields)) if self.limits else fields

    @property
    def follows(self) -> Field | None:
        """The link to the customer that a record hangs on: whoever sees the customer wholly sees the record."""
        links = (spec for spec in self.model.__fields__.values() if spec.kind.name == "link")
        return next((spec for spec in links if _table_name(spec.target) == "core_customer"), None)

    @property
    def shared_as(self) -> str:
        """The kind of information it is, among the ticks of a share."""
        return self.aspect.name if self.aspect else self.name

    @property
    def lanes(self) -> Field | None:
        """The field the board is laid out by, or None."""
        fields = self.fields
        choices = (spec for spec in fields.values() if spec.kind.name == "choice")
        return fields.get(self.board) or next(choices, None)

    @property
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

    def marked(self, fields: Mapping[str, Field]) -> dict[str, Field]:
        """Fields of this entity, those marked that whoever looks may not set or not know."""
        found = dict(fields)
        for name, limit in self.limits.items():
            if name in found:
                found[name] = replace(found[name], readonly=True, hidden=limit == HIDDEN)
        return found
