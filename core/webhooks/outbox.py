"""Noticing what endpoints want to know, where records are saved: one job for many changes, in their transaction."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from core.db.base import now
from core.jobs.queue import Wish, enqueue_many

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.entity import Resource
    from core.entity.history import Entry, Line

SPREAD = "core.webhooks.spread"
AT_ONCE = 500
"""Changes of one job."""
CREATED, CHANGED, DELETED, RESTORED = "created", "changed", "deleted", "restored"
STANDARD = (CREATED, CHANGED, DELETED, RESTORED)
_SAME = {"imported": CREATED, "merged": DELETED, "unmerged": RESTORED}
"""What other deeds are to somebody outside; any that is not named here is a change."""

# In the database's own words: everything that is saved asks for it, once a turn.
_LISTENING = "SELECT subscriptions FROM core_webhook WHERE tenant_id = %(tenant)s AND active"


def tell(context: "Context", resource: "Resource", entries: Sequence["Entry | Line"]) -> None:
    """Have what happened told to the endpoints that want to know of it."""
    wanted = _listening(context).get(resource.name)
    if not wanted:
        return
    changes = [change for entry in entries if (change := _change(resource, entry))["events"] & wanted]
    moment = now().isoformat()
    enqueue_many(context, (_wish(resource, part, moment) for part in _parts(changes)))


def forget(context: "Context") -> None:
    """After endpoints were changed: ask anew."""
    context.cache.pop("webhooks", None)


def _listening(context: "Context") -> dict[str, set[str]]:
    """The events of each entity that any endpoint wants to know of."""
    if "webhooks" not in context.cache:
        found: dict[str, set[str]] = {}
        for (subscriptions,) in context.session.rows(_LISTENING, {"tenant": context.tenant}):
            for one in subscriptions:
                found.setdefault(one["entity"], set()).update(one["events"])
        context.cache["webhooks"] = found
    known: dict[str, set[str]] = context.cache["webhooks"]
    return known


def _change(resource: "Resource", entry: "Entry | Line") -> dict[str, Any]:
    record = getattr(entry, "record", None)
    what = _SAME.get(entry.action, entry.action)
    if what not in STANDARD:
        what = DELETED if entry.action == "undone" and record is not None and record.deleted_at else CHANGED
    events = {what, *(event.name for event in resource.events if event.is_in(entry.values))}
    return {
        "id": str(entry.record_id),
        "version": getattr(record, "version", None),
        "events": events,
        "changed": entry.values,
    }


def _parts(changes: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for begin in range(0, len(changes), AT_ONCE):
        yield [{**one, "events": sorted(one["events"])} for one in changes[begin : begin + AT_ONCE]]


def _wish(resource: "Resource", changes: list[dict[str, Any]], moment: str) -> Wish:
    return Wish(SPREAD, {"entity": resource.name, "at": moment, "changes": changes})
