"""Whom records may be shared with and passed to: the company's people and departments, as somebody picks them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.models import User
from core.access.organisation import Department, staff
from core.context import Context
from core.text import normalize


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who may sign in."""

    id: UUID
    name: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A department."""

    id: UUID
    name: str
    size: int
    """How many of its people may sign in."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Both, each by name."""

    employees: tuple[Employee, ...]
    departments: tuple[Group, ...]


def directory(context: Context) -> Directory:
    """The people and departments of a company.

    Whoever may share or pass on a record reads it, though they may see nothing else of their colleagues.
    """
    connection = context.session.connection()
    users, departments, belonging = User.__table__, Department.__table__, staff(context.tenant)
    people = connection.execute(
        sa.select(users.c.id, users.c.name).where(
            users.c.tenant_id == context.tenant, users.c.active, users.c.deleted_at.is_(None)
        )
    ).all()
    parts = connection.execute(
        sa.select(departments.c.id, departments.c.name).where(
            departments.c.tenant_id == context.tenant, departments.c.deleted_at.is_(None)
        )
    ).all()
    pairs = connection.execute(sa.select(belonging.c.department_id, belonging.c.user_id).distinct()).all()
    names, active = {row.id: row.name for row in parts}, {row.id for row in people}
    of: dict[UUID, list[str]] = defaultdict(list)
    sizes: dict[UUID, int] = defaultdict(int)
    for department, person in pairs:
        if department in names and person in active:
            of[person].append(names[department])
            sizes[department] += 1
    return Directory(
        tuple(Employee(row.id, row.name, tuple(sorted(of[row.id]))) for row in sorted(people, key=_by_name)),
        tuple(Group(row.id, row.name, sizes[row.id]) for row in sorted(parts, key=_by_name)),
    )


def _by_name(row: Any) -> tuple[str, UUID]:
    """As people look for names: without accents."""
    return normalize(row.name), row.id
