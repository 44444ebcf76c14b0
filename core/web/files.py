"""Giving files back to those who may see the record they belong to."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file

from core.files.service import fetch
from core.web.entity.form import storage
from core.web.gate import context

blueprint = Blueprint("files", __name__)

NO_RIGHTS = "sandbox; default-src 'none'"
"""Whatever a browser makes of the content, it may run nothing and reach nothing."""


@blueprint.get("/files/<uuid:file_id>")
def download(file_id: UUID) -> Any:
    """A file. Pictures of our own making may stand in a page; everything else is saved, never shown."""
    small = "small" in request.args
    found = fetch(context(), storage(), file_id, small=small)
    answer: Response = send_file(
        found.path,
        mimetype=found.file.media_type,
        as_attachment=not found.inline,
        download_name=found.file.name,
        etag=f"{found.file.sha256.hex()}{'-small' if small else ''}",
        conditional=True,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = NO_RIGHTS
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept by the browser of those who may see it, and asked for again each time: rights end at once.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
