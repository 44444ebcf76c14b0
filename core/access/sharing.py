"""Sharing records and passing them on, in sets: one statement for the shares, one for the owners, one for the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.access.organisation import Department
from core.access.shares import EVERYTHING, Share, in_force
from core.access.visibility import require_reach
from core.context import Context
from core.db.base import now
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.history import Entry, announce, write
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


def share(
    context: Context, model: type[Entity], ids: Sequence[UUID], targets: Targets, mode: Mode, terms: Terms
) -> int:
    """Share records: ``add`` to those who see them already, ``replace`` them, or ``remove`` (V-10); how many records.

    Raises :class:`InvalidError` naming what is wrong and ForbiddenError where one of the records may not be shared.
    """
    resource, terms = context.resource(model), terms or Terms()
    records = _records(context, resource, ids, "share")
    _check(context, targets, mode, terms)
    ids = [record.id for record in records]
    if mode == "replace":
        _unshare(context, resource, ids, None)
    elif mode == "remove":
        _unshare(context, resource, ids, targets)
    if mode != "remove" and records and targets:
        context.session.connection().execute(_granting(context, resource, records, targets, terms))
    named: dict[str, list[Any]] = {
        "with": [None, [str(one) for one in (*targets.users, *targets.departments)]],
        "mode": [None, mode],
    }
    write(context, resource, [Entry(record, "shared", named) for record in records])
    return len(records)


def transfer(
    context: Context, model: type[Entity], ids: Sequence[UUID], targets: Targets, *, even: bool = False
) -> dict[UUID, int]:
    """Give records new owners (V-12); how many each received.

    Without ``even`` the first target receives all. With it they are dealt out one by one from the top of the list
    to the bottom and over again; a department stands for its people.
    """
    resource = context.resource(model)
    records = _records(context, resource, ids, "transfer")
    people = _people(context, targets)
    if not people:
        raise InvalidError({"users": [_("Choose who receives them.")]})
    people = people if even else people[:1]
    dealt = {record.id: people[position % len(people)] for position, record in enumerate(records)}
    _pass_on(context, resource, records, dealt)
    return {person: sum(1 for owner in dealt.values() if owner == person) for person in people}


def give_back(context: Context, resource: Resource, dealt: Mapping[UUID, tuple[UUID | None, UUID]]) -> list[Entity]:
    """Give records their old owners again, each ``(old, new)``, where the new one still has them; those it was done to.

    Asked by whoever passed them on: they may not see the records any more, and had the right a moment ago.
    """
    table = resource.model.__table__
    statement = sa.select(resource.model).where(
        table.c.tenant_id == context.tenant, table.c.id.in_(list(dealt)), table.c.deleted_at.is_(None)
    )
    records = [one for one in context.session.scalars(statement) if one.owner_id == dealt[one.id][1]]
    _pass_on(context, resource, records, {one.id: dealt[one.id][0] for one in records})
    return records


def _pass_on(
    context: Context, resource: Resource, records: Sequence[Entity], dealt: Mapping[UUID, UUID | None]
) -> None:
    if not records:
        return
    entries = [Entry(one, "transferred", {"owner": [_text(one.owner_id), _text(dealt[one.id])]}) for one in records]
    _set_owners(context, resource, dealt)
    for record in records:
        context.session.expire(record)
    write(context, resource, entries)
    announce(context, resource, entries)


def touched(context: Context, resource: Resource, ids: Sequence[UUID], at: datetime) -> None:
    """Keep the copies of the records' last change; called whenever shared records are saved."""
    context.session.connection().execute(
        sa.update(Share)
        .where(Share.tenant_id == context.tenant, Share.entity == resource.name, Share.record_id.in_(ids))
        .values(sort_at=at)
    )


def _records(context: Context, resource: Resource, ids: Sequence[UUID], verb: str) -> list[Entity]:
    """The records in the order they were given. A foreign, absent or unseen one is missing, as everywhere."""
    from core.access.visibility import visible

    table = resource.model.__table__
    wanted = list(dict.fromkeys(ids))
    statement = sa.select(resource.model).where(
        table.c.tenant_id == context.tenant,
        table.c.id.in_(wanted),
        table.c.deleted_at.is_(None),
        visible(context, resource),
    )
    found = {record.id: record for record in context.session.scalars(statement)}
    for one in wanted:
        if one not in found:
            raise MissingError(resource.name, one)
    require_reach(context, resource, verb, wanted)
    return [found[one] for one in wanted]


def _check(context: Context, targets: Targets, mode: str, terms: Terms) -> None:
    problems: list[tuple[str, Any]] = []
    if mode not in MODES:
        problems.append(("mode", _("Choose one of the listed values.")))
    if terms.access not in ACCESS:
        problems.append(("access", _("Choose one of the listed values.")))
    if mode != "remove" and terms.until is not None and not now() < terms.until <= LAST_MOMENT:
        problems.append(("until", _("A share ends in the future.")))
    if not targets and mode != "replace":
        problems.append(("users", _("Choose with whom.")))
    known = {resource.name for resource in context.resources()} | {EVERYTHING}
    if not set(terms.aspects) <= known:
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


def _granting(context: Context, resource: Resource, records: Sequence[Entity], targets: Targets, terms: Terms) -> Any:
    common = {
        "tenant_id": context.tenant,
        "entity": resource.name,
        "access": terms.access,
        "aspects": list(dict.fromkeys(terms.aspects)),
        "until": terms.until,
        "shared_by_id": context.user.id if context.user else None,
        "shared_at": now(),
    }
    principals = [{"user_id": one, "department_id": None} for one in targets.users]
    principals += [{"user_id": None, "department_id": one} for one in targets.departments]
    rows = [
        {**common, **principal, "id": uuid7(), "record_id": record.id, "sort_at": record.updated_at}
        for record in records
        for principal in principals
    ]
    statement = insert(Share).values(rows)
    renewed = {name: statement.excluded[name] for name in ("access", "aspects", "until", "shared_by_id", "shared_at")}
    keys = [Share.tenant_id, Share.entity, Share.record_id, Share.principal_id]
    return statement.on_conflict_do_update(index_elements=keys, set_=renewed)


def _unshare(context: Context, resource: Resource, ids: Sequence[UUID], targets: Targets | None) -> None:
    gone = sa.delete(Share).where(
        Share.tenant_id == context.tenant, Share.entity == resource.name, Share.record_id.in_(ids)
    )
    if targets is not None:
        gone = gone.where(Share.principal_id.in_([*targets.users, *targets.departments]))
    context.session.connection().execute(gone)


def _people(context: Context, targets: Targets) -> list[UUID]:
    """Who receives, in the order they were picked; only people who may sign in."""
    members, users = Department.__links__["members"], User.__table__
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
        inside = active.join(
            members, sa.and_(members.c.tenant_id == users.c.tenant_id, members.c.right_id == users.c.id)
        ).where(members.c.left_id == picked)
        found += context.session.connection().execute(inside.order_by(users.c.name, users.c.id)).scalars()
    return list(dict.fromkeys(found))


def _set_owners(context: Context, resource: Resource, dealt: Mapping[UUID, UUID | None]) -> None:
    table, moment = resource.model.__table__, now()
    given = (
        sa.func.unnest(sa.cast(list(dealt), sa.ARRAY(sa.Uuid)), sa.cast(list(dealt.values()), sa.ARRAY(sa.Uuid)))
        .table_valued("record_id", "owner_id")
        .render_derived("given")
    )
    context.session.connection().execute(
        sa.update(table)
        .where(table.c.tenant_id == context.tenant, table.c.id == given.c.record_id)
        .values(
            owner_id=given.c.owner_id,
            version=table.c.version + 1,
            updated_at=moment,
            updated_by_id=context.user.id if context.user else None,
        )
    )
    touched(context, resource, list(dealt), moment)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def shares_of(context: Context, resource: Resource, record_id: UUID) -> list[Share]:
    """The shares of a record that are in force, the newest first."""
    statement = sa.select(Share).where(
        Share.tenant_id == context.tenant, Share.entity == resource.name, Share.record_id == record_id, in_force()
    )
    return list(context.session.scalars(statement.order_by(Share.shared_at.desc())))
