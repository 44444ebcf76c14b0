"""What one has done to many records at once: how far it is, what became of it, and taking it back."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from core.access.models import User
from core.acts import undoing
from core.acts.models import Act
from core.acts.service import get, kept, listed, undo_until
from core.acts.sharing import received
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
blueprint = Blueprint("acts", __name__, url_prefix="/acts")

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
"""Kinds of deed after which records belong to others."""
BUSY = frozenset(("waiting", "running", "undoing"))


@blueprint.get("")
def listing() -> str:
    """The newest."""
    turn = context()
    found = listed(turn, limit=PAGE + 1, before=_before())
    shown, rest = found[:PAGE], found[PAGE:]
    return render_template(
        "acts.html",
        rows=[_row(turn, one) for one in shown],
        next_url=url_for("acts.listing", before=shown[-1].id) if rest else "",
    )


@blueprint.get("/<uuid:act_id>")
def page(act_id: UUID) -> str:
    """One; asked for by htmx while it is being done, then it is the part that changes."""
    turn = context()
    act = get(turn, act_id)
    row = _row(turn, act)
    return render_template(
        "_act.html" if by_htmx() else "act.html",
        act=row,
        poll_url=row["url"],
        busy=act.state in BUSY,
        received=_received(turn, act),
        left_out=number(act.total - act.done) if act.state not in BUSY and act.done < act.total else "",
        kept=_kept(turn, act),
        kept_more=number(act.kept - NAMED) if act.kept > NAMED else "",
        cancel_url=url_for("acts.cancel", act_id=act.id) if act.state in BUSY and act.job_id else "",
        list_url=f"/{turn.hooks.registry.resources[act.entity].path}",
    )


@blueprint.post("/<uuid:act_id>/undo")
def undo(act_id: UUID) -> Any:
    """Take it back."""
    turn = context()
    try:
        act = undoing.undo(turn, act_id)
    except InvalidError as error:
        turn.session.rollback()
        texts = [str(text) for texts in error.errors.values() for text in texts]
        return go(url_for("acts.page", act_id=act_id), " ".join(texts), kind="warning")
    here = url_for("acts.page", act_id=act.id)
    if act.state == "undoing":
        return go(here)
    if act.kept:
        return go(here, _("Undone, but for what was changed since."), kind="warning")
    return go(_back(act, here), _("Undone for %(n)s records.", n=number(act.undone)))


def _back(act: Act, here: str) -> str:
    """To the list the undo was asked for from, as it was filtered; from any other page but the deed's to the records."""
    came = urlsplit(request.headers.get("HX-Current-URL", request.referrer or ""))
    if came.path.startswith("/acts"):
        return here
    resources = context().hooks.registry.resources
    if came.path.strip("/") in {one.path for one in resources.values()}:
        return f"{came.path}?{came.query}".rstrip("?")
    return f"/{resources[act.entity].path}"


@blueprint.post("/<uuid:act_id>/cancel")
def cancel(act_id: UUID) -> Any:
    """Stop it; what is done stays, and can be taken back."""
    turn = context()
    act = get(turn, act_id)
    if act.job_id is not None and jobs.cancel(turn, act.job_id):
        if act.state == "waiting":
            act.state = "cancelled"
        return go(
            url_for("acts.page", act_id=act.id), _("It stops at the next opportunity. What is done so far stays.")
        )
    return go(url_for("acts.page", act_id=act.id), _("It is over already."), kind="warning")


def _row(turn: Context, act: Act) -> dict[str, Any]:
    text, color = STATES[act.state]
    until = undo_until(act)
    return {
        "url": url_for("acts.page", act_id=act.id),
        "what": str(_what(turn, act)),
        "title": _about(act),
        "who": act.user_name or str(_("The system")),
        "at_text": moment(turn, act.at),
        "state": {"text": text, "color": color},
        "done": act.undone + act.kept if act.state in {"undoing", "undone"} else act.done,
        "total": act.done if act.state in {"undoing", "undone"} else act.total,
        "progress_text": f"{number(act.done)} / {number(act.total)}",
        "undo_url": url_for("acts.undo", act_id=act.id) if until else "",
        "undo_until": moment(turn, until) if until else "",
    }


def _what(turn: Context, act: Act) -> Label:
    resource = turn.hooks.registry.resources[act.entity]
    names: dict[str, Label] = {
        "share": share_title(resource), "transfer": TRANSFER, "merge": merge_title(resource), "regroup": REGROUP,
        DROP_TYPE: _("Delete a customer type and its customers"), "assign": TITLES[OWNER][0], "entitle": TITLES[SHARE][0], "recall": TITLES[RECALL][0],
    }  # fmt: skip
    return names[act.kind]


def _about(act: Act) -> str:
    others = act.total - (0 if act.kind == "merge" else 1)
    if others > 0:
        return str(_("%(title)s and %(n)s more", title=act.title or "—", n=number(others)))
    return act.title or "—"


def _received(turn: Context, act: Act) -> list[dict[str, str]]:
    if act.kind not in PASSING_ON:
        return []
    dealt = received(turn, act)
    names = titles(turn, {User: dealt})
    return [{"name": names.get(one, "—"), "count": number(count)} for one, count in dealt.items()]


def _kept(turn: Context, act: Act) -> list[dict[str, str]]:
    path = turn.hooks.registry.resources[act.entity].path
    return [{"title": title or "—", "url": f"/{path}/{one}" if one else ""} for one, title in kept(turn, act, NAMED)]


def _before() -> UUID | None:
    text = request.args.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)
