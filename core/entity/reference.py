"""Naming any record there is: ``core.customer/0190…``, the value of a field that may point at several entities."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.i18n import translator

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.entity import Resource
    from core.entity.history import Entry

_ = translator("core")


class Reference(NamedTuple):
    """An entity's name and the id of one of its records."""

    entity: str
    id: UUID

    def __str__(self) -> str:
        """As it is kept, and as the API writes it."""
        return f"{self.entity}/{self.id}"

    @classmethod
    def read(cls, text: str) -> "Reference":
        """The opposite of ``str()``. Raises ValueError with a text."""
        entity, _slash, rest = text.strip().partition("/")
        try:
            return cls(entity, UUID(rest))
        except ValueError:
            raise ValueError(_("Write a record as core.customer/ and its id.")) from None


def by_entity(texts: Iterable[str]) -> dict[str, set[UUID]]:
    """The ids among references, entity by entity; what is no reference is left out."""
    found: dict[str, set[UUID]] = {}
    for text in texts:
        try:
            one = Reference.read(text)
        except ValueError:
            continue
        found.setdefault(one.entity, set()).add(one.id)
    return found


def title_of(tenant: Any, value: sa.ColumnElement[Any], targets: Sequence["Resource"]) -> sa.ColumnElement[str | None]:
    """What the record is called that a reference names, in SQL; null for entities that are not among ``targets``."""
    entity, key = sa.func.split_part(value, "/", 1), sa.cast(sa.func.split_part(value, "/", 2), sa.Uuid)
    cases: Mapping[str, sa.ScalarSelect[Any]] = {one.name: _title(tenant, one, key) for one in targets}
    return sa.case(cases, value=entity) if cases else sa.cast(sa.null(), sa.Text)


def _title(tenant: Any, resource: "Resource", key: sa.ColumnElement[UUID]) -> sa.ScalarSelect[Any]:
    from core.entity.entity import title_field

    table = resource.model.__table__.alias()
    title = table.c[resource.model.__fields__[title_field(resource.model)].column]
    found = sa.select(sa.cast(title, sa.Text)).where(table.c.tenant_id == tenant, table.c.id == key)
    return found.scalar_subquery()


def take_along(context: "Context", resource: "Resource", entries: Iterable["Entry"]) -> None:
    """Let what is about records that went to another customer, such as their calls, go to that customer too."""
    follows = resource.follows
    if follows is None or not resource.activities:
        return
    moved: dict[UUID | None, list[str]] = {}
    for entry in entries:
        if follows.name in entry.values:
            key = getattr(entry.record, follows.column)
            moved.setdefault(key, []).append(str(Reference(resource.name, entry.record_id)))
    for other in context.hooks.registry.resources.values() if moved else ():
        link, table = other.follows, other.model.__table__
        about = next((spec for spec in other.model.__fields__.values() if spec.kind.name == "record"), None)
        if link is None or about is None:
            continue
        for customer, texts in moved.items():
            named = sa.update(table).where(table.c.tenant_id == context.tenant, table.c[about.column].in_(texts))
            context.session.connection().execute(named.values({link.column: customer}))
