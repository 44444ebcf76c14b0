"""How a company is divided: departments as a tree, and who belongs to which."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from core.access.models import User
from core.entity.entity import Entity
from core.entity.fields import field, link, links
from core.i18n import translator

_ = translator("core")


class Department(Entity):
    """A part of the company. Its people are listed in the order in which work is dealt out to them."""

    __tablename__ = "core_department"

    name: Mapped[str] = field(_("Department"), search=True, unique=True, length=80)
    parent: Mapped[Any | None] = link(_("Part of"), to="core_department")
    head: Mapped[User | None] = link(_("Head"))
    members: Mapped[list[User]] = links(_("Staff"))

    @classmethod
    def below(cls, tenant: int, roots: sa.Select[Any]) -> sa.Select[Any]:
        """The ids of departments and of all that are part of them, however deep; a circle ends by itself."""
        table = cls.__table__
        tree = (
            sa.select(table.c.id)
            .where(table.c.tenant_id == tenant, table.c.deleted_at.is_(None), table.c.id.in_(roots))
            .cte("tree", recursive=True)
        )
        part = table.alias("part")
        tree = tree.union(
            sa.select(part.c.id).where(
                part.c.tenant_id == tenant, part.c.deleted_at.is_(None), part.c.parent_id == tree.c.id
            )
        )
        return sa.select(tree.c.id)
