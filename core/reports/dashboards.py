"""Dashboards: pages of reports, each a card that is drawn, listed, or said in one figure."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from core.entity.errors import InvalidError, MissingError
from core.i18n import translator
from core.reports.catalogue import Entry, entry, of_report
from core.reports.models import Dashboard, Report
from core.reports.saved import checked_name, new

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

CHART, TABLE, FIGURE = "chart", "table", "figure"
LOOKS: Final = (CHART, TABLE, FIGURE)
MOST: Final = 24
"""Cards of one dashboard."""


@dataclass(frozen=True, slots=True)
class Card:
    """A report on a dashboard."""

    id: str
    report: str
    """Its key; see :class:`core.reports.catalogue.Entry`."""
    look: str = CHART
    wide: bool = False


def cards_of(dashboard: Dashboard) -> list[Card]:
    """The cards in their order."""
    return [Card(**one) for one in dashboard.cards]


def card_of(dashboard: Dashboard, which: str) -> Card:
    """One of them. Raises MissingError."""
    found = next((one for one in cards_of(dashboard) if one.id == which), None)
    if found is None:
        raise MissingError("card", which)
    return found


def report_of(context: "Context", dashboard: Dashboard, card: Card) -> Entry:
    """The report of a card: whoever sees a dashboard sees the reports that its owner put there, with their own figures.

    Raises MissingError for one that is gone.
    """
    with suppress(ValueError):
        mine = sa.select(Report).where(
            Report.tenant_id == context.tenant, Report.id == UUID(card.report), Report.user_id == dashboard.user_id
        )
        if (report := context.session.scalar(mine)) is not None:
            return of_report(context, report)
    return entry(context, card.report)


def add(context: "Context", name: str) -> Dashboard:
    """One more dashboard, of the person's own. Raises InvalidError."""
    found = new(context, Dashboard)
    found.name = checked_name(name)
    context.session.add(found)
    context.session.flush()
    return found


def rename(context: "Context", dashboard: Dashboard, name: str) -> None:
    """Call it something else. Raises InvalidError."""
    dashboard.name = checked_name(name)
    context.session.flush()


def pin(context: "Context", dashboard: Dashboard, key: str, look: str, *, wide: bool = False) -> Card:
    """Put a report on a dashboard. Raises MissingError for one the person does not see, InvalidError when it is full."""
    entry(context, key)
    if look not in LOOKS:
        raise InvalidError({"look": [_("Choose one of the listed values.")]})
    present = _locked(context, dashboard)
    if len(present) >= MOST:
        raise InvalidError({"dashboard": [_("There are %(n)s cards already; take one off first.", n=MOST)]})
    card = Card(uuid4().hex[:12], key, look, wide)
    _keep(context, dashboard, [*present, card])
    return card


def unpin(context: "Context", dashboard: Dashboard, which: str) -> None:
    """Take a card off."""
    _keep(context, dashboard, [one for one in _locked(context, dashboard) if one.id != which])


def arrange(context: "Context", dashboard: Dashboard, ids: Sequence[str]) -> None:
    """Put the cards into this order; those that are not named stay behind them."""
    places = {one: place for place, one in enumerate(ids)}
    present = _locked(context, dashboard)
    _keep(context, dashboard, sorted(present, key=lambda one: places.get(one.id, len(places))))


def _locked(context: "Context", dashboard: Dashboard) -> list[Card]:
    """The cards as they are now; whoever else would change them waits."""
    cards = sa.select(Dashboard.cards).where(Dashboard.tenant_id == context.tenant, Dashboard.id == dashboard.id)
    return [Card(**one) for one in context.session.execute(cards.with_for_update()).scalar_one()]


def _keep(context: "Context", dashboard: Dashboard, cards: Iterable[Card]) -> None:
    dashboard.cards = [asdict(one) for one in cards]
    context.session.flush()
