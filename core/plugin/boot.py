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
from sqlalchemy.orm import configure_mappers

import hooks
from core.db.base import forget, metadata, package_of
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
    for plugin in _sorted(registry, checked):
        _start(registry, plugin)
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
        except Exception as error:  # noqa: BLE001 # whatever a plugin does at import is its own problem
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


def _start(registry: Registry, plugin: Plugin) -> None:
    """Register one plugin and take in its entities; whatever fails leaves no trace of it."""
    missing = [name for name in plugin.manifest.requires if name not in registry.plugins]
    if missing:
        _reject(registry, plugin, "sort", f"It requires {', '.join(missing)}, which is not running.")
        return
    try:
        _refuse_unknown_hooks(registry, plugin)
        registry.manager.register(plugin.module, plugin.name)
        resources = _resources(plugin)
        configure_mappers()
    except Exception as error:
        if plugin.name == "core":
            raise
        if registry.manager.has_plugin(plugin.name):
            registry.manager.unregister(name=plugin.name)
        reason = str(error) if isinstance(error, ManifestError) else f"{type(error).__name__}: {error}"
        _reject(registry, plugin, "register", reason)
        return
    registry.plugins[plugin.name] = plugin
    registry.resources.update({resource.name: resource for resource in resources})


def _refuse_unknown_hooks(registry: Registry, plugin: Plugin) -> None:
    """A misspelt hook would be silence; pluggy only finds it after registering."""
    for name, member in inspect.getmembers(plugin.module, callable):
        if getattr(member, f"{hooks.PROJECT}_impl", None) and not hasattr(registry.manager.hook, name):
            raise ManifestError(f"There is no hook called {name!r}.")


def _resources(plugin: Plugin) -> list[Resource]:
    prefix = f"{plugin.name}_"
    for table in metadata.tables.values():
        if table.info.get("package") == plugin.package and table.schema is None and not table.name.startswith(prefix):
            raise ManifestError(f"The table {table.name!r} must begin with {prefix!r}.")
    implementation = getattr(plugin.module, "entities", None)
    return [resource.of(plugin.name) for resource in implementation()] if implementation else []


def _freeze(registry: Registry) -> None:
    """Collect what is contributed once and check the whole."""
    registry.manager.check_pending()
    topics: dict[str, list[Handler]] = {}
    for plugin, handler in _contributions(registry, "handlers"):
        topics.setdefault(handler.topic, []).append(replace(handler, plugin=plugin))
    registry.handlers = {topic: tuple(handlers) for topic, handlers in topics.items()}
    registry.schedules = {
        f"{plugin}.{schedule.name}": replace(schedule, plugin=plugin)
        for plugin, schedule in _contributions(registry, "schedules")
    }
    registry.bundles = {bundle.name: bundle for bundle in merge(_contributions(registry, "bundles"))}


def _contributions(registry: Registry, hook: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, plugin in list(registry.plugins.items()):
        implementation: Callable[[], Any] | None = getattr(plugin.module, hook, None)
        try:
            found += [(name, answer) for answer in implementation() or ()] if implementation else []
        except Exception as error:  # noqa: BLE001 # a plugin that fails here is shown to the vendor; the rest starts
            registry.reject(name, hook, f"{type(error).__name__}: {error}", plugin.distribution)
    return found
