"""Start-up in phases, each finished for all plugins before the next: find, check, sort, register, models, freeze.

A plugin that cannot run is left out together with those that require it, and its reason is kept for the vendor's
page; core always starts. Whoever wants an error instead (a test, a pipeline) asks :meth:`Registry.refuse_problems`.
"""

import inspect
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import Any

import pluggy
import sqlalchemy as sa

import hooks
from core.db.base import forget, metadata, package_of, registry_of, tenant_tables
from core.entity.entity import Entity, Resource, target_class
from core.entity.extension import Extension
from core.entity.fields import Field
from core.entity.filters import line_fields
from core.i18n import Label, translator, use_locale
from core.plugin.manifest import Bundle, Handler, Manifest, ManifestError, NotificationKind, Problem, Schedule, merge

_ = translator("core")

GROUP = "ghep.plugins"
logger = logging.getLogger(__name__)


class PluginProblemsError(RuntimeError):
    """Plugins are broken, in a place where that is not accepted."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that passed every check."""

    manifest: Manifest
    module: ModuleType
    package: str
    distribution: str

    @property
    def name(self) -> str:
        """The manifest's name: in addresses, tables and permissions."""
        return self.manifest.name

    def file(self, name: str) -> Traversable:
        """A file that its package brings along."""
        return files(self.package) / name


@dataclass(slots=True, eq=False)
class Registry:
    """What this process runs. Made by :func:`boot` and not altered afterwards."""

    manager: pluggy.PluginManager
    plugins: dict[str, Plugin] = field(default_factory=dict)
    """In dependency order, core first."""
    problems: list[Problem] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    handlers: dict[str, tuple[Handler, ...]] = field(default_factory=dict)
    """Topic to those who work on it."""
    schedules: dict[str, Schedule] = field(default_factory=dict)
    bundles: dict[str, Bundle] = field(default_factory=dict)
    notification_kinds: dict[str, NotificationKind] = field(default_factory=dict)
    extensions: dict[str, tuple[tuple[str, type[Extension]], ...]] = field(default_factory=dict)
    """Entity to what is kept beside its records, each with the plugin that does."""
    _names: dict[type[Entity], str] = field(default_factory=dict)

    def add(self, resources: Iterable[Resource]) -> None:
        """Take in entities."""
        for one in resources:
            self.resources[one.name], self._names[one.model] = one, one.name

    def refuse_problems(self) -> None:
        """Raise :class:`PluginProblemsError` if any plugin was left out."""
        if self.problems:
            with use_locale("en"):  # for developers
                raise PluginProblemsError("; ".join(f"{one.plugin}: {one.reason}" for one in self.problems))

    def tables(self) -> list[sa.Table]:
        """Every table that holds companies' rows: core's and those of the plugins that run."""
        packages = {plugin.package for plugin in self.plugins.values()}
        return [table for table in tenant_tables() if table.info.get("package") in packages]

    def resource_of(self, model: type[Entity]) -> Resource:
        """The resource an entity class was registered as. Raises LookupError for one that was not."""
        if model not in self._names:
            raise LookupError(f"{model.__name__} is not an entity of any plugin")
        return self.resources[self._names[model]]

    def requirements(self, name: str) -> list[str]:
        """A plugin and all it needs, in the order they are switched on."""
        return self._with(name, lambda manifest: manifest.requires)

    def foundations(self, name: str) -> list[str]:
        """A plugin and all whose code and tables it stands on, in the order they are started."""
        return self._with(name, lambda manifest: manifest.stands_on)

    def _with(self, name: str, others: Callable[[Manifest], Iterable[str]]) -> list[str]:
        wanted, stack = set[str](), [name]
        while stack:
            one = stack.pop()
            if one not in wanted:
                wanted.add(one)
                stack += others(self.plugins[one].manifest) if one in self.plugins else ()
        return [one for one in self.plugins if one in wanted] + sorted(wanted - set(self.plugins))

    def dependants(self, name: str) -> list[str]:
        """The plugins that cannot be without this one."""
        return [one for one in self.plugins if one != name and name in self.requirements(one)]

    def reject(self, name: str, phase: str, reason: Label, distribution: str = "") -> None:
        """Leave a plugin out, and say why once."""
        self.problems.append(Problem(name, phase, reason, distribution))
        with use_locale("en"):
            logger.error("plugin %s is left out (%s): %s", name, phase, reason)


def boot(allowed: tuple[str, ...] = ("*",), *, safe_mode: bool = False) -> Registry:
    """Find and start the plugins that are installed; ``allowed`` names entry points, ``*`` all."""
    from core import plugin_core

    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    registry = Registry(manager)
    core = Plugin(plugin_core.MANIFEST, plugin_core, "core", "ghep")
    found = [] if safe_mode else list(_find(registry, allowed))
    checked = {plugin.name: plugin for plugin in [core, *found]}
    names = frozenset(checked)
    for plugin in _sorted(registry, checked):
        _start(registry, plugin, names)
    _freeze(registry)
    return registry


def _find(registry: Registry, allowed: tuple[str, ...]) -> Iterator[Plugin]:
    seen: dict[str, str] = {"core": "ghep"}
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        if "*" not in allowed and point.name not in allowed:
            continue
        distribution = point.dist.name if point.dist else ""
        try:
            module = point.load()
            plugin = _checked(point, module, distribution)
        except ManifestError as error:
            forget(package_of(point.module))
            registry.reject(point.name, "check", error.reason, distribution)
        except (Exception, SystemExit) as error:  # noqa: BLE001 # whatever a plugin does at import is its own problem
            forget(package_of(point.module))
            registry.reject(point.name, "import", f"{type(error).__name__}: {error}", distribution)
        else:
            if plugin.name in seen:
                reason = _("%(package)s provides a plugin of this name.", package=seen[plugin.name])
                registry.reject(plugin.name, "check", reason, distribution)
                continue
            seen[plugin.name] = distribution
            yield plugin


def _checked(point: EntryPoint, module: Any, distribution: str) -> Plugin:
    if not inspect.ismodule(module):
        raise ManifestError(_("The entry point %(name)s must name a module.", name=repr(point.value)))
    manifest = getattr(module, "MANIFEST", None)
    if not isinstance(manifest, Manifest):
        raise ManifestError(_("%(module)s has no MANIFEST.", module=module.__name__))
    if reason := manifest.problem():
        raise ManifestError(reason)
    if manifest.name != point.name:
        called, name = repr(point.name), repr(manifest.name)
        raise ManifestError(_("The entry point is called %(called)s, the manifest %(name)s.", called=called, name=name))
    return Plugin(manifest, module, package_of(module.__name__), distribution)


def _sorted(registry: Registry, plugins: dict[str, Plugin]) -> Iterator[Plugin]:
    """In dependency order, ties by name; those in a circle or without what they need are left out."""
    while True:
        graph = {name: sorted(plugin.manifest.stands_on) for name, plugin in sorted(plugins.items())}
        try:
            order = list(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            circle = sorted(set(error.args[1]))
            for name in circle:
                others = ", ".join(other for other in circle if other != name) or name
                reason = _("It requires itself, by way of %(others)s.", others=others)
                _reject(registry, plugins.pop(name), "sort", reason)
    order.sort(key=lambda name: name != "core")
    for name in order:
        if name in plugins:
            yield plugins[name]


def _reject(registry: Registry, plugin: Plugin, phase: str, reason: Label) -> None:
    forget(plugin.package)
    registry.reject(plugin.name, phase, reason, plugin.distribution)


def _start(registry: Registry, plugin: Plugin, names: frozenset[str]) -> None:
    """Register one plugin and take in what it contributes; whatever fails leaves no trace of it.

    ``names`` are those of all plugins, whether they run or not: each owns the tables that begin with it.
    """
    missing = [name for name in plugin.manifest.stands_on if name not in registry.plugins]
    if missing:
        lacking = _("It requires %(names)s, which is not running.", names=", ".join(missing))
        _reject(registry, plugin, "sort", lacking)
        return
    try:
        _refuse_unknown_hooks(registry, plugin)
        _refuse_foreign_tables(registry, plugin, names)
        registry.manager.register(plugin.module, plugin.name)
        # Its own mappers alone: another plugin's mistake must not be held against this one.
        registry_of(plugin.package).configure(cascade=True)
        contributed = _contributed(registry, plugin)
    except (Exception, SystemExit) as error:
        if plugin.name == "core":
            raise
        if registry.manager.has_plugin(plugin.name):
            registry.manager.unregister(name=plugin.name)
        reason = error.reason if isinstance(error, ManifestError) else f"{type(error).__name__}: {error}"
        _reject(registry, plugin, "register", reason)
        return
    registry.plugins[plugin.name] = plugin
    contributed.enter(registry)


def _refuse_unknown_hooks(registry: Registry, plugin: Plugin) -> None:
    """A misspelt hook would be silence; pluggy only finds it after registering."""
    for name, member in inspect.getmembers(plugin.module, callable):
        if getattr(member, f"{hooks.PROJECT}_impl", None) and not hasattr(registry.manager.hook, name):
            raise ManifestError(_("There is no hook called %(name)s.", name=repr(name)))


def _refuse_foreign_tables(registry: Registry, plugin: Plugin, names: frozenset[str]) -> None:
    """A plugin's tables bear its name, and point at core's and at those of plugins it stands on."""
    packages = {"core", plugin.package}
    packages |= {
        registry.plugins[name].package for one in plugin.manifest.stands_on for name in registry.foundations(one)
    }
    for table in metadata.tables.values():
        if table.info.get("package") != plugin.package or table.schema is not None:
            continue
        if plugin.name != max((name for name in names if table.name.startswith(f"{name}_")), key=len, default=""):
            reason = _(
                "The table %(table)s must begin with '%(plugin)s_' and with no other plugin's name.",
                table=repr(table.name), plugin=plugin.name,
            )  # fmt: skip
            raise ManifestError(reason)
        for key in table.foreign_keys:
            if key.column.table.info.get("package") not in packages:
                reason = _(
                    "The table %(table)s points at %(other)s, which it does not require.",
                    table=repr(table.name), other=repr(key.column.table.name),
                )  # fmt: skip
                raise ManifestError(reason)


@dataclass(frozen=True, slots=True)
class _Contributed:
    """What a plugin contributes when the process starts."""

    resources: list[Resource]
    handlers: list[Handler]
    schedules: list[Schedule]
    bundles: list[Bundle]
    notification_kinds: list[NotificationKind]
    extensions: list[tuple[str, str, type[Extension]]]
    """Entity, plugin and class of each."""

    def enter(self, registry: Registry) -> None:
        """Add it to what the process runs."""
        registry.add(self.resources)
        for handler in self.handlers:
            registry.handlers[handler.topic] = (*registry.handlers.get(handler.topic, ()), handler)
        registry.schedules.update({f"{one.plugin}.{one.name}": one for one in self.schedules})
        registry.bundles.update({bundle.name: bundle for bundle in self.bundles})
        registry.notification_kinds.update({kind.name: kind for kind in self.notification_kinds})
        for entity, plugin, one in self.extensions:
            registry.extensions[entity] = (*registry.extensions.get(entity, ()), (plugin, one))


def _contributed(registry: Registry, plugin: Plugin) -> _Contributed:
    """Ask a plugin for everything it contributes. Raises where it cannot be taken."""

    def ask(hook: str) -> list[Any]:
        implementation: Callable[[], Any] | None = getattr(plugin.module, hook, None)
        return list(implementation() or ()) if implementation else []

    bundles = [replace(bundle, plugin=plugin.name) for bundle in ask("bundles")]
    for bundle in bundles:
        if bundle.name in registry.bundles:
            other, name = registry.bundles[bundle.name].plugin, repr(bundle.name)
            raise ManifestError(_("%(plugin)s provides a bundle %(name)s already.", plugin=other, name=name))
        if bundle.automations and not plugin.file(bundle.automations).is_file():
            raise ManifestError(_("There is no file %(name)s in it.", name=repr(bundle.automations)))
    kinds = [replace(kind, plugin=plugin.name) for kind in ask("notification_kinds")]
    for kind in kinds:
        if kind.name in registry.notification_kinds:
            other, name = registry.notification_kinds[kind.name].plugin, repr(kind.name)
            raise ManifestError(_("%(plugin)s provides notifications %(name)s already.", plugin=other, name=name))
    return _Contributed(
        resources=[_linked(registry, plugin, resource.of(plugin.name)) for resource in ask("entities")],
        handlers=[replace(handler, plugin=plugin.name) for handler in ask("handlers")],
        schedules=[replace(schedule, plugin=plugin.name) for schedule in ask("schedules")],
        bundles=bundles,
        notification_kinds=kinds,
        extensions=[(_extended(registry, one), plugin.name, one) for one in ask("extensions")],
    )


def _extended(registry: Registry, extension: type[Extension]) -> str:
    """The entity whose records an extension stands beside. No two fields of one entity share a name."""
    entity = registry.resource_of(extension.extends)
    others = (one.__fields__ for _plugin, one in registry.extensions.get(entity.name, ()))
    for fields in (entity.model.__fields__, *others):
        if taken := sorted(fields.keys() & extension.__fields__.keys()):
            name = ", ".join(taken)
            raise ManifestError(_("%(entity)s has a field %(name)s already.", entity=entity.name, name=name))
    return entity.name


def _linked(registry: Registry, plugin: Plugin, resource: Resource) -> Resource:
    """An entity with the modules its links lead into. A record must do without one that may be off."""
    always = {one for name in plugin.manifest.requires for one in registry.requirements(name)}
    fields = {**resource.model.__fields__, **line_fields(resource)}
    beyond = dict(_beyond(registry, fields))
    for name, owner in beyond.items():
        if owner not in always and fields[name].required:
            reason = _(
                "The field %(field)s of %(entity)s points at %(other)s, which may be switched off: make it optional.",
                field=repr(name), entity=repr(resource.entity), other=owner,
            )  # fmt: skip
            raise ManifestError(reason)
    return replace(resource, beyond=beyond)


def _beyond(registry: Registry, fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """The links among fields that lead into other modules, each with the module's name."""
    for name, spec in fields.items():
        if spec.kind.name in {"link", "links"}:
            with suppress(LookupError):  # its own entities are not there yet
                owner = registry.resource_of(target_class(spec)).plugin
                if owner != "core":
                    yield name, owner


def _has_activities(resource: Resource) -> bool:
    return resource.activities


def _freeze(registry: Registry) -> None:
    """Check the whole, and put what is shown into order."""
    registry.manager.check_pending()
    every = tuple(registry.resources.values())
    for name, one in registry.resources.items():
        if any(spec.kind.name == "record" for spec in one.model.__fields__.values()):
            wanted = one.about or _has_activities
            registry.resources[name] = replace(one, references=tuple(other for other in every if wanted(other)))
    bundles = merge((bundle.plugin, bundle) for bundle in registry.bundles.values())
    registry.bundles = {bundle.name: bundle for bundle in bundles}
    kinds = merge((kind.plugin, kind) for kind in registry.notification_kinds.values())
    registry.notification_kinds = {kind.name: kind for kind in kinds}
