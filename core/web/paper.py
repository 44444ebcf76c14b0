"""PDFs as answers: of records that whoever asks may see."""

from collections.abc import Sequence

from flask import Response

from core.app import platform
from core.context import Context
from core.entity.entity import Entity, Resource
from core.files.storage import storage_of
from core.printing import drawing
from core.printing.documents import documents, file_name, print_of
from core.web.headers import NO_RIGHTS


def paper(turn: Context, resource: Resource, name: str, records: Sequence[Entity], *, save: bool = False) -> Response:
    """One PDF of records, which the browser's viewer opens or, with ``save``, keeps; nothing in it can run."""
    wanted = print_of(resource, name)
    pages = documents(turn, storage_of(platform().settings), resource, wanted, records)
    called = file_name(wanted, records[0]) if len(records) == 1 else f"{wanted.title} ({len(records)})"
    answer = Response(drawing.pdf(pages, wanted.size, called), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment" if save else "inline", filename=f"{called}.pdf")
    answer.headers["Content-Security-Policy"] = NO_RIGHTS
    return answer
