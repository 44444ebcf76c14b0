"""What pages of a plugin may use, beside :mod:`core.sdk`: the request's context, answers for pages and for htmx."""

from core.sheets.columns import Column
from core.web.entity.form import received
from core.web.entity.turn import by_htmx, go, refresh, show, with_events
from core.web.flash import flash
from core.web.gate import context, public
from core.web.guests import age_of, guest, guest_token, stamp
from core.web.headers import framed_by
from core.web.periods import Period, asked_period
from core.web.tables import Table, send_table

__all__ = [
    "Column",
    "Period",
    "Table",
    "age_of",
    "asked_period",
    "by_htmx",
    "context",
    "flash",
    "framed_by",
    "go",
    "guest",
    "guest_token",
    "public",
    "received",
    "refresh",
    "send_table",
    "show",
    "stamp",
    "with_events",
]
