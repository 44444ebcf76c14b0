"""Which modules a company has on, and switching them: nothing is cached, so a switch acts on the next request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.access.models import User
from core.context import Context
from core.db.base import now
from core.entity.tables import Change
from core.i18n import Label, Text, translator, use_locale
from core.plugin.boot import Registry
from core.plugin.models import ActiveModule, Entitlement, Quarantine

_ = translator("core")

SWITCHED_ON = """
ARRAY(SELECT m.plugin FROM core_module m
  JOIN vendor.entitlement e ON e.company_id = %(tenant)s AND e.plugin = m.plugin
  WHERE m.tenant_id = %(tenant)s AND m.active
    AND NOT EXISTS (SELECT FROM vendor.quarantine q WHERE q.plugin = m.plugin AND q.released_at IS NULL))
"""
"""SQL: what company ``tenant`` has switched on, is entitled to and may run; for :func:`running`."""


class SwitchError(RuntimeError):
    """A module could not be switched; ``reason`` is for people. Nothing was changed."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class UnknownModuleError(SwitchError):
    """There is no such module here, or it is the one that is never off."""


class NotEntitledError(SwitchError):
    """The vendor does not let this company have these modules."""

    def __init__(self, modules: list[str], titles: str) -> None:
        super().__init__(_("Not part of what you have booked: %(modules)s. Ask your provider.", modules=titles))
        self.modules = modules


class NeedsError(SwitchError):
    """A module needs others that are off: ask, then switch on with requirements."""

    def __init__(self, missing: list[str], titles: str) -> None:
        super().__init__(_("This needs to be on as well: %(modules)s.", modules=titles))
        self.missing = missing


class DependantsError(SwitchError):
    """Others that are on need this module: ask, then switch off with dependants."""

    def __init__(self, dependants: list[str], titles: str) -> None:
        super().__init__(_("This is needed by: %(modules)s.", modules=titles))
        self.dependants = dependants


class RefusedError(SwitchError):
    """The module itself would not be switched on."""

    def __init__(self, module: str, title: str, why: BaseException) -> None:
        super().__init__(_("%(module)s could not be switched on: %(why)s", module=title, why=why))
        self.module = module


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module as the company's Modules page shows it."""

    name: str
    title: Label
    summary: Label
    icon: str
    version: str
    requires: tuple[str, ...]
    dependants: tuple[str, ...]
    state: str
    """on, off, not_entitled, quarantined, or broken: its code is missing or cannot run."""
    reason: Label = ""
    since: datetime | None = None
    by: str = ""


def running(registry: Registry, switched_on: Iterable[str]) -> frozenset[str]:
    """Of the modules that are switched on, those that run: installed, with everything they require. Core always."""
    return _running(registry, frozenset(switched_on))


@lru_cache(maxsize=1000)
def _running(registry: Registry, switched_on: frozenset[str]) -> frozenset[str]:
    found = {"core"}
    for name, plugin in registry.plugins.items():  # those required come first
        if name in switched_on and found.issuperset(plugin.manifest.requires):
            found.add(name)
    return frozenset(found)


def active_modules(context: Context) -> frozenset[str]:
    """The modules that run in this company now, read anew."""
    statement = f"SELECT {SWITCHED_ON}"  # this module's own text
    [(found,)] = context.session.rows(statement, {"tenant": context.tenant})
    return running(context.hooks.registry, found)


def switch_on(context: Context, plugin: str, *, with_requirements: bool = False) -> list[str]:
    """Switch a module on, and what it requires; gives what was switched, in order. An administrator's right.

    Everything happens in the caller's transaction, or nothing does: raises :class:`SwitchError` of one kind.
    """
    context.require("*", "admin")
    registry = context.hooks.registry
    if plugin not in registry.plugins:
        raise UnknownModuleError(_("There is no module %(module)s here.", module=plugin))
    _lock(context)
    active, done = active_modules(context), _switched(context)
    # Core runs always; what makes it ready happens when it is switched on for the first time.
    wanted = [name for name in registry.requirements(plugin) if name not in active or name not in done]
    _refuse_unavailable(context, wanted)
    missing = [name for name in wanted if name not in {plugin, "core"}]
    if missing and not with_requirements:
        raise NeedsError(missing, _titles(registry, missing))
    with context.session.begin_nested():
        for name in wanted:
            _switch_on(context, name)
        context.active = active_modules(context)
        _install_bundles(context, wanted)
    _plan_schedules(context)
    _wake_automations(context)
    return wanted


def switch_off(context: Context, plugin: str, *, with_dependants: bool = False) -> list[str]:
    """Switch a module off, and what requires it; gives what was switched. Nothing is deleted."""
    context.require("*", "admin")
    registry = context.hooks.registry
    _lock(context)
    done = _switched(context)
    if plugin == "core" or plugin not in done:
        raise UnknownModuleError(_("%(module)s is not on.", module=_titles(registry, [plugin])))
    dependants = [name for name in registry.dependants(plugin) if name in done]
    if dependants and not with_dependants:
        raise DependantsError(dependants, _titles(registry, dependants))
    wanted = [*reversed(dependants), plugin]
    for name in wanted:
        _write(context, name, active=False)
    context.active = active_modules(context)
    return wanted


def modules(context: Context) -> list[ModuleState]:
    """Every module for the Modules page: what runs here first, then what would, in the order of their weight."""
    registry = context.hooks.registry
    active, rows = active_modules(context), _rows(context)
    entitled, quarantined = _entitled(context), _quarantined(context)
    found = []
    for name, plugin in registry.plugins.items():
        manifest = plugin.manifest
        since, by, switched = rows.get(name, (None, "", False))
        state, reason = _state(
            name, registry, active=active, switched=switched, entitled=entitled, quarantined=quarantined
        )
        found.append(
            ModuleState(
                name, manifest.title, manifest.summary, manifest.icon, manifest.version, manifest.requires,
                tuple(registry.dependants(name)), state, reason, since, by,
            )
        )  # fmt: skip
    found.sort(key=lambda one: (one.name != "core", registry.plugins[one.name].manifest.weight, one.name))
    gone = sorted({name for name, row in rows.items() if row[2]} - set(registry.plugins))
    return [*found, *(_gone(registry, name, rows[name]) for name in gone)]


def _state(
    name: str,
    registry: Registry,
    *,
    active: frozenset[str],
    switched: bool,
    entitled: set[str],
    quarantined: dict[str, str],
) -> tuple[str, Label]:
    if name in quarantined:
        return "quarantined", _("It is off for everybody until your provider has looked at it.")
    if name in active:
        return "on", ""
    if name not in entitled:
        return "not_entitled", _("Not part of what you have booked.")
    if not switched:
        return "off", ""
    lacking = [one for one in registry.requirements(name) if one not in active and one != name]
    return "broken", _("It waits for %(modules)s.", modules=_titles(registry, lacking))


def _gone(registry: Registry, name: str, row: tuple[datetime | None, str, bool]) -> ModuleState:
    problem = next((one for one in registry.problems if one.plugin == name), None)
    reason = _("It cannot run at the moment.") if problem else _("It is not installed any more. Its data is kept.")
    return ModuleState(name, name, "", "puzzle-off", "", (), (), "broken", reason, row[0], row[1])


def _lock(context: Context) -> None:
    """Two administrators must not switch against each other."""
    statement = sa.select(ActiveModule.id).where(
        ActiveModule.tenant_id == context.tenant, ActiveModule.plugin == "core"
    )
    context.session.execute(statement.with_for_update())


def _refuse_unavailable(context: Context, wanted: list[str]) -> None:
    registry, quarantined = context.hooks.registry, _quarantined(context)
    for name in wanted:
        if name not in registry.plugins:
            raise UnknownModuleError(_("There is no module %(module)s here.", module=name))
        if name in quarantined:
            reason = _(
                "%(module)s is off for everybody until your provider has looked at it.",
                module=_titles(registry, [name]),
            )
            raise UnknownModuleError(reason)
    entitled = _entitled(context)
    if denied := [name for name in wanted if name not in entitled]:
        raise NotEntitledError(denied, _titles(registry, denied))


def _switch_on(context: Context, name: str) -> None:
    _write(context, name, active=True)
    context.active |= {name}
    try:
        with use_locale(context.company.locale):  # what it makes is the company's, whoever throws the switch
            context.hooks.module_on(context, name)
    except Exception as error:
        context.active -= {name}
        if name == "core":
            raise
        context.hooks.failed(name, "module_on", context.company.id, error)
        title = _titles(context.hooks.registry, [name])
        raise RefusedError(name, title, error) from error


def _install_bundles(context: Context, switched: list[str]) -> None:
    """What a plugin sells together is complete with one of these: its rules come along."""
    from core.automation.bundle import offer  # which works on records, and they come after modules

    for bundle in context.hooks.registry.bundles.values():
        complete = context.active.issuperset({bundle.plugin, *bundle.plugins})
        if bundle.plugin != "core" and complete and not set(switched).isdisjoint(bundle.plugins):
            offer(context, bundle)


def _plan_schedules(context: Context) -> None:
    from core.jobs.scheduler import plan  # which needs an application, and that needs this module

    plan(context)


def _wake_automations(context: Context) -> None:
    from core.automation.work import wake  # which works on records, and they come after modules

    wake(context)


def _write(context: Context, name: str, *, active: bool) -> None:
    person = context.user.id if context.user else None
    values = {"active": active, "since": now(), "user_id": person}
    statement = (
        insert(ActiveModule)
        .values(tenant_id=context.tenant, id=uuid7(), plugin=name, **values)
        .on_conflict_do_update(
            index_elements=[ActiveModule.tenant_id, ActiveModule.plugin],
            set_=values,
            where=ActiveModule.tenant_id == context.tenant,
        )
        .returning(ActiveModule.id)
    )
    row = context.session.execute(statement).scalar_one()
    context.session.add(
        Change(
            entity="core.module",
            record_id=row,
            record_title=_titles(context.hooks.registry, [name])[:200],
            user_id=person,
            user_name=context.user.name if context.user else "",
            action="module_on" if active else "module_off",
            source=context.source,
            values={"plugin": [None, name]},
        )
    )
    context.session.flush()


def _rows(context: Context) -> dict[str, tuple[datetime | None, str, bool]]:
    statement = (
        sa.select(ActiveModule.plugin, ActiveModule.since, User.name, ActiveModule.active)
        .outerjoin(User, sa.and_(User.tenant_id == context.tenant, User.id == ActiveModule.user_id))
        .where(ActiveModule.tenant_id == context.tenant)
    )
    return {name: (since, by or "", on) for name, since, by, on in context.session.execute(statement)}


def _switched(context: Context) -> set[str]:
    statement = sa.select(ActiveModule.plugin).where(ActiveModule.tenant_id == context.tenant, ActiveModule.active)
    return set(context.session.scalars(statement))


def _entitled(context: Context) -> set[str]:
    statement = sa.select(Entitlement.plugin).where(Entitlement.company_id == context.tenant)
    return {"core", *context.session.scalars(statement)}


def _quarantined(context: Context) -> dict[str, str]:
    statement = sa.select(Quarantine.plugin, Quarantine.reason).where(Quarantine.released_at.is_(None))
    return dict(context.session.execute(statement).all())


def _titles(registry: Registry, names: Iterable[str]) -> str:
    plugins = registry.plugins
    return ", ".join(str(plugins[name].manifest.title) if name in plugins else name for name in names)
