"""What pages of a plugin may use, beside :mod:`core.sdk`: the request's context, answers for pages and for htmx."""

from core.web.entity.turn import by_htmx, go, refresh, show, with_events
from core.web.flash import flash
from core.web.gate import context, public

__all__ = ["by_htmx", "context", "flash", "go", "public", "refresh", "show", "with_events"]
