"""Waiting for a copy of a person's data, and fetching it: whoever asked, within a day."""

from typing import Any
from uuid import UUID

from flask import Blueprint, send_file

from core.app import platform
from core.entity.errors import MissingError
from core.i18n import translator
from core.privacy import copies
from core.web.gate import context
from core.web.sheets.waiting import waiting_page

_ = translator("core")
blueprint = Blueprint("copies", __name__, url_prefix="/copies")


@blueprint.get("/<uuid:copy_id>")
def page(copy_id: UUID) -> str:
    """How far it is, and the file when it is there."""
    found = copies.find(context(), platform().settings, copy_id)
    return waiting_page(
        found,
        f"/copies/{copy_id}",
        gone=_("The file is not kept any more. Have another one written."),
        title=_("Copy of personal data"),
        done=0,
        total=0,
        progress_text=_("Begins in a moment"),
        rows_text=_("All that is kept about this person, with the files"),
        list_url=f"/{found.resource.path}/{found.record_id}",
    )


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
