"""The change log, and telling those who work on changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.db import bulk
from core.db.base import now
from core.entity.entity import Entity, Resource, title_field
from core.entity.tables import Change
from core.jobs.queue import enqueue

if TYPE_CHECKING:
    from core.context import Context


@dataclass(slots=True)
class Entry:
    """What happened to one record."""

    record: Entity
    action: str
    values: dict[str, list[Any]]
    """Field to ``[old, new]``."""


def write(context: "Context", resource: Resource, entries: Sequence[Entry]) -> None:
    """Add to the change log, in one statement for the set."""
    if not entries:
        return
    moment = now()
    common = {
        "tenant_id": context.tenant,
        "at": moment,
        "entity": resource.name,
        "user_id": context.user.id if context.user else None,
        "user_name": context.user.name if context.user else "",
        "source": context.source,
    }
    title = title_field(resource.model) if resource.model.title is Entity.title else ""
    rows = [
        {
            **common,
            "id": bulk.fresh_id(),
            "record_id": entry.record.id,
            "record_title": str((getattr(entry.record, title) if title else entry.record.title) or "")[:200],
            "action": entry.action,
            "values": entry.values,
        }
        for entry in entries
    ]
    bulk.insert(context.session, Change.__table__, rows)


def announce(context: "Context", resource: Resource, entries: Sequence[Entry]) -> None:
    """Enqueue the work of everybody who handles what happened: declared events, and created, changed, deleted."""
    handlers = context.hooks.registry.handlers
    for entry in entries:
        topics = [f"{resource.name}.{entry.action}"]
        for event in resource.events:
            name, value = event.when
            old, new = entry.values.get(name, (None, None))
            if new == value and old != new:
                topics.append(f"{resource.name}.{event.name}")
        for topic in topics:
            if topic in handlers:
                enqueue(
                    context,
                    topic,
                    {"entity": resource.name, "id": str(entry.record.id), "values": entry.values},
                    title=entry.record.title[:200],
                )
