"""What a person looked at last, and what they pinned: where Ctrl-K begins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from core.access.visibility import Named, branches, values_of, visible
from core.db.base import TenantRow, now, reference
from core.db.prepared import Prepared, Question
from core.entity.entity import Entity, Resource, title_field
from core.standing import standing

if TYPE_CHECKING:
    from core.context import Context

RECENT, PINNED = 8, 30
KEPT = timedelta(days=60)
"""How long it is remembered that somebody looked at a record."""


class Visit(TenantRow):
    """One record that one person looked at."""

    __tablename__ = "core_visit"
    __table_args__ = (
        reference("user_id", "core_user", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "user_id", "record_id"),
        sa.Index("ix_core_visit_latest", "tenant_id", "user_id", sa.text("at DESC")),
    )

    user_id: Mapped[UUID]
    entity: Mapped[str] = mapped_column(sa.String(80))
    record_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), default=now)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Seen(NamedTuple):
    """A visited record that the person may still see."""

    resource: Resource
    id: UUID
    title: str
    pinned: bool


def remember(context: "Context", resource: Resource, record: Entity) -> None:
    """Note that the person looks at a record."""
    for one in looking_at(context, resource, record.id):
        one.answer(context.session)


def looking_at(context: "Context", resource: Resource, record_id: UUID) -> list[Question]:
    """Note that the person looks at a record, if there is such a one that they see, and ask whether they pinned it."""
    if context.user is None:
        return []
    return [Question(_noting(context, resource.name), {**values_of(context), "record": record_id})]


@standing
def _noting(context: "Context", name: str) -> Prepared:
    """Every record's page does it."""
    resource, values = context.resource(name), Named()
    table = resource.model.__table__
    known = {
        "tenant_id": values.tenant, "id": sa.func.gen_random_uuid(), "user_id": values.me,
        "entity": sa.literal(name), "record_id": table.c.id, "at": sa.func.now(),
    }  # fmt: skip
    record = sa.select(*known.values()).where(
        table.c.tenant_id == values.tenant,
        table.c.id == sa.bindparam("record", type_=sa.Uuid),
        table.c.deleted_at.is_(None),
        sa.or_(sa.false(), *(one.condition(resource, values) for one in branches(context, resource))),
    )
    added = insert(Visit).from_select(list(known), record, include_defaults=False)
    noted = added.on_conflict_do_update(
        index_elements=["tenant_id", "user_id", "record_id"],
        set_={"at": added.excluded.at},
        where=Visit.tenant_id == values.tenant,
    )
    return Prepared.of(noted.returning(Visit.pinned), context.session.dialect)


def pin(context: "Context", record: Entity, *, pinned: bool) -> None:
    """Keep a record at hand, or no longer."""
    remember(context, context.resource(type(record)), record)
    person = context.user.id if context.user else None
    context.session.execute(
        sa.update(Visit)
        .where(Visit.tenant_id == context.tenant, Visit.user_id == person, Visit.record_id == record.id)
        .values(pinned=pinned)
    )


def seen(context: "Context") -> list[Seen]:
    """The pinned records by name, then the latest visited; those one may not see any more are left out."""
    visits = _visits(context)
    names = _names(context, visits)
    found = [
        Seen(context.resource(one.entity), one.record_id, names[one.record_id], one.pinned)
        for one in visits
        if one.record_id in names
    ]
    pinned = sorted((one for one in found if one.pinned), key=lambda one: one.title)
    return [*pinned, *[one for one in found if not one.pinned][:RECENT]]


def _visits(context: "Context") -> Sequence[Visit]:
    person = context.user.id if context.user else None
    mine = sa.select(Visit).where(Visit.tenant_id == context.tenant, Visit.user_id == person)
    latest = mine.order_by(Visit.at.desc())
    pinned = context.session.scalars(latest.where(Visit.pinned).limit(PINNED)).all()
    return [*pinned, *context.session.scalars(latest.where(sa.not_(Visit.pinned)).limit(2 * RECENT))]


def _names(context: "Context", visits: Sequence[Visit]) -> dict[UUID, str]:
    """What the records are called that are there and may be seen, with one statement."""
    parts = []
    for name in {one.entity for one in visits}:
        try:
            resource = context.resource(name)
        except LookupError:
            continue
        table, ids = resource.model.__table__, [one.record_id for one in visits if one.entity == name]
        title = sa.cast(table.c[resource.model.__fields__[title_field(resource.model)].column], sa.Text)
        parts.append(
            sa.select(table.c.id, title).where(
                table.c.tenant_id == context.tenant,
                table.c.id.in_(ids),
                table.c.deleted_at.is_(None),
                visible(context, resource),
            )
        )
    if not parts:
        return {}
    statement = sa.union_all(*parts) if len(parts) > 1 else parts[0]
    return {row[0]: row[1] or "—" for row in context.session.connection().execute(statement)}


def forget_old(context: "Context") -> int:
    """Forget what was looked at long ago and not pinned; how many."""
    old = sa.delete(Visit).where(Visit.tenant_id == context.tenant, sa.not_(Visit.pinned), Visit.at < now() - KEPT)
    return context.session.connection().execute(old).rowcount
