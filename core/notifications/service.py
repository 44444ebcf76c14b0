"""Telling people something: one row for each of them in the caller's transaction, the bell and e-mails after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.access.rights import grants_of
from core.access.viewers import Pair, held_rights, seen_pairs
from core.context import Context, Grants
from core.db.base import now
from core.entity.entity import Entity
from core.i18n import Label, translator
from core.jobs.queue import Wish, enqueue_many
from core.notifications import wording
from core.notifications.kinds import BELL, MAIL, kinds
from core.notifications.models import Notification, NotificationPreference
from core.notifications.nudge import nudge
from core.notifications.preferences import Preferences, of_row, preference_columns, zone_of

_ = translator("core")

LETTER = "core.notifications.letter"
"""The job that sends one notification by e-mail."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something that one person is to be told."""

    user_id: UUID
    kind: str
    title: wording.Kept
    body: str = ""
    entity: str | None = None
    record_id: UUID | None = None
    url: str = ""
    ways: frozenset[str] | None = None
    """What its sender asked for; None leaves it to the kind."""
    dedupe_key: str | None = None


@dataclass(frozen=True, slots=True)
class _Recipient:
    grants: Grants
    preferences: Preferences


def notify(
    context: Context,
    people: Iterable[UUID],
    kind: str,
    title: Label,
    *,
    body: str = "",
    record: Entity | None = None,
    url: str = "",
    dedupe_key: str | None = None,
) -> None:
    """Tell people something about a record, or about what stands at ``url``, each in the way they chose for the kind.

    Whoever may not see the record is left out, and so is who may not sign in. A second notification of one
    ``dedupe_key`` to the same person does nothing, for good. Raises LookupError for a kind that no active module has,
    and ValueError for an address that is not one of ours: ``/`` and what follows.
    """
    if url and not is_ours(url):
        raise ValueError(url)
    entity = context.hooks.registry.resource_of(type(record)).name if record is not None else None
    kept = wording.keep(title)
    notify_many(
        context,
        [
            Notice(
                user_id=one,
                kind=kind,
                title=kept,
                body=body,
                entity=entity,
                record_id=record.id if record is not None else None,
                url=url,
                dedupe_key=dedupe_key,
            )
            for one in dict.fromkeys(people)
        ],
    )


def is_ours(url: str) -> bool:
    """Whether an address leads to a page of this very place."""
    plain = url.replace("\\", "/")
    return plain.startswith("/") and not plain.startswith("//") and url.isprintable()


def notify_many(context: Context, notices: Sequence[Notice]) -> None:
    """As :func:`notify`, for any number of notices about anything: a handful of statements, however many there are."""
    known = kinds(context)
    if unknown := {one.kind for one in notices} - set(known):
        raise LookupError(f"no active module has notifications of the kind {', '.join(sorted(unknown))}")
    people = _recipients(context, {one.user_id for one in notices})
    reaching = [
        (one, people[one.user_id].preferences.ways(known[one.kind], one.ways))
        for one in _seen(context, [one for one in notices if one.user_id in people], people)
    ]
    rows = [_row(context, one, ways) for one, ways in reaching if ways]
    if not rows:
        return
    table = Notification.__table__
    told = insert(table).on_conflict_do_nothing().returning(table.c.id, table.c.user_id, table.c.bell)
    written = {row.id: row for row in context.session.connection().execute(told, rows)}
    nudge(context, {row.user_id for row in written.values() if row.bell})
    by_mail = [row for row, ways in zip(rows, (ways for _one, ways in reaching if ways), strict=True) if MAIL in ways]
    enqueue_many(context, [_letter(context, row, people) for row in by_mail if row["id"] in written])


def _row(context: Context, one: Notice, ways: frozenset[str]) -> dict[str, Any]:
    return {
        "tenant_id": context.tenant, "id": uuid7(), "user_id": one.user_id, "kind": one.kind, "title": one.title,
        "body": one.body, "entity": one.entity, "record_id": one.record_id, "url": one.url, "bell": BELL in ways,
        "dedupe_key": one.dedupe_key, "created_at": now(),
    }  # fmt: skip


def _letter(context: Context, row: dict[str, Any], people: dict[UUID, _Recipient]) -> Wish:
    """The job of one e-mail: in the person's own turn, and after their quiet hours."""
    title = str(_("E-mail: %(subject)s", subject=wording.read(row["title"], context.company.zone)))
    payload = {"notification": str(row["id"])}
    return Wish(LETTER, payload, title, user_id=row["user_id"], at=_awake(context, people[row["user_id"]].preferences))


def _awake(context: Context, wanted: Preferences) -> datetime | None:
    return wanted.quiet.until(now(), zone_of(context, wanted.timezone))


def _recipients(context: Context, people: set[UUID]) -> dict[UUID, _Recipient]:
    """Those who may sign in, with what they may do and how they want to be told."""
    users, own = User.__table__, NotificationPreference.__table__
    mine = sa.and_(own.c.tenant_id == users.c.tenant_id, own.c.user_id == users.c.id)
    statement = (
        sa.select(users.c.id, users.c.timezone, held_rights(context.tenant).label("roles"), *preference_columns())
        .join_from(users, own, mine, isouter=True)
        .where(
            users.c.tenant_id == context.tenant, users.c.id.in_(people), users.c.active, users.c.deleted_at.is_(None)
        )
    )
    rows = context.session.connection().execute(statement)
    return {row.id: _Recipient(grants_of(row.roles), of_row(row)) for row in rows}


def _seen(context: Context, notices: Sequence[Notice], people: dict[UUID, _Recipient]) -> list[Notice]:
    """Those about no record, and those about one that the person may see."""
    context.session.flush()
    grants = {user: one.grants for user, one in people.items()}
    pairs: dict[str, list[Pair]] = {}
    for one in notices:
        if one.entity is not None and one.record_id is not None:
            pairs.setdefault(one.entity, []).append((one.user_id, one.record_id))
    seen: set[tuple[str, Pair]] = set()
    for entity, some in pairs.items():
        resource = context.hooks.registry.resources.get(entity)
        if resource is not None and resource.plugin in context.active:
            seen |= {(entity, pair) for pair in seen_pairs(context, resource, some, grants)}
    return [
        one
        for one in notices
        if one.entity is None or one.record_id is None or (one.entity, (one.user_id, one.record_id)) in seen
    ]
