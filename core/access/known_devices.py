"""Telling people that somebody signs in as them on a device they have not used before."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.devices import browser_of
from core.access.keys import digest
from core.access.models import User
from core.access.sign_in_models import KnownDevice
from core.context import Context
from core.db.base import now
from core.entity.format import moment
from core.i18n import translator, use_locale
from core.mail.outbox import send_mail

_ = translator("core")

REMEMBERED = timedelta(days=400)
"""From the last sign-in; browsers keep no cookie longer."""


def arrived(context: Context, key: str, agent: str, *, security_url: str) -> None:
    """Remember the device that somebody has just signed in on; of one that is new they are told by e-mail.

    The first device of an account is no news. The caller commits.
    """
    assert context.user is not None, "somebody has signed in"
    person = context.session.get_one(User, (context.tenant, context.user.id))
    others = _has_devices(context, person.id)
    if _remember(context, person.id, key) and others:
        _tell(context, person, agent, security_url)


def _has_devices(context: Context, user_id: UUID) -> bool:
    statement = sa.select(sa.exists().where(KnownDevice.tenant_id == context.tenant, KnownDevice.user_id == user_id))
    return bool(context.session.scalar(statement))


def _remember(context: Context, user_id: UUID, key: str) -> bool:
    """Whether the device is new to this person; of two sign-ins at once one is first."""
    row = {"tenant_id": context.tenant, "id": uuid7(), "user_id": user_id, "key_hash": digest(key), "seen_at": now()}
    statement = (
        insert(KnownDevice)
        .values(row)
        .on_conflict_do_update(index_elements=["tenant_id", "user_id", "key_hash"], set_={"seen_at": row["seen_at"]})
        .returning(KnownDevice.id)
    )
    return context.session.scalar(statement) == row["id"]


def _tell(context: Context, person: User, agent: str, security_url: str) -> None:
    with use_locale(person.locale or context.company.locale):
        text = _(
            "Hello %(name)s,\n\nSomebody has just signed in to %(company)s as you, on a device not seen before:\n"
            "%(device)s, %(at)s\n\nIf it was you, there is nothing to do.\n\n"
            "If not, sign that device out and change your password here at once, and tell your administrator:\n%(link)s",
            name=person.name, company=context.company.name, device=browser_of(agent), at=moment(context, now()),
            link=security_url,
        )  # fmt: skip
        send_mail(context, person.email, _("New device signed in to %(company)s", company=context.company.name), text)


def forget_expired(context: Context) -> int:
    """Forget devices nobody signed in on for long; for the company's hourly cleaning."""
    statement = sa.delete(KnownDevice).where(
        KnownDevice.tenant_id == context.tenant, KnownDevice.seen_at < now() - REMEMBERED
    )
    return len(context.session.execute(statement.returning(KnownDevice.id)).scalars().all())
