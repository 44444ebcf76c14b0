"""The fields a template may name: of a record, of its owner and customer, and of the company; and their values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.fields import Field
from core.entity.format import show_row, text_of
from core.entity.query import STANDARD, read_record
from core.i18n import Label, translator
from core.messages.writing import Amount, Value

_ = translator("core")

RECORD, OWNER, CUSTOMER, COMPANY = "record", "owner", "customer", "company"
_USER, _CUSTOMER = "core.user", "core.customer"
_OF_OWNER = ("name", "email", "phone")
_NO_TEXT = frozenset(("file", "image"))
_AS_THEY_ARE = frozenset(("integer", "decimal", "date", "datetime", "time", "boolean"))
_OF_COMPANY: dict[str, Label] = {"name": _("Name of the company"), "today": _("Today")}


@dataclass(frozen=True, slots=True)
class Item:
    """One field of the picker."""

    path: str
    """What stands in the template: ``record.name``."""
    title: str
    several: bool = False
    """Whether a loop may go through it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one thing."""

    name: str
    title: str
    items: tuple[Item, ...]


def groups(context: Context, resource: Resource) -> list[Group]:
    """What templates for an entity may name, as far as this person may know of it; what a role hides is left out."""
    found = [Group(RECORD, str(resource.title), _items(RECORD, _fields(context, resource)))]
    if resource.owned:
        found.append(Group(OWNER, str(_("Owner")), _items(OWNER, _owner_fields(context))))
    if _follows(context, resource):
        customer = context.resource(_CUSTOMER)
        found.append(Group(CUSTOMER, str(customer.title), _items(CUSTOMER, _fields(context, customer))))
    company = tuple(Item(f"{COMPANY}.{name}", str(title)) for name, title in _OF_COMPANY.items())
    return [*found, Group(COMPANY, str(_("Company")), company)]


def known(context: Context, resource: Resource) -> set[str]:
    """The names of all of them."""
    return {item.path for group in groups(context, resource) for item in group.items}


def values(context: Context, resource: Resource, record: Entity, names: Iterable[str]) -> dict[str, Value]:
    """The values of those fields of a record that a template names, as plain data.

    Of what this person may not see there is a name and no value. Names that are no fields are left out.
    """
    wanted: dict[str, list[str]] = {}
    for name in names:
        group, _dot, rest = name.partition(".")
        wanted.setdefault(group, []).append(rest)
    found = _of(context, resource, record.id, RECORD, wanted.get(RECORD, ()), deleted=record.deleted_at is not None)
    if OWNER in wanted and resource.owned:
        found |= _of_owner(context, record.owner_id, wanted[OWNER])
    follows = resource.follows
    if CUSTOMER in wanted and follows is not None and _follows(context, resource):
        found |= _of(context, context.resource(_CUSTOMER), getattr(record, follows.column), CUSTOMER, wanted[CUSTOMER])
    company: dict[str, Value] = {"name": context.company.name, "today": context.today()}
    return found | {f"{COMPANY}.{name}": company[name] for name in wanted.get(COMPANY, ()) if name in company}


def _follows(context: Context, resource: Resource) -> bool:
    return resource.follows is not None and context.can(_CUSTOMER, "see")


def _fields(context: Context, resource: Resource) -> dict[str, Field]:
    fields = {**context.fields(resource), "created_at": STANDARD["created_at"], "updated_at": STANDARD["updated_at"]}
    return {name: spec for name, spec in fields.items() if spec.kind.name not in _NO_TEXT}


def _owner_fields(context: Context) -> dict[str, Field]:
    fields = context.fields(context.resource(_USER))
    return {name: fields[name] for name in _OF_OWNER if name in fields}


def _items(group: str, fields: Mapping[str, Field]) -> tuple[Item, ...]:
    return tuple(Item(f"{group}.{name}", str(spec.title), spec.kind.many) for name, spec in fields.items())


def _of(
    context: Context,
    resource: Resource,
    record_id: UUID | None,
    group: str,
    names: Sequence[str],
    *,
    deleted: bool = False,
) -> dict[str, Value]:
    fields = _fields(context, resource)
    specs = [fields[name] for name in names if name in fields]
    row = read_record(context, resource, specs, record_id, deleted=deleted) if specs and record_id else {}
    return {f"{group}.{spec.name}": plain(context, spec, row) if row else None for spec in specs}


def _of_owner(context: Context, owner_id: UUID | None, names: Sequence[str]) -> dict[str, Value]:
    fields, table = _owner_fields(context), User.__table__
    columns = [table.c[name] for name in _OF_OWNER]
    statement = sa.select(*columns).where(table.c.tenant_id == context.tenant, table.c.id == owner_id)
    row = next(iter(context.session.connection().execute(statement).mappings()), None)
    return {f"{OWNER}.{name}": plain(context, fields[name], row) if row else None for name in names if name in fields}


def plain(context: Context, spec: Field, row: Mapping[Any, Any]) -> Value:
    """A value as templates have it: text as people read it, numbers and days to be compared and written."""
    value = row[spec.name]
    if value is None:
        return None
    name = spec.kind.name
    if name == "money":
        return Amount(value)
    if name in _AS_THEY_ARE:
        return text_of(context, spec, value) if spec.is_year else value
    shown = show_row(context, spec, dict(row))
    return [one.text for one in shown.items] if spec.kind.many else shown.text
