"""Plugins made for a test: modules without a file, in a registry as boot would make it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest

import hooks
from core import plugin_core
from core.db.base import forget
from core.plugin import boot
from core.plugin.boot import Plugin, Registry
from core.plugin.manifest import Manifest
from hooks import hookimpl


def module(name: str, *, requires: tuple[str, ...] = (), **functions: Callable[..., Any]) -> ModuleType:
    """A plugin's module: its manifest and implementations of hooks."""
    made = ModuleType(f"trial_{name}")
    made.MANIFEST = Manifest(  # type: ignore[attr-defined] # that is what a plugin's module has
        name=name, title=name.capitalize(), version="1.0.0", api=">=1,<2", summary=f"About {name}.", requires=requires
    )
    for hook, function in functions.items():
        setattr(made, hook, hookimpl(function))
    return made


def registry(installed: Registry, *modules: ModuleType) -> Registry:
    """Core, as it is installed, and these, in the order given."""
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin_core, "core")
    plugins = {"core": installed.plugins["core"]}
    for one in modules:
        manager.register(one, one.MANIFEST.name)
        plugins[one.MANIFEST.name] = Plugin(one.MANIFEST, one, one.__name__, f"trial-{one.MANIFEST.name}")
    resources = {name: resource for name, resource in installed.resources.items() if resource.plugin == "core"}
    return replace(
        installed, manager=manager, plugins=plugins, problems=[], resources=resources, schedules={}, bundles=dict(installed.bundles)
    )  # fmt: skip


@contextmanager
def pantry_alone() -> Iterator[None]:
    """The one plugin that boot finds is a real package with tables and migrations; it is forgotten at the end."""
    point = EntryPoint("pantry", "ghep_pantry", boot.GROUP)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent / "installable"))
        patch.setattr(boot, "entry_points", lambda **_group: [point])
        yield
    sys.modules.pop("ghep_pantry", None)
    forget("ghep_pantry")
