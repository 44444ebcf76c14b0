"""Forgetting a person: what tells who they are goes, everywhere; what the books need stays, about nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.entity import Entity, Resource, title_field
from core.entity.errors import InvalidError
from core.entity.history import Entry, announce, write_erasure
from core.entity.tables import Change, StoredFile
from core.entity.values import put, search_text, value_of
from core.i18n import translator, use_locale
from core.jobs.queue import enqueue
from core.privacy import traces
from core.privacy.blanks import blank, empty_lines, empty_lines_naming, naming_in_lines
from core.privacy.circle import Circle, circle_of, personal_fields
from core.privacy.consent import person_resource
from core.privacy.contactable import suppress
from core.privacy.holds import refuse_held
from core.public.links import GIVEN_TO, with_links

_ = translator("core")

REMOVE_FILES = "core.privacy.remove_files"
_FEW, _REASON = 3, 300


@dataclass(frozen=True, slots=True)
class Extent:
    """What an erasure would touch, for people to read before they confirm it."""

    counts: tuple[tuple[Resource, int], ...]
    files: int
    people: int
    """Other people that hang on the record, who are erased only where that is asked for."""


def extent(context: Context, record: Entity) -> Extent:
    """What erasing a person would touch."""
    context.require("*", "admin")
    circle = circle_of(context, person_resource(context, record), record)
    around = [(one, records) for one, records in circle.around if not one.person]
    people = sum(len(records) for one, records in circle.around if one.person)
    return Extent(tuple((one, len(records)) for one, records in around), len(_files(context, circle)), people)


def erase(
    context: Context, record: Entity, *, typed: str, reason: str, people: bool = False, silence: bool = True
) -> None:
    """Forget a person for good, in the caller's transaction. An administrator's right; nothing brings it back.

    ``typed`` is the record's title as somebody typed it to confirm. With ``people`` others who hang on the record, such
    as the contacts of a customer, are erased too; with ``silence`` the numbers and addresses are contacted no more,
    whoever has them later. Raises :class:`InvalidError` for a wrong title, no reason, a legal hold, or a plugin's no.
    """
    context.require("*", "admin")
    problems = []
    if " ".join(typed.split()) != " ".join(record.title.split()):
        problems.append(("typed", _("This is not the name. Type it as it stands above.")))
    if len(reason.strip()) < _FEW or len(reason) > _REASON:
        problems.append(("reason", _("Say why, in at most %(n)s characters.", n=_REASON)))
    if error := InvalidError.of(problems):
        raise error
    forget_person(context, record, reason.strip(), people=people, silence=silence)


def forget_person(context: Context, record: Entity, reason: str, *, people: bool, silence: bool) -> None:
    """The erasing itself, whoever decided it."""
    resource = person_resource(context, record)
    context.session.refresh(record, with_for_update=True)
    circle = circle_of(context, resource, record, lock=True)
    others = [one for other, records in circle.around if other.person for one in records]
    circle.around = [(one, records) for one, records in circle.around if not one.person]
    refuse_held(context, [*circle.ids, *(one.id for one in others if people)])
    if silence:
        suppress(context, circle.ids)
    files = _files(context, circle)
    context.hooks.erased(context, resource.name, circle.ids)
    for other, records in circle.around:
        traces.forget(context, other.name, [one.id for one in records])
        _empty(context, other, records)
    _empty(context, resource, circle.own, reason)
    for other, documents in naming_in_lines(context, circle):
        _record(context, other, documents, empty_lines_naming(context, other, circle))
    _remove(context, files)
    context.session.expire_all()
    for one in others if people else ():
        forget_person(context, one, reason, people=False, silence=silence)


def is_erased(context: Context, record: Entity) -> bool:
    """Whether it was about a person who is forgotten."""
    statement = sa.select(Change.id).where(
        Change.tenant_id == context.tenant, Change.record_id == record.id, *of_a_person()
    )
    return context.session.scalar(statement.limit(1)) is not None


def of_a_person() -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on lines of the log that tell of a person's erasure, and not of what only pointed at one."""
    return Change.action == "erased", Change.values.has_key("reason")


def _files(context: Context, circle: Circle) -> list[UUID]:
    """Files of the person's own records, and those in personal fields of what links to them; no others in a field."""
    statement = sa.select(StoredFile.id).where(
        StoredFile.tenant_id == context.tenant, StoredFile.entity == circle.resource.name,
        StoredFile.record_id.in_(circle.ids),
    )  # fmt: skip
    found = set(context.session.scalars(statement))
    for resource, records in circle.all:
        personal = personal_fields(context, resource)
        for name, spec in context.all_fields(resource).items():
            if spec.kind.name in {"file", "image"}:
                held = {file for record in records if (file := value_of(record, spec)) is not None}
                found = found | held if name in personal else found - held
    return sorted(found)


def _empty(context: Context, resource: Resource, records: Sequence[Entity], reason: str = "") -> None:
    """Take the personal values out of records and their lines, their search columns and their history."""
    personal = personal_fields(context, resource)
    emptied = [*personal, *empty_lines(context, resource, records)]
    if not emptied and not reason:
        given = with_links(context, resource, [record.id for record in records])
        records = [record for record in records if record.id in given]
    fields = context.all_fields(resource)
    for record in records:
        nameless = _pseudonym(context, record)
        for name, spec in personal.items():
            column = resource.model.__table__.c.get(spec.column)
            put(record, spec, (nameless[: spec.length] if name == title_field(resource.model) else blank(spec, column)))
        record.search_norm = search_text(record, fields)
    _record(context, resource, records, [*emptied, GIVEN_TO], reason)


def _record(
    context: Context, resource: Resource, records: Sequence[Entity], fields: Sequence[str], reason: str = ""
) -> None:
    """Write down that records were emptied, and take what they held out of the log."""
    if not records:
        return
    for record in records:
        record.updated_at, record.updated_by_id = now(), context.user.id if context.user else None
    context.session.flush()
    said: dict[str, list[Any]] = {"reason": [None, reason]} if reason else {}
    entries = [Entry(record, "erased", said) for record in records]
    write_erasure(context, resource, entries, fields)
    announce(context, resource, [Entry(record, "erased", {}) for record in records])


def _pseudonym(context: Context, record: Entity) -> str:
    """A name that tells records without one apart, in the language of the company."""
    with use_locale(context.company.locale):
        return str(_("Erased %(number)s", number=record.id.hex[-8:].upper()))


def _remove(context: Context, files: Sequence[UUID]) -> None:
    """Rows now, bytes when this is committed."""
    if files:
        gone = sa.delete(StoredFile).where(StoredFile.tenant_id == context.tenant, StoredFile.id.in_(files))
        context.session.execute(gone)
        enqueue(context, REMOVE_FILES, {"files": [str(one) for one in files]})
