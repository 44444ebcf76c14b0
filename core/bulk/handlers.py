"""Every kind of operation, by its name."""

from core.bulk import sharing
from core.bulk.parts import BulkHandler
from core.customers import grouping
from core.rules import bulk as rules
from core.rules import recalling

HANDLERS: dict[str, BulkHandler] = {**sharing.HANDLERS, **grouping.HANDLERS, **rules.HANDLERS, **recalling.HANDLERS}
