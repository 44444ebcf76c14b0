"""Reading the fields a class declares, and turning them into columns, keys and relationships."""

import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Union, get_args, get_origin
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import foreign, mapped_column, relationship, remote

from core.db.base import TenantRow, metadata, package_of, reference
from core.entity.fields import TODAY, Declared, Field, named
from core.entity.kind_lines import LINES
from core.entity.kinds import KINDS, PYTHON_KINDS
from core.i18n import Label

if TYPE_CHECKING:
    from core.entity.entity import Entity


class DeclaredRow(TenantRow):
    """A row whose columns are declared as fields: a record that people work with, or a line of one."""

    __fields__: ClassVar[dict[str, Field]] = {}
    __inherited__: ClassVar[dict[str, tuple[Declared, Any]]] = {}
    """Fields that the classes below it have in common, each with its annotation; of a class without a table."""
    __leading__: ClassVar[tuple[str, ...]] = ()
    """Fields that come first, whichever class declares them; after them its own, then those it inherits."""
    __links__: ClassVar[dict[str, sa.Table]] = {}
    """The association table of each many-to-many field."""

    def __init_subclass__(cls, **options: Any) -> None:
        if "__tablename__" not in cls.__dict__:
            cls.__inherited__ = {**cls.__inherited__, **_taken_out(cls)}
        super().__init_subclass__(**options)

    def check(self) -> Iterable[tuple[str, Label]]:
        """Yield ``(field, message)`` for each rule of the trade that this row breaks.

        One rule, three doors: beside the field in the form, 422 in the API, a row error in the import.
        """
        return ()

    @property
    def title(self) -> str:
        """What people call it: its first searchable field."""
        value = getattr(self, title_field(type(self)), None)
        return str(value) if value is not None else ""

    def link_id(self, name: str) -> UUID | None:
        """The id that a link field holds; reading it asks the database for nothing."""
        found: UUID | None = getattr(self, type(self).__fields__[name].column)
        return found

    @classmethod
    def declared(cls) -> dict[str, Field]:
        """What the class body declares, each completed with what its annotation says; taken out of the body."""
        cls.__links__ = {}
        declarations = {**_taken_out(cls), **cls.__inherited__}  # its own come first
        order = [name for name in dict.fromkeys((*cls.__leading__, *declarations)) if name in declarations]
        return {name: _read(name, *declarations[name]) for name in order}

    @classmethod
    def map_fields(cls, fields: dict[str, Field]) -> list[Any]:
        """Put the columns of fields on the class and give the constraints that go with them."""
        cls.__fields__ = fields
        return [one for position, spec in enumerate(fields.values()) for one in _map(cls, spec, position)]


def title_field(model: type[DeclaredRow]) -> str:
    """The name of the field people call a record by."""
    fields = model.__fields__
    return next((name for name, spec in fields.items() if spec.search), next(iter(fields), "id"))


def _taken_out(cls: type[DeclaredRow]) -> dict[str, tuple[Declared, Any]]:
    """The declarations of a class body, each with its annotation, and none of them left for the mapper to find."""
    found = {name: one for name, one in cls.__dict__.items() if isinstance(one, Declared)}
    for name in found:
        delattr(cls, name)
    return {name: (one, _annotation(cls, cls.__annotations__.pop(name))) for name, one in found.items()}


def _annotation(cls: type[DeclaredRow], said: Any) -> Any:
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
    if kind == "lines":
        return named(spec, name, LINES, target=target)
    found = KINDS[kind]
    if found.python is Decimal and isinstance(spec.default, int):
        spec = replace(spec, default=Decimal(spec.default))  # rules divide what they find
    required = spec.required and not optional and spec.default is None and kind != "boolean" and not found.many
    return named(spec, name, found, target=spec.target or target, required=required)


def _optional(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in {Union, types.UnionType}:
        rest = [one for one in get_args(annotation) if one is not types.NoneType]
        return rest[0], len(rest) < len(get_args(annotation))
    return annotation, False


def _kind_of(annotation: Any, declared: Declared) -> tuple[str, Any]:
    """The name of the kind and, for links, the class pointed at."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if declared.kind in {"link", "links", "lines"}:
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


def _map(cls: type[DeclaredRow], spec: Field, position: int) -> Iterator[Any]:
    """Put the field's column on the class and give the constraints that go with it."""
    if spec.kind.name == "links":
        _map_links(cls, spec)
        return
    arguments: list[Any] = [spec.kind.column(spec)]
    if spec.expression:
        arguments.append(sa.Computed(spec.expression, persisted=True))
    nullable = not spec.required and spec.default is None and spec.kind.name != "boolean"
    default = {"default": spec.default if spec.kind.name != "boolean" else bool(spec.default)}
    default = {} if spec.default is TODAY else default
    options: dict[str, Any] = {} if spec.expression else default
    if spec.kind.many:
        nullable, options = False, {"default": list}
    setattr(cls, spec.column, mapped_column(*arguments, nullable=nullable, sort_order=position, **options))
    if spec.kind.name == "link":
        _map_link(cls, spec)
    if spec.kind.name in {"file", "image"}:
        yield reference(spec.column, "core_file")
    if spec.kind.name == "link":
        target = table_name(spec.target)
        # Named and not imported: that table comes later, and may well point back at this one.
        yield reference(spec.column, target, mutual=isinstance(spec.target, str) and target != cls.__tablename__)
    if spec.unique:
        # Among the living: what lies in the recycle bin must not keep its name from others.
        yield sa.Index(
            f"uq_{cls.__tablename__}_{spec.name}", "tenant_id", spec.column, unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
        )  # fmt: skip


def table_name(target: Any) -> str:
    """The table of an entity that is given as its class or as its table's name."""
    return target if isinstance(target, str) else str(target.__tablename__)


def _map_link(cls: type[DeclaredRow], spec: Field) -> None:
    """The related object beside the key. The composite key is the database's guard; the ORM sets the id alone."""

    def join() -> Any:
        key, target = getattr(cls, spec.column), target_class(spec)
        return sa.and_(foreign(key) == remote(target.id), cls.tenant_id == remote(target.tenant_id))

    setattr(
        cls,
        spec.name,
        relationship(lambda: target_class(spec), primaryjoin=join, foreign_keys=lambda: [getattr(cls, spec.column)]),
    )


def _map_links(cls: type[DeclaredRow], spec: Field) -> None:
    """A table of pairs; written by the service in sets, so the relationship only reads."""
    name, target = f"{cls.__tablename__}_{spec.name}", table_name(spec.target)
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


def target_class(spec: Field) -> "type[Entity]":
    """The entity a link points at."""
    if isinstance(spec.target, str):
        # A class that was forgotten with its plugin may still be around: what counts is whose the table is now.
        return _class_of(metadata.tables[spec.target])
    return spec.target  # type: ignore[no-any-return] # the annotation named it


@lru_cache(maxsize=1000)
def _class_of(table: sa.Table) -> "type[Entity]":
    found: Any = next(one for one in _subclasses(DeclaredRow) if getattr(one, "__table__", None) is table)
    return found  # type: ignore[no-any-return] # whatever has that table


def _subclasses(cls: type[DeclaredRow]) -> Iterator[type[DeclaredRow]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)
