"""Where the templates of documents lie, and what they can say: of core and of every plugin, without a request."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from core.context import Context
from core.entity.entity import Resource
from core.i18n import translator
from core.messages import writing
from core.plugin.boot import Registry

CORE = Path(__file__).resolve().parent.parent / "templates"


def environment_of(context: Context, resource: Resource) -> Environment:
    """Where the templates of an entity's documents are found, and what they can say."""
    registry = context.hooks.registry
    return _environment(_folders(registry), registry.plugins[resource.plugin].package)


def _folders(registry: Registry) -> tuple[Path, ...]:
    """Where templates lie: core's, then each plugin's."""
    places = (Path(one.module.__file__ or "").parent / "templates" for one in registry.plugins.values())
    return (CORE, *(place for place in places if place != CORE and place.is_dir()))


@lru_cache(maxsize=64)
def _environment(folders: tuple[Path, ...], domain: str) -> Environment:
    """Jinja for documents: everything is escaped and a name that is none is an error. No request, no addresses."""
    made = Environment(
        loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, finalize=writing.finalize,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["_"] = _gettext(domain)
    made.filters |= {name: one.function for name, one in writing.FILTERS.items()}
    return made


def _gettext(domain: str) -> Callable[..., Markup]:
    """Text of a plugin's own catalogue, or of core's where that has none; what is filled in is escaped."""
    own, common = translator(domain), translator("core")

    def gettext(message: str, **arguments: Any) -> Markup:
        said = str(own(message))
        text = Markup(said if said != message else str(common(message)))  # noqa: S704 # text of our catalogues
        return text % {name: escape(value) for name, value in arguments.items()} if arguments else text

    return gettext
