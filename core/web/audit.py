"""What was done in the company, for its administrators: narrowed, page after page, and as a file."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, render_template, request, send_file

from core.access.models import User
from core.audit.kinds import KINDS
from core.audit.log import PAGE, AuditLine, Wanted, count, read, stream
from core.context import Context
from core.entity.errors import InvalidError
from core.entity.format import moment, number
from core.entity.history import NOBODY, SETTINGS, note
from core.entity.timeline import ACTIONS, SOURCES
from core.i18n import Label, translator
from core.sheets.columns import Column
from core.sheets.writer import write_csv, write_xlsx
from core.web.entity.address import make_url
from core.web.gate import context
from core.web.sheets.upload import XLSX

_ = translator("core")
blueprint = Blueprint("audit", __name__, url_prefix="/settings/audit")

MOST = 100_000
"""Lines of one file."""
PARAMETERS = ("person", "kind", "entity", "first", "last")
OTHERS: dict[str, Label] = {"core.module": _("Modules"), "core.change": _("Audit"), SETTINGS: _("Settings")}
"""What lines are about that is no entity."""


@blueprint.get("")
def page() -> Any:
    """The newest lines, narrowed as the address says."""
    turn = context()
    turn.require("*", "admin")
    given = {name: text for name in PARAMETERS if (text := request.args.get(name, ""))}
    try:
        found = read(turn, wanted_of(given), limit=PAGE + 1, before=uuid_of("before", request.args.get("before", "")))
        errors: dict[str, list[Label]] = {}
    except InvalidError as error:
        found, errors = [], error.errors
    shown = found[:PAGE]
    more = {**given, "before": str(shown[-1].change.id)} if len(found) > PAGE else None
    body = render_template(
        "audit.html",
        rows=[row_of(turn, one) for one in shown],
        kinds=KINDS,
        people=_people(turn),
        entities=_entities(turn),
        given=given,
        errors=[text for texts in errors.values() for text in texts],
        next_url=make_url("/settings/audit", more) if more else "",
        export_urls={form: make_url("/settings/audit/export", {**given, "format": form}) for form in ("xlsx", "csv")},
        clear_url="/settings/audit" if given else "",
    )
    return (body, 422) if errors else body


def wanted_of(given: dict[str, str]) -> Wanted:
    """What an address asks for. Raises InvalidError naming what cannot be read."""
    return Wanted(
        uuid_of("person", given.get("person", "")),
        given.get("kind", ""),
        given.get("entity", ""),
        _day("first", given.get("first", "")),
        _day("last", given.get("last", "")),
    )


def uuid_of(name: str, text: str) -> UUID | None:
    """An id of the address. Raises InvalidError naming it."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidError({name: [_("Choose one of the listed values.")]}) from None


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidError({name: [_("Choose the day.")]}) from None


def row_of(turn: Context, one: AuditLine) -> dict[str, Any]:
    """A line as the page shows it."""
    change = one.change
    title, glyph = ACTIONS.get(change.action, (change.action, "activity"))
    resource = turn.hooks.registry.resources.get(change.entity)
    on = resource is not None and resource.plugin in turn.active and change.record_id != NOBODY
    return {
        "at_text": moment(turn, change.at),
        "who": change.user_name or str(_("Nobody signed in") if change.source == "web" else _("The system")),
        "icon": glyph,
        "what": title,
        "entity": _entity_title(turn, change.entity),
        "title": change.record_title,
        "url": f"/{resource.path}/{change.record_id}" if on and resource and change.action != "purged" else "",
        "details": [{"title": name, "old": old, "new": new} for name, old, new in one.details if old or new],
        "source": SOURCES.get(change.source, ""),
    }


def _entity_title(turn: Context, name: str) -> Label:
    resource = turn.hooks.registry.resources.get(name)
    return resource.title if resource else OTHERS.get(name, name)


def _people(turn: Context) -> list[tuple[str, str]]:
    """Everybody who ever could sign in."""
    statement = sa.select(User.id, User.name).where(User.tenant_id == turn.tenant).order_by(User.name)
    return [(str(one), name) for one, name in turn.session.execute(statement)]


def _entities(turn: Context) -> list[tuple[str, Label]]:
    return [(one.name, one.plural) for one in turn.resources()] + list(OTHERS.items())


@blueprint.get("/export")
def export() -> Any:
    """The same lines as a file; that it was made is a line of its own."""
    turn = context()
    turn.require("*", "admin")
    wanted = wanted_of({name: text for name in PARAMETERS if (text := request.args.get(name, ""))})
    form = request.args.get("format", "xlsx")
    if form not in {"xlsx", "csv"}:
        raise InvalidError({"format": [_("Choose Excel or CSV.")]})
    if count(turn, wanted, MOST + 1) > MOST:
        raise InvalidError({"": [_("These are more than %(n)s lines. Choose a shorter period.", n=number(MOST))]})
    file = io.BytesIO()
    columns = [
        Column(title) for title in (_("When"), _("Person"), _("What"), _("Kind"), _("Record"), _("Details"), _("Door"))
    ]
    write = write_xlsx if form == "xlsx" else write_csv
    rows = write(file, columns, _cells(turn, wanted))
    note(turn, "core.change", "exported", title=str(_("Audit")), values={"count": rows})
    file.seek(0)
    name = f"{_('Audit')} {turn.today():%Y-%m-%d}.{form}"
    return send_file(file, XLSX if form == "xlsx" else "text/csv", as_attachment=True, download_name=name)


def _cells(turn: Context, wanted: Wanted) -> Iterator[tuple[str, ...]]:
    for one in stream(turn, wanted, MOST):
        row = row_of(turn, one)
        details = "; ".join(f"{part['title']}: {part['old']} → {part['new']}" for part in row["details"])
        texts = (row["at_text"], row["who"], row["what"], row["entity"], row["title"], details, row["source"])
        yield tuple(str(text) for text in texts)
