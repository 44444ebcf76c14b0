"""Writing the first files of a partner's plugin: a distribution that installs, passes its tests and the kit's checks."""

from importlib.metadata import entry_points
from pathlib import Path

from core import API
from core.plugin.boot import GROUP
from core.plugin.manifest import Manifest

SKELETON = Path(__file__).parent / "skeleton"
SUFFIX = ".jinja"
NAME = "NAME"
"""What stands for the plugin's name in the paths of the skeleton."""


class ScaffoldError(ValueError):
    """The plugin was not written, and nothing was; the message says why."""


def scaffold(name: str, into: Path) -> Path:
    """Write a plugin into a new folder of its name below ``into`` and give that folder."""
    api = f">={API},<{int(API.split('.', maxsplit=1)[0]) + 1}"
    problem = Manifest(name=name, title="", version="0.1.0", api=api).problem()
    if problem or name == "core":
        raise ScaffoldError(problem or "The name 'core' is taken by Ghép itself.")
    if taken := entry_points(group=GROUP, name=name):
        raise ScaffoldError(f"A plugin {name!r} is installed already, as {next(iter(taken)).value}.")
    folder = into / name
    files = _files(
        {"name": name, "dashed": name.replace("_", "-"), "title": name.replace("_", " ").capitalize(), "api": api}
    )
    try:
        folder.mkdir(parents=True)
        for path, text in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise ScaffoldError(f"{folder} is there already; nothing was written.") from None
    except OSError as error:
        raise ScaffoldError(f"{folder} cannot be written: {error.strerror}.") from error
    return folder


def _files(words: dict[str, str]) -> dict[str, str]:
    """Path below the new folder to content."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # noqa: S701 # no HTML
    return {
        str(path.relative_to(SKELETON)).replace(NAME, words["name"]).removesuffix(SUFFIX): environment.from_string(
            path.read_text(encoding="utf-8")
        ).render(words)
        for path in sorted(SKELETON.rglob(f"*{SUFFIX}"))
    }
