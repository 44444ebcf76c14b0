"""The house's own rules, held by reading the code: sizes, docstrings, directions, imports without effect."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pytest

from core.plugin.boot import Registry

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("core", "plugins") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
)
OURS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file())
LONGEST_FILE, LONGEST_FUNCTION = 500, 60
P90_FILE, P90_FUNCTION = 300, 25
LONGEST_HOOKS = 400
PARTNER_MAY_IMPORT = {"core.sdk", "core.sdk_web", "core", "hooks"}


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _p90(sizes: list[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.9)]


def test_files_and_functions_stay_readable() -> None:
    files = {path: path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    functions = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        for node in _functions(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not {path: size for path, size in files.items() if size > LONGEST_FILE}
    assert not {name: size for name, size in functions.items() if size > LONGEST_FUNCTION}
    assert _p90(list(files.values())) <= P90_FILE
    assert _p90(list(functions.values())) <= P90_FUNCTION


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_classes_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name[0] != "_" and not ast.get_docstring(node)
    ]
    assert ast.get_docstring(tree), path
    assert not silent


def test_hooks_is_short_and_imports_nothing_of_ours() -> None:
    source = (ROOT / "hooks.py").read_text(encoding="utf-8")
    outside = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name if isinstance(node, ast.Import) else node.module for node in outside for alias in node.names}
    assert names <= {"pluggy", "collections.abc", "typing"}
    assert source.count("\n") <= LONGEST_HOOKS


def test_core_knows_no_plugin() -> None:
    guilty = [path for path in SOURCES if "core" in path.parts and _imports(path, "plugins")]
    assert not guilty


@pytest.mark.parametrize("folder", ["plugins", "examples/kennel/ghep_kennel"])
def test_a_plugin_imports_the_sdk_and_nothing_behind_it(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in {"core", "hooks"}:
                assert node.module in PARTNER_MAY_IMPORT, f"{path}: {node.module}"
                assert node.module != "core" or {alias.name for alias in node.names} <= {"sdk", "sdk_web"}, path


def test_our_plugins_know_of_each_other_what_they_say_and_no_more(registry: Registry) -> None:
    """Of another plugin its ``api`` alone, and only where the manifest names it."""
    for name in OURS:
        stands_on = registry.plugins[name].manifest.stands_on
        for path in (ROOT / "plugins" / name).rglob("*.py"):
            for module in _modules(path):
                _plugins, _dot, rest = module.partition("plugins.")
                other, _dot, part = rest.partition(".")
                if module.startswith("plugins.") and other != name:
                    assert other in stands_on, f"{path}: {module}"
                    assert part.split(".")[0] == "api", f"{path}: {module}"


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports(path: Path, package: str) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
            return True
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == package for alias in node.names):
            return True
    return False


def test_no_circle_among_imports() -> None:
    """Whichever module comes first, it can be imported: a circle would show in one order and hide in another."""
    modules = {_name(path): path for path in SOURCES}
    graph = {name: _imported(path, modules) & set(modules) for name, path in modules.items()}
    circle: list[str] = []
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
    assert circle == [], " → ".join(circle)


def test_every_module_can_be_imported_without_a_warning() -> None:
    script = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    modules = [_name(path) for path in SOURCES if path.name not in {"env.py", "wsgi.py", "__main__.py"}]
    preload = "import flask, sqlalchemy.orm, marshmallow, alembic, babel.numbers, phonenumbers, flask_smorest\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", preload + script, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, modules: Collection[str]) -> set[str]:
    """What a module needs to be imported; not what only types, or functions once they are called, need."""
    found = set[str]()
    for node in _at_once(ast.parse(path.read_text(encoding="utf-8")).body):
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            name = f"{module}.{alias.name}".removeprefix(".")
            found.add(name if name in modules else module)
    return found


def _at_once(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from _at_once([*node.body, *node.orelse])
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from _at_once(node.body)
