"""Legal holds: records that must be kept, whoever wants them gone."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.db.base import now
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.history import Entry, write
from core.i18n import translator
from core.privacy.models import LegalHold

_ = translator("core")

_REASON = 300


def held(context: Context, ids: Sequence[UUID]) -> dict[UUID, LegalHold]:
    """Of these records those that a hold keeps today."""
    statement = sa.select(LegalHold).where(
        LegalHold.tenant_id == context.tenant, LegalHold.released_at.is_(None),
        LegalHold.record_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
        sa.or_(LegalHold.until.is_(None), LegalHold.until >= context.today()),
    )  # fmt: skip
    return {one.record_id: one for one in context.session.scalars(statement)}


def hold(context: Context, record: Entity, reason: str, until: date | None = None) -> None:
    """Keep a record, until a day or until somebody ends it; a new hold takes the place of an older one.

    An administrator's right. Raises :class:`InvalidError` naming what is wrong.
    """
    context.require("*", "admin")
    problems = []
    if not reason.strip() or len(reason) > _REASON:
        problems.append(("reason", _("Say which law or dispute needs it, in at most %(n)s characters.", n=_REASON)))
    if until is not None and until < context.today():
        problems.append(("until", _("This day is over.")))
    if error := InvalidError.of(problems):
        raise error
    _end(context, record)
    resource = context.resource(type(record))
    who = context.user.name if context.user else ""
    context.session.add(
        LegalHold(entity=resource.name, record_id=record.id, reason=reason.strip(), until=until, user_name=who)
    )
    context.session.flush()
    said = {"reason": [None, reason.strip()], "until": [None, until.isoformat() if until else None]}
    write(context, resource, [Entry(record, "held", said)])


def release(context: Context, record: Entity) -> bool:
    """End a hold; whether there was one."""
    context.require("*", "admin")
    ended = _end(context, record)
    if ended:
        write(context, context.resource(type(record)), [Entry(record, "released", {})])
    return ended


def _end(context: Context, record: Entity) -> bool:
    statement = (
        sa.update(LegalHold)
        .where(LegalHold.tenant_id == context.tenant, LegalHold.record_id == record.id, LegalHold.released_at.is_(None))
        .values(released_at=now())
        .returning(LegalHold.id)
    )
    return bool(context.session.scalars(statement).all())


def refuse_held(context: Context, ids: Sequence[UUID]) -> None:
    """Raise :class:`InvalidError` with the reason where a hold keeps one of these records."""
    for one in held(context, ids).values():
        raise InvalidError({"": [_("This must be kept: %(reason)s", reason=one.reason)]})
