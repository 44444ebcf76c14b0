"""The built front end as templates see it: ``asset("app.css")`` and ``icon("paw")``."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from markupsafe import Markup

from core.web import field_rows, parts, related_lists, rows, timeline_items

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
FALLBACK_ICON = "puzzle"

_log = logging.getLogger(__name__)


class Assets:
    """Hashed names and icons of one build, read when first asked for and kept for the life of the process.

    Without a build the pages still come, unstyled, and the log says once what to run.
    """

    def __init__(self, dist: Path = DIST, prefix: str = "/static/dist/") -> None:
        self._dist, self._prefix = dist, prefix
        self._manifest: Mapping[str, str] | None = None
        self._common: frozenset[str] | None = None
        self._icons: dict[tuple[str, str], Markup] = {}

    def url(self, name: str) -> str:
        """The address of a file of the build: ``url("app.css")`` is ``/static/dist/app-1A2B3C4D.css``."""
        if self._manifest is None:
            self._manifest = self._read("manifest.json")
            if not self._manifest:
                _log.warning(
                    "The front end is not built: run `npm ci && node build.mjs`. Pages have no style until then."
                )
        return self._prefix + self._manifest.get(name, name)

    def icon(self, name: str, label: str = "") -> Markup:
        """An outline icon of Tabler, its line as the style of ``.icon`` has it.

        Those that the product itself names lie in one file that browsers keep: most of a page would be their lines.
        Without ``label`` it is decoration and hidden from screen readers.
        """
        known = self._icons.get((name, label))
        if known is None:
            known = self._icons[name, label] = self._draw(name, label)
        return known

    def _draw(self, name: str, label: str) -> Markup:
        said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="icon" width="18" height="18" {}{}</svg>').format(said, self._lines(name))

    def _lines(self, name: str) -> Markup:
        """The rest of an icon. Plugins may name any of Tabler's 5,000: that table is read and let go again."""
        if self._common is None:
            self._common = frozenset(self._read("icons.json"))
        if name not in self._common:
            body = self._read("icons-outline.json").get(name)
            if body is not None:
                return Markup(' viewBox="0 0 24 24">{}').format(Markup(body))  # noqa: S704 - from our own build
            if self._common:
                _log.warning("There is no icon %r among Tabler's outline icons.", name)
            name = FALLBACK_ICON
        return Markup('><use href="{}#{}"></use>').format(self.url("icons.svg"), name)

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self._dist / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}


def install(app: Flask, dist: Path = DIST) -> Assets:
    """Give an app's templates ``asset`` and ``icon``, and the little helpers that its macros use."""
    assets = Assets(dist, f"{app.static_url_path or '/static'}/dist/")
    app.jinja_env.globals.update(
        asset=assets.url,
        chip=lambda v: Markup(rows.chip(v)),  # noqa: S704 - every part of it is escaped
        icon=assets.icon,
        field_detail=lambda f, v: field_rows.detail(f, v, assets.icon),
        field_rows=lambda items, url, oob=False: field_rows.field_rows(items, url, assets.icon, oob=bool(oob)),
        list_cell=lambda f, v: rows.cell(f, v, assets.icon),
        related_lists=lambda found: related_lists.related_lists(found, assets.icon),
        timeline_items=lambda items, version, more="": timeline_items.timeline_items(items, version, assets.icon, more),
        table_rows=lambda found, ticks: rows.table_rows(found, assets.icon, ticks=bool(ticks)),
    )
    parts.install(app)
    app.jinja_env.filters["initials"] = initials
    return assets


def initials(name: Any) -> str:
    """The letters of an avatar; Vietnamese given names come last: "Nguyễn Thị Minh Anh" is "MA"."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[-2:]).upper() or "?"
