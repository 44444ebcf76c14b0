"""Links by which people set their password: asked for on the sign-in page, or sent with an invitation.

The worker that sends a link makes it: its key is in the message and nowhere else, and how long the page takes to
answer tells nobody whether there is such a person.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core import parse
from core.access import tickets
from core.access.delegation import require_looks_after
from core.access.login import Gate, end_all
from core.access.models import User
from core.access.people import set_new
from core.context import Context, UserInfo
from core.entity import service
from core.i18n import Text, translator, use_locale
from core.jobs.queue import enqueue
from core.jobs.work import Work
from core.mail.message import compose
from core.mail.outbox import post
from core.plugin.manifest import Handler

_ = translator("core")

FORGOTTEN, INVITED = "core.password.forgotten", "core.password.invited"
RESET_LASTS, INVITATION_LASTS = timedelta(hours=1), timedelta(days=3)
PATH = "/set-password"
"""Below the company's address, before the key."""


def handlers() -> Iterable[Handler]:
    """Core's handlers of the two messages."""
    return [
        Handler(topic=FORGOTTEN, run=mail_to_forgetful, title=_("Send a link to set a new password")),
        Handler(topic=INVITED, run=mail_to_invited, title=_("Send an invitation")),
    ]


def ask(context: Context, email: str, *, gate: Gate, address: str) -> None:
    """Have a link sent to whoever has this address here, if anybody; the caller commits.

    Raises :class:`~core.access.attempts.TooManyAttemptsError`, for known and unknown addresses alike.
    """
    gate.letters.begin(str(context.tenant), email.strip().lower(), address)
    gate.letters.failed(address)  # there is no success to forget it for
    try:
        wanted = parse.email(email)
    except ValueError:
        return
    if wanted is not None:
        enqueue(context, FORGOTTEN, {"email": wanted})


def invite(context: Context, user_id: UUID) -> str:
    """Have a link sent to a colleague by which they choose their password; where to. For whoever looks after them."""
    require_looks_after(context, user_id)
    person = service.get(context, User, user_id)
    enqueue(context, INVITED, {"user": str(person.id)}, title=str(_("Invite %(name)s", name=person.name)))
    return person.email


def mail_to_forgetful(context: Context, work: Work) -> None:
    """Send the link that somebody asked for."""
    person = _person(context, User.email == work.payload["email"])
    if person is None:
        return
    with use_locale(person.locale or context.company.locale):
        text = _(
            "Hello %(name)s,\n\nA new password was asked for, for your account %(email)s at %(company)s.\n\n"
            "Choose it here, within an hour:\n%(link)s\n\n"
            "The link works once. If it was not you who asked, do nothing: your password stays as it is.",
            **_words(context, work, person, RESET_LASTS),
        )
        _send(work, person, _("A new password for %(company)s", company=context.company.name), text)


def mail_to_invited(context: Context, work: Work) -> None:
    """Send the link of an invitation."""
    person = _person(context, User.id == UUID(work.payload["user"]))
    if person is None:
        return
    with use_locale(person.locale or context.company.locale):
        text = _(
            "Hello %(name)s,\n\nYou have an account at %(company)s. You sign in with %(email)s.\n\n"
            "Choose your password here, within three days:\n%(link)s\n\n"
            "The link works once. Ask for a new one under “Forgotten your password?” on the sign-in page.",
            **_words(context, work, person, INVITATION_LASTS),
        )
        _send(work, person, _("Your account at %(company)s", company=context.company.name), text)


def holder(context: Context, key: str) -> UserInfo | None:
    """Whose link this is, while it is good."""
    person = tickets.holder(context.session, key, tickets.PASSWORD)
    return UserInfo(person.id, person.name, person.email, person.theme) if person else None


def set_by_link(context: Context, key: str, password: str, *, gate: Gate) -> bool:
    """Set the password of a link's person, end their sessions and void their other links; the caller commits.

    False where the link is used up or too old. Raises :class:`~core.access.passwords.PasswordError`, and the link
    stays good.
    """
    person = tickets.holder(context.session, key, tickets.PASSWORD)
    if person is None:
        return False
    context.user = UserInfo(person.id, person.name, person.email)
    set_new(context, person, password, gate.passwords)
    if not tickets.redeem(context.session, key, tickets.PASSWORD):
        context.session.rollback()
        return False
    end_all(context, person.id)
    tickets.withdraw(context.session, person.id)
    gate.attempts.succeeded(str(context.tenant), person.email)
    return True


def _person(context: Context, condition: sa.ColumnElement[bool]) -> User | None:
    return context.session.scalar(
        sa.select(User).where(User.tenant_id == context.tenant, User.active, User.deleted_at.is_(None), condition)
    )


def _words(context: Context, work: Work, person: User, lasts: timedelta) -> dict[str, str]:
    """What a message tells; its link is made here."""
    key = tickets.issue(context.session, person.id, tickets.PASSWORD, lasts)
    link = f"{work.settings.address_of(context.company.slug)}{PATH}/{key}"
    return {"name": person.name, "email": person.email, "company": context.company.name, "link": link}


def _send(work: Work, person: User, subject: Text, text: Text) -> None:
    post(work, compose(work.settings, [person.email], str(subject), str(text)))
