"""Activities as entities of the product: shared by one tick, seen by those they are assigned to."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.activities.models import (
    CARRIED_OUT,
    DONE,
    HELD,
    Activity,
    Call,
    Comment,
    Document,
    Meeting,
    Note,
    Plan,
    Task,
    Transaction,
    TransactionType,
)
from core.activities.repeating import resume
from core.activities.service import complete
from core.activities.telling import tell_mentioned, tell_planned
from core.context import Context
from core.entity.entity import OWNERS, Aspect, Event, Resource
from core.entity.fields import Choice
from core.i18n import Label, translator

_ = translator("core")

ASPECT = Aspect("core.activities", _("Activities"))
FILED = ("see", "create", "edit", "delete", "export", *OWNERS)
"""What can be done with documents: no table to import holds files."""


def entities() -> Iterable[Resource]:
    """In the order timelines offer them; what is only ever reached from a record has no entry in the menu."""
    return [
        _plan(Call, _("Telephone call"), _("Telephone calls"), "phone", HELD, weight=21),
        _plan(Meeting, _("Meeting"), _("Meetings"), "calendar-event", HELD, ends=True, weight=22),
        _plan(Task, _("Task"), _("Tasks"), "checkbox", DONE, ends=True, weight=20),
        _plan(
            Transaction,
            _("Transaction with a customer"),
            _("Transactions with customers"),
            "arrows-exchange",
            CARRIED_OUT,
            ends=True,
            weight=23,
        ),
        Resource(
            model=TransactionType,
            owned=False,
            title=_("Type of transaction"),
            plural=_("Types of transactions"),
            icon="category-2",
            navigation=False,
        ),
        _kept(Note, _("Note"), _("Notes"), "note"),
        _kept(Document, _("Document"), _("Documents"), "file-text", verbs=FILED),
        _kept(Comment, _("Comment"), _("Comments"), "message-circle", after_save=tell_mentioned),
    ]


def _planned(context: Context, plans: Sequence[Any], event: str) -> None:
    """What is kept in step with plans: their series and their reminders."""
    if event == "restored":
        resume(context, plans)
    tell_planned(context, plans, event)


def _plan(
    model: type[Plan], title: Label, plural: Label, icon: str, end: Choice, *, weight: int, ends: bool = False
) -> Resource:
    """One with a time and a state; reaching ``end`` is an event by the name of that state."""
    return Resource(
        model=model,
        title=title,
        plural=plural,
        icon=icon,
        group=_("Work"),
        weight=weight,
        calendar=("starts", "ends") if ends else ("starts",),
        events=(Event(end.value, when=("state", end.value), title=end.title),),
        members="assignees",
        aspect=ASPECT,
        before_save=complete,
        after_save=_planned,
        quick=("state", "priority", "starts", "ends", "assignees", "remind_before", "remind_by", "note"),
    )


def _kept(model: type[Activity], title: Label, plural: Label, icon: str, **rest: Any) -> Resource:
    """One that is kept with a record and reached from there."""
    return Resource(
        model=model,
        title=title,
        plural=plural,
        icon=icon,
        navigation=False,
        aspect=ASPECT,
        before_save=complete,
        **rest,
    )
