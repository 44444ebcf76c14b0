"""The plugin that ``ghep plugin new`` writes: installed as it is, it passes its own tests and every check."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.cli import make

ROOT = Path(__file__).parents[3]
LONGEST = "rua_xe_cham_soc_noi_that"
"""24 characters; one more is refused."""


def new(*arguments: object) -> Result:
    return CliRunner().invoke(make(), ["plugin", "new", *map(str, arguments)])


@pytest.fixture
def installed(tmp_path: Path) -> Callable[[str], Path]:
    """Write a plugin and install it as anybody would; gives its folder. It is found by what :func:`python` runs."""

    def write(name: str) -> Path:
        assert new(name, "--into", tmp_path).exit_code == 0
        python(
            "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check",
            "--target", tmp_path / "site", tmp_path / name, cwd=tmp_path,
        )  # fmt: skip
        return tmp_path / name

    return write


def python(*arguments: object, cwd: Path) -> str:
    """Run Python where the plugin is installed; gives what it printed."""
    site = cwd / "site" if (cwd / "site").exists() else cwd.parent / "site"
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(site)))},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_plugin_has_everything_a_plugin_needs(tmp_path: Path) -> None:
    done = new("pet_hotel", "--into", tmp_path)
    assert done.exit_code == 0
    assert str(tmp_path / "pet_hotel") in done.stdout
    folder = tmp_path / "pet_hotel"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "README.md",
        "ghep_pet_hotel/__init__.py",
        "ghep_pet_hotel/migrations/versions/pet_hotel_0001_items.py",
        "ghep_pet_hotel/translations/vi.po",
        "pyproject.toml",
        "setup.cfg",
        "tests/conftest.py",
        "tests/test_item.py",
    ]
    assert not [path for path in folder.rglob("*") if path.is_file() and "{{" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Kennel", "lower-case letters"),
        ("k", "lower-case letters"),
        ("pet-hotel", "lower-case letters"),
        ("../etc", "lower-case letters"),
        (f"{LONGEST}s", "2 to 24"),
        ("core", "taken by Ghép"),
        ("kennel", "installed already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_written(tmp_path: Path, name: str, words: str) -> None:
    done = new(name, "--into", tmp_path)
    assert done.exit_code == 1
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "pet_hotel").mkdir()
    (tmp_path / "pet_hotel" / "setup.cfg").write_text("mine")
    done = new("pet_hotel", "--into", tmp_path)
    assert done.exit_code == 1
    assert "there already" in done.stderr
    assert [path.read_text() for path in (tmp_path / "pet_hotel").iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = new("pet_hotel", "--into", tmp_path / "file")
    assert done.exit_code == 1
    assert str(tmp_path / "file" / "pet_hotel") in done.stderr


def test_installed_as_it_is_it_passes_every_check_and_its_own_tests(installed: Callable[[str], Path]) -> None:
    folder = installed("pet_hotel")
    answer = json.loads(
        python("-c", "from core.cli import main; main()", "plugin", "check", "pet_hotel", "--json", cwd=folder)
    )
    assert answer["passed"]
    assert {one["state"] for one in answer["checks"]} == {"passed"}
    assert " passed" in python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=folder)


def test_the_longest_name_fits_everything_that_is_named_after_it(installed: Callable[[str], Path]) -> None:
    folder = installed(LONGEST)
    said = python("-c", "from core.cli import main; main()", "plugin", "check", LONGEST, cwd=folder)
    assert "✗" not in said
    assert said.count("✓") > 10


def test_a_plugin_that_is_not_installed_is_told_so() -> None:
    done = CliRunner().invoke(make(), ["plugin", "check", "nowhere"])
    assert done.exit_code == 1
    assert "no plugin 'nowhere' is installed" in done.stdout
    assert "entry-point" in done.stderr
    assert done.stdout.count("–") > 10  # the rest is skipped, and says so


def test_values_that_are_no_json_are_refused(tmp_path: Path) -> None:
    (tmp_path / "values.json").write_text("{pet: Mướp}", encoding="utf-8")
    done = CliRunner().invoke(make(), ["plugin", "check", "kennel", "--values", str(tmp_path / "values.json")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not JSON" in done.stderr
