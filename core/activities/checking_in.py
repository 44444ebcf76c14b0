"""Proof of having been somewhere: a picture taken at a call or a meeting, with the place and the moment (ACT-03)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite

from core.access.visibility import require_reach
from core.activities.models import Call, CheckIn, Meeting
from core.context import Context
from core.db.base import now
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.history import Entry, write
from core.entity.tables import StoredFile
from core.i18n import translator

_ = translator("core")

DRIFT = timedelta(minutes=10)
"""A telephone's clock that differs by more than this is not believed: the server's stands in its place."""
NORTH, EAST = 90, 180
"""Degrees of latitude and longitude, on either side."""
_FARTHEST = 100_000
"""Metres; a fix that is worse says nothing."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a telephone says it is."""

    latitude: float
    longitude: float
    accuracy: float
    """In metres."""

    def check(self) -> None:
        """Raise InvalidError for what is no place on earth."""
        numbers = (self.latitude, self.longitude, self.accuracy)
        on_earth = all(map(isfinite, numbers)) and abs(self.latitude) <= NORTH and abs(self.longitude) <= EAST
        if not on_earth or not 0 <= self.accuracy <= _FARTHEST:
            raise InvalidError({"": [_("The place could not be read. Go outside, and try again.")]})


def check_in(context: Context, plan: Entity, photo: StoredFile, fix: Fix, taken: datetime | None) -> CheckIn:
    """Keep a picture with a call or a meeting that the person may edit: nobody changes it afterwards."""
    fix.check()
    resource, moment = context.resource(type(plan)), now()
    if not isinstance(plan, Call | Meeting):
        raise InvalidError({"": [_("There is no check-in here.")]})
    require_reach(context, resource, "edit", [plan.id])
    photo.entity, photo.record_id = resource.name, plan.id
    made = CheckIn(
        call_id=plan.id if isinstance(plan, Call) else None,
        meeting_id=plan.id if isinstance(plan, Meeting) else None,
        photo_id=photo.id,
        user_id=context.user.id if context.user else None,
        latitude=Decimal(str(round(fix.latitude, 6))),
        longitude=Decimal(str(round(fix.longitude, 6))),
        accuracy=round(fix.accuracy),
        taken_at=taken if taken is not None and abs(moment - taken) <= DRIFT else moment,
    )
    context.session.add(made)
    context.session.flush()
    write(context, resource, [Entry(plan, "checked_in", {})])
    return made
