"""What becomes of e-mails when the person they were exchanged with is erased."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.entity.entity import title_field
from core.entity.history import Entry, write_erasure
from core.entity.reference import Reference
from core.entity.tables import StoredFile
from core.jobs.queue import enqueue
from core.mailbox.models import FAILED, QUEUED, Mail
from core.privacy.circle import personal_fields
from core.privacy.erasing import REMOVE_FILES


def forget(context: Context, entity: str, ids: Sequence[UUID]) -> None:
    """Take out what is beside the fields: HTML and files; what waits is not sent. Of e-mails about the person all."""
    references = [str(Reference(entity, one)) for one in ids]
    theirs: sa.ColumnElement[bool] = Mail.about.in_(references)
    if entity == "core.customer":
        theirs = sa.or_(theirs, Mail.__table__.c.customer_id.in_(ids))
    statement = sa.select(Mail).where(Mail.tenant_id == context.tenant, theirs).with_for_update()
    mails = list(context.session.scalars(statement))
    if not mails:
        return
    resource = context.resource(Mail)
    for mail in mails:
        mail.html = mail.message_id = mail.in_reply_to = mail.remark = None
        mail.state = FAILED.value if mail.state == QUEUED.value else mail.state
    _remove_files(context, [mail.id for mail in mails])
    about = [mail for mail in mails if mail.about in references]
    for mail in about:
        mail.subject, mail.to, mail.body = mail.id.hex[-8:].upper(), "", ""
        mail.sender = mail.cc = None
        mail.search_norm = ""
    context.session.flush()
    if about:
        entries = [Entry(mail, "erased", {}) for mail in about]
        write_erasure(context, resource, entries, [*personal_fields(context, resource), title_field(Mail)])


def _remove_files(context: Context, ids: Sequence[UUID]) -> None:
    gone = sa.delete(StoredFile).where(
        StoredFile.tenant_id == context.tenant, StoredFile.entity == context.resource(Mail).name,
        StoredFile.record_id.in_(ids),
    )  # fmt: skip
    files = list(context.session.scalars(gone.returning(StoredFile.id)))
    if files:
        enqueue(context, REMOVE_FILES, {"files": [str(one) for one in files]})
