"""The third step: what would happen, row by row."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request

from core.app import platform
from core.context import Context
from core.entity.entity import Resource
from core.entity.format import number
from core.i18n import Label, Text, translator
from core.sheets import imports
from core.sheets.errors import Rejected
from core.sheets.importer import CHUNK, Preview, preview, said
from core.sheets.mend import reasons
from core.sheets.plan import Plan, importable
from core.sheets.rows import Parsed
from core.web.entity.address import make_url
from core.web.gate import context
from core.web.sheets.mapping import path_of, rows_text, show

_ = translator("core")

SHOWN = 50
"""Rows of each verdict."""
CELL = 80
VERDICTS: dict[str, tuple[Text, str]] = {
    "created": (_("New"), "green"),
    "updated": (_("Overwritten"), "blue"),
    "skipped": (_("Left as it is"), "secondary"),
    "wrong": (_("Wrong"), "red"),
}
"""What the verdicts are called before anything was done, and their colours."""


def page(batch_id: UUID) -> Any:
    """Try the first rows and show what became of them."""
    turn = context()
    batch = imports.get(turn, batch_id)
    if batch.state != "new":
        return redirect(f"/imports/{batch.id}")
    plan, resource = Plan.from_json(batch.plan), turn.resource(batch.entity)
    try:
        found = preview(
            turn, resource, path_of(turn, batch), plan, shown=SHOWN, limits=imports.csv_limits(platform().settings)
        )
    except Rejected as error:
        return show(turn, batch, plan, [error.message])
    finally:
        turn.session.rollback()  # nothing of a trial stays, not even a bell for its jobs
    here, outcome = f"/imports/{batch_id}", found.outcome
    return render_template(
        "import_preview.html",
        title=_("Import %(what)s", what=resource.plural),
        filename=batch.filename,
        counts={
            "new": outcome.created,
            "matching": outcome.updated + outcome.skipped,
            "wrong": outcome.wrong,
            "total": outcome.total if found.complete else rows_text(plan),
        },
        duplicates_text=_said_of_duplicates(plan) if outcome.updated + outcome.skipped else "",
        warnings=_warnings(found),
        tabs=_tabs(here, found),
        headers=[found.headers[index] for index in sorted(plan.columns) if index < len(found.headers)],
        rows=_rows(turn, resource, plan, found),
        shown_text=_shown_text(found),
        action=f"{here}/run",
        back_url=f"{here}/map",
        startable=not found.complete or outcome.wrong < outcome.total,
    )


def _said_of_duplicates(plan: Plan) -> Label:
    if plan.duplicates == "skip":
        return _("They stay as they are.")
    return _("They are overwritten.") if plan.duplicates == "overwrite" else ""


def _warnings(found: Preview) -> list[Label]:
    outcome = found.outcome
    if found.complete and outcome.wrong == outcome.total:
        return [_("No row of this file can be imported as it is. Look at the reasons below, then mend the file.")]
    if found.complete and not outcome.created + outcome.updated:
        return [_("Every row is there already: nothing would be added.")]
    if found.complete:
        return []
    return [_("This shows the first %(n)s rows. The others are counted when they are imported.", n=number(CHUNK))]


def _tabs(here: str, found: Preview) -> list[dict[str, Any]]:
    outcome, wanted = found.outcome, _wanted()
    tabs = [("", _("All"), outcome.total), ("wrong", _("Wrong"), outcome.wrong), ("created", _("New"), outcome.created)]
    tabs += [("there", _("Already there"), outcome.updated + outcome.skipped)]
    return [
        {
            "title": str(title),
            "url": make_url(f"{here}/preview", {"show": name}),
            "active": name == wanted,
            "count": number(count),
        }
        for name, title, count in tabs
        if count or not name
    ]


def _wanted() -> str:
    wanted = request.args.get("show", "")
    return wanted if wanted in {"wrong", "created", "there"} else ""


def _rows(turn: Context, resource: Resource, plan: Plan, found: Preview) -> list[dict[str, Any]]:
    wanted = _wanted()
    groups = {"": set(VERDICTS), "there": {"updated", "skipped"}}
    rows = [(row, verdict) for row, verdict in found.rows if verdict in groups.get(wanted, {wanted})]
    fields = importable(turn, resource)
    return [
        {
            "number": row.number,
            "state": dict(zip(("text", "color"), VERDICTS[verdict], strict=True)),
            "cells": _cells(plan, row),
            "reasons": reasons(fields, said(row.errors)),
            "match_url": f"/{resource.path}/{row.match}" if row.match is not None else "",
        }
        for row, verdict in sorted(rows, key=lambda one: one[0].number)
    ]


def _cells(plan: Plan, row: Parsed) -> list[dict[str, Any]]:
    shown = row.shown()
    return [
        {
            "text": shown[index][:CELL] if index < len(shown) else "",
            "error": " ".join(str(one) for one in row.errors.get(name, ())),
        }
        for index, name in sorted(plan.columns.items())
    ]


def _shown_text(found: Preview) -> Label:
    if len(found.rows) == found.outcome.total:
        return ""
    return _("At most %(n)s rows of each kind are shown.", n=SHOWN)
