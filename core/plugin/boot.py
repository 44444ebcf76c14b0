"""Start-up in phases, each finished for all plugins before the next: find, check, sort, register, models, freeze.

A plugin that cannot run is left out together with those that require it, and its reason is kept for the vendor's
page; core always starts. Whoever wants an error instead (a test, a pipeline) asks :meth:`Registry.refuse_problems`.
"""

import inspect
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

import hooks
from core.db.base import forget, metadata, package_of, registry_of
from core.entity.entity import Entity, Resource
from core.plugin.manifest import Bundle, Handler, Manifest, ManifestError, Problem, Schedule, merge

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


@dataclass(slots=True)
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

    def refuse_problems(self) -> None:
        """Raise :class:`PluginProblemsError` if any plugin was left out."""
        if self.problems:
            raise PluginProblemsError("; ".join(f"{one.plugin}: {one.reason}" for one in self.problems))

    def resource_of(self, model: type[Entity]) -> Resource:
        """The resource an entity class was registered as. Raises LookupError for one that was not."""
        for resource in self.resources.values():
            if resource.model is model:
                return resource
        raise LookupError(f"{model.__name__} is not an entity of any plugin")

    def requirements(self, name: str) -> list[str]:
        """A plugin and all it needs, in the order they are switched on."""
        wanted, stack = set[str](), [name]
        while stack:
            one = stack.pop()
            if one not in wanted:
                wanted.add(one)
                stack += self.plugins[one].manifest.requires if one in self.plugins else ()
        return [one for one in self.plugins if one in wanted] + sorted(wanted - set(self.plugins))

    def dependants(self, name: str) -> list[str]:
        """The plugins that cannot be without this one."""
        return [one for one in self.plugins if one != name and name in self.requirements(one)]

    def reject(self, name: str, phase: str, reason: str, distribution: str = "") -> None:
        """Leave a plugin out, and say why once."""
        self.problems.append(Problem(name, phase, reason, distribution))
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
            registry.reject(point.name, "check", str(error), distribution)
        except (Exception, SystemExit) as error:  # noqa: BLE001 # whatever a plugin does at import is its own problem
            forget(package_of(point.module))
            registry.reject(point.name, "import", f"{type(error).__name__}: {error}", distribution)
        else:
            if plugin.name in seen:
                registry.reject(
                    plugin.name, "check", f"{seen[plugin.name]} provides a plugin of this name.", distribution
                )
                continue
            seen[plugin.name] = distribution
            yield plugin


def _checked(point: EntryPoint, module: Any, distribution: str) -> Plugin:
    if not inspect.ismodule(module):
        raise ManifestError(f"The entry point {point.value!r} must name a module.")
    manifest = getattr(module, "MANIFEST", None)
    if not isinstance(manifest, Manifest):
        raise ManifestError(f"{module.__name__} has no MANIFEST.")
    if reason := manifest.problem():
        raise ManifestError(reason)
    if manifest.name != point.name:
        raise ManifestError(f"The entry point is called {point.name!r}, the manifest {manifest.name!r}.")
    return Plugin(manifest, module, package_of(module.__name__), distribution)


def _sorted(registry: Registry, plugins: dict[str, Plugin]) -> Iterator[Plugin]:
    """In dependency order, ties by name; those in a circle or without what they need are left out."""
    while True:
        graph = {name: sorted(plugin.manifest.requires) for name, plugin in sorted(plugins.items())}
        try:
            order = list(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            circle = sorted(set(error.args[1]))
            for name in circle:
                others = ", ".join(other for other in circle if other != name) or name
                _reject(registry, plugins.pop(name), "sort", f"It requires itself, by way of {others}.")
    order.sort(key=lambda name: name != "core")
    for name in order:
        if name in plugins:
            yield plugins[name]


def _reject(registry: Registry, plugin: Plugin, phase: str, reason: str) -> None:
    forget(plugin.package)
    registry.reject(plugin.name, phase, reason, plugin.distribution)


def _start(registry: Registry, plugin: Plugin, names: frozenset[str]) -> None:
    """Register one plugin and take in what it contributes; whatever fails leaves no trace of it.

    ``names`` are those of all plugins, whether they run or not: each owns the tables that begin with it.
    """
    missing = [name for name in plugin.manifest.requires if name not in registry.plugins]
    if missing:
        _reject(registry, plugin, "sort", f"It requires {', '.join(missing)}, which is not running.")
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
        reason = str(error) if isinstance(error, ManifestError) else f"{type(error).__name__}: {error}"
        _reject(registry, plugin, "register", reason)
        return
    registry.plugins[plugin.name] = plugin
    contributed.enter(registry)


def _refuse_unknown_hooks(registry: Registry, plugin: Plugin) -> None:
    """A misspelt hook would be silence; pluggy only finds it after registering."""
    for name, member in inspect.getmembers(plugin.module, callable):
        if getattr(member, f"{hooks.PROJECT}_impl", None) and not hasattr(registry.manager.hook, name):
            raise ManifestError(f"There is no hook called {name!r}.")


def _refuse_foreign_tables(registry: Registry, plugin: Plugin, names: frozenset[str]) -> None:
    """A plugin's tables bear its name, and point at core's and at those of plugins it requires."""
    packages = {"core", plugin.package}
    packages |= {
        registry.plugins[name].package for one in plugin.manifest.requires for name in registry.requirements(one)
    }
    for table in metadata.tables.values():
        if table.info.get("package") != plugin.package or table.schema is not None:
            continue
        if plugin.name != max((name for name in names if table.name.startswith(f"{name}_")), key=len, default=""):
            raise ManifestError(
                f"The table {table.name!r} must begin with '{plugin.name}_' and with no other plugin's name."
            )
        for key in table.foreign_keys:
            if key.column.table.info.get("package") not in packages:
                raise ManifestError(
                    f"The table {table.name!r} points at {key.column.table.name!r}, which it does not require."
                )


@dataclass(frozen=True, slots=True)
class _Contributed:
    """What a plugin contributes when the process starts."""

    resources: list[Resource]
    handlers: list[Handler]
    schedules: list[Schedule]
    bundles: list[Bundle]

    def enter(self, registry: Registry) -> None:
        """Add it to what the process runs."""
        registry.resources.update({resource.name: resource for resource in self.resources})
        for handler in self.handlers:
            registry.handlers[handler.topic] = (*registry.handlers.get(handler.topic, ()), handler)
        registry.schedules.update({f"{one.plugin}.{one.name}": one for one in self.schedules})
        registry.bundles.update({bundle.name: bundle for bundle in self.bundles})


def _contributed(registry: Registry, plugin: Plugin) -> _Contributed:
    """Ask a plugin for everything it contributes. Raises where it cannot be taken."""

    def ask(hook: str) -> list[Any]:
        implementation: Callable[[], Any] | None = getattr(plugin.module, hook, None)
        return list(implementation() or ()) if implementation else []

    bundles = [replace(bundle, plugin=plugin.name) for bundle in ask("bundles")]
    for bundle in bundles:
        if bundle.name in registry.bundles:
            raise ManifestError(f"{registry.bundles[bundle.name].plugin} provides a bundle {bundle.name!r} already.")
    return _Contributed(
        resources=[resource.of(plugin.name) for resource in ask("entities")],
        handlers=[replace(handler, plugin=plugin.name) for handler in ask("handlers")],
        schedules=[replace(schedule, plugin=plugin.name) for schedule in ask("schedules")],
        bundles=bundles,
    )


def _freeze(registry: Registry) -> None:
    """Check the whole, and put what is shown into order."""
    registry.manager.check_pending()
    bundles = merge((bundle.plugin, bundle) for bundle in registry.bundles.values())
    registry.bundles = {bundle.name: bundle for bundle in bundles}
