"""What a document brought, beside its page: the same figures as the page of profit and debt has (REP-04)."""

from collections.abc import Iterable

from core import sdk
from core.sdk import Card, CardItem, Context

from .results import Figures, documents, figures_of

_ = sdk.translator("plugins.cash")


def cards(context: Context, record: sdk.Entity) -> Iterable[Card]:
    """Revenue, what was received and spent, profit and what is still owed, of a document that counts."""
    name = context.resource(type(record)).name
    if not context.can("cash.receipt", "see") or name not in documents(context):
        return
    found = figures_of(context, name, record.id)
    if found != Figures():
        rows = (
            (_("Revenue"), found.revenue), (_("Total received"), found.received), (_("Total spent"), found.spent),
            (_("Profit"), found.profit), (_("Receivable"), found.debt),
        )  # fmt: skip
        items = tuple(CardItem(title=str(title), value=sdk.money(context, amount)) for title, amount in rows)
        yield Card(name="cash_figures", title=_("Profit and debt"), icon="report-money", items=items, weight=40)
