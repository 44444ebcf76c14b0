"""Who sees one record and why, as the person who asks may know it.

Whoever owns a record, may share it, or administers the company learns of everybody. Others learn what concerns
themselves: the owner, the shares that reach them, and their own reasons.
"""

from dataclasses import dataclass
from uuid import UUID

from core.access.explain import Reason, ways, who_sees
from core.access.models import User
from core.access.organisation import Department
from core.access.shares import Share
from core.access.sharing import shares_of
from core.access.visibility import hands_over, principals
from core.context import Context, UserInfo
from core.entity.entity import Entity, Resource
from core.entity.titles import titles


@dataclass(frozen=True, slots=True)
class SharedWith:
    """A share as it is told: whom, what, until when, by whom."""

    share: Share
    name: str
    by: str
    """Empty where nobody in particular shared it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who sees the record, with each way in which they do."""

    user: UserInfo
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a record."""

    owner_id: UUID | None
    owner: str
    shares: tuple[SharedWith, ...]
    people: tuple[Viewer, ...]
    complete: bool
    """Whether everybody is named, or only the person who asks."""
    manageable: bool
    """Whether that person may change the shares."""


def audience(context: Context, resource: Resource, record: Entity) -> Audience:
    """Who sees a record that the person sees themselves."""
    manageable = hands_over(context, resource, "share", record)
    complete = manageable or context.can("*", "admin") or _owns(context, record)
    shares = shares_of(context, resource, record.id)
    if not complete:
        shares = [one for one in shares if one.principal_id in principals(context)]
    reasons = who_sees(context, resource, record) if complete else _own(context, resource, record)
    names = _names(context, record, shares)
    return Audience(
        owner_id=record.owner_id,
        owner=names.get(record.owner_id, "") if record.owner_id else "",
        shares=tuple(
            SharedWith(
                one, names.get(one.principal_id, ""), names.get(one.shared_by_id, "") if one.shared_by_id else ""
            )
            for one in shares
        ),
        people=_viewers(reasons),
        complete=complete,
        manageable=manageable,
    )


def _owns(context: Context, record: Entity) -> bool:
    return context.user is not None and record.owner_id == context.user.id


def _own(context: Context, resource: Resource, record: Entity) -> list[Reason]:
    return [Reason(context.user, way) for way in ways(context, resource, record)] if context.user else []


def _names(context: Context, record: Entity, shares: list[Share]) -> dict[UUID, str]:
    people = {record.owner_id, *(one.shared_by_id for one in shares), *(one.user_id for one in shares)}
    departments = {one.department_id for one in shares}
    return titles(context, {User: filter(None, people), Department: filter(None, departments)})


def _viewers(reasons: list[Reason]) -> tuple[Viewer, ...]:
    found: dict[UUID, tuple[UserInfo, list[str]]] = {}
    for reason in reasons:
        known = found.setdefault(reason.user.id, (reason.user, []))[1]
        if reason.way not in known:
            known.append(reason.way)
    return tuple(Viewer(user, tuple(some)) for user, some in found.values())
