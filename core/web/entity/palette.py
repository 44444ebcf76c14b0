"""Ctrl-K: anything from anywhere. Records of every entity the person sees, then saved views and pages by their names."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import render_template, request

from core.access.visibility import visible
from core.context import Context
from core.entity.entity import Resource
from core.entity.searching import rechecks
from core.entity.titles import Summary, column_text, read_text, summary
from core.entity.views import View, views_named
from core.entity.visits import Seen, seen
from core.i18n import translator
from core.text import normalize
from core.web.entity.listing import view_url
from core.web.entity.turn import by_htmx, may
from core.web.gate import context
from core.web.settings import tiles

_ = translator("core")

HITS = 5
RARE = 500
"""Records that the search index gives per entity; of a commoner text these stand for all."""
RECENT = 3000
"""Words of one or two letters have no index: they are looked for among so many of the newest."""
SHORTEST, TRIGRAM = 2, 3
WORDS = 8


def search() -> Any:
    """What was found, in groups."""
    q = request.args.get("q", "")[:200].replace("\x00", "").strip()
    turn = context()
    if len(normalize(q)) >= SHORTEST:
        groups = [*_records(turn, q), *_views(turn, q), *_pages(turn, q)]
    else:
        groups = [] if q else _at_hand(turn)
    if by_htmx():
        return render_template("_palette.html", groups=groups) if groups or q else ""
    return render_template("search.html", groups=groups, q=q, title=_("Search"))


def _at_hand(turn: Context) -> list[dict[str, Any]]:
    """Before anything is typed: what the person pinned, and what they looked at last."""
    found = seen(turn)
    groups = [
        (_("Pinned"), [one for one in found if one.pinned]),
        (_("Recent"), [one for one in found if not one.pinned]),
    ]
    return [{"title": str(title), "items": [_visited(one) for one in some]} for title, some in groups if some]


def _visited(one: Seen) -> dict[str, str]:
    return {
        "title": one.title,
        "subtitle": str(one.resource.title),
        "url": f"/{one.resource.path}/{one.id}",
        "icon": one.resource.icon,
    }


def searchable(turn: Context) -> list[Resource]:
    """Entities with a field to search, those of the menu first."""
    found = [
        one for one in turn.resources() if may(turn, one, "see") and any(spec.search for spec in one.fields.values())
    ]
    return sorted(found, key=lambda one: (not one.navigation, one.plugin != "core", one.weight))


def _records(turn: Context, q: str) -> Iterator[dict[str, Any]]:
    words = normalize(q).split()[:WORDS]
    for resource in searchable(turn):
        shown = summary(resource)
        rows = list(turn.session.execute(_statement(turn, resource, shown, words)).mappings())
        if rows:
            yield {"title": str(resource.plural), "items": [_item(turn, resource, shown, row) for row in rows]}


def _statement(turn: Context, resource: Resource, shown: Summary, words: list[str]) -> sa.Select[Any]:
    """The best hits of one entity in one statement: those that begin with what was typed, then the newest."""
    table = resource.model.__table__
    columns: list[sa.ColumnElement[Any]] = [table.c.id, table.c.search_norm, table.c.updated_at]
    columns += [column_text(turn.tenant, resource, spec).label(spec.name) for spec in (shown.title, *shown.details)]
    where = [visible(turn, resource), table.c.deleted_at.is_(None), *rechecks(turn, resource, words)]
    order = (table.c.updated_at.desc(), table.c.id.desc())
    if max(map(len, words)) >= TRIGRAM:
        hits = sa.func.ghep_search(
            sa.cast(table.name, sa.Text).op("::")(sa.text("regclass")), sa.cast(words, sa.ARRAY(sa.Text)), RARE
        ).table_valued("id")
        part = sa.select(*columns).where(*where, table.c.id.in_(sa.select(hits.c.id))).subquery()
        likes: list[sa.ColumnElement[bool]] = []
    else:
        part = sa.select(*columns).where(*where).order_by(*order).limit(RECENT).subquery()
        likes = [part.c.search_norm.contains(word, autoescape=True) for word in words]
    begins = part.c.search_norm.startswith(" ".join(words), autoescape=True)
    return sa.select(part).where(*likes).order_by(begins.desc(), part.c.updated_at.desc(), part.c.id.desc()).limit(HITS)


def _item(turn: Context, resource: Resource, shown: Summary, row: Any) -> dict[str, str]:
    details = [text for spec in shown.details if (text := read_text(turn, spec, row[spec.name]))]
    return {
        "title": str(row[shown.title.name] or "—"),
        "subtitle": " · ".join(details),
        "url": f"/{resource.path}/{row['id']}",
        "icon": resource.icon,
    }


def _views(turn: Context, q: str) -> Iterator[dict[str, Any]]:
    """Saved views by name: one's own, shared ones, and what one's role begins with."""
    found = views_named(turn, normalize(q).split()[:WORDS])[:HITS]
    if found:
        yield {"title": str(_("Saved views")), "items": [_view(turn, one) for one in found]}


def _view(turn: Context, view: View) -> dict[str, str]:
    resource = turn.resource(view.entity)
    whose = _("Your role begins with it") if view.begins else _("For everybody") if view.shared else _("Yours alone")
    subtitle = f"{resource.plural} · {whose}"
    return {"title": view.name, "subtitle": subtitle, "url": view_url(resource, view), "icon": "bookmark"}


def _pages(turn: Context, q: str) -> Iterator[dict[str, Any]]:
    """Settings by name; the menu itself is searched in the browser."""
    words = normalize(q).split()
    found = [
        {"title": str(tile.title), "subtitle": str(_("Settings")), "url": tile.url, "icon": tile.icon}
        for group in tiles(turn)
        for tile in group.tiles
        if all(word in normalize(f"{tile.title} {tile.text}") for word in words)
    ]
    if found:
        yield {"title": str(_("Settings")), "items": found[:HITS]}
