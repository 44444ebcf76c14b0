"""Every page of every entity, derived from its declaration, and the pages plugins bring beside them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from core.app import EXTENSION
from core.entity.entity import Resource
from core.plugin.boot import Plugin, Registry
from core.web.entity import (
    asked,
    asking,
    board,
    bulk,
    calendar,
    custom,
    duplicates,
    edit,
    inline,
    lines,
    listing,
    merging,
    options,
    palette,
    panels,
    printing,
    privacy,
    public,
    record,
    recycle,
    sharing,
    timeline,
    turn,
)

ONE = "<uuid:record_id>"
ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "", listing.list_page),
    ("GET", "filters", panels.filters),
    ("GET", "narrow/<field>", panels.narrowing),
    ("GET POST", "columns", panels.choose_columns),
    ("GET POST", "views", panels.keep_view),
    ("POST", "views/<uuid:view_id>/delete", panels.drop_view),
    ("GET", "lane", board.lane),
    ("POST", "move", board.move),
    ("GET", "events", calendar.events),
    ("GET", "calendar-columns", calendar.columns),
    ("POST", "reschedule", calendar.reschedule),
    ("POST", "bulk/edit", bulk.edit),
    ("POST", "bulk/delete", bulk.delete),
    ("POST", "bulk/print", printing.many),
    ("POST", "share", sharing.share_many),
    ("POST", "transfer", sharing.transfer_many),
    ("GET", "merge", merging.compare),
    ("POST", "merge", merging.begin),
    ("POST", "merge/save", merging.save),
    ("POST", "ask", asking.by_value),
    ("POST", "undo", bulk.take_back),
    ("POST", "purge", recycle.purge_all),
    ("GET", "duplicates", duplicates.while_typing),
    ("GET", "new", edit.new),
    ("POST", "new", edit.create),
    ("POST", "lines", lines.live),
    ("GET", ONE, record.record_page),
    ("GET", f"{ONE}/edit", edit.edit),
    ("POST", f"{ONE}/edit", edit.save),
    ("GET", f"{ONE}/copy", edit.copy),
    ("GET POST", f"{ONE}/field", inline.field),
    ("GET POST", f"{ONE}/asked", asked.dialog),
    ("GET", f"{ONE}/share", sharing.share_one),
    ("GET", f"{ONE}/transfer", sharing.transfer_one),
    ("GET", f"{ONE}/merge", merging.choose),
    ("POST", f"{ONE}/ask", asking.by_address),
    ("GET", f"{ONE}/access", sharing.who_sees),
    ("POST", f"{ONE}/unshare", sharing.unshare),
    ("POST", f"{ONE}/pin", record.pin),
    ("GET", f"{ONE}/print/<name>", printing.preview),
    ("GET POST", f"{ONE}/public", public.dialog),
    ("POST", f"{ONE}/public/<uuid:link_id>/revoke", public.revoke),
    ("GET", f"{ONE}/print/<name>/pdf", printing.download),
    ("GET", f"{ONE}/timeline", timeline.timeline),
    ("POST", f"{ONE}/changes/<uuid:line_id>/restore", record.restore_value),
    ("GET", f"{ONE}/consents", privacy.consents_panel),
    ("GET POST", f"{ONE}/consents/new", privacy.new_consent),
    ("POST", f"{ONE}/consents/<uuid:consent_id>/withdraw", privacy.withdraw_consent),
    ("POST", f"{ONE}/personal-data", privacy.ask_copy),
    ("GET POST", f"{ONE}/erase", privacy.erase_person),
    ("GET POST", f"{ONE}/hold", privacy.hold_record),
    ("POST", f"{ONE}/release", privacy.release_record),
    ("POST", f"{ONE}/delete", record.delete),
    ("POST", f"{ONE}/restore", record.restore),
    ("POST", f"{ONE}/purge", recycle.purge_one),
)
"""Methods, the address below the entity's own, and the view."""


def install(app: Flask) -> None:
    """Give every entity of every plugin its pages, and every plugin its own; for modules that are off the gate answers 404."""
    registry: Registry = app.extensions[EXTENSION].registry
    owners: dict[str, str] = app.extensions.setdefault("ghep_blueprints", {})
    templates: set[str] = set()
    for plugin in registry.plugins.values():
        folder = _templates(plugin)
        blueprint = Blueprint(f"entities_{plugin.name}", __name__, template_folder=str(folder) if folder else None)
        owners[blueprint.name] = plugin.name
        for resource in registry.resources.values():
            if resource.plugin == plugin.name:
                _add(blueprint, resource)
        app.register_blueprint(blueprint)
        for own in getattr(plugin.module, "blueprints", tuple)():
            owners[own.name] = plugin.name
            app.register_blueprint(own, url_prefix=f"/{plugin.name.replace('_', '-')}")
        if folder:
            templates |= _files(folder)
    templates |= _files(Path(app.root_path) / str(app.template_folder), "core")
    app.extensions[turn.OVERRIDES] = frozenset(templates)
    _install_common(app)


def _templates(plugin: Plugin) -> Path | None:
    """A plugin's own templates, if it brings any; core's are the application's."""
    if plugin.name == "core" or not plugin.module.__file__:
        return None
    folder = Path(plugin.module.__file__).parent / "templates"
    return folder if folder.is_dir() else None


def _files(folder: Path, below: str = ".") -> set[str]:
    """The templates of a folder, or of one below it, by their names."""
    return {path.relative_to(folder).as_posix() for path in (folder / below).rglob("*.html")}


def _add(blueprint: Blueprint, resource: Resource) -> None:
    for methods, below, view in ROUTES:
        address = f"/{resource.path}/{below}".rstrip("/")
        name = f"{resource.entity}:{methods.replace(' ', '_')}:{below or 'list'}"
        blueprint.add_url_rule(address, name, turn.route(view, resource), methods=methods.split())


def _install_common(app: Flask) -> None:
    """The pages that span all entities."""
    app.add_url_rule("/search", "search", palette.search)
    app.add_url_rule("/options/<entity>", "options", options.options)
    app.add_url_rule("/recycle", "recycle", recycle.page)
    app.register_blueprint(custom.blueprint)
