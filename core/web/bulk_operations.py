"""What one has done to many records at once: how far it is, what became of it, and taking it back."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from core.access.models import User
from core.bulk import undoing
from core.bulk.models import BulkOperation
from core.bulk.service import get, kept, listed, undo_until
from core.bulk.sharing import received
from core.context import Context
from core.customers.actions import REGROUP
from core.customers.grouping import DROP_TYPE
from core.entity.errors import InvalidError
from core.entity.format import moment, number
from core.entity.titles import titles
from core.i18n import Label, Text, translator
from core.jobs import service as jobs
from core.rules.reading import OWNER, RECALL, SHARE
from core.web.entity.owners import TRANSFER, merge_title, share_title
from core.web.entity.turn import by_htmx, go
from core.web.gate import context
from core.web.rule_words import TITLES

_ = translator("core")
blueprint = Blueprint("bulk_operations", __name__, url_prefix="/bulk-operations")

PAGE = 50
NAMED = 100
"""What an undo left alone is named so far."""
STATES: dict[str, tuple[Text, str]] = {
    "waiting": (_("Waiting"), "secondary"),
    "running": (_("Running"), "blue"),
    "done": (_("Done"), "green"),
    "cancelled": (_("Cancelled"), "orange"),
    "undoing": (_("Being undone"), "blue"),
    "undone": (_("Undone"), "secondary"),
}
PASSING_ON = frozenset(("transfer", "assign", "recall"))
"""Kinds of operation after which records belong to others."""
BUSY = frozenset(("waiting", "running", "undoing"))


@blueprint.get("")
def listing() -> str:
    """The newest."""
    turn = context()
    found = listed(turn, limit=PAGE + 1, before=_before())
    shown, rest = found[:PAGE], found[PAGE:]
    return render_template(
        "bulk_operations.html",
        rows=[_row(turn, one) for one in shown],
        next_url=url_for("bulk_operations.listing", before=shown[-1].id) if rest else "",
    )


@blueprint.get("/<uuid:operation_id>")
def page(operation_id: UUID) -> str:
    """One; asked for by htmx while it is being done, then it is the part that changes."""
    turn = context()
    operation = get(turn, operation_id)
    row = _row(turn, operation)
    return render_template(
        "_bulk_operation.html" if by_htmx() else "bulk_operation.html",
        operation=row,
        poll_url=row["url"],
        busy=operation.state in BUSY,
        received=_received(turn, operation),
        left_out=number(operation.total - operation.done)
        if operation.state not in BUSY and operation.done < operation.total
        else "",
        kept=_kept(turn, operation),
        kept_more=number(operation.kept - NAMED) if operation.kept > NAMED else "",
        cancel_url=url_for("bulk_operations.cancel", operation_id=operation.id)
        if operation.state in BUSY and operation.job_id
        else "",
        list_url=f"/{turn.hooks.registry.resources[operation.entity].path}",
    )


@blueprint.post("/<uuid:operation_id>/undo")
def undo(operation_id: UUID) -> Any:
    """Take it back."""
    turn = context()
    try:
        operation = undoing.undo(turn, operation_id)
    except InvalidError as error:
        turn.session.rollback()
        texts = [str(text) for texts in error.errors.values() for text in texts]
        return go(url_for("bulk_operations.page", operation_id=operation_id), " ".join(texts), kind="warning")
    here = url_for("bulk_operations.page", operation_id=operation.id)
    if operation.state == "undoing":
        return go(here)
    if operation.kept:
        return go(here, _("Undone, but for what was changed since."), kind="warning")
    return go(_back(operation, here), _("Undone for %(n)s records.", n=number(operation.undone)))


def _back(operation: BulkOperation, here: str) -> str:
    """To the list the undo was asked for from, as it was filtered; from any other page but the operation's to the records."""
    came = urlsplit(request.headers.get("HX-Current-URL", request.referrer or ""))
    if came.path.startswith("/bulk-operations"):
        return here
    resources = context().hooks.registry.resources
    if came.path.strip("/") in {one.path for one in resources.values()}:
        return f"{came.path}?{came.query}".rstrip("?")
    return f"/{resources[operation.entity].path}"


@blueprint.post("/<uuid:operation_id>/cancel")
def cancel(operation_id: UUID) -> Any:
    """Stop it; what is done stays, and can be taken back."""
    turn = context()
    operation = get(turn, operation_id)
    if operation.job_id is not None and jobs.cancel(turn, operation.job_id):
        if operation.state == "waiting":
            operation.state = "cancelled"
        return go(
            url_for("bulk_operations.page", operation_id=operation.id),
            _("It stops at the next opportunity. What is done so far stays."),
        )
    return go(url_for("bulk_operations.page", operation_id=operation.id), _("It is over already."), kind="warning")


def _row(turn: Context, operation: BulkOperation) -> dict[str, Any]:
    text, color = STATES[operation.state]
    until = undo_until(operation)
    return {
        "url": url_for("bulk_operations.page", operation_id=operation.id),
        "what": str(_what(turn, operation)),
        "title": _about(operation),
        "who": operation.user_name or str(_("The system")),
        "at_text": moment(turn, operation.at),
        "state": {"text": text, "color": color},
        "done": operation.undone + operation.kept if operation.state in {"undoing", "undone"} else operation.done,
        "total": operation.done if operation.state in {"undoing", "undone"} else operation.total,
        "progress_text": f"{number(operation.done)} / {number(operation.total)}",
        "undo_url": url_for("bulk_operations.undo", operation_id=operation.id) if until else "",
        "undo_until": moment(turn, until) if until else "",
    }


def _what(turn: Context, operation: BulkOperation) -> Label:
    resource = turn.hooks.registry.resources[operation.entity]
    names: dict[str, Label] = {
        "share": share_title(resource), "transfer": TRANSFER, "merge": merge_title(resource), "regroup": REGROUP,
        DROP_TYPE: _("Delete a customer type and its customers"), "assign": TITLES[OWNER][0],
        "entitle": TITLES[SHARE][0], "recall": TITLES[RECALL][0],
    }  # fmt: skip
    return names[operation.kind]


def _about(operation: BulkOperation) -> str:
    others = operation.total - (0 if operation.kind == "merge" else 1)
    if others > 0:
        return str(_("%(title)s and %(n)s more", title=operation.title or "—", n=number(others)))
    return operation.title or "—"


def _received(turn: Context, operation: BulkOperation) -> list[dict[str, str]]:
    if operation.kind not in PASSING_ON:
        return []
    dealt = received(turn, operation)
    names = titles(turn, {User: dealt})
    return [{"name": names.get(one, "—"), "count": number(count)} for one, count in dealt.items()]


def _kept(turn: Context, operation: BulkOperation) -> list[dict[str, str]]:
    path = turn.hooks.registry.resources[operation.entity].path
    return [
        {"title": title or "—", "url": f"/{path}/{one}" if one else ""} for one, title in kept(turn, operation, NAMED)
    ]


def _before() -> UUID | None:
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)
