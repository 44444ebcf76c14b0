"""Notifications by e-mail: each is a job in the turn of its reader, so that it speaks their language."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from core.access.rights import rights_of_person
from core.access.visibility import sees
from core.context import Context
from core.i18n import Label, translator
from core.jobs.work import Work
from core.mail.message import compose
from core.mail.outbox import post
from core.notifications import wording
from core.notifications.models import Notification
from core.notifications.service import LETTER
from core.plugin.manifest import Handler

_ = translator("core")

SETTINGS_PAGE = "/account/notifications"


def handlers() -> Iterable[Handler]:
    """Core's handler of these e-mails."""
    return [Handler(topic=LETTER, run=send, title=_("Send a notification"))]


def send(context: Context, work: Work) -> None:
    """Send one, unless its reader has left or may not see the record any more."""
    table = Notification.__table__
    row = context.session.connection().execute(
        sa.select(table).where(table.c.tenant_id == context.tenant, table.c.id == UUID(work.payload["notification"]))
    ).one_or_none()  # fmt: skip
    if row is None or context.user is None or context.user.id != row.user_id:
        return
    url = row.url
    if row.entity is not None and row.record_id is not None:
        url = record_url(context, row.entity, row.record_id)
        if not url:
            return
    title = wording.read(row.title, context.zone)
    write(context, work, title, [part for part in (str(title), row.body) if part], url=url)


def record_url(context: Context, entity: str, record_id: UUID) -> str:
    """Where a record is, for whoever may see it; empty otherwise, and while its module is off."""
    person = Context(
        context.session, context.company, context.hooks, context.active, rights_of_person(context), context.user
    )
    try:
        resource = person.resource(entity)
    except (KeyError, LookupError):
        return ""
    return f"/{resource.path}/{record_id}" if sees(person, resource, record_id, alive=True) else ""


def write(context: Context, work: Work, subject: Label, parts: Iterable[Label], *, url: str = "") -> None:
    """Send the context's person an e-mail of paragraphs, and tell them where such e-mails are switched off."""
    assert context.user is not None, "it is somebody's turn"
    base = work.settings.address_of(context.company.slug)
    paragraphs = [str(part) for part in parts]
    if url:
        paragraphs.append(base + url)
    choose = str(_("You choose here what is sent to you, and when:"))
    paragraphs.append(f"{choose}\n{base}{SETTINGS_PAGE}")
    message = compose(work.settings, [context.user.email], str(subject), "\n\n".join(paragraphs))
    message["List-Unsubscribe"] = f"<{base}{SETTINGS_PAGE}>"
    post(work, message)
