"""Checks a built wheel: it holds what an installation needs, and nothing else.

``python tests/wheel.py dist/ghep-*.whl``. Needed is every tracked file of the packages, except the sources of the front
end, of which the wheel carries the built files instead.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core/", "plugins/", "hooks.py")
SOURCES = "core/static/src/"
BUILT = "core/static/dist/"


def problems(names: set[str], tracked: set[str], built: set[str]) -> list[str]:
    """What is wrong with a wheel of these files."""
    needed = {name for name in tracked if name.startswith(PACKAGES) and not name.startswith(SOURCES)} | built
    carried = {name for name in names if ".dist-info/" not in name}
    return [
        *(f"missing in the wheel: {name}" for name in sorted(needed - carried)),
        *(f"not wanted in the wheel: {name}" for name in sorted(carried - needed)),
        *([] if f"{BUILT}manifest.json" in built else ["the front end has not been built"]),
    ]


def main(wheel: str) -> int:
    """Print the problems of a wheel; returns how many there are, as an exit code."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    tracked = {name for name in listing.splitlines() if (ROOT / name).exists()}
    built = {path.relative_to(ROOT).as_posix() for path in (ROOT / BUILT).rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as archive:
        found = problems(set(archive.namelist()), tracked, built)
    sys.stderr.writelines(f"✗ {problem}\n" for problem in found)
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
