"""The recycle bin over every entity: what lies in it, bringing it back, and removing it for good."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from core.context import Context, ForbiddenError
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InUseError
from core.entity.format import moment, number
from core.entity.purge import CAP, Discarded, bins, counts, discarded, purge
from core.entity.query import Query, matching_ids
from core.i18n import translator
from core.web.entity.address import make_url
from core.web.entity.turn import go, needs, refresh
from core.web.gate import context

_ = translator("core")

PAGE = 50
AT_ONCE = 200
"""Records that emptying the bin removes in one request."""


def page() -> str:
    """What was deleted last, of one entity or of all."""
    turn = context()
    everywhere = bins(turn)
    if not everywhere:
        raise ForbiddenError("*", "delete")
    chosen = _chosen(everywhere)
    found = discarded(turn, [chosen] if chosen else everywhere, limit=PAGE + 1, before=_before())
    admin = turn.can("*", "admin")
    return render_template(
        "recycle.html",
        tabs=_tabs(turn, everywhere, chosen),
        rows=[_row(turn, one, admin=admin) for one in found[:PAGE]],
        keep_text=_("Deleted records stay here until an administrator removes them for good."),
        empty_url=f"/{chosen.path}/purge" if admin and chosen and found else "",
        empty_confirm=str(_("Remove everything in this bin for good? This cannot be undone.")),
        next_url=_next(chosen, found) if len(found) > PAGE else "",
    )


def _chosen(everywhere: list[Resource]) -> Resource | None:
    wanted = request.args.get("entity", "")
    if not wanted:
        return None
    return next((one for one in everywhere if one.name == wanted), None) or abort(404)


def _before() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _next(chosen: Resource | None, found: list[Discarded]) -> str:
    return make_url("/recycle", {"entity": chosen.name if chosen else "", "before": found[PAGE - 1].at.isoformat()})


def _tabs(turn: Context, everywhere: list[Resource], chosen: Resource | None) -> list[dict[str, Any]]:
    numbers = counts(turn, everywhere)
    shown = [one for one in everywhere if numbers[one.name] or one is chosen]
    return [
        {"title": str(_("All")), "url": "/recycle", "active": chosen is None, "count": ""},
        *(
            {
                "title": str(one.plural),
                "url": f"/recycle?entity={one.name}",
                "active": one is chosen,
                "count": f"{CAP}+" if numbers[one.name] > CAP else numbers[one.name],
            }
            for one in shown
        ),
    ]


def _row(turn: Context, one: Discarded, *, admin: bool) -> dict[str, Any]:
    url = f"/{one.resource.path}/{one.id}"
    return {
        "id": str(one.id),
        "title": one.title or "—",
        "kind_title": str(one.resource.title),
        "icon": one.resource.icon,
        "who": one.who,
        "at_text": moment(turn, one.at),
        "url": url,
        "restore_url": f"{url}/restore",
        "purge_url": f"{url}/purge" if admin else "",
        "purge_confirm": str(_("Remove “%(title)s” for good? This cannot be undone.", title=one.title)),
    }


@needs("delete")
def purge_one(turn: Context, resource: Resource, record_id: UUID) -> Any:
    """Remove one record for good."""
    record = service.get(turn, resource.model, record_id, deleted=True)
    title = record.title
    try:
        purge(turn, [record])
    except InUseError as error:
        return refresh(
            _("“%(title)s” cannot be removed: %(uses)s still point at it.", title=title, uses=_uses(error)),
            kind="error",
        )
    return go("/recycle", _("“%(title)s” is removed for good.", title=title))


@needs("delete")
def purge_all(turn: Context, resource: Resource) -> Any:
    """Empty one entity's bin, as far as nothing points at what lies in it."""
    turn.require("*", "admin")
    ids = matching_ids(turn, Query(resource, deleted=True), AT_ONCE)
    removed, kept = 0, list[str]()
    for record_id in ids:
        record = service.get(turn, resource.model, record_id, deleted=True)
        try:
            purge(turn, [record])
            removed += 1
        except InUseError:
            kept.append(record.title)
    if kept:
        text = _(
            "%(n)s removed for good. Others still point at: %(names)s.", n=number(removed), names=", ".join(kept[:5])
        )
        return refresh(text, kind="warning")
    return refresh(_("%(n)s removed for good.", n=number(removed)))


def _uses(error: InUseError) -> str:
    return ", ".join(f"{name} ({number(count)})" for name, count in error.uses.items())
