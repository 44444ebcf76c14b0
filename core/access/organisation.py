"""How a company is divided: departments as a tree, groups across it, and who belongs to which."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from core.access.models import User
from core.entity.entity import Entity
from core.entity.fields import Choice, choice, field, link, links
from core.i18n import translator

_ = translator("core")

Operand = Any
"""What a statement compares with: a value, or an expression that stands for one."""

DEPARTMENT = "department"
GROUP = "group"
"""A sales group: its people see the records that belong to it, and nothing else of each other's."""


class Department(Entity):
    """A part of the company. Work is dealt out to its people in the order of their names."""

    __tablename__ = "core_department"

    name: Mapped[str] = field(_("Department"), search=True, unique=True, length=80)
    kind: Mapped[str] = choice(
        _("Kind"),
        Choice(DEPARTMENT, _("Department"), "blue"),
        Choice(GROUP, _("Sales group"), "purple"),
        help=_("A group's people see what is shared with the group; it does not count where a role says “department”."),
    )
    parent: Mapped[Any | None] = link(_("Part of"), to="core_department")
    head: Mapped[User | None] = link(_("Head"))
    members: Mapped[list[User]] = links(_("Staff"), help=_("Beside those whose main department this is."))

    @classmethod
    def below(cls, tenant: Operand, roots: sa.Select[Any]) -> sa.Select[Any]:
        """The ids of departments and of all that are part of them, however deep; a circle ends by itself."""
        table = cls.__table__
        tree = (
            sa.select(table.c.id)
            .where(table.c.tenant_id == tenant, table.c.deleted_at.is_(None), table.c.id.in_(roots))
            .cte(recursive=True)
        )
        part = table.alias("part")
        tree = tree.union(
            sa.select(part.c.id).where(
                part.c.tenant_id == tenant, part.c.deleted_at.is_(None), part.c.parent_id == tree.c.id,
                part.c.kind == DEPARTMENT,
            )
        )  # fmt: skip
        return sa.select(tree.c.id)

    @classmethod
    def divisions(cls, tenant: Operand, ids: sa.Select[Any]) -> sa.Select[Any]:
        """Those of these ids that are departments, and no groups."""
        table = cls.__table__
        return sa.select(table.c.id).where(
            table.c.tenant_id == tenant, table.c.deleted_at.is_(None), table.c.kind == DEPARTMENT, table.c.id.in_(ids)
        )


def staff(tenant: Operand) -> sa.Subquery:
    """Who belongs where, as ``department_id`` and ``user_id``: by their main department, or one of the others."""
    users, pairs = User.__table__, Department.__links__["members"]
    main = sa.select(users.c.department_id, users.c.id.label("user_id")).where(
        users.c.tenant_id == tenant, users.c.department_id.is_not(None)
    )
    others = sa.select(pairs.c.left_id, pairs.c.right_id).where(pairs.c.tenant_id == tenant)
    return sa.union_all(main, others).subquery("staff")


def departments_of(tenant: Operand, user: Operand) -> sa.Select[Any]:
    """The ids of the departments and groups that somebody belongs to or heads."""
    users, table, pairs = User.__table__, Department.__table__, Department.__links__["members"]
    found = sa.union(
        sa.select(users.c.department_id).where(
            users.c.tenant_id == tenant, users.c.id == user, users.c.department_id.is_not(None)
        ),
        sa.select(pairs.c.left_id).where(pairs.c.tenant_id == tenant, pairs.c.right_id == user),
        sa.select(table.c.id).where(table.c.tenant_id == tenant, table.c.head_id == user),
    ).subquery("mine")
    return sa.select(found.c.department_id)
