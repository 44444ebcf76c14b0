"""What starts automations, and which of them something that happened starts.

As JSON, by what starts it::

    {"on": "record", "events": ["created", "changed"], "fields": ["state"]}
    {"on": "event", "event": "collected"}
    {"on": "date", "field": "arrives", "side": "before", "amount": 2, "unit": "days", "hour": 8}
    {"on": "schedule", "every": 1, "unit": "days", "hour": 8}
    {"on": "webhook", "field": "phone", "from": "customer.phone"}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from core.automation import conditions
from core.automation.conditions import Group
from core.entity.entity import Resource
from core.entity.errors import InvalidError

if TYPE_CHECKING:
    from core.context import Context

RECORD, EVENT, DATE, SCHEDULE, WEBHOOK = "record", "event", "date", "schedule", "webhook"
TRIGGERS = (RECORD, EVENT, DATE, SCHEDULE, WEBHOOK)
CREATED, CHANGED, DELETED = "created", "changed", "deleted"
EVENTS = (CREATED, CHANGED, DELETED)
CLOCK = (DATE, SCHEDULE)
"""Triggers that go by the clock."""
_NEW = frozenset((CREATED, "imported"))
_KEY = "automations"

# In the database's own words: everything that is saved asks for it.
_ACTIVE = """
SELECT id, entity, name, version, trigger, conditions, at_once, once FROM core_automation
WHERE tenant_id = %(tenant)s AND active AND modules <@ %(modules)s ORDER BY position, id
"""


@dataclass(frozen=True, slots=True)
class Active:
    """A rule that acts, as far as starting it goes."""

    id: UUID
    entity: str
    name: str
    version: int
    trigger: Mapping[str, Any]
    conditions: Group
    at_once: bool
    once: bool

    def event_of(self, resource: Resource, action: str, values: Mapping[str, list[Any]]) -> str:
        """What of a change starts this rule; empty where nothing does."""
        if self.trigger["on"] == EVENT:
            name = self.trigger["event"]
            return name if any(one.name == name and one.is_in(values) for one in resource.events) else ""
        if self.trigger["on"] != RECORD:
            return ""
        event = happened(action, values)
        wanted = self.trigger.get("fields")
        if event == CHANGED and wanted and not set(wanted) & set(values):
            return ""
        return event if event in self.trigger["events"] else ""


def happened(action: str, values: Mapping[str, Any]) -> str:
    """What a line of the log says to automations; empty where nothing."""
    if action in _NEW:
        return CREATED
    return DELETED if action == DELETED else CHANGED if values else ""


def active(context: "Context", entity: str = "") -> list[Active]:
    """The rules that act, of an entity or all, in their order; read once a turn."""
    if _KEY not in context.cache:
        rows = context.session.rows(_ACTIVE, {"tenant": context.tenant, "modules": sorted(context.active)})
        context.cache[_KEY] = [found for row in rows if (found := _read(row))]
    every: list[Active] = context.cache[_KEY]
    return [one for one in every if not entity or one.entity == entity]


def forget(context: "Context") -> None:
    """After automations were changed: read them anew."""
    context.cache.pop(_KEY, None)


def _read(row: tuple[Any, ...]) -> Active | None:
    rule_id, entity, name, version, trigger, said, at_once, once = row
    try:
        return Active(rule_id, entity, name, version, trigger, conditions.read(said), at_once, once)
    except InvalidError:
        return None
