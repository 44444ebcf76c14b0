"""Giving files back to those who may see the record they belong to."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, send_file, url_for

from core.app import platform
from core.files.links import SECONDS, Link
from core.files.service import Found, fetch, linked_file
from core.web.entity.form import storage
from core.web.gate import context, public
from core.web.headers import NO_RIGHTS

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<uuid:file_id>")
def download(file_id: UUID) -> Any:
    """A picture of our own making, or the way to any other file: a link that is good for a short while."""
    turn = context()
    found = fetch(turn, storage(), file_id, small="small" in request.args)
    if found.inline:
        return _picture(found)
    direct = found.direct_link(SECONDS)
    signed = Link(turn.tenant, file_id).signed(platform().settings)
    answer = redirect(direct or url_for("files.linked", signed=signed))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/files/linked/<signed>")
@public
def linked(signed: str) -> Any:
    """A file for whoever has a link that is still good; it is saved, a PDF shown in a sandbox. All other links answer alike."""
    link = Link.read(platform().settings, signed)
    if link is None:
        abort(404)
    with platform().database.session(link.tenant) as session:
        answer = _sent(linked_file(session, storage(), link.file_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _picture(found: Found) -> Response:
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
        as_attachment=not (found.inline or found.is_paper),
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
