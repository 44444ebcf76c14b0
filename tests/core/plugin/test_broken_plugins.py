"""Plugins that cannot run: core starts without them and says which and why.

Each test is a process of its own with plugins installed in it as pip would leave them: what a module does when it is
imported cannot be undone in this one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MANIFEST = """
from core.plugin.manifest import Manifest
from hooks import hookimpl
MANIFEST = Manifest(name="{name}", title="{name}", version="1.0.0", api="{api}", requires={requires}, uses={uses})
"""
ENTITY = """
from sqlalchemy.orm import Mapped
from core.entity.entity import Entity, Resource
from core.entity.fields import field
class Thing(Entity):
    __tablename__ = "{table}"
    name: Mapped[str] = field("Name", search=True)
@hookimpl
def entities():
    return [Resource(model=Thing, title="Thing", plural="Things")]
"""
REPORT = """
import json
import sys
from core.db.base import metadata
from core.plugin.boot import boot
from core.i18n import use_locale
registry = boot(tuple(sys.argv[1:]))
def in_english(reason):
    with use_locale("en"):
        return str(reason)
print(json.dumps({
    "running": list(registry.plugins),
    "problems": {one.plugin: [one.phase, in_english(one.reason), one.distribution] for one in registry.problems},
    "resources": sorted(registry.resources),
    "tables": sorted(table.name for table in metadata.tables.values() if not table.name.startswith("core_")),
}))
"""


def manifest(name: str, api: str = ">=1,<2", requires: tuple[str, ...] = (), uses: tuple[str, ...] = ()) -> str:
    return MANIFEST.format(name=name, api=api, requires=requires, uses=uses)


BROKEN = {
    "torn": manifest("torn") + ENTITY.format(table="torn_thing") + "raise RuntimeError('no such library')",
    "future": manifest("future", api=">=99"),
    "misspelt": manifest("misspelt") + "@hookimpl\ndef entitees(): return []",
    "greedy": manifest("greedy") + ENTITY.format(table="core_thing"),
    "hen": manifest("hen", requires=("egg",)),
    "egg": manifest("egg", requires=("hen",)),
}
WHY = {
    "torn": ("import", "RuntimeError: no such library"),
    "future": ("check", "It is made for plugin API >=99"),
    "misspelt": ("register", "There is no hook called 'entitees'."),
    "greedy": ("register", "The table 'core_thing' must begin with 'greedy_'"),
    "hen": ("sort", "It requires itself, by way of egg."),
    "egg": ("sort", "It requires itself, by way of hen."),
}


@pytest.fixture
def install(tmp_path: Path) -> Callable[[dict[str, str]], None]:
    """Install plugins: name to the source of their module."""

    def do(sources: dict[str, str]) -> None:
        for name, source in sources.items():
            package = tmp_path / f"ghep_{name}"
            package.mkdir()
            (package / "__init__.py").write_text(source)
            information = tmp_path / f"ghep_{name}-1.0.0.dist-info"
            information.mkdir()
            (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ghep-{name}\nVersion: 1.0.0\n")
            (information / "entry_points.txt").write_text(f"[ghep.plugins]\n{name} = ghep_{name}\n")

    return do


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program where the plugins are installed, beside those of this environment."""

    def run(source: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        root = Path(__file__).parents[3]
        path = os.pathsep.join([str(tmp_path), str(root), os.environ.get("PYTHONPATH", "")])
        given = {**os.environ, "PYTHONPATH": path, "GHEP_VAR": str(tmp_path / "var"), **environment}
        command = [sys.executable, "-c", source, *arguments]
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def boot(tmp_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[[], dict[str, Any]]:
    """Start with the plugins that were installed; gives what came of it."""

    def start() -> dict[str, Any]:
        done = python(
            REPORT, *(one.name.removeprefix("ghep_") for one in tmp_path.glob("ghep_*") if "-" not in one.name)
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return start


Install = Callable[[dict[str, str]], None]
Boot = Callable[[], dict[str, Any]]
Python = Callable[..., subprocess.CompletedProcess[str]]


def test_core_starts_with_broken_plugins_says_why_and_has_no_table_and_no_entity_of_theirs(
    install: Install, boot: Boot
) -> None:
    install({**BROKEN, "sound": manifest("sound") + ENTITY.format(table="sound_thing")})
    found = boot()
    assert found["running"][0] == "core"
    assert "sound" in found["running"]
    assert set(found["running"]).isdisjoint(BROKEN)
    for name, (phase, reason) in WHY.items():
        given_phase, given_reason, distribution = found["problems"][name]
        assert (given_phase, distribution) == (phase, f"ghep-{name}")
        assert reason in given_reason
    assert "sound.thing" in found["resources"]
    assert not {"torn_thing", "core_thing"} & set(found["tables"])
    assert not [name for name in found["resources"] if name.partition(".")[0] in BROKEN]


def test_what_requires_a_broken_plugin_is_left_out_with_it(install: Install, boot: Boot) -> None:
    install(
        {
            "torn": BROKEN["torn"],
            "child": manifest("child", requires=("torn",)),
            "grandchild": manifest("grandchild", requires=("child",)),
        }
    )
    problems = boot()["problems"]
    assert "torn" in problems["child"][1]
    assert "child" in problems["grandchild"][1]


WRONG = {
    "silent": ("", "has no MANIFEST"),
    "another": (manifest("other"), "The entry point is called 'another', the manifest 'other'."),
    "soon": (manifest("soon", api="soon"), "cannot be read"),
    "leaving": ("import sys; sys.exit('not today')", "not today"),
    "unread": ("def broken(:", "SyntaxError"),
    "odd": (manifest("odd") + "@hookimpl\ndef entities(): return [1]", "AttributeError"),
    "asking": (manifest("asking") + "@hookimpl\ndef entities(nothing): return []", "nothing"),
    "idle": (manifest("idle") + "@hookimpl\ndef handlers(): raise ValueError('no work')", "no work"),
    "lost": (
        manifest("lost") + ENTITY.format(table="lost_thing") + "Thing.__mapper__\nimport nowhere_to_be_found",
        "nowhere",
    ),
}
"""Name to a module that cannot run, and words of the reason that is given."""


def test_whatever_is_wrong_is_told(install: Install, boot: Boot) -> None:
    install({name: source for name, (source, _reason) in WRONG.items()})
    found = boot()
    for name, (_source, reason) in WRONG.items():
        assert reason in found["problems"][name][1]
    assert found["running"] == ["core"]
    assert "lost_thing" not in found["tables"]


LINKED = """
from sqlalchemy.orm import Mapped
from core.entity.entity import Entity, Resource
from core.entity.fields import field, link
class Rope(Entity):
    __tablename__ = "{table}"
    name: Mapped[str] = field("Name", search=True)
    to: Mapped[object] = link("To", to="{target}")
@hookimpl
def entities():
    return [Resource(model=Rope, title="Rope", plural="Ropes")]
"""


def test_a_plugin_that_points_nowhere_harms_nobody(install: Install, boot: Boot) -> None:
    install(
        {
            "adrift": manifest("adrift") + LINKED.format(table="adrift_rope", target="no_such_table"),
            "moored": manifest("moored") + LINKED.format(table="moored_rope", target="core_customer"),
        }
    )
    found = boot()
    assert "no_such_table" in found["problems"]["adrift"][1]
    assert {"core", "moored"} <= set(found["running"])
    assert "adrift_rope" not in found["tables"]


def test_a_plugin_points_only_at_what_it_requires(install: Install, boot: Boot) -> None:
    sound = manifest("sound") + ENTITY.format(table="sound_thing")
    rope = LINKED.format(table="{}_rope", target="sound_thing")
    install(
        {
            "sound": sound,
            "bold": manifest("bold") + rope.format("bold"),
            "polite": manifest("polite", requires=("sound",)) + rope.format("polite"),
            "casual": manifest("casual", uses=("sound",)) + rope.format("casual").replace("object", "object | None"),
            "clingy": manifest("clingy", uses=("sound",)) + rope.format("clingy"),
        }
    )
    found = boot()
    assert "sound_thing" in found["problems"]["bold"][1]
    assert "make it optional" in found["problems"]["clingy"][1]
    assert {"sound", "polite", "casual"} <= set(found["running"])


def test_a_table_belongs_to_the_plugin_with_the_longest_name(install: Install, boot: Boot) -> None:
    install(
        {
            "sea": manifest("sea") + ENTITY.format(table="sea_side_thing"),
            "sea_side": manifest("sea_side") + ENTITY.format(table="sea_side_house"),
        }
    )
    found = boot()
    assert "sea_side_thing" in found["problems"]["sea"][1]
    assert "sea_side" in found["running"]


def test_two_plugins_do_not_sell_one_bundle(install: Install, boot: Boot) -> None:
    bundle = """
from core.plugin.manifest import Bundle
@hookimpl
def bundles():
    return [Bundle(name="everything", title="Everything", plugins=("{0}",))]
"""
    install({name: manifest(name) + bundle.format(name) for name in ("early", "late")})
    found = boot()
    assert "early" in found["running"]
    assert "early provides a bundle 'everything'" in found["problems"]["late"][1]


def test_two_of_one_name_do_not_both_run(install: Install, boot: Boot, tmp_path: Path) -> None:
    install({"twin": manifest("twin")})
    information = tmp_path / "ghep_copy-1.0.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: ghep-copy\nVersion: 1.0.0\n")
    (information / "entry_points.txt").write_text("[ghep.plugins]\ntwin = ghep_twin\n")
    found = boot()
    assert found["running"].count("twin") == 1
    assert "twin" in found["problems"]


PLUGIN = "from core.cli import main; main()"


def test_the_list_is_strict_when_asked(install: Install, python: Python) -> None:
    install(BROKEN)
    these = ",".join(BROKEN)
    loose, strict = (python(PLUGIN, "plugin", "list", *more, GHEP_PLUGINS=these) for more in ((), ("--strict",)))
    assert (loose.returncode, strict.returncode) == (0, 1)
    for name in BROKEN:
        assert name in loose.stdout
        assert name in strict.stderr.splitlines()[-1]
    assert "core" in loose.stdout


def test_the_list_is_content_where_everything_runs(install: Install, python: Python) -> None:
    install({"sound": manifest("sound")})
    done = python(PLUGIN, "plugin", "list", "--strict", "--json", GHEP_PLUGINS="sound")
    assert done.returncode == 0, done.stderr
    assert [(one["name"], one["state"]) for one in json.loads(done.stdout)] == [
        ("core", "running"),
        ("sound", "running"),
    ]


def test_in_safe_mode_no_plugin_is_even_imported(install: Install, python: Python) -> None:
    install({"torn": "print('imported')"})
    done = python(PLUGIN, "plugin", "list", "--strict", GHEP_SAFE_MODE="1")
    assert done.returncode == 0, done.stderr
    assert "imported" not in done.stdout
