"""E-mails as an entity of the product: an activity like a call, whose text is fixed once it was sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.activities.entities import ASPECT, FILED
from core.activities.service import complete
from core.context import Context
from core.entity.entity import Entity, Event, Resource
from core.i18n import Label, translator
from core.mailbox.models import DRAFT, RECEIVED, Mail

_ = translator("core")

WRITTEN = frozenset(("subject", "to", "cc", "body"))
"""What belongs to the e-mail itself: it is as it was sent, whatever record it is filed with."""


def entities() -> Iterable[Resource]:
    """Beside the other work; those of a record are reached from there."""
    return [
        Resource(
            model=Mail,
            title=_("E-mail"),
            plural=_("E-mails"),
            icon="mail",
            group=_("Work"),
            weight=24,
            verbs=FILED,
            calendar=("sent_at",),
            events=(Event("received", when=("state", RECEIVED.value), title=RECEIVED.title),),
            aspect=ASPECT,
            guard=guard,
            before_save=complete,
        )
    ]


def guard(_context: Context, record: Entity | None, given: Mapping[str, Any]) -> Iterable[tuple[str, Label]]:
    """Only drafts are written on."""
    if isinstance(record, Mail) and record.state != DRAFT.value:
        for name in WRITTEN & given.keys():
            if (given[name] or None) != getattr(record, name):
                yield name, _("This e-mail is not a draft any more.")
