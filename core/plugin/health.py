"""How plugins fare: every error is kept for the vendor, and a plugin that keeps failing is taken away from everybody."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.base import now
from core.i18n import Label, translator
from core.plugin.boot import Registry
from core.plugin.facade import Timing
from core.plugin.models import Entitlement, PluginError, Quarantine
from core.vendor import deeds

_ = translator("core")

LIMIT = 20
"""So many errors …"""
WINDOW = timedelta(minutes=10)
"""… within this time, and the plugin is off until an operator releases it."""
KEPT = timedelta(days=30)
_MESSAGE = 2000
_DAY = timedelta(days=1)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """Keeps errors of plugins, in transactions of the application's own role."""

    engine: sa.Engine

    def report(self, plugin: str, place: str, company: int | None, error: BaseException) -> None:
        """Keep one error, and quarantine its plugin if it was one too many; for :class:`~core.plugin.facade.Hooks`.

        The transaction is its own, since the one that failed will be rolled back. It never raises: whoever reports
        an error has trouble enough.
        """
        message = f"{type(error).__name__}: {error}".replace("\0", "").encode(errors="replace").decode()[:_MESSAGE]
        try:
            with self.engine.begin() as connection:
                values = {"plugin": plugin[:60], "place": place[:120], "company_id": company, "message": message}
                connection.execute(sa.insert(PluginError).values(values))
                _quarantine_if_failing(connection, plugin[:60], message)
        except Exception:
            logger.exception("an error of plugin %s in %s could not be kept", plugin, place)


def _quarantine_if_failing(connection: sa.Connection, plugin: str, message: str) -> None:
    released = sa.select(sa.func.max(Quarantine.released_at)).where(Quarantine.plugin == plugin).scalar_subquery()
    since = sa.func.greatest(sa.func.now() - WINDOW, released)
    recent = sa.select(PluginError.id).where(PluginError.plugin == plugin, PluginError.at > since).limit(LIMIT)
    count = connection.scalar(sa.select(sa.func.count()).select_from(recent.subquery())) or 0
    if count >= LIMIT:
        held = connection.execute(_hold(plugin, "errors", message))
        if held.rowcount:
            logger.error("plugin %s is quarantined: it kept failing, the last time with %s", plugin, message)


def _hold(plugin: str, cause: str, reason: str, operator: str = "") -> sa.Insert:
    return (
        insert(Quarantine)
        .values(plugin=plugin, cause=cause, reason=reason, operator=operator)
        .on_conflict_do_nothing(index_elements=["plugin"], index_where=Quarantine.released_at.is_(None))
    )


def take_away(
    session: Session, plugin: str, reason: str = "", *, operator: str = deeds.COMMAND, cause: str = "operator"
) -> bool:
    """Switch a plugin off for everybody, without touching what each company has switched on.

    ``operator`` is who wants it. False where it was away already.
    """
    held = session.execute(_hold(plugin, cause, reason, operator).returning(sa.literal(1))).first() is not None
    if held and cause == "operator":
        deeds.record(session, operator, "plugin.held", plugin=plugin, why=reason)
    return held


def release(session: Session, plugin: str, *, operator: str = deeds.COMMAND) -> bool:
    """Let a plugin run again; errors from before no longer count. Whether it was away."""
    statement = (
        sa.update(Quarantine)
        .where(Quarantine.plugin == plugin, Quarantine.released_at.is_(None))
        .values(released_at=now())
        .returning(Quarantine.cause)
    )
    cause = session.scalar(statement)
    if cause is not None and cause != "purge":
        deeds.record(session, operator, "plugin.released", plugin=plugin)
    return cause is not None


def forget_old(session: Session) -> int:
    """Remove errors nobody will look at any more; how many there were."""
    statement = sa.delete(PluginError).where(PluginError.at < now() - KEPT).returning(PluginError.id)
    return len(session.execute(statement).all())


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """An error as the vendor reads it."""

    at: datetime
    place: str
    company_id: int | None
    message: str


@dataclass(frozen=True, slots=True)
class PluginHealth:
    """A plugin as the vendor's page shows it."""

    name: str
    title: Label
    version: str
    distribution: str
    state: str
    """running, quarantined, broken (installed, and left out at the start) or gone: companies may have it still."""
    reason: Label
    since: datetime | None
    """Of the quarantine."""
    companies: int
    """How many may have it."""
    calls: int
    errors: int
    seconds: float
    """Of this process, since it started."""
    errors_today: int
    last_errors: tuple[ErrorLine, ...]


def health(session: Session, registry: Registry, timings: dict[str, Timing]) -> list[PluginHealth]:
    """Every plugin, those in trouble first. ``session`` is the vendor's."""
    held = {row.plugin: row for row in session.scalars(sa.select(Quarantine).where(Quarantine.released_at.is_(None)))}
    entitled = dict(_counts(session, Entitlement.plugin))
    today = dict(_counts(session, PluginError.plugin, PluginError.at > now() - _DAY))
    problems = {one.plugin: one for one in registry.problems}
    found = []
    for name in dict.fromkeys([*registry.plugins, *problems, *sorted({*entitled, *held})]):
        plugin, problem = registry.plugins.get(name), problems.get(name)
        quarantine, timing = held.get(name), timings.get(name, Timing())
        found.append(
            PluginHealth(
                name=name,
                title=plugin.manifest.title if plugin else name,
                version=plugin.manifest.version if plugin else "",
                distribution=plugin.distribution if plugin else problem.distribution if problem else "",
                state="broken" if problem else "quarantined" if quarantine else "running" if plugin else "gone",
                reason=problem.reason if problem else _why(quarantine) if quarantine else "",
                since=quarantine.since if quarantine else None,
                companies=entitled.get(name, 0),
                calls=timing.calls,
                errors=timing.errors,
                seconds=timing.seconds,
                errors_today=today.get(name, 0),
                last_errors=last_errors(session, name) if name in today else (),
            )
        )
    order = {"broken": 0, "quarantined": 1, "gone": 2, "running": 3}
    return sorted(found, key=lambda one: (order[one.state], one.name != "core", one.name))


def _why(held: Quarantine) -> Label:
    """Why a plugin is away, in words."""
    if held.cause == "errors":
        minutes = WINDOW.seconds // 60
        return _("%(n)s errors in %(minutes)s minutes, the last: %(why)s", n=LIMIT, minutes=minutes, why=held.reason)
    if held.cause == "purge":
        return _("It is being purged.")
    if not held.operator:
        return _("Set aside by a command on the server.")
    if not held.reason:
        return _("Set aside by %(who)s.", who=held.operator)
    return _("Set aside by %(who)s: %(why)s", who=held.operator, why=held.reason)


def last_errors(session: Session, plugin: str, limit: int = 5) -> tuple[ErrorLine, ...]:
    """What a plugin raised last, the newest first."""
    statement = (
        sa.select(PluginError.at, PluginError.place, PluginError.company_id, PluginError.message)
        .where(PluginError.plugin == plugin)
        .order_by(PluginError.at.desc())
        .limit(limit)
    )
    return tuple(ErrorLine(*row) for row in session.execute(statement))


def _counts(
    session: Session, column: sa.orm.InstrumentedAttribute[str], *conditions: sa.ColumnElement[bool]
) -> list[tuple[str, int]]:
    statement = sa.select(column, sa.func.count()).where(*conditions).group_by(column)
    return [(name, count) for name, count in session.execute(statement)]
