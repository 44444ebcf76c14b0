"""Files in and out: the steps of an import and its history, exports and what they leave to be fetched."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask

from core.app import EXTENSION
from core.entity.entity import Resource
from core.plugin.boot import Registry
from core.web.entity.turn import route
from core.web.sheets import export, mapping, preview, run, upload

ENTITY_ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "import", upload.page),
    ("POST", "import", upload.take),
    ("GET", "import/example", upload.example),
    ("GET", "export", export.page),
    ("POST", "export", export.chosen),
)
"""Methods, the address below an entity's own, and the view."""
IMPORT = "/imports/<uuid:batch_id>"
EXPORT = "/exports/<uuid:export_id>"
ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/imports", run.history),
    ("GET", IMPORT, run.page),
    ("GET", f"{IMPORT}/map", mapping.page),
    ("POST", f"{IMPORT}/map", mapping.keep),
    ("GET", f"{IMPORT}/preview", preview.page),
    ("POST", f"{IMPORT}/run", run.start),
    ("POST", f"{IMPORT}/cancel", run.cancel),
    ("POST", f"{IMPORT}/undo", run.undo),
    ("GET", f"{IMPORT}/failed", run.failed_rows),
    ("GET", EXPORT, export.waiting),
    ("GET", f"{EXPORT}/file", export.file),
)


def install(app: Flask) -> None:
    """Give every entity that files may fill or show its addresses, and the company the common ones."""
    registry: Registry = app.extensions[EXTENSION].registry
    owners: dict[str, str] = app.extensions.setdefault("ghep_blueprints", {})
    for plugin in registry.plugins:
        blueprint = Blueprint(f"sheets_{plugin}", __name__)
        owners[blueprint.name] = plugin
        for resource in registry.resources.values():
            if resource.plugin == plugin:
                _add(blueprint, resource)
        app.register_blueprint(blueprint)
    common = Blueprint("sheets", __name__)
    for method, address, view in ROUTES:
        common.add_url_rule(address, f"{view.__module__.rpartition('.')[2]}_{view.__name__}", view, methods=[method])
    app.register_blueprint(common)


def _add(blueprint: Blueprint, resource: Resource) -> None:
    for method, below, view in ENTITY_ROUTES:
        name = f"{resource.entity}:{method}:{below}"
        blueprint.add_url_rule(f"/{resource.path}/{below}", name, route(view, resource), methods=[method])
