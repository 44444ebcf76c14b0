"""Waiting for a copy of a person's data, and fetching it: whoever asked, within a day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, send_file

from core.app import platform
from core.entity.errors import MissingError
from core.i18n import Label, translator
from core.privacy import copies
from core.web.entity.turn import by_htmx
from core.web.gate import context

_ = translator("core")
blueprint = Blueprint("copies", __name__, url_prefix="/copies")


@blueprint.get("/<uuid:copy_id>")
def page(copy_id: UUID) -> str:
    """How far it is, and the file when it is there."""
    found = copies.find(context(), platform().settings, copy_id)
    here = f"/copies/{copy_id}"
    return render_template(
        "_export_run.html" if by_htmx() else "export_run.html",
        title=_("Copy of personal data"),
        running=found.busy,
        ready=found.path is not None,
        done=0,
        total=0,
        progress_text=_("Begins in a moment"),
        rows_text=_("All that is kept about this person, with the files"),
        error=_trouble(found),
        poll_url=here,
        file_url=f"{here}/file",
        list_url=f"/{found.resource.path}/{found.record_id}",
    )


def _trouble(found: copies.Copy) -> Label:
    if found.busy or found.path is not None:
        return ""
    if found.state == "done":
        return _("The file is not kept any more. Have another one written.")
    return _("The export did not work. %(error)s", error=found.error)


@blueprint.get("/<uuid:copy_id>/file")
def file(copy_id: UUID) -> Any:
    """The ZIP itself."""
    turn = context()
    found = copies.find(turn, platform().settings, copy_id)
    if found.path is None:
        raise MissingError("core.copy", copy_id)
    name = f"{_('Copy of personal data')} {turn.today():%Y-%m-%d}.zip"
    return send_file(
        found.path, "application/zip", as_attachment=True, download_name=name, conditional=False, etag=False
    )
