"""A settlement as the customer sees it by a link: what was done, what it comes to, how it can be paid."""

from core.sdk import Context, PublicPage

from .documents import Settlement


def _write_to(_context: Context, slip: Settlement) -> str:
    return str(slip.customer.email or "")


PAGE = PublicPage(template="garage/public_settlement.html", print="settlement", recipient=_write_to)
