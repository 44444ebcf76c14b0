"""A hook is a promise: each one is used by a plugin, tested by name and documented."""

import inspect
from pathlib import Path

import pytest

import hooks
from core.plugin.boot import Registry

ROOT = Path(__file__).parents[2]
NAMES = [name for name, member in inspect.getmembers(hooks, inspect.isfunction) if hasattr(member, "ghep_spec")]


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_is_used_tested_and_documented(name: str, registry: Registry) -> None:
    assert getattr(registry.manager.hook, name).get_hookimpls(), "no plugin uses it"
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert f"def test_hook_{name}" in tests
    assert f"### {name}" in (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")


def test_every_entity_has_the_tests_of_the_kit(registry: Registry) -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("tests", "examples")
        for path in (ROOT / folder).rglob("test_*.py")
    ]
    bare = [
        resource.name
        for resource in registry.resources.values()
        if "create" in resource.verbs
        and not any(
            "(EntityTests)" in source and f"model = {resource.model.__name__}\n" in source for source in sources
        )
    ]
    assert not bare
