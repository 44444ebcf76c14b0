"""Plugins written for one test: from the skeleton, changed, announced as installed, examined in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.plugin.scaffold import scaffold

ROOT = Path(__file__).parents[3]
Reasons = dict[str, str]
Examine = Callable[..., Reasons]
NAME = "trial"


class Source:
    """The files of a plugin that is about to be examined."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / f"ghep_{NAME}"

    def add(self, text: str) -> None:
        """Write more at the end of its module."""
        path = self.package / "__init__.py"
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{text}", encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Write something else in one of its files."""
        found = self.package / path
        text = found.read_text(encoding="utf-8")
        assert old in text
        found.write_text(text.replace(old, new), encoding="utf-8")

    def migrate(self, up: str, down: str) -> None:
        """Let its migration do more, and undo it first on the way down."""
        path = f"migrations/versions/{NAME}_0001_items.py"
        self.change(path, '    index("search"', f'    op.execute("{up}")\n    index("search"')
        self.change(
            path, f'    op.drop_table("{NAME}_item")', f'    op.execute("{down}")\n    op.drop_table("{NAME}_item")'
        )


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """Examine a plugin after changing it; gives what each failed check says."""

    def run(change: Callable[[Source], None] = lambda _source: None, *options: str) -> Reasons:
        source = Source(scaffold(NAME, tmp_path))
        change(source)
        information = source.folder / f"ghep_{NAME}-0.1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ghep-{NAME}\nVersion: 0.1.0\n")
        (information / "entry_points.txt").write_text(f"[ghep.plugins]\n{NAME} = ghep_{NAME}\n")
        return failed(NAME, *options, path=source.folder)

    return run


def failed(name: str, *options: str, path: Path | None = None) -> Reasons:
    """What each failed check of ``ghep plugin check`` says of a plugin."""
    command = [sys.executable, "-c", "from core.cli import main; main()", "plugin", "check", name, "--json", *options]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, filter(None, (ROOT, path))))},
    )  # fmt: skip
    assert done.stdout, done.stderr
    answer = json.loads(done.stdout)
    assert answer["passed"] == (done.returncode == 0)
    return {one["name"]: "\n".join(one["reasons"]) for one in answer["checks"] if one["state"] == "failed"}


@pytest.fixture
def examine_installed() -> Examine:
    """Examine a plugin that is installed, or lies below a folder."""
    return failed
