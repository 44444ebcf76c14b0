"""How a person wants to be told: ways by kind, quiet hours by their own clock, the daily e-mail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.context import Context
from core.db.base import now
from core.entity.errors import InvalidError
from core.i18n import translator
from core.notifications.kinds import BELL, MAIL, WAYS, kinds
from core.notifications.models import NotificationPreference
from core.plugin.manifest import NotificationKind

_ = translator("core")

WEEK = range(7)
_DAY = timedelta(days=1)
_LONGEST = 15
"""Stretches of quiet that may follow each other: whoever is always quiet is not kept waiting for ever."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing rings and no e-mail goes out."""

    begins: time | None = None
    ends: time | None = None
    days: frozenset[int] = frozenset()
    """Days of the week on which these hours begin, 0 for Monday."""
    free: frozenset[int] = frozenset()
    """Days of the week that are quiet throughout."""

    def until(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet that holds at a moment is over; None where there is none."""
        end = moment
        for _stretch in range(_LONGEST):
            following = self._end_of_stretch(end, zone)
            if following is None:
                break
            end = following
        return None if end == moment else end

    def _end_of_stretch(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        today = moment.astimezone(zone).date()
        for day in (today - _DAY, today):
            for begins, ends in self._stretches(day, zone):
                if begins <= moment < ends:
                    return ends
        return None

    def _stretches(self, day: date, zone: ZoneInfo) -> Iterable[tuple[datetime, datetime]]:
        """What is quiet from this day on, compared as moments: an hour that the clocks skip or repeat is one."""

        def at(clock: time, on: date) -> datetime:
            return datetime.combine(on, clock, zone).astimezone(UTC)

        if day.weekday() in self.free:
            yield at(time(), day), at(time(), day + _DAY)
        if self.begins is not None and self.ends is not None and day.weekday() in self.days:
            yield at(self.begins, day), at(self.ends, day if self.ends > self.begins else day + _DAY)


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's, as they hold now."""

    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of the kinds the person has said something about, the ways they want."""
    quiet: Quiet = Quiet()
    digest_hour: int | None = None
    sound: bool = False
    timezone: str = ""
    """Empty is the company's zone."""

    def ways(self, kind: NotificationKind, wanted: frozenset[str] | None = None) -> frozenset[str]:
        """How a notification of a kind reaches them.

        ``wanted`` is what its sender asked for; the person's own word is the limit of it, and where nothing is left
        of both, what the person allows.
        """
        if kind.name in self.kinds:
            allowed = self.kinds[kind.name]
        elif wanted is not None:
            return wanted
        else:
            allowed = frozenset(way for way in WAYS if getattr(kind, way))
        return (wanted & allowed or allowed) if wanted is not None else allowed


def of_row(row: Any) -> Preferences:
    """Those of a row that has the columns of the table, all of them empty where a person has none, and ``timezone``."""
    quiet = Quiet(row.quiet_from, row.quiet_to, frozenset(row.quiet_days or ()), frozenset(row.free_days or ()))
    said = {name: frozenset(ways) for name, ways in (row.kinds or {}).items()}
    return Preferences(said, quiet, row.digest_hour, bool(row.sound), row.timezone or "")


def preferences(context: Context, user_id: UUID) -> Preferences:
    """Those of one person."""
    table, users = NotificationPreference.__table__, User.__table__
    mine = sa.and_(table.c.tenant_id == users.c.tenant_id, table.c.user_id == users.c.id)
    statement = (
        sa.select(users.c.timezone, *preference_columns())
        .join_from(users, table, mine, isouter=True)
        .where(users.c.tenant_id == context.tenant, users.c.id == user_id)
    )
    return of_row(context.session.connection().execute(statement).one())


def preference_columns() -> list[sa.Column[Any]]:
    """What :func:`of_row` reads of the table."""
    names = ("kinds", "quiet_from", "quiet_to", "quiet_days", "free_days", "digest_hour", "sound")
    return [NotificationPreference.__table__.c[name] for name in names]


def prefer(context: Context, wanted: Preferences) -> None:
    """Keep how the person of the context wants to be told. Raises :class:`InvalidError` naming the field."""
    assert context.user is not None, "somebody is signed in"
    _check(context, wanted)
    known = kinds(context)
    kept = {
        name: sorted(ways) for name, ways in preferences(context, context.user.id).kinds.items() if name not in known
    }
    values = {
        "kinds": kept | {name: sorted(ways) for name, ways in wanted.kinds.items()},
        "quiet_from": wanted.quiet.begins,
        "quiet_to": wanted.quiet.ends,
        "quiet_days": sorted(wanted.quiet.days),
        "free_days": sorted(wanted.quiet.free),
        "digest_hour": wanted.digest_hour,
        "sound": wanted.sound,
    }
    row = {"tenant_id": context.tenant, "id": uuid7(), "user_id": context.user.id, **values}
    statement = insert(NotificationPreference.__table__).values(row)
    statement = statement.on_conflict_do_update(index_elements=["tenant_id", "user_id"], set_=values)
    context.session.connection().execute(statement)
    zone = sa.update(User.__table__).where(User.__table__.c.tenant_id == context.tenant)
    zone = zone.where(User.__table__.c.id == context.user.id).values(timezone=wanted.timezone or None)
    context.session.connection().execute(zone)
    context.user = replace(context.user, timezone=wanted.timezone)


def _check(context: Context, wanted: Preferences) -> None:
    quiet, problems = wanted.quiet, []
    known = kinds(context)
    if any(name not in known or not ways <= {BELL, MAIL} for name, ways in wanted.kinds.items()):
        problems.append(("kinds", _("There is no such kind of notification, or no such way.")))
    if (quiet.begins is None) != (quiet.ends is None):
        missing = "quiet_from" if quiet.begins is None else "quiet_to"
        problems.append((missing, _("Give both the beginning and the end of the quiet hours.")))
    for name, days in (("quiet_days", quiet.days), ("free_days", quiet.free)):
        if not days <= frozenset(WEEK):
            problems.append((name, _("Days of the week are 0 for Monday to 6 for Sunday.")))
    if wanted.digest_hour is not None and wanted.digest_hour not in range(24):
        problems.append(("digest_hour", _("An hour from 0 to 23.")))
    if wanted.timezone and wanted.timezone not in available_timezones():
        problems.append(("timezone", _("There is no such time zone.")))
    if error := InvalidError.of(problems):
        raise error


def zone_of(context: Context, timezone: str) -> ZoneInfo:
    """A person's clock: their own zone, or the company's."""
    return ZoneInfo(timezone) if timezone else context.company.zone


def is_quiet(context: Context, wanted: Preferences) -> bool:
    """Whether nothing shall ring at this moment."""
    return wanted.quiet.until(now(), zone_of(context, wanted.timezone)) is not None
