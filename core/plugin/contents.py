"""What a module brings along, and when a company switched it, for the module's own page."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Resource
from core.entity.tables import Change
from core.plugin.boot import Registry
from core.plugin.manifest import Handler, Schedule
from core.plugin.models import ActiveModule


@dataclass(frozen=True, slots=True)
class Contents:
    """What a company gets with a module."""

    entities: tuple[Resource, ...]
    handlers: tuple[Handler, ...]
    """Work it does behind the pages."""
    schedules: tuple[Schedule, ...]
    """Work that recurs."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A line of the change log: the module was switched."""

    at: datetime
    by: str
    """Empty where it was no person, such as when the company was made."""
    on: bool
    source: str


def contents(registry: Registry, plugin: str) -> Contents:
    """What a plugin brings; nothing for one that is not running."""
    return Contents(
        tuple(one for one in registry.resources.values() if one.plugin == plugin),
        tuple(one for handlers in registry.handlers.values() for one in handlers if one.plugin == plugin),
        tuple(one for one in registry.schedules.values() if one.plugin == plugin),
    )


def switches(context: Context, plugin: str, limit: int = 10) -> list[Switch]:
    """When a module was switched in this company, the last time first."""
    statement = (
        sa.select(Change.at, Change.user_name, Change.action == "module_on", Change.source)
        .join(ActiveModule, sa.and_(ActiveModule.tenant_id == context.tenant, ActiveModule.id == Change.record_id))
        .where(Change.tenant_id == context.tenant, Change.entity == "core.module", ActiveModule.plugin == plugin)
        .order_by(Change.id.desc())
        .limit(limit)
    )
    return [Switch(*row) for row in context.session.execute(statement)]
