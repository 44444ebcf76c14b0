"""Sharing and owning in sets, a statement each: what :mod:`core.bulk.sharing` does record by record, so that it can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from core.access.aspects import are_known
from core.access.models import User
from core.access.organisation import Department, staff
from core.access.request_models import AccessRequest
from core.access.shares import EVERYTHING, Share, in_force
from core.context import Context
from core.db import bulk
from core.db.base import now
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.kinds import LAST_MOMENT
from core.i18n import translator

_ = translator("core")

Mode = Literal["add", "replace", "remove"]
MODES: tuple[Mode, ...] = ("add", "replace", "remove")
ACCESS = ("read", "edit")


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom something is shared with or passed to, in the order they were picked."""

    users: Sequence[UUID] = ()
    departments: Sequence[UUID] = ()
    order: Sequence[UUID] = ()
    """All of them from top to bottom, where people and departments are mixed; otherwise people come first."""

    def __bool__(self) -> bool:
        return bool(self.users or self.departments)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a share is meant."""

    aspects: Sequence[str] = (EVERYTHING,)
    """Entities that are shown with the record, by name."""
    access: str = "read"
    until: datetime | None = None


def check(context: Context, targets: Targets, mode: str, terms: Terms) -> None:
    """Raise InvalidError naming what is wrong with how a share is wanted."""
    problems: list[tuple[str, Any]] = []
    if mode not in MODES:
        problems.append(("mode", _("Choose one of the listed values.")))
    if terms.access not in ACCESS:
        problems.append(("access", _("Choose one of the listed values.")))
    if mode != "remove" and terms.until is not None and not now() < terms.until <= LAST_MOMENT:
        problems.append(("until", _("A share ends in the future.")))
    if not targets and mode != "replace":
        problems.append(("users", _("Choose with whom.")))
    if not are_known(context, terms.aspects):
        problems.append(("aspects", _("Choose among the listed values.")))
    for name, model, ids in (("users", User, targets.users), ("departments", Department, targets.departments)):
        if set(ids) - _there(context, model, ids):
            problems.append((name, _("There is no such record, or you may not see it.")))
    if error := InvalidError.of(problems):
        raise error


def _there(context: Context, model: type[Entity], ids: Sequence[UUID]) -> set[UUID]:
    table = model.__table__
    alive = (table.c.tenant_id == context.tenant, table.c.id.in_(ids), table.c.deleted_at.is_(None))
    return set(context.session.connection().execute(sa.select(table.c.id).where(*alive)).scalars())


def grant(
    context: Context, resource: Resource, records: Sequence[tuple[UUID, datetime]], targets: Targets, terms: Terms
) -> None:
    """Share records, each its id and the moment of its last change; a share that is there is renewed."""
    common = {
        "access": terms.access,
        "aspects": list(dict.fromkeys(terms.aspects)),
        "until": terms.until,
        "shared_by_id": context.user.id if context.user else None,
        "shared_at": now(),
    }
    principals = [{"user_id": one, "department_id": None} for one in targets.users]
    principals += [{"user_id": None, "department_id": one} for one in targets.departments]
    put(
        context,
        resource,
        [
            {**common, **principal, "record_id": record_id, "sort_at": at}
            for record_id, at in records
            for principal in principals
        ],
    )


def put(context: Context, resource: Resource, shares: Sequence[Mapping[str, Any]]) -> None:
    """Write shares as they are given, in one statement; one of the same record and person is replaced."""
    given = [{**one, "tenant_id": context.tenant, "entity": resource.name, "id": bulk.fresh_id()} for one in shares]
    keys = ("tenant_id", "entity", "record_id", "principal_id")
    renewed = ("access", "aspects", "until", "shared_by_id", "shared_at")
    bulk.insert(context.session, Share.__table__, given, keys=keys, renewed=renewed)


def unshare(context: Context, resource: Resource, ids: Sequence[UUID], principals: Sequence[UUID] | None) -> None:
    """Take shares of records back: those with some people and departments, or all."""
    gone = sa.delete(Share).where(
        Share.tenant_id == context.tenant,
        Share.entity == resource.name,
        Share.record_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
    )
    if principals is not None:
        gone = gone.where(Share.principal_id.in_(principals))
    context.session.connection().execute(gone)


def receivers(context: Context, targets: Targets) -> list[UUID]:
    """Who receives, in the order they were picked; only people who may sign in."""
    users, belonging = User.__table__, staff(context.tenant)
    active = sa.select(users.c.id).where(
        users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None)
    )
    named = set(context.session.connection().execute(active.where(users.c.id.in_(targets.users))).scalars())
    if set(targets.users) - named:
        raise InvalidError({"users": [_("There is no such record, or you may not see it.")]})
    if set(targets.departments) - _there(context, Department, targets.departments):
        raise InvalidError({"departments": [_("There is no such record, or you may not see it.")]})
    found: list[UUID] = []
    for picked in targets.order or (*targets.users, *targets.departments):
        if picked in named:
            found.append(picked)
            continue
        inside = active.where(users.c.id.in_(sa.select(belonging.c.user_id).where(belonging.c.department_id == picked)))
        found += context.session.connection().execute(inside.order_by(users.c.name, users.c.id)).scalars()
    return list(dict.fromkeys(found))


def set_owners(
    context: Context, resource: Resource, dealt: Mapping[UUID, UUID | None], *, quietly: bool = False
) -> None:
    """Give records their owners, each its own, in one statement.

    ``quietly`` is for records that are being saved in this very transaction: it is part of that change.
    """
    table = resource.model.__table__
    given = (
        sa.func.unnest(sa.cast(list(dealt), sa.ARRAY(sa.Uuid)), sa.cast(list(dealt.values()), sa.ARRAY(sa.Uuid)))
        .table_valued("record_id", "owner_id")
        .render_derived("given")
    )
    values: dict[str, Any] = {"owner_id": given.c.owner_id}
    if not quietly:
        editor = context.user.id if context.user else None
        values |= {"version": table.c.version + 1, "updated_at": now(), "updated_by_id": editor}
    statement = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id == given.c.record_id)
    context.session.connection().execute(statement.values(values))


def redirect_requests(context: Context, resource: Resource, ids: Sequence[UUID]) -> None:
    """Who asked for access to records asks their new owners."""
    table = resource.model.__table__
    context.session.connection().execute(
        sa.update(AccessRequest)
        .where(
            AccessRequest.tenant_id == context.tenant, AccessRequest.entity == resource.name,
            AccessRequest.state == "open", table.c.tenant_id == context.tenant, table.c.id == AccessRequest.record_id,
            AccessRequest.record_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
        )
        .values(owner_id=table.c.owner_id)
    )  # fmt: skip


def shares_of(context: Context, resource: Resource, record_id: UUID) -> list[Share]:
    """The shares of a record that are in force, the newest first."""
    statement = sa.select(Share).where(
        Share.tenant_id == context.tenant, Share.entity == resource.name, Share.record_id == record_id, in_force()
    )
    return list(context.session.scalars(statement.order_by(Share.shared_at.desc())))
