"""The last step and what comes after: progress, result, the rows to mend, undoing; and the history of it all."""

import tempfile
from typing import Any, BinaryIO, cast
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, redirect, render_template, request, send_file

from core.app import platform
from core.context import Context
from core.entity.format import moment, number
from core.i18n import Text, translator
from core.sheets import imports
from core.sheets.errors import Rejected
from core.sheets.imports import Standing
from core.sheets.mend import kind_of, write_wrong_rows
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import Plan
from core.web.entity.turn import by_htmx, go
from core.web.gate import context
from core.web.sheets.mapping import broken, path_of
from core.web.sheets.upload import XLSX, importable

_ = translator("core")

PAGE = 30
KEPT = 100
"""Records kept by an undo that are named."""
MEMORY = 2 << 20
STATES: dict[str, tuple[Text, str]] = {
    "new": (_("Not started"), "secondary"),
    "waiting": (_("Waiting"), "secondary"),
    "running": (_("Running"), "blue"),
    "done": (_("Done"), "green"),
    "cancelled": (_("Cancelled"), "orange"),
    "failed": (_("Failed"), "red"),
    "undoing": (_("Being undone"), "blue"),
    "undone": (_("Undone"), "secondary"),
}


def history() -> str:
    """The newest imports."""
    turn = context()
    entities = importable(turn)
    if not entities:
        abort(403)
    found = imports.listed(turn, limit=PAGE + 1, before=_before())
    shown, rest = found[:PAGE], found[PAGE:]
    standings = imports.standings(turn, shown)
    return render_template(
        "imports.html",
        rows=[_row(turn, batch, standings[batch.id]) for batch in shown],
        new_url=f"/{entities[0].path}/import",
        next_url=f"/imports?before={shown[-1].id}" if rest else "",
    )


def page(batch_id: UUID) -> Any:
    """How an import stands; asked for by htmx while it runs, then it is the part that changes."""
    turn = context()
    batch = imports.get(turn, batch_id)
    if batch.state == "new":
        return redirect(f"/imports/{batch.id}/map")
    resource = turn.resource(batch.entity)
    return render_template(
        "_import_run.html" if by_htmx() else "import_run.html",
        title=_("Import %(what)s", what=resource.plural),
        filename=batch.filename,
        list_url=f"/{resource.path}" if turn.can(resource.name, "see") else "",
        again_url=f"/{resource.path}/import",
        **_progress(turn, batch),
    )


def start(batch_id: UUID) -> Any:
    """Begin."""
    turn = context()
    batch = imports.get(turn, batch_id)
    imports.start(turn, batch_id, Plan.from_json(batch.plan))
    return go(f"/imports/{batch_id}")


def cancel(batch_id: UUID) -> Any:
    """Stop."""
    if imports.cancel(context(), batch_id):
        return go(f"/imports/{batch_id}", _("It stops at the next opportunity. What is done so far stays."))
    return go(f"/imports/{batch_id}", _("It is over already."), kind="warning")


def undo(batch_id: UUID) -> Any:
    """Take an import back."""
    if imports.ask_undo(context(), batch_id):
        return go(f"/imports/{batch_id}")
    return go(f"/imports/{batch_id}", _("It is being undone already, or there is nothing to undo."), kind="warning")


def failed_rows(batch_id: UUID) -> Any:
    """The wrong rows with their reasons, in the format they came in."""
    turn = context()
    batch = imports.get(turn, batch_id)
    limits = imports.csv_limits(platform().settings)
    file = cast("BinaryIO", tempfile.SpooledTemporaryFile(MEMORY))  # noqa: SIM115 # the answer closes it
    try:
        kind = kind_of(path_of(turn, batch), batch, limits)
        write_wrong_rows(turn, batch, path_of(turn, batch), file, limits)
    except Rejected as error:
        file.close()
        return broken(batch, error)
    file.seek(0)
    stem = batch.filename.rpartition(".")[0] or batch.filename
    name = _("%(file)s - to mend.%(kind)s", file=stem, kind=kind)
    answer: Response = send_file(
        file, XLSX if kind == "xlsx" else "text/csv", as_attachment=True, download_name=str(name)
    )
    return answer


def _progress(turn: Context, batch: ImportBatch) -> dict[str, Any]:
    """What _import_run.html needs."""
    standing = imports.standing(turn, batch)
    here, (text, color) = f"/imports/{batch.id}", STATES[standing.state]
    total = standing.total or Plan.from_json(batch.plan).rows or 0
    return {
        "job": {
            "running": standing.busy,
            "state": {"text": text, "color": color},
            "done": standing.done,
            "total": total,
            "progress_text": _progress_text(standing, total),
            "error": standing.error,
        },
        "counts": {
            "created": number(batch.created),
            "updated": number(batch.updated),
            "skipped": number(batch.skipped),
            "failed": number(batch.wrong) if batch.wrong else 0,
        },
        "poll_url": here,
        "cancel_url": f"{here}/cancel",
        "failed_url": f"{here}/failed" if batch.wrong and not standing.busy else "",
        "undo_url": f"{here}/undo" if standing.undoable and batch.created + batch.updated else "",
        "undo": _undone(turn, batch) if standing.state == "undone" else None,
    }


def _progress_text(standing: Standing, total: int) -> Any:
    if standing.state == "waiting" or not total:
        return _("Begins in a moment") if standing.busy else _("%(n)s rows", n=number(standing.done))
    if standing.done >= total:
        return _("%(n)s rows", n=number(total))
    return _("%(done)s of %(total)s rows", done=number(standing.done), total=number(total))


def _undone(turn: Context, batch: ImportBatch) -> dict[str, Any]:
    """What an undo has done, and the records that it left alone."""
    restored = turn.session.scalar(
        sa.select(sa.func.count())
        .select_from(ImportRow)
        .where(
            ImportRow.tenant_id == turn.tenant,
            ImportRow.import_id == batch.id,
            ImportRow.verdict == "undone",
            ImportRow.before != {},
        )
    )
    resource = turn.resource(batch.entity)
    kept = imports.kept(turn, batch, KEPT)
    return {
        "removed": number(batch.undone - (restored or 0)),
        "restored": number(restored or 0),
        "kept": [{"title": title, "url": f"/{resource.path}/{record}", "reason": ""} for record, title in kept],
        "more": number(batch.kept - len(kept)) if batch.kept > len(kept) else "",
    }


def _row(turn: Context, batch: ImportBatch, standing: Standing) -> dict[str, Any]:
    text, color = STATES[standing.state]
    here = f"/imports/{batch.id}"
    return {
        "url": f"{here}/map" if batch.state == "new" else here,
        "filename": batch.filename,
        "entity_title": str(turn.resource(batch.entity).plural),
        "who": batch.user_name,
        "at_text": moment(turn, batch.created_at),
        "state": {"text": text, "color": color},
        "created": number(batch.created),
        "updated": number(batch.updated),
        "skipped": number(batch.skipped),
        "failed": number(batch.wrong),
        "undo_url": f"{here}/undo" if standing.undoable and batch.created + batch.updated else "",
    }


def _before() -> UUID | None:
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)
