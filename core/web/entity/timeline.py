"""What is planned for a record and what happened to it: filtered by kind, and asked for bit by bit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import request

from core.activities.models import Call, Comment, Meeting, Note, Plan
from core.activities.timeline import activities_asked, kinds
from core.context import Context
from core.db.base import now
from core.db.prepared import Question
from core.entity.entity import Entity, Resource, target_class
from core.entity.fields import Field
from core.entity.format import moment
from core.entity.timeline import CHANGE, changes_asked
from core.i18n import current_locale, translator
from core.mailbox.models import Mail
from core.plugin.manifest import TimelineItem
from core.standing import standing
from core.web.entity.address import make_url
from core.web.entity.finding import find
from core.web.entity.turn import may, needs, show
from core.web.parts import ANY
from core.web.timeline_items import Changed, Deeds, Entry

_ = translator("core")

PAGE = 15


@needs("see")
def timeline(turn: Context, resource: Resource, record_id: UUID) -> str:
    """The timeline as it is now, or what happened before a moment."""
    record, kind = find(turn, resource, record_id), request.args.get("kind", "")
    if before := _moment(request.args.get("before", "")):
        return show(resource, "_timeline_items.html", timeline=_page(turn, resource, record, kind, before))
    return show(resource, "_timeline.html", timeline=first(turn, resource, record, kind))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def first(turn: Context, resource: Resource, record: Entity, kind: str = "") -> dict[str, Any]:
    """What _timeline.html needs: the filter, what is planned, and the last of what happened."""
    key, offered = record.id, _kinds(turn, resource.name, current_locale())
    chosen = kind if any(kind == name for name, _title in offered) else ""
    url = f"/{resource.path}/{{}}/timeline{{}}".format
    return {
        "about": key,
        "kinds": [
            {"title": title, "url": url(ANY, f"?kind={name}" if name else ""), "chosen": name == chosen}
            for name, title in offered
        ],
        "url": url(key, f"?kind={chosen}" if chosen else ""),
        **_page(turn, resource, record, chosen, None),
    }


@standing
def _kinds(turn: Context, name: str, _locale: str) -> Sequence[tuple[str, str]]:
    """What the timeline of a record of the entity of a name can be narrowed to, and what that is called."""
    offered = [("", str(_("All")))]
    if turn.resource(name).activities:
        offered += [(one.name, str(one.title)) for one in kinds(turn)]
        offered.append((CHANGE, str(_("Changes"))))
    return offered


def asked(turn: Context, resource: Resource, record_id: UUID) -> list[Question]:
    """What core's own part of :func:`first` asks the database."""
    activities = activities_asked(turn, resource, record_id, PAGE + 1)
    changes = changes_asked(turn, record_id, PAGE + 1)
    return [one for one in (activities, changes) if one]


def _page(turn: Context, resource: Resource, record: Entity, kind: str, before: datetime | None) -> dict[str, Any]:
    found = turn.hooks.timeline(turn, record, PAGE + 1, before, kind)
    page, end = _cut([one for one in found if not one.ahead])
    address = f"/{resource.path}/{record.id}"
    more = {"before": end.isoformat(), **({"kind": kind} if kind else {})} if end else {}
    restored = f"{address}/changes" if record.deleted_at is None and may(turn, resource, "edit") else ""
    return {
        "ahead": _entries(turn, [one for one in found if one.ahead]),
        "past": _entries(turn, page, restored),
        "version": record.version,
        "more_url": make_url(f"{address}/timeline", more) if more else "",
    }


def _cut(items: Sequence[TimelineItem]) -> tuple[Sequence[TimelineItem], datetime | None]:
    """A page, and the moment before which the next begins: what happened in one moment is not torn apart."""
    if len(items) <= PAGE:
        return items, None
    page = [one for one in items[:PAGE] if one.at > items[PAGE].at] or items[:PAGE]
    return page, page[-1].at


def _entries(turn: Context, items: Sequence[TimelineItem], restored: str = "") -> list[Entry]:
    """The items with what a page adds to them; ``restored`` begins the address at which an old value is had back."""
    deeds = {entity: _deeds(turn, entity) for entity in {one.record.partition("/")[0] for one in items} if entity}
    found = []
    for one in items:
        entity, _slash, key = one.record.partition("/")
        found.append(Entry(one, moment(turn, one.at), _changes(one, restored), key, deeds.get(entity)))
    return found


@standing
def _deeds(turn: Context, entity: str) -> Deeds:
    activity = turn.resource(entity)
    edits = may(turn, activity, "edit")
    return Deeds(
        entity=entity,
        title=activity.title,
        path=f"/{activity.path}/",
        plans=edits and issubclass(activity.model, Plan),
        checks_in=edits and issubclass(activity.model, Call | Meeting),
        edits=edits,
        deletes=may(turn, activity, "delete"),
    )


def composer(turn: Context, resource: Resource, record: Entity) -> dict[str, Any] | None:
    """What _composer.html needs to add activities to a record; None where there is nothing to add.

    It is the same for every record of the entity, with :data:`ANY` for the id.
    """
    if record.deleted_at is not None:
        return None
    return _composer(turn, resource.name, _next_quarter(turn), current_locale())


def _next_quarter(turn: Context) -> datetime:
    """When something new begins, unless one says otherwise; by the clock on the wall."""
    at = now().astimezone(turn.zone).replace(second=0, microsecond=0, tzinfo=None)
    return at + timedelta(minutes=15 - at.minute % 15)


@standing
def _composer(turn: Context, name: str, begins: datetime, _locale: str) -> dict[str, Any] | None:
    offered = _offered(turn, name)
    if not offered:
        return None
    reference = f"{name}/{ANY}"
    named = {one: {one.names: ANY if one.by_link else reference} for one in offered}
    written = {one.resource.model: f"/{one.resource.path}/new" for one in offered if one.is_written}
    staying = {"quick": "1", "stay": "timeline"}
    return {
        "kinds": [
            {
                "title": str(one.resource.title),
                "icon": one.resource.icon,
                "url": make_url("/write-email", {"about": reference})
                if one.resource.model is Mail
                else make_url(
                    f"/{one.resource.path}/new",
                    {**named[one], **_soon(begins, one.begins), **staying, "fixed": one.names},
                ),
            }
            for one in offered
            if not one.is_written
        ],
        "note_url": written.get(Note, ""),
        "comment_url": written.get(Comment, ""),
        "hidden": named[offered[0]],
        "colleagues_url": f"/activities/{reference}/colleagues",
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Offer:
    """An activity that may be added to a record."""

    resource: Resource
    names: str
    """Its field that names the record."""
    by_link: bool
    """Whether that is a link to the record's entity, as it is to customers."""
    begins: Sequence[str]
    """Its moments that have to be given."""

    @property
    def is_written(self) -> bool:
        """Whether it is written right in the timeline."""
        return self.resource.model in {Note, Comment}


@standing
def _offered(turn: Context, name: str) -> Sequence[_Offer]:
    """The activities that the person may add to records of the entity of a name."""
    subject = turn.resource(name)
    found = [one for one in kinds(turn) if may(turn, one, "create")] if subject.activities else []
    return [_offer(one, subject) for one in found]


def _offer(activity: Resource, subject: Resource) -> _Offer:
    fields, follows = activity.fields, activity.follows
    by_link = follows is not None and target_class(follows) is subject.model
    names = follows if follows is not None and by_link else _about(fields.values())
    return _Offer(activity, names.name, by_link, [name for name in activity.calendar if fields[name].required])


def _about(fields: Iterable[Field]) -> Field:
    """The field that names a record of any entity."""
    return next(spec for spec in fields if spec.kind.name == "record")


def _soon(begins: datetime, names: Sequence[str]) -> dict[str, str]:
    """The moments of something new, a quarter of an hour apart."""
    quarter = timedelta(minutes=15)
    return {name: f"{begins + place * quarter:%Y-%m-%dT%H:%M}" for place, name in enumerate(names)}


def _changes(item: TimelineItem, restored: str) -> list[Changed]:
    """Field by field, with the way to give a field its old value again."""
    if not item.changes:
        return []
    names = item.restores if restored and item.restores else ("",) * len(item.changes)
    url = f"{restored}/{item.line}/restore?field=" if any(names) else ""
    return [
        Changed(str(title), old, new, f"{url}{name}" if name else "")
        for (title, old, new), name in zip(item.changes, names, strict=True)
    ]
