"""Records on paper: how a print looks, the PDF of it, and one PDF of many."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request

from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.format import number
from core.i18n import translator
from core.printing import drawing
from core.printing.documents import documents, print_of
from core.web.entity.bulk import chosen
from core.web.entity.form import storage
from core.web.entity.turn import needs, show
from core.web.paper import paper

_ = translator("core")

MOST = 200
"""Records of one PDF."""


@needs("see")
def preview(turn: Context, resource: Resource, record_id: UUID, name: str) -> str:
    """A print as it will look."""
    wanted, record = print_of(resource, name), service.get(turn, resource.model, record_id)
    html = documents(turn, storage(), resource, wanted, [record])[0]
    drawn, path = drawing.preview(html, wanted.size), f"/{resource.path}/{record.id}"
    return show(
        resource,
        "print.html",
        title=str(wanted.title),
        record_title=record.title or "—",
        crumbs_to=[
            {"title": str(resource.plural), "url": f"/{resource.path}"},
            {"title": record.title or "—", "url": path},
        ],
        pictures=drawn.pictures,
        more=max(0, drawn.pages - len(drawn.pictures)),
        size=wanted.size,
        pdf_url=f"{path}/print/{name}/pdf",
        prints=[
            {"title": str(one.title), "url": f"{path}/print/{one.name}", "active": one is wanted}
            for one in resource.prints
        ],
        text_url=f"/settings/print-texts/{resource.name}/{name}?record={record_id}"
        if wanted.editable and turn.can("*", "admin")
        else "",
        letterhead_url="/letterheads" if turn.can("core.letterhead", "edit") else "",
    )


@needs("see")
def download(turn: Context, resource: Resource, record_id: UUID, name: str) -> Response:
    """The PDF: opened by the browser's viewer, or with ``save`` kept as a file."""
    return paper(turn, resource, name, [service.get(turn, resource.model, record_id)], save="save" in request.args)


@needs("see")
def many(turn: Context, resource: Resource) -> Any:
    """Which print of the ticked records, and then all of them as one PDF."""
    records = chosen(turn, resource)
    if len(records) > MOST:
        raise InvalidError({"": [_("At most %(n)s records at once. Narrow the list down with a filter.", n=MOST)]})
    if "print" not in request.form:
        return render_template(
            "_print_dialog.html",
            action=f"/{resource.path}/bulk/print",
            title=_("Print %(n)s records", n=number(len(records))),
            ids=[str(one.id) for one in records],
            prints=[{"name": one.name, "title": str(one.title), "size": one.size} for one in resource.prints],
        )
    return paper(turn, resource, request.form["print"], records)
