"""What people agreed to, by purpose and channel: giving it, withdrawing it, and what follows when records are merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.visibility import require_reach
from core.context import Context
from core.db.base import now
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.fields import Choice
from core.entity.history import Entry, write
from core.entity.tables import StoredFile
from core.files.service import own
from core.i18n import translator
from core.privacy.channels import CHANNELS
from core.privacy.models import Consent, ConsentPurpose
from core.privacy.purposes import purposes

_ = translator("core")

WAYS = (
    Choice("paper", _("Signed on paper")),
    Choice("form", _("Ticked in a form")),
    Choice("message", _("Wrote a message")),
    Choice("call", _("Said on a recorded call")),
    Choice("contract", _("Part of a contract")),
)
"""How consent is obtained so that it can be proved later. Silence and ticks made beforehand are not among them."""
_EVIDENCE, _WORDS = 5000, 300


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody said yes to, as it is written down."""

    purposes: Sequence[str]
    """Codes."""
    channels: Sequence[str]
    how: str
    given_at: datetime
    evidence: str = ""
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A consent with the name of its purpose."""

    consent: Consent
    purpose: str
    code: str

    @property
    def in_force(self) -> bool:
        """Whether it still counts."""
        return self.consent.withdrawn_at is None


def person_resource(context: Context, record: Entity) -> Resource:
    """The entity of a record that stands for a person. Raises MissingError for any other."""
    resource = context.resource(type(record))
    if not resource.person:
        raise MissingError(resource.name, record.id)
    return resource


def consents(context: Context, record: Entity) -> list[Agreement]:
    """Everything a person ever agreed to, what is in force first, then the newest."""
    person_resource(context, record)
    statement = (
        sa.select(Consent, ConsentPurpose.name, ConsentPurpose.code)
        .join(
            ConsentPurpose,
            sa.and_(ConsentPurpose.tenant_id == Consent.tenant_id, ConsentPurpose.id == Consent.purpose_id),
        )
        .where(Consent.tenant_id == context.tenant, Consent.record_id == record.id)
        .order_by(Consent.withdrawn_at.is_not(None), Consent.given_at.desc(), Consent.id.desc())
    )
    return [Agreement(*row) for row in context.session.execute(statement)]


def give(context: Context, record: Entity, given: Given) -> list[Consent]:
    """Write down what a person agreed to; what is in force already stays as it is and is not among the answer.

    Whoever may edit the record may. Raises :class:`InvalidError` naming what is wrong.
    """
    resource = person_resource(context, record)
    require_reach(context, resource, "edit", [record.id])
    known = {one.code: one for one in purposes(context)}
    if error := InvalidError.of(_problems(context, given, known)):
        raise error
    rows = [
        {
            "tenant_id": context.tenant, "id": uuid7(), "entity": resource.name, "record_id": record.id,
            "purpose_id": known[code].id, "channel": channel, "given_at": given.given_at, "how": given.how,
            "evidence": given.evidence.strip(), "file_id": given.file_id, "wording": known[code].wording or "",
            "recorded_at": now(), "recorded_by": _who(context), "withdrawn_by": "", "withdrawal": "",
        }
        for code in dict.fromkeys(given.purposes)
        for channel in dict.fromkeys(given.channels)
    ]  # fmt: skip
    statement = insert(Consent).values(rows).on_conflict_do_nothing().returning(Consent)
    made = list(context.session.scalars(statement))
    if made:
        _adopt(context, resource, record, given.file_id)
        names = {one.id: one.name for one in known.values()}
        said = ", ".join(f"{names[one.purpose_id]} · {_channel(one.channel)}" for one in made)
        write(context, resource, [Entry(record, "consent_given", {"consent": [None, said]})])
    return made


def withdraw(context: Context, record: Entity, consent_ids: Sequence[UUID], how: str = "") -> int:
    """Write down that a person takes back what they agreed to; how many consents that ends.

    Raises :class:`MissingError` for one that is not this person's.
    """
    resource = person_resource(context, record)
    require_reach(context, resource, "edit", [record.id])
    found = [one for one in consents(context, record) if one.consent.id in set(consent_ids)]
    if len(found) < len(set(consent_ids)):
        raise MissingError("core.consent", record.id)
    ended = [one for one in found if one.in_force]
    for one in ended:
        one.consent.withdrawn_at, one.consent.withdrawn_by = now(), _who(context)
        one.consent.withdrawal = how.strip()[:_WORDS]
    if ended:
        context.session.flush()
        said = ", ".join(f"{one.purpose} · {_channel(one.consent.channel)}" for one in ended)
        write(context, resource, [Entry(record, "consent_withdrawn", {"consent": [said, None]})])
    return len(ended)


def _problems(context: Context, given: Given, known: dict[str, ConsentPurpose]) -> list[tuple[str, Any]]:
    problems: list[tuple[str, Any]] = []
    if not given.purposes or not set(given.purposes) <= known.keys():
        problems.append(("purposes", _("Choose what was agreed to.")))
    if not given.channels or not set(given.channels) <= {one.value for one in CHANNELS}:
        problems.append(("channels", _("Choose the ways that were agreed to.")))
    if given.how not in {one.value for one in WAYS}:
        problems.append(("how", _("Choose how it was obtained.")))
    if given.given_at > now():
        problems.append(("given_at", _("This lies in the future.")))
    if not given.evidence.strip() and given.file_id is None:
        problems.append(("evidence", _("Write down what proves it, or add a file: it has to be shown later.")))
    if len(given.evidence) > _EVIDENCE:
        problems.append(("evidence", _("At most %(n)s characters.", n=_EVIDENCE)))
    if given.file_id is not None and own(context, given.file_id) is None:
        problems.append(("file", _("There is no such file. Choose it again.")))
    return problems


def _adopt(context: Context, resource: Resource, record: Entity, file_id: UUID | None) -> None:
    """Whoever sees the record sees the evidence."""
    if file_id is not None:
        context.session.execute(
            sa.update(StoredFile)
            .where(StoredFile.tenant_id == context.tenant, StoredFile.id == file_id)
            .values(entity=resource.name, record_id=record.id)
        )


def _who(context: Context) -> str:
    return context.user.name if context.user else ""


def _channel(value: str) -> str:
    return next((str(one.title) for one in CHANNELS if one.value == value), value)


def follow_merge(context: Context, entity: str, keep: UUID, losers: Sequence[UUID]) -> dict[str, str]:
    """Let the consents of merged records be the survivor's; which were whose. One that it has already stays behind."""
    if not context.hooks.registry.resources[entity].person:
        return {}
    theirs = orm.aliased(Consent)
    has = sa.exists().where(
        theirs.tenant_id == Consent.tenant_id, theirs.record_id == keep, theirs.purpose_id == Consent.purpose_id,
        theirs.channel == Consent.channel, theirs.withdrawn_at.is_(None),
    )  # fmt: skip
    moved: dict[str, str] = {}
    for loser in losers:
        statement = (
            sa.update(Consent)
            .where(Consent.tenant_id == context.tenant, Consent.record_id == loser)
            .where(sa.or_(Consent.withdrawn_at.is_not(None), sa.not_(has)))
            .values(record_id=keep)
            .returning(Consent.id)
        )
        found = context.session.scalars(statement, execution_options={"synchronize_session": False})
        moved |= dict.fromkeys(map(str, found), str(loser))
    return moved


def follow_unmerge(context: Context, moved: dict[str, str]) -> None:
    """Give the consents of merged records back to them."""
    for loser in set(moved.values()):
        ids = [UUID(one) for one, whose in moved.items() if whose == loser]
        context.session.execute(
            sa.update(Consent)
            .where(Consent.tenant_id == context.tenant, Consent.id.in_(ids))
            .values(record_id=UUID(loser)),
            execution_options={"synchronize_session": False},
        )
