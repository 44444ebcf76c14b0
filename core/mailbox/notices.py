"""What people are told of their e-mail."""

from collections.abc import Iterable

from core.context import Context
from core.i18n import translator
from core.mailbox.accounts import told
from core.mailbox.models import REFUSED, Mail, MailAccount
from core.mailbox.reach import UnreachableError
from core.notifications.service import notify
from core.plugin.manifest import NotificationKind

_ = translator("core")

EMAIL = "email"
_BODY = 200


def notification_kinds() -> Iterable[NotificationKind]:
    """Core's, of e-mails. Not by e-mail: whoever has one has an INBOX."""
    return [
        NotificationKind(
            name=EMAIL,
            title=_("E-mails of customers"),
            help=_("Somebody answered you, or a customer wrote to you."),
            icon="mail",
            weight=5,
        )
    ]


def arrived(context: Context, mail: Mail) -> None:
    """Tell the owner that somebody wrote."""
    if mail.owner_id is not None:
        title = _("E-mail from %(who)s: %(subject)s", who=mail.sender or "", subject=mail.subject)
        body = " ".join(mail.body.split())[:_BODY]
        notify(context, [mail.owner_id], EMAIL, title, body=body, record=mail, dedupe_key=f"email:{mail.id}")


def failed(context: Context, account: MailAccount, error: UnreachableError) -> None:
    """Note what an account's servers said; its owner hears of it once when they let nobody in any more."""
    before = account.state
    told(account, error)
    if account.state == REFUSED != before:
        notify(
            context,
            [account.user_id],
            EMAIL,
            _("Your e-mail account does not let us in any more"),
            body=account.error,
            url="/account/email",
            dedupe_key=f"mail-account:{account.id}:{account.version}",
        )
