"""Fetching what came in: answers to our e-mails and what customers write, each once, filed with the record it is about.

A message is written down and the account's mark moved past it in one transaction, so that it is kept once whoever dies
in between, and whatever two workers do at a time. What is nobody's business is not even read.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.viewers import as_person
from core.activities.service import complete
from core.context import Context
from core.db.base import now
from core.entity.history import Entry as Line
from core.entity.history import announce, write
from core.entity.values import search_text
from core.files.service import FileRefusedError, store
from core.files.storage import storage_of
from core.i18n import translator, use_locale
from core.jobs.models import Job
from core.jobs.queue import Wish, enqueue_many
from core.jobs.work import Work
from core.mailbox import inbox
from core.mailbox.filing import Place, place_of
from core.mailbox.inbox import LARGEST, Entry, Inbox
from core.mailbox.models import INCOMING, ON, RECEIVED, Mail, MailAccount
from core.mailbox.notices import arrived, failed
from core.mailbox.reach import UnreachableError
from core.mailbox.reading import Received, read, read_head
from core.mailbox.servers import Access
from core.plugin.manifest import Handler, Schedule

_ = translator("core")

LOOK, FETCH = "core.mailbox.look", "core.mailbox.fetch"
EVERY = timedelta(minutes=5)
BATCH, MOST = 50, 500
"""Messages that are asked about at a time, and in one go; the rest is for the next."""
_KEPT = timedelta(hours=1)


def handlers() -> Iterable[Handler]:
    """Core's handlers of what comes in."""
    return [
        Handler(topic=LOOK, run=look, title=_("Look for e-mails"), retries=1),
        Handler(topic=FETCH, run=fetch, title=_("Fetch the e-mails of an account"), retries=2),
    ]


def schedules() -> Iterable[Schedule]:
    """As often as people look into their INBOX."""
    return [Schedule(name="look_for_emails", topic=LOOK, every=EVERY)]


def look(context: Context, work: Work) -> None:
    """Have every account that is on looked into, unless somebody is at it; forget the jobs of the last hours."""
    ours = (Job.tenant_id == context.tenant, Job.topic.in_((LOOK, FETCH)))
    old = sa.delete(Job).where(*ours, Job.state == "done", Job.done_at < sa.func.now() - _KEPT)
    context.session.execute(old, execution_options={"synchronize_session": False})
    waiting = sa.select(Job.payload["account"].astext).where(
        *ours, Job.state.in_(("new", "running")), Job.topic == FETCH
    )
    busy = set(context.session.scalars(waiting))
    wanted = sa.select(MailAccount.id, MailAccount.user_id).where(
        MailAccount.tenant_id == context.tenant, MailAccount.state == ON, MailAccount.imap_host != ""
    )
    accounts = [row for row in context.session.execute(wanted) if str(row.id) not in busy]
    enqueue_many(context, [Wish(FETCH, {"account": str(row.id)}, user_id=row.user_id) for row in accounts])
    work.result(accounts=len(accounts))


@dataclass(frozen=True, slots=True)
class _Round:
    """One look into one account."""

    context: Context
    person: Context
    """With what the account's owner may see."""
    work: Work
    account_id: UUID
    version: int
    validity: int


def fetch(context: Context, work: Work) -> None:
    """Look into one account."""
    account_id = UUID(work.payload["account"])
    account = _account(context, account_id)
    person = as_person(context, account.user_id) if account is not None else None
    if account is None or person is None or account.state != ON or not account.imap_host:
        return
    version, folder, seen, since = account.version, account.folder, account.seen, account.since
    try:
        access = Access.of(account, work.settings).imap
        work.checkpoint()  # no transaction waits for a server
        if access is None:
            return
        with inbox.opened(access) as box:
            uids = box.after(seen) if box.validity == folder else box.since(since.date())
            turn = _Round(context, person, work, account_id, version, box.validity)
            _go_through(turn, box, uids[:MOST])
    except UnreachableError as error:
        _note(context, account_id, version, error)


def _go_through(turn: _Round, box: Inbox, uids: Sequence[int]) -> None:
    done = kept = 0
    for start in range(0, len(uids), BATCH):
        batch = uids[start : start + BATCH]
        for entry in box.entries(batch):
            place = place_of(turn.person, read_head(entry.head))
            if place is None:
                continue
            turn.work.checkpoint()
            found = read(box.message(entry))
            if not _advance(turn, entry.uid):
                return
            kept += _keep(turn, entry, found, place)
            turn.work.checkpoint()
        if not _advance(turn, batch[-1]):
            return
        done += len(batch)
        turn.work.progress(done, len(uids))
        turn.work.result(looked=done, kept=kept)
        turn.work.checkpoint()
    if not uids:
        _advance(turn, 0)


def _advance(turn: _Round, uid: int) -> bool:
    """Move the account's mark past a message; False where it is past it already, or the account was changed."""
    account = _account(turn.context, turn.account_id)
    if account is None or account.version != turn.version or account.state != ON:
        return False
    if account.folder != turn.validity:
        account.folder, account.seen = turn.validity, 0
    elif account.seen > uid > 0:
        return False
    account.seen, account.error, account.checked_at = max(account.seen, uid), "", now()
    account.since = max(account.since, now() - timedelta(days=3))
    turn.context.session.flush()
    return True


def _keep(turn: _Round, entry: Entry, found: Received, place: Place) -> bool:
    """Write an e-mail down; False for one that stands there already."""
    context, resource = turn.context, turn.context.resource(Mail)
    assert turn.person.user is not None, "an account is somebody's"
    if _is_there(turn, found, place):
        return False
    with use_locale(context.company.locale):
        nameless = str(_("(no subject)"))
        too_large = str(_("The e-mail is too large: only its beginning was fetched.")) if entry.size > LARGEST else None
    mail = Mail(
        id=uuid7(), subject=found.subject or nameless, state=RECEIVED.value, direction=INCOMING.value,
        sender=str(found.head.sender)[:400], to=found.to, cc=found.cc or None, body=found.text,
        html=found.html or None, sent_at=found.head.at, remark=too_large, about=str(place.about) if place.about else None,
        message_id=found.head.message_id, in_reply_to=next(iter(found.head.answers), None),
        account_id=turn.account_id, owner_id=turn.person.user.id,
    )  # fmt: skip
    mail.thread_id = place.thread or mail.id
    mail.search_norm = search_text(mail, context.all_fields(resource))
    complete(context, [mail])
    context.session.add(mail)
    context.session.flush()
    lines = [Line(mail, "created", {"state": [None, RECEIVED.value]})]
    write(context, resource, lines)
    announce(context, resource, lines)
    _keep_files(turn, mail, found)
    arrived(context, mail)
    return True


def _is_there(turn: _Round, found: Received, place: Place) -> bool:
    """Whether this account, or a colleague's, brought it to this record before."""
    same = sa.and_(Mail.tenant_id == turn.context.tenant, Mail.message_id == found.head.message_id)
    here = Mail.account_id == turn.account_id
    if place.thread is not None:
        here = sa.or_(here, Mail.thread_id == place.thread)
    elif place.about is not None:
        here = sa.or_(here, Mail.about == str(place.about), Mail.__table__.c.customer_id == place.about.id)
    return bool(turn.context.session.scalar(sa.select(sa.exists().where(same, here))))


def _keep_files(turn: _Round, mail: Mail, found: Received) -> None:
    """What came along; what is refused, such as a damaged picture, is named."""
    storage, refused = storage_of(turn.work.settings), []
    for name, content in found.files:
        try:
            row = store(turn.context, storage, io.BytesIO(content), name)
        except FileRefusedError:
            refused.append(name)
            continue
        row.entity, row.record_id = turn.context.resource(Mail).name, mail.id
    if refused:
        with use_locale(turn.context.company.locale):
            text = str(_("Not kept: %(files)s", files=", ".join(refused)))
        mail.remark = "\n".join(filter(None, [mail.remark, text]))[:500]
    turn.context.session.flush()


def _note(context: Context, account_id: UUID, version: int, error: UnreachableError) -> None:
    account = _account(context, account_id)
    if account is not None and account.version == version:
        failed(context, account, error)
        context.session.flush()


def _account(context: Context, account_id: UUID) -> MailAccount | None:
    statement = sa.select(MailAccount).where(MailAccount.tenant_id == context.tenant, MailAccount.id == account_id)
    return context.session.scalar(statement.with_for_update(), execution_options={"populate_existing": True})
