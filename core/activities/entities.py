"""Activities as entities of the product: shared by one tick, seen by those they are assigned to."""

from collections.abc import Iterable

from core.activities.models import (
    CARRIED_OUT,
    DONE,
    HELD,
    Call,
    Comment,
    Document,
    Meeting,
    Note,
    Task,
    Transaction,
    TransactionType,
)
from core.activities.service import complete
from core.entity.entity import OWNERS, Aspect, Event, Resource
from core.i18n import translator

_ = translator("core")

ASPECT = Aspect("core.activities", _("Activities"))
WORK = _("Work")
FILED = ("see", "create", "edit", "delete", "export", *OWNERS)
"""What can be done with documents: no table to import holds files."""


def entities() -> Iterable[Resource]:
    """What is planned first; what is only ever reached from a record has no entry in the menu."""
    return [
        Resource(
            model=Task,
            title=_("Task"),
            plural=_("Tasks"),
            icon="checkbox",
            group=WORK,
            weight=20,
            calendar=("starts", "ends"),
            events=(Event("done", when=("state", DONE.value), title=_("done")),),
            members="assignees",
            aspect=ASPECT,
            before_save=complete,
        ),
        Resource(
            model=Call,
            title=_("Call"),
            plural=_("Calls"),
            icon="phone",
            group=WORK,
            weight=21,
            calendar=("starts",),
            events=(Event("held", when=("state", HELD.value), title=_("completed")),),
            members="assignees",
            aspect=ASPECT,
            before_save=complete,
        ),
        Resource(
            model=Meeting,
            title=_("Meeting"),
            plural=_("Meetings"),
            icon="calendar-event",
            group=WORK,
            weight=22,
            calendar=("starts", "ends"),
            events=(Event("held", when=("state", HELD.value), title=_("completed")),),
            members="assignees",
            aspect=ASPECT,
            before_save=complete,
        ),
        Resource(
            model=Transaction,
            title=_("Transaction with a customer"),
            plural=_("Transactions with customers"),
            icon="arrows-exchange",
            group=WORK,
            weight=23,
            calendar=("starts", "ends"),
            events=(Event("carried_out", when=("state", CARRIED_OUT.value), title=_("carried out")),),
            members="assignees",
            aspect=ASPECT,
            before_save=complete,
        ),
        Resource(
            model=TransactionType,
            owned=False,
            title=_("Type of transaction"),
            plural=_("Types of transactions"),
            icon="category-2",
            navigation=False,
        ),
        Resource(
            model=Note, title=_("Note"), plural=_("Notes"), icon="note", navigation=False, aspect=ASPECT,
            before_save=complete,
        ),
        Resource(
            model=Document, verbs=FILED, title=_("Document"), plural=_("Documents"), icon="file-text", navigation=False,
            aspect=ASPECT, before_save=complete,
        ),
        Resource(
            model=Comment, title=_("Comment"), plural=_("Comments"), icon="message-circle", navigation=False,
            aspect=ASPECT, before_save=complete,
        ),
    ]  # fmt: skip
