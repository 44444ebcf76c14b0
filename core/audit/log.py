"""Reading the audit: narrowed by person, sort, entity and period, page after page, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from core.audit.kinds import BY_NAME
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.tables import AUDITED, Change
from core.entity.timeline import described
from core.i18n import Label, translator

_ = translator("core")

PAGE, MOST = 50, 200
_SLACK = timedelta(minutes=10)
"""Between a line's id, made when it is written, and its moment."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the audit is looked at; nothing said is everything."""

    person: UUID | None = None
    kind: str = ""
    entity: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line with what it says in words."""

    change: Change
    details: tuple[tuple[Label, str, str], ...]


def read(context: Context, wanted: Wanted, *, limit: int = PAGE, before: UUID | None = None) -> list[AuditLine]:
    """The newest lines, or those before the line ``before``. For administrators.

    Raises :class:`InvalidError` naming what is wrong with the conditions.
    """
    statement = _statement(context, wanted).order_by(Change.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Change.id < before)
    return _told(context, list(context.session.scalars(statement)))


def stream(context: Context, wanted: Wanted, most: int) -> Iterator[AuditLine]:
    """As many lines as a file may hold, the newest first, a part at a time."""
    before, left = None, most
    while left > 0:
        found = read(context, wanted, limit=min(MOST * 5, left), before=before)
        if not found:
            return
        yield from found
        before, left = found[-1].change.id, left - len(found)
        context.session.expunge_all()


def count(context: Context, wanted: Wanted, most: int) -> int:
    """How many lines there are, at most ``most``."""
    some = _statement(context, wanted).with_only_columns(Change.id).limit(most).subquery()
    return int(context.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _statement(context: Context, wanted: Wanted) -> sa.Select[Change]:
    context.require("*", "admin")
    problems: list[tuple[str, Label]] = []
    if wanted.kind and wanted.kind not in BY_NAME:
        problems.append(("kind", _("Choose one of the listed values.")))
    if wanted.first and wanted.last and wanted.first > wanted.last:
        problems.append(("last", _("The period ends before it begins.")))
    if error := InvalidError.of(problems):
        raise error
    statement = sa.select(Change).where(Change.tenant_id == context.tenant, AUDITED)
    if wanted.person is not None:
        statement = statement.where(Change.user_id == wanted.person)
    if wanted.kind:
        statement = statement.where(BY_NAME[wanted.kind].condition)
    if wanted.entity:
        statement = statement.where(Change.entity == wanted.entity)
    return statement.where(*_period(context, wanted))


def _period(context: Context, wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """Days of the company. Ids grow with time, so a bound on them keeps an old period from walking what is newer."""
    if wanted.first is not None:
        begins = datetime.combine(wanted.first, time(), context.company.zone)
        yield Change.at >= begins
        yield Change.id >= _first_id(begins - _SLACK)
    if wanted.last is not None:
        ends = datetime.combine(wanted.last + timedelta(days=1), time(), context.company.zone)
        yield Change.at < ends
        yield Change.id < _first_id(ends + _SLACK)


def _first_id(moment: datetime) -> UUID:
    """The smallest id that can be made at a moment: a UUIDv7 begins with its milliseconds."""
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def _told(context: Context, changes: list[Change]) -> list[AuditLine]:
    said = described(context, changes)
    return [AuditLine(one, said[one.id]) for one in changes]
