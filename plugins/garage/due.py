"""When a car is due: its periodic inspection by law, its maintenance by the day that was agreed or by its kilometres."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

FAMILY_SEATS = 9
"""The driver's and eight more: larger cars are inspected like those of a business."""
FAMILY_FIRST, FAMILY_STEPS, FAMILY_OLD = 36, ((7, 24), (20, 12)), 6
OTHERS_FIRST, OTHERS_STEPS, OTHERS_OLD = 24, ((5, 12),), 6
"""Months until the first inspection; then by the years since the car was made; then for all older ones.

Circular 47/2024/TT-BGTVT, taken over by 30/2026/TT-BXD.
"""
FARTHEST = 3650
"""Days: what lies beyond is no date one can plan by."""
PAIR = 2
"""A pace is between two visits."""
_PACE = Decimal("0.01")


class Visit(NamedTuple):
    """The kilometres a car had on a day."""

    on: date
    km: int


def next_inspection(
    inspected_on: date | None, registered_on: date | None, made_in: int | None, *, seats: int | None, commercial: bool
) -> date | None:
    """When a car has to be inspected next, by the last time or by its first registration; None where neither is known."""
    family = not commercial and (seats or 0) <= FAMILY_SEATS
    if inspected_on is None:
        first = FAMILY_FIRST if family else OTHERS_FIRST
        return _after(registered_on, first) if registered_on else None
    year = made_in or (registered_on.year if registered_on else inspected_on.year)
    age = inspected_on.year - year
    steps, old = (FAMILY_STEPS, FAMILY_OLD) if family else (OTHERS_STEPS, OTHERS_OLD)
    months = next((months for years, months in steps if age <= years), old)
    return _after(inspected_on, months)


def _after(day: date, months: int) -> date:
    found: date = day + relativedelta(months=months)
    return found


def pace_of(visits: Sequence[Visit]) -> Decimal | None:
    """Kilometres a day between the last two visits, newest first; None where they tell nothing."""
    if len(visits) < PAIR:
        return None
    last, before = visits[:PAIR]
    days, km = (last.on - before.on).days, last.km - before.km
    return (Decimal(km) / days).quantize(_PACE) if days > 0 and km > 0 else None


def maintenance_due(
    agreed: date | None, at_km: int | None, km: int, pace: Decimal | None, seen_on: date
) -> date | None:
    """The day that was agreed, or the one on which the car will have the kilometres, whichever comes first."""
    reached = None
    if at_km is not None and pace:
        days = int((Decimal(at_km - km) / pace).to_integral_value(ROUND_CEILING))
        reached = seen_on + timedelta(days=min(max(days, 0), FARTHEST))
    return min((one for one in (agreed, reached) if one), default=None)
