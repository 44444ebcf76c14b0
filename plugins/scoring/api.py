"""What other modules tell of: e-mails that were opened and clicked, campaigns, visits of the company's site.

Each kind is a topic of its own, ``scoring.email_open``, …, with what :func:`record` puts into it. Whoever does not want
to import anything enqueues the topic itself; while scoring is off nobody hears of it.
"""

from datetime import UTC, datetime
from uuid import UUID

from core.sdk import Context, enqueue

from .kinds import (
    CAMPAIGN_ACTION,
    CAMPAIGN_STATUS,
    EMAIL_CLICK,
    EMAIL_OPEN,
    SIGNALS,
    STATUSES,
    WEB_PAGE,
    WEB_TIME,
    page_path,
)
from .work import topic_of

__all__ = [
    "CAMPAIGN_ACTION",
    "CAMPAIGN_STATUS",
    "EMAIL_CLICK",
    "EMAIL_OPEN",
    "SIGNALS",
    "STATUSES",
    "WEB_PAGE",
    "WEB_TIME",
    "record",
]


def record(
    context: Context,
    kind: str,
    customer: UUID,
    occasion: str,
    *,
    value: str = "",
    minutes: int = 0,
    about: str = "",
    at: datetime | None = None,
) -> None:
    """Tell that a customer did something; the points come when the caller's transaction is committed.

    ``occasion`` names the one time it happened, such as the id of a message or of a visit: told again it counts once,
    and of two things told of one kind and occasion the later counts, as of a recipient's statuses in one campaign.
    ``value`` is the status, the name of the action, or the path of the page; ``minutes`` how long a visit took;
    ``about`` what people are told it was. Raises ValueError for a kind that there is not.
    """
    if kind not in SIGNALS:
        raise ValueError(kind)
    told = {
        "kind": kind, "occasion": occasion, "about": about, "amount": str(minutes),
        "value": page_path(value) if kind == WEB_PAGE else value, "at": (at or datetime.now(UTC)).isoformat(),
    }  # fmt: skip
    # In the form of an event of the customer: erasing a person empties what jobs repeat of them.
    enqueue(context, topic_of(kind), {"entity": "core.customer", "id": str(customer), "values": told})
