"""The shares of records that are merged: whoever saw one of them sees the one that is left."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.shares import EVERYTHING
from core.access.sharing import put
from core.bulk.parts import Row
from core.bulk.sharing import restored, shares_now
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.i18n import translator

_ = translator("core")


def unite(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> Any:
    """Give the survivor the wider of all shares; the owners of the others go on seeing and editing it."""
    resource = context.hooks.registry.resources[entity]
    if not resource.owned:
        return None
    shares = shares_now(context, resource, [keep, *losers], None)
    before = shares.get(keep, {})
    owner, at = _owner(context, resource, keep)
    after = _owners_shares(context, resource, losers, owner)
    for one in (keep, *losers):
        for principal, share in shares.get(one, {}).items():
            after[principal] = _wider(after[principal], share) if principal in after else share
    after.pop(str(owner), None) if str(owner) not in before else None
    put(context, resource, [{**share, "record_id": keep, "sort_at": at} for share in after.values()])
    return {"before": before, "after": shares_now(context, resource, [keep], None).get(keep, {})}


def _owner(context: Context, resource: Resource, record_id: UUID) -> tuple[UUID | None, Any]:
    table = resource.model.__table__
    statement = sa.select(table.c.owner_id, table.c.updated_at).where(
        table.c.tenant_id == context.tenant, table.c.id == record_id
    )
    row = context.session.connection().execute(statement).one()
    return row.owner_id, row.updated_at


def _owners_shares(
    context: Context, resource: Resource, losers: Sequence[UUID], owner: UUID | None
) -> dict[str, dict[str, Any]]:
    table, users = resource.model.__table__, User.__table__
    statement = (
        sa.select(table.c.owner_id)
        .join(users, sa.and_(users.c.tenant_id == table.c.tenant_id, users.c.id == table.c.owner_id))
        .where(table.c.tenant_id == context.tenant, table.c.id.in_(losers), users.c.active)
        .distinct()
    )
    by = str(context.user.id) if context.user else None
    return {
        str(one): {
            "user_id": str(one), "department_id": None, "access": "edit", "aspects": [EVERYTHING], "until": None,
            "shared_by_id": by, "shared_at": now().isoformat(),
        }
        for one in context.session.connection().execute(statement).scalars()
        if one != owner
    }  # fmt: skip


def _wider(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What either lets somebody do, for as long as either does."""
    untils = (one["until"], other["until"])
    return {
        **one,
        "access": "edit" if "edit" in (one["access"], other["access"]) else "read",
        "aspects": sorted({*one["aspects"], *other["aspects"]}),
        "until": None if None in untils else max(untils),
    }


def divide(context: Context, entity: str, keep: UUID, kept: Any) -> Iterable[str]:
    """Give the survivor the shares it had, unless somebody has changed them since."""
    if not kept:
        return
    resource = context.hooks.registry.resources[entity]
    _owner_id, at = _owner(context, resource, keep)
    row = Row(keep, 0, keep, "", None, at, kept["before"], kept["after"])
    if not restored(context, resource, row, shares_now(context, resource, [keep], None).get(keep, {})):
        yield str(_("Shares"))
