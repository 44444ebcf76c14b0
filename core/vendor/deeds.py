"""What operators did: kept for good, so that a company can be told who suspended it and when."""

import logging
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.i18n import Label, Text, translator
from core.vendor.models import Deed

_ = translator("core")
logger = logging.getLogger(__name__)

COMMAND = ""
"""Who did it, where it was a command on the server."""
ACTIONS: dict[str, Text] = {
    "signed_in": _("Signed in from %(address)s"),
    "second_factor_on": _("Switched on their second factor"),
    "second_factor_codes": _("Made new recovery codes"),
    "second_factor_off": _("Switched off their second factor"),
    "operator.second_factor_reset": _("Took the second factor away from the operator %(email)s"),
    "operator.created": _("Made the operator %(email)s"),
    "company.created": _("Made the company %(company)s from the bundle %(bundle)s"),
    "company.renamed": _("Renamed the company %(company)s to %(name)s"),
    "company.suspended": _("Suspended the company %(company)s"),
    "company.resumed": _("Opened the company %(company)s again"),
    "company.entitled": _("Let the company %(company)s have %(plugins)s"),
    "company.withdrawn": _("Took %(plugins)s from the company %(company)s"),
    "plugin.held": _("Set the plugin %(plugin)s aside. %(why)s"),
    "plugin.released": _("Let the plugin %(plugin)s run again"),
    "plugin.purged": _("Purged the plugin %(plugin)s: %(rows)s rows are in %(export)s"),
}
"""What can be done, as a sentence about it."""


@dataclass(frozen=True, slots=True)
class DeedView:
    """A line of the log."""

    id: int
    at: datetime
    operator: str
    """Empty for a command on the server."""
    text: Label
    company: str
    plugin: str


def record(
    session: Session, operator: str, action: str, *, company: str = "", plugin: str = "", **details: str | int
) -> None:
    """Write down what is being done, in the vendor's session and transaction that does it."""
    assert action in ACTIONS, action
    session.add(Deed(operator=operator, action=action, company=company, plugin=plugin, details=details))
    session.flush()
    logger.info("%s %s %s%s %s", operator or "a command", action, company, plugin, details)


def deeds(session: Session, *, company: str = "", before: int | None = None, limit: int = 50) -> list[DeedView]:
    """What was done last, to one company or to any; from ``before``, the last one's id, what was done before that."""
    statement = sa.select(Deed).order_by(Deed.id.desc()).limit(limit)
    if company:
        statement = statement.where(Deed.company == company)
    if before is not None:
        statement = statement.where(Deed.id < before)
    return [_view(one) for one in session.scalars(statement)]


def _view(deed: Deed) -> DeedView:
    known, arguments = ACTIONS.get(deed.action), {"company": deed.company, "plugin": deed.plugin, **deed.details}
    text = Text(known.domain, known.message, arguments) if known else deed.action
    return DeedView(deed.id, deed.at, deed.operator, text, deed.company, deed.plugin)
