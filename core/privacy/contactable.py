"""Who may be contacted: the one question that everything that writes, calls or advertises asks first."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.identity import PARTY, Identity
from core.i18n import Text, translator
from core.privacy.channels import ANY, BARRED, IDENTITY
from core.privacy.models import Consent, ConsentPurpose, Suppression
from core.privacy.purposes import purpose_named

_ = translator("core")

GONE = _("The record is deleted.")
DO_NOT = _("Marked “do not contact”.")
SAME_VALUE = _("Somebody with the same number or address is marked “do not contact”.")
SUPPRESSED = _("This number or address has asked to be contacted no more.")
NO_PURPOSE = _("There is no such purpose.")
NOT_AGREED = _("There is no consent for this purpose and channel.")


def may_contact(context: Context, record: Entity, channel: str, purpose: str) -> bool:
    """Whether somebody may be contacted now: ``channel`` phone, sms, zalo or email, ``purpose`` by its code.

    To be asked at the moment of sending, not when a campaign is planned: people withdraw in between. For many at once
    there is :func:`contact_refusals`.
    """
    return not contact_refusals(context, type(record), [record.id], channel, purpose)


def contact_refusals(
    context: Context, model: type[Entity], ids: Sequence[UUID], channel: str, purpose: str
) -> dict[UUID, Text]:
    """Of these records those that may not be contacted, each with the reason; few statements for any number.

    A mark on one record holds for everybody known by the same number or address. Raises ValueError for a channel that
    there is not, or an entity whose records are no people.
    """
    resource = context.resource(model)
    if channel not in IDENTITY or not resource.person:
        raise ValueError(f"{resource.name} by {channel!r}: only people are contacted, by {', '.join(IDENTITY)}")
    wanted = list(dict.fromkeys(ids))
    known = purpose_named(context, purpose)
    if known is None:
        return dict.fromkeys(wanted, NO_PURPOSE)
    found = dict.fromkeys(_not_agreed(context, wanted, channel, known), NOT_AGREED)
    found |= dict.fromkeys(_suppressed(context, wanted, channel), SUPPRESSED)
    found |= dict.fromkeys(_by_the_same_value(context, wanted, channel), SAME_VALUE)
    return found | _marked(context, resource, wanted, channel)


def address_refusals(context: Context, values: Iterable[str], channel: str) -> dict[str, Text]:
    """Of these numbers or addresses those that may not be written to at all, whoever has them, each with the reason."""
    wanted = sorted(set(values))
    marked = _marked_values(context, wanted, channel)
    digests = {digest(one): one for one in wanted}
    statement = sa.select(Suppression.digest).where(
        Suppression.tenant_id == context.tenant, Suppression.digest.in_(digests)
    )
    suppressed = {digests[one] for one in context.session.scalars(statement)}
    return dict.fromkeys(suppressed, SUPPRESSED) | dict.fromkeys(marked, SAME_VALUE)


def _marked_values(context: Context, values: Sequence[str], channel: str) -> set[str]:
    found: set[str] = set()
    known = Identity.__table__
    for resource in context.hooks.registry.resources.values():
        table = resource.model.__table__
        if not resource.person or BARRED not in table.c:
            continue
        statement = (
            sa.select(known.c.value)
            .join(table, sa.and_(table.c.tenant_id == known.c.tenant_id, table.c.id == known.c.record_id))
            .where(known.c.tenant_id == context.tenant, table.c.tenant_id == context.tenant)
            .where(known.c.scheme == _scheme(IDENTITY[channel]), known.c.value.in_(values))
            .where(table.c.deleted_at.is_(None), _barring(table, channel))
        )
        found |= set(context.session.connection().execute(statement).scalars())
    return found


def digest(value: str) -> bytes:
    """What is kept of a number or an address that is contacted no more: enough to know it again, not to use it."""
    return hashlib.sha256(value.encode()).digest()


def suppress(context: Context, ids: Sequence[UUID]) -> None:
    """Contact the numbers and addresses that records are known by no more, whoever has them later."""
    values = {value for some in identities(context, ids, IDENTITY.values()).values() for value in some}
    present = set(context.session.scalars(sa.select(Suppression.digest).where(Suppression.tenant_id == context.tenant)))
    context.session.add_all(Suppression(digest=one) for one in set(map(digest, values)) - present)
    context.session.flush()


def identities(context: Context, ids: Sequence[UUID], sorts: Iterable[str]) -> Mapping[UUID, set[str]]:
    """The numbers and addresses that records are known by."""
    statement = sa.select(Identity.record_id, Identity.value).where(
        Identity.tenant_id == context.tenant, _among(Identity.record_id, ids), Identity.scheme.in_(map(_scheme, sorts))
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for record, value in context.session.execute(statement):
        found[record].add(value)
    return found


def _scheme(sort: str) -> str:
    return f"{PARTY}.{sort}"


def _among(
    column: sa.ColumnElement[UUID] | sa.orm.InstrumentedAttribute[UUID], ids: Sequence[UUID]
) -> sa.ColumnElement[bool]:
    return column == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))


def _barring(table: sa.FromClause, channel: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = table.c[BARRED].overlap([ANY.value, channel])
    return found


def _marked(context: Context, resource: Resource, ids: Sequence[UUID], channel: str) -> dict[UUID, Text]:
    """Those that are deleted, were never there, or are marked."""
    table = resource.model.__table__
    barred = _barring(table, channel) if BARRED in table.c else sa.false()
    statement = sa.select(table.c.id, barred).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), _among(table.c.id, ids)
    )
    there: dict[UUID, bool] = dict(context.session.connection().execute(statement).all())
    return {one: DO_NOT if one in there else GONE for one in ids if there.get(one, True)}


def _by_the_same_value(context: Context, ids: Sequence[UUID], channel: str) -> set[UUID]:
    """Those who are known by the number or address of somebody, of any entity, who is marked."""
    mine, theirs = Identity.__table__.alias("mine"), Identity.__table__.alias("theirs")
    same = sa.and_(*(mine.c[name] == theirs.c[name] for name in ("tenant_id", "scheme", "value")))
    found: set[UUID] = set()
    for resource in context.hooks.registry.resources.values():
        table = resource.model.__table__
        if not resource.person or BARRED not in table.c:
            continue
        marked = sa.and_(table.c.tenant_id == theirs.c.tenant_id, table.c.id == theirs.c.record_id)
        statement = (
            sa.select(mine.c.record_id)
            .select_from(mine.join(theirs, same).join(table, marked))
            .where(mine.c.tenant_id == context.tenant, theirs.c.tenant_id == context.tenant)
            .where(_among(mine.c.record_id, ids), mine.c.scheme == _scheme(IDENTITY[channel]))
            .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), _barring(table, channel))
        )
        found |= set(context.session.connection().execute(statement).scalars())
    return found


def _suppressed(context: Context, ids: Sequence[UUID], channel: str) -> set[UUID]:
    known = {one: set(map(digest, some)) for one, some in identities(context, ids, [IDENTITY[channel]]).items()}
    wanted = sa.literal(list(set[bytes]().union(*known.values())), sa.ARRAY(sa.LargeBinary))
    statement = sa.select(Suppression.digest).where(
        Suppression.tenant_id == context.tenant, Suppression.digest == sa.any_(wanted)
    )
    found = set(context.session.scalars(statement))
    return {one for one, digests in known.items() if digests & found}


def _not_agreed(context: Context, ids: Sequence[UUID], channel: str, purpose: ConsentPurpose) -> set[UUID]:
    """Those without a consent in force; of a yes and a later no on two records that became one, the later counts."""
    if purpose.without_consent:
        return set()
    said = (
        sa.select(
            Consent.record_id,
            sa.func.max(Consent.given_at).filter(Consent.withdrawn_at.is_(None)).label("yes"),
            sa.func.max(Consent.withdrawn_at).label("no"),
        )
        .where(Consent.tenant_id == context.tenant, _among(Consent.record_id, ids))
        .where(Consent.purpose_id == purpose.id, Consent.channel == channel)
        .group_by(Consent.record_id)
    )
    agreed = {one for one, yes, no in context.session.execute(said) if yes is not None and (no is None or yes >= no)}
    return set(ids) - agreed
