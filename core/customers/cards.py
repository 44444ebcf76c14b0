"""Core's cards on the home page."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from core.context import Context
from core.customers.models import Customer
from core.entity.query import Query, count, list_fields, read_page
from core.i18n import translator
from core.plugin.manifest import Card, CardItem

_ = translator("core")
WEEK = 7
LATEST = 5


def customer_cards(context: Context) -> Iterable[Card]:
    """How many customers there are, how many are new, and which were touched last."""
    resource = context.resource(Customer)
    if not context.can(resource.name, "see"):
        return
    table = Customer.__table__
    begin = datetime.combine(context.today() - timedelta(days=WEEK), time(), context.company.zone)
    total, capped = count(context, Query(resource))
    fresh, many = count(context, Query(resource, conditions=[table.c.created_at >= begin]))
    yield Card(name="customers", title=_("Customers"), value=_figure(total, capped=capped), url="/customers", weight=10)
    yield Card(name="new_customers", title=_("New this week"), value=_figure(fresh, capped=many), weight=11)
    name = list_fields(context, resource)["name"]
    latest = read_page(context, Query(resource, columns=[name], limit=LATEST)).rows
    if latest:
        items = tuple(CardItem(title=row["name"], url=f"/customers/{row['id']}") for row in latest)
        yield Card(name="latest_customers", title=_("Last changed"), url="/customers", items=items, weight=20)


def _figure(number: int, *, capped: bool) -> str:
    return f"{number:,}".replace(",", ".") + ("+" if capped else "")
