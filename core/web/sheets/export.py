"""Taking records out: the question how, the file, and the page where a long one is waited for."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, send_file

from core.app import platform
from core.context import Context
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.format import number
from core.entity.query import Query, count
from core.entity.views import preferences, views_of
from core.i18n import Label, current_locale, translator, use_locale
from core.sheets import exports
from core.sheets.exporter import by_lines, columns_of, csv_stream, export_xlsx, rows_of, with_ids
from core.sheets.writer import MAX_ROWS
from core.web.entity.address import make_url, read_address
from core.web.entity.turn import by_htmx, go, needs
from core.web.gate import context
from core.web.sheets.upload import XLSX
from core.web.sheets.waiting import waiting_page

_ = translator("core")

DIRECT = 5000
"""Rows that a workbook may have to be written while the browser waits."""
NOT_VIEW = frozenset(("format", "all_columns", "ids", "lines"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported, and how."""

    query: Query
    ids: list[UUID]
    format: str = ""
    """``xlsx`` or ``csv``; empty where that is still to be asked."""


@needs("export")
def page(turn: Context, resource: Resource) -> Any:
    """The current view as a file, or the question which."""
    return _answer(turn, resource, _wish(turn, resource))


@needs("export")
def chosen(turn: Context, resource: Resource) -> Any:
    """The same, of ticked records too."""
    return _answer(turn, resource, _wish(turn, resource))


def _wish(turn: Context, resource: Resource) -> Wish:
    """Read the list's parameters strictly: leaving out a condition would let more out than was meant."""
    given = {name: text for name, text in request.args.items() if name not in NOT_VIEW}
    address = read_address(turn, resource, given, preferences(turn, views_of(turn, resource)), strict=True)
    everything = bool(request.values.get("all_columns"))
    query = address.query(columns_of(turn, resource, [] if everything else [one.name for one in address.columns]))
    query.cursor, query.verb = "", "export"
    if lines := request.values.get("lines", ""):
        query = by_lines(turn, query, lines)
    wanted = request.values.get("format", "")
    if wanted not in {"", "xlsx", "csv"}:
        raise InvalidError({"format": [_("Choose Excel or CSV.")]})
    if request.form.get("all"):
        return Wish(query, [], wanted)
    texts = [part for text in request.values.getlist("ids") for part in text.split(",")]
    ids = [one for text in texts if (one := _id(text)) is not None]
    if not ids and (texts or (request.method == "POST" and not request.form.get("view"))):
        raise InvalidError({"": [_("Tick the records first.")]})
    return Wish(with_ids(query, ids) if ids else query, ids, wanted)


def _answer(turn: Context, resource: Resource, wish: Wish) -> Any:
    if not wish.format:
        return _ask(turn, resource, wish)
    name = f"{resource.plural} {turn.today():%Y-%m-%d}.{wish.format}"
    if wish.format == "csv":
        return _csv(turn, resource, wish.query, name)
    total = rows_of(turn, wish.query, DIRECT)
    if total > DIRECT:
        return _by_job(turn, wish)
    file = io.BytesIO()
    export_xlsx(turn, resource, file, wish.query, limit=None if wish.query.lines else total)
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=name)


def _ask(turn: Context, resource: Resource, wish: Wish) -> str:
    """The dialog, or a page around it for those who come without a script."""
    total, _more = count(turn, wish.query, None)
    text: Label = _("%(n)s records of this view.", n=number(total))
    if wish.ids:
        text = _("%(n)s ticked records.", n=number(total))
    shown = {name: value for name, value in request.args.items() if name not in NOT_VIEW}
    return render_template(
        "_export_dialog.html" if by_htmx() else "export.html",
        title=_("Export %(what)s", what=resource.plural),
        text=text,
        action=make_url(f"/{resource.path}/export", shown),
        ids=[str(one) for one in wish.ids],
        count=total,
        lines=[{"value": name, "title": str(spec.title)} for name, spec in resource.lines.items()],
        shown=[str(spec.title) for spec in wish.query.columns],
        by_job=number(DIRECT) if total > DIRECT else "",
        back_url=make_url(f"/{resource.path}", shown),
    )


def _csv(turn: Context, resource: Resource, query: Query, name: str) -> Response:
    """A stream with a session of its own: the request's transaction is over before the first byte leaves."""
    locale, database = current_locale(), platform().database

    def stream() -> Iterator[bytes]:
        with database.session(turn.tenant) as session:
            chunks = csv_stream(replace(turn, session=session, cache={}), resource, query)
            while True:
                with use_locale(locale):
                    chunk = next(chunks, None)
                if chunk is None:
                    return
                yield chunk

    turn.require(resource.name, "export")
    answer = Response(stream(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _by_job(turn: Context, wish: Wish) -> Any:
    total = rows_of(turn, wish.query)
    if total > MAX_ROWS:
        raise InvalidError(
            {"": [_("A sheet holds at most %(rows)s rows. Export as CSV instead.", rows=number(MAX_ROWS))]}
        )
    return go(f"/exports/{exports.ask(turn, wish.query, wish.ids, total)}")


def waiting(export_id: UUID) -> Any:
    """How far an export is, and its file when it is there; nobody else's."""
    found = exports.find(context(), platform().settings, export_id)
    return waiting_page(
        found,
        f"/exports/{export_id}",
        gone=_("The file is not kept any more, or you may not export these records. Export them again."),
        title=_("Export %(what)s", what=found.resource.plural),
        done=found.done,
        total=found.total,
        progress_text=_("%(done)s of %(total)s rows", done=number(found.done), total=number(found.total))
        if found.total
        else _("Begins in a moment"),
        rows_text=_("%(n)s rows", n=number(found.done)),
        list_url=f"/{found.resource.path}",
    )


def file(export_id: UUID) -> Any:
    """The file itself."""
    turn = context()
    found = exports.find(turn, platform().settings, export_id)
    if found.path is None:
        raise MissingError("core.export", export_id)
    name = f"{found.resource.plural} {turn.today():%Y-%m-%d}.xlsx"
    return send_file(found.path, XLSX, as_attachment=True, download_name=name, conditional=False, etag=False)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
