"""What stands beside a car and its reception: photos, what is due, what is under warranty."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from core import sdk
from core.sdk import Card, CardItem, Context, Entity, Picture

from .documents import SETTLED, Settlement, SettlementLine
from .models import Reception, Vehicle
from .receiving import pictures_of

_ = sdk.translator("plugins.garage")
PICTURES, LINES = 6, 20
DATES = (
    ("inspection_on", _("Inspection due")), ("insurance_on", _("Insured until")),
    ("road_fee_on", _("Road fee paid until")), ("due_on", _("Maintenance due")),
)  # fmt: skip


def cards(context: Context, record: Entity) -> Iterable[Card]:
    """Photos of a reception; dates and warranty of a car."""
    if isinstance(record, Reception) and context.can("garage.photo", "see"):
        yield from _photos(context, record)
    elif isinstance(record, Vehicle):
        yield from _dates(context, record)
        yield from _warranty(context, record)


def _photos(context: Context, reception: Reception) -> Iterable[Card]:
    url = f"/garage/receptions/{reception.id}/photos"
    rows = pictures_of(context, reception.id, PICTURES)
    pictures = tuple(Picture(row["picture"], row["caption"] or _("Photo"), url) for row in rows)
    if pictures:
        yield Card(name="garage_photos", title=_("Photos"), icon="camera", url=url, pictures=pictures, weight=10)


def _known(context: Context, car: Vehicle) -> list[tuple[sdk.Text, date]]:
    """The dates of a car that this person may know."""
    fields = context.fields(context.resource(Vehicle))
    return [(title, day) for name, title in DATES if name in fields and (day := getattr(car, name))]


def _dates(context: Context, car: Vehicle) -> Iterable[Card]:
    items = [
        CardItem(title=str(title), value=sdk.show_day(day), subtitle=_left(day, context.today()))
        for title, day in _known(context, car)
    ]
    if items:
        yield Card(name="garage_dates", title=_("What is due"), icon="calendar-due", items=tuple(items), weight=10)


def _left(day: date, today: date) -> sdk.Text:
    """How far off a day is."""
    days = (day - today).days
    if days < 0:
        return _("%(n)s days over", n=-days)
    return _("in %(n)s days", n=days) if days else _("today")


def _warranty(context: Context, car: Vehicle) -> Iterable[Card]:
    """What was charged on settlements that this person sees and is guaranteed still, by date and by kilometres."""
    if not context.can("garage.settlement", "see"):
        return
    line, paper = SettlementLine.__table__, Settlement.__table__
    guaranteed = sa.or_(line.c.warranty_months > 0, line.c.warranty_km > 0)
    statement = (
        sa.select(
            line.c.name, line.c.warranty_months, line.c.warranty_km, paper.c.id, paper.c.number, paper.c.settled_on,
            paper.c.km,
        )
        .join(paper, sa.and_(paper.c.tenant_id == line.c.tenant_id, paper.c.id == line.c.document_id))
        .where(
            line.c.tenant_id == context.tenant, paper.c.tenant_id == context.tenant, paper.c.vehicle_id == car.id,
            paper.c.state == SETTLED.value, paper.c.deleted_at.is_(None), guaranteed,
            sdk.visible(context, context.resource(Settlement)),
        )
        .order_by(paper.c.settled_on.desc(), line.c.position)
        .limit(LINES)
    )  # fmt: skip
    items = []
    for row in context.session.connection().execute(statement):
        until = row.settled_on + relativedelta(months=row.warranty_months) if row.warranty_months else None
        at_km = row.km + row.warranty_km if row.km is not None and row.warranty_km else None
        if (until is None or until >= context.today()) and (at_km is None or car.km <= at_km):
            ends = [sdk.show_day(until) if until else "", f"{sdk.show_number(at_km)} km" if at_km else ""]
            text = " · ".join([row.number or "", *filter(None, ends)])
            items.append(CardItem(title=row.name or "—", subtitle=text, url=f"/garage/settlements/{row.id}"))
    if items:
        title = _("Under warranty")
        yield Card(name="garage_warranty", title=title, icon="shield-check", items=tuple(items), weight=20)
