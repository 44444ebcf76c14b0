"""The kinds of notifications that core knows of itself, and how those of all modules are found."""

from collections.abc import Iterable

from core.context import Context
from core.i18n import translator
from core.plugin.manifest import NotificationKind

_ = translator("core")

BELL, MAIL = "bell", "mail"
WAYS = (BELL, MAIL)
REMINDER, ASSIGNED, MENTIONED, AUTOMATION, REQUEST = "reminder", "assigned", "mentioned", "automation", "request"
APPROVAL = "approval"


def own_kinds() -> Iterable[NotificationKind]:
    """Core's."""
    return [
        NotificationKind(
            name=REMINDER,
            title=_("Reminders"),
            help=_("What you, or whoever planned it, wanted you to be reminded of."),
            icon="alarm",
            mail=True,
            weight=0,
        ),
        NotificationKind(
            name=ASSIGNED,
            title=_("Work for you"),
            help=_("Somebody gave you something to do."),
            icon="user-check",
            weight=1,
        ),
        NotificationKind(
            name=MENTIONED, title=_("Mentions"), help=_("Somebody named you in a comment."), icon="at", weight=2
        ),
        NotificationKind(
            name=REQUEST,
            title=_("Requests for access"),
            help=_("Somebody asks to see a record of yours."),
            icon="lock-access",
            weight=3,
        ),
        NotificationKind(
            name=APPROVAL,
            title=_("Approvals"),
            help=_("A record waits for your approval, or somebody answered your request."),
            icon="checkbox",
            mail=True,
            weight=4,
        ),
        NotificationKind(
            name=AUTOMATION,
            title=_("Automation"),
            help=_("A rule of the company tells you something."),
            icon="robot",
            weight=5,
        ),
    ]


def kinds(context: Context) -> dict[str, NotificationKind]:
    """The kinds of the modules that are on, in their order."""
    known = context.hooks.registry.notification_kinds
    return {name: kind for name, kind in known.items() if kind.plugin in context.active}
