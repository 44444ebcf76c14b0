"""Giving files back to those who may see the record they belong to."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file

from core.files.service import Found, fetch
from core.web.entity.form import storage
from core.web.gate import context

blueprint = Blueprint("files", __name__)

NO_RIGHTS = "sandbox; default-src 'none'"
"""Whatever a browser makes of the content, it may run nothing and reach nothing."""


@blueprint.get("/files/<uuid:file_id>")
def download(file_id: UUID) -> Any:
    """A file. Pictures of our own making may stand in a page; everything else is saved, never shown."""
    found = fetch(context(), storage(), file_id, small="small" in request.args)
    known = request.if_none_match.contains_weak(found.etag)
    answer = Response(status=304) if known else _sent(found)
    answer.set_etag(found.etag)
    # Kept by the browser of those who may see it, and asked for again each time: rights end at once.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _sent(found: Found) -> Response:
    """The content, or the range of it that is asked for, in an answer that can do no harm."""
    content = found.open()
    answer: Response = send_file(
        content.stream,
        mimetype=found.file.media_type,
        as_attachment=not found.inline,
        download_name=found.file.name,
        conditional=False,
        etag=found.etag,
    )
    answer.content_length = content.size
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=content.size)
    answer.headers["Content-Security-Policy"] = NO_RIGHTS
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
