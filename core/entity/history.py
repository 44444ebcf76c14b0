"""The change log, and telling those who work on changes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.db import bulk
from core.db.base import now
from core.entity.entity import Entity, Resource, title_field
from core.entity.tables import Change
from core.i18n import Label
from core.jobs.queue import Wish, enqueue_many
from core.webhooks import outbox

if TYPE_CHECKING:
    from core.context import Context

_FORGET = sa.text("SELECT ghep_forget(CAST(:records AS uuid[]), CAST(:titles AS text[]), CAST(:fields AS text[]))")
NOBODY = UUID(int=0)
"""Stands in a line that is about no record in particular."""
SETTINGS = "core.settings"
"""What a line is about that tells of a page of settings."""


@dataclass(slots=True)
class Entry:
    """What happened to one record."""

    record: Entity
    action: str
    values: dict[str, list[Any]]
    """Field to ``[old, new]``."""

    @property
    def record_id(self) -> UUID:
        """Which one."""
        return self.record.id

    @property
    def title(self) -> str:
        """What it is called."""
        model = type(self.record)
        title = self.record.title if model.title is not Entity.title else getattr(self.record, title_field(model))
        return str(title or "")


@dataclass(slots=True)
class Line:
    """What happened to one record, of which no more is known than its name: sets of thousands are not loaded."""

    record_id: UUID
    title: str
    action: str
    values: dict[str, list[Any]]


def write(context: "Context", resource: Resource, entries: Sequence[Entry | Line]) -> None:
    """Add to the change log, in one statement for the set."""
    if not entries:
        return
    moment = now()
    common = {
        "tenant_id": context.tenant,
        "at": moment,
        "entity": resource.name,
        "user_id": context.user.id if context.user else None,
        "user_name": context.author,
        "source": context.source,
    }
    rows = [
        {
            **common,
            "id": bulk.fresh_id(),
            "record_id": entry.record_id,
            "record_title": entry.title[:200],
            "action": entry.action,
            "values": entry.values,
        }
        for entry in entries
    ]
    bulk.insert(context.session, Change.__table__, rows)


def note(
    context: "Context",
    entity: str,
    action: str,
    *,
    record_id: UUID | None = None,
    title: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Add one line about something that is no record of an entity, or about none in particular.

    ``values`` are what there is to know of it now.
    """
    said = {name: [None, value] for name, value in (values or {}).items()}
    _add(context, entity, action, record_id or NOBODY, title, said)


def note_settings(context: "Context", page: Label, before: str, after: str) -> None:
    """Tell the audit that what is set up on a page is another than before; both in words, as short as can be."""
    if before != after:
        _add(context, SETTINGS, "settings_changed", NOBODY, str(page), {"settings": [before, after]})


def _add(
    context: "Context", entity: str, action: str, record_id: UUID, title: str, values: Mapping[str, Sequence[Any]]
) -> None:
    user = context.user
    row = {
        "tenant_id": context.tenant, "id": uuid7(), "at": now(), "entity": entity, "record_id": record_id,
        "record_title": title[:200], "user_id": user.id if user else None, "user_name": user.name if user else "",
        "action": action, "source": context.source, "values": values,
    }  # fmt: skip
    context.session.execute(sa.insert(Change), [row])


def write_erasure(context: "Context", resource: Resource, entries: Sequence[Entry], fields: Sequence[str]) -> None:
    """Add to the log that records were emptied, and take the values of these fields out of every line about them.

    The log is append-only for the application: a function of the database does it, for records of which the log says
    that they were erased.
    """
    write(context, resource, entries)
    given = {
        "records": [entry.record_id for entry in entries],
        "titles": [entry.title[:200] for entry in entries],
        "fields": list(fields),
    }
    context.session.execute(_FORGET, given)


def told(context: "Context", resource: Resource, values: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """The values of a line that this person may know of."""
    return without(resource, values, context.secret(resource))


def without(resource: Resource, values: Mapping[str, list[Any]], hidden: Collection[str]) -> dict[str, list[Any]]:
    """The values of a line but those of some fields, of lines named as ``goods.price``."""
    if not hidden:
        return dict(values)
    found = {name: pair for name, pair in values.items() if name not in hidden}
    for name in {one.partition(".")[0] for one in hidden} & found.keys() & resource.model.__lines__.keys():
        away = {one.removeprefix(f"{name}.") for one in hidden}
        old, new = ([{key: one[key] for key in one if key not in away} for one in side or ()] for side in found[name])
        pair = [[one for one in old if one not in new], [one for one in new if one not in old]]
        if pair != [[], []] or found[name] == [[], []]:
            found[name] = pair
        else:
            del found[name]
    return found


def announce(context: "Context", resource: Resource, entries: Sequence[Entry | Line]) -> None:
    """Enqueue the work of everybody who handles what happened, and start the automations that wait for it.

    That is: declared events, and created, changed, deleted. Other programs are told by the company's own endpoints.
    """
    from core.automation.starting import start

    outbox.tell(context, resource, entries)
    handlers = context.hooks.registry.handlers
    enqueue_many(
        context,
        (
            Wish(topic, {"entity": resource.name, "id": str(entry.record_id), "values": entry.values}, entry.title)
            for entry in entries
            for topic in _topics(resource, entry)
            if topic in handlers
        ),
    )
    start(context, resource, entries)


def _topics(resource: Resource, entry: Entry | Line) -> Iterator[str]:
    """What is to be told of an entry: what was done, and each declared event that it is."""
    yield f"{resource.name}.{entry.action}"
    for event in resource.events:
        if event.is_in(entry.values):
            yield f"{resource.name}.{event.name}"
