"""The first step: a file, and what is in it."""

import io
from typing import Any

from flask import render_template, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge

from core.app import platform
from core.context import Context
from core.entity.entity import Resource
from core.i18n import Label, translator
from core.sheets import imports
from core.sheets.errors import Rejected
from core.sheets.limits import MAX_FILE
from core.sheets.mend import write_example
from core.sheets.profile import Step, read_profile
from core.sheets.profiles import shipped
from core.web.entity.turn import go, may, needs
from core.yaml_text import LARGEST

_ = translator("core")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OVERHEAD = 1 << 20
"""Bytes of a request beside its file."""


@needs("import")
def page(turn: Context, resource: Resource) -> str:
    """The form."""
    return _form(turn, resource)


@needs("import")
def take(turn: Context, resource: Resource) -> Any:
    """Take the file in and go on to its columns; whatever is wrong with it is said above the form."""
    settings = platform().settings
    request.max_content_length = max(settings.import_size, MAX_FILE) + OVERHEAD
    try:
        sent = request.files.get("file")
        own = request.files.get("profile_file")
        resource = _named(turn, request.form.get("entity", "")) or resource
    except RequestEntityTooLarge:
        return _form(turn, resource, _("The file is too large. %(limit)s", limit=_limits())), 413
    if sent is None or not sent.filename:
        return _form(turn, resource, _("Choose a file first.")), 422
    try:
        step = _step(turn, resource, sent.filename, own.stream.read(LARGEST + 1) if own and own.filename else b"")
        batch = imports.take_in(turn, settings, resource, sent.stream, sent.filename, step)
    except Rejected as error:
        return _form(turn, resource, error.message), 422
    return go(f"/imports/{batch.id}/map")


@needs("import")
def example(turn: Context, resource: Resource) -> Any:
    """A workbook with the columns that can be filled."""
    file = io.BytesIO()
    write_example(turn, resource, file)
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=f"{resource.plural}.xlsx")


def _form(turn: Context, resource: Resource, error: Label = "") -> str:
    entities = [{"value": one.name, "title": str(one.plural), "selected": one is resource} for one in importable(turn)]
    return render_template(
        "import_upload.html",
        title=_("Import %(what)s", what=resource.plural),
        action=f"/{resource.path}/import",
        entities=entities,
        errors=[error] if error else [],
        example_url=f"/{resource.path}/import/example",
        history_url="/imports",
        limit_text=_limits(),
        profiles=_profiles(turn),
    )


def _step(turn: Context, resource: Resource, filename: str, own: bytes) -> Step | None:
    """The step of the chosen profile that is for this file. Raises :class:`Rejected` where there is none."""
    chosen = request.form.get("profile", "")
    profile = read_profile(own) if own else shipped(turn).get(chosen)
    if profile is None:
        if chosen:
            raise Rejected(_("There is no such import profile any more. Choose another one."))
        return None
    step = profile.step_for(resource.name, filename)
    if step is None:
        raise Rejected(_("This import profile has no step for %(what)s.", what=resource.plural))
    return step


def _profiles(turn: Context) -> list[dict[str, Any]]:
    """The profiles that modules ship, with the one that was chosen."""
    chosen = request.form.get("profile", "")
    return [
        {"value": name, "title": one.title or name, "selected": name == chosen} for name, one in shipped(turn).items()
    ]


def importable(turn: Context) -> list[Resource]:
    """The entities this person may bring files into: those of the menu first."""
    found = [one for one in turn.resources() if may(turn, one, "import") and turn.can(one.name, "see")]
    return sorted(found, key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def _named(turn: Context, name: str) -> Resource | None:
    return next((one for one in importable(turn) if one.name == name), None)


def _limits() -> Label:
    settings = platform().settings
    return _("Excel up to %(excel)s MB, CSV up to %(csv)s MB.", excel=MAX_FILE >> 20, csv=settings.import_size >> 20)
