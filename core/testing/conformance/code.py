"""Checks that read the plugin and start nothing: how it is announced, what it imports, what it says."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from packaging.version import InvalidVersion, Version

import hooks
from core.db.base import metadata, package_of
from core.i18n import LOCALES, ProperName, Text, catalogue_path
from core.plugin.manifest import Manifest
from core.testing.conformance.bench import Bench
from core.testing.translations import missing

_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]")
_TESTS = {"tests", "testing"}
_SLOWEST = 60


def entry_point(bench: Bench) -> Iterator[str]:
    """It is installed, and the module it names can be imported."""
    if bench.name not in bench.points:
        known = ", ".join(bench.points) or "none"
        yield f"no plugin {bench.name!r} is installed (there are: {known}); pip install --editable its folder"
        return
    try:
        module = bench.module
    except Exception as error:  # noqa: BLE001 # whatever it does at import is what is asked
        yield f"{bench.point.value} cannot be imported: {type(error).__name__}: {error}"
        return
    if not isinstance(getattr(module, "MANIFEST", None), Manifest):
        yield f"{bench.point.value} has no MANIFEST made by core.sdk.Manifest"


def manifest(bench: Bench) -> Iterator[str]:
    """What it says of itself can be."""
    said = bench.manifest
    if problem := said.problem():
        yield str(problem)
    if said.name != bench.name:
        yield f"the entry point is called {bench.name!r}, the manifest {said.name!r}"
    try:
        Version(said.version)
    except InvalidVersion:
        yield f"{said.version!r} is no version; write something like 1.0.0"
    yield from (f"it requires {one!r}, which is not installed" for one in said.stands_on if one not in bench.points)


def quiet_import(bench: Bench) -> Iterator[str]:
    """Importing its modules defines names and does nothing else."""
    probe = [sys.executable, "-B", "-P", str(Path(__file__).with_name("probe.py")), bench.package]
    done = subprocess.run(  # noqa: S603 # our own program and the name of a package
        probe, capture_output=True, text=True, timeout=_SLOWEST, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    if done.returncode:
        yield f"the import ended the process: {done.stderr.strip()[-300:]}"
    else:
        yield from json.loads(done.stdout.splitlines()[-1])


def imports(bench: Bench) -> Iterator[str]:
    """It uses core.sdk, hooks and the api of what it requires, and nothing behind them."""
    others = {package_of(point.module): name for name, point in bench.points.items() if name != bench.name}
    required = {package for package, name in others.items() if name in bench.manifest.stands_on}
    for path, in_tests in _sources(bench.folder):
        for line, module, name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if not _allowed(module, name, others, required, in_tests=in_tests):
                where = f"{path.relative_to(bench.folder.parent)}:{line}"
                yield f"{where} imports {module}{f' ({name})' if name else ''}"


def table_names(bench: Bench) -> Iterator[str]:
    """Its tables begin with its name."""
    entities = getattr(bench.module, "entities", None)
    if entities is not None:
        list(entities())
    prefix = f"{bench.name}_"
    for table in metadata.tables.values():
        if table.info.get("package") == bench.package and not table.name.startswith(prefix):
            yield f"the table {table.name!r} must begin with {prefix!r}"


def start(bench: Bench) -> Iterator[str]:
    """It starts: each hook exists, each contribution can be taken."""
    registry = bench.registry
    yield from (f"{one.plugin} ({one.phase}): {one.reason}" for one in registry.problems)
    if bench.name not in registry.plugins and not registry.problems:
        yield "it was left out without a reason"


def translations(bench: Bench) -> Iterator[str]:
    """Every label and message is marked for translation and has its Vietnamese, with the same placeholders."""
    yield from (f"{name} {text!r} is not marked for translation: write _({text!r})" for name, text in _plain(bench))
    for locale in LOCALES:
        if locale == "en":
            continue
        for text, place in missing(bench.package, locale).items():
            yield f"{text!r} ({_shortened(place, bench.folder)}) has no translation in {locale}.po"
        yield from _altered(bench.package, locale)


def _shortened(place: str, folder: Path) -> str:
    return place.removeprefix(f"{folder.parent}/")


def _altered(package: str, locale: str) -> Iterator[str]:
    """Messages whose translation lost or gained a placeholder."""
    path = catalogue_path(package, locale)
    if path is None or not path.exists():
        return
    with path.open("rb") as file:
        for message in read_po(file, locale=locale):
            if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
                source, target = (sorted(_PLACEHOLDER.findall(text)) for text in (message.id, message.string))
                if source != target:
                    yield f"{message.id!r} and its translation in {locale}.po have different placeholders"


def _plain(bench: Bench) -> Iterator[tuple[str, str]]:
    """Titles that are plain text, which nobody can translate."""
    labels = {"the plugin's title": bench.manifest.title, "the plugin's summary": bench.manifest.summary}
    for resource in bench.resources:
        labels |= {f"{resource.name}'s title": resource.title, f"{resource.name}'s plural": resource.plural}
        for spec in resource.fields.values():
            labels |= {f"{resource.name}.{spec.name}": spec.title, f"{resource.name}.{spec.name}'s help": spec.help}
            labels |= {f"{resource.name}.{spec.name}: {one.value}": one.title for one in spec.choices}
    yield from ((name, text) for name, text in labels.items() if text and not isinstance(text, (Text, ProperName)))


def _sources(folder: Path) -> Iterator[tuple[Path, bool]]:
    """The package's files, then those of a tests folder beside it in its own project; whether each is a test."""
    for path in sorted(folder.rglob("*.py")):
        yield path, bool(_TESTS & set(path.relative_to(folder).parts))
    project = folder.parent
    if (project / "setup.cfg").exists() or (project / "pyproject.toml").exists():
        yield from ((path, True) for path in sorted((project / "tests").rglob("*.py")))


def _imported(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of each import, also of those written as calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__"}:
                yield node.lineno, str(node.args[0].value), ""


def _allowed(module: str, name: str, others: dict[str, str], required: set[str], *, in_tests: bool) -> bool:
    whole = f"{module}.{name}" if name else module
    if module.split(".", maxsplit=1)[0] == "core":
        return any(_within(whole, one) for one in ("core.sdk", "core.sdk_web")) or (
            in_tests and _within(whole, "core.testing")
        )
    package = package_of(module if module != "plugins" else whole)
    return package not in others or (package in required and _within(whole, f"{package}.api"))


def _within(whole: str, package: str) -> bool:
    return f"{whole}.".startswith(f"{package}.")


HOOKS = frozenset(name for name in dir(hooks) if hasattr(getattr(hooks, name), f"{hooks.PROJECT}_spec"))
"""Every hook there is."""
