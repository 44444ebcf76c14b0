"""The board: a lane for each value of a choice or each record linked to, paged on its own, with what its cards come to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import abort, render_template, request
from uuid_utils.compat import uuid7

from core.context import Context
from core.entity import lanes, service
from core.entity.asks import asked
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Field
from core.entity.format import money, number
from core.entity.lanes import Figures, Lane, in_lane
from core.entity.query import Page, Query, read_page
from core.entity.titles import summary
from core.entity.values import value_of
from core.i18n import translator
from core.web.entity.address import Address, read_address, undo_url
from core.web.entity.answers import answered, refused
from core.web.entity.asked import BOARD, dialog_url
from core.web.entity.cells import card_fields
from core.web.entity.turn import may, needs

_ = translator("core")

PAGE = 20


def lanes_of(turn: Context, found: Address) -> dict[str, Any]:
    """What _board.html needs: every lane with its first cards."""
    spec = lane_field(found.resource)
    query, sets = _query(found, spec), _sets(turn, found)
    there = lanes.lanes_of(turn, spec, next((one["id"] for one in sets if one["active"]), None))
    # Of one set alone every record is counted: to look for the lanes one by one took twice as long as reading them all.
    figures = lanes.figures(turn, query, spec, [one.value for one in there] if len(sets) > 1 else None)
    shown = [one for one in there if one.open or one.value in figures]
    pages = lanes.cards(turn, query, spec, [one.value for one in shown if one.value in figures])
    return {
        "lanes": [
            {
                **_heading(one),
                **_figures(turn, found.resource, figures.get(one.value, Figures())),
                **_cards(turn, found, spec, one.value, pages.get(one.value, Page())),
            }
            for one in shown
        ],
        "totals": [str(one.title) for one in lanes.totalled(found.resource)],
        "move_url": _move_url(turn, found.resource, spec),
        **({"sets": sets, "narrowings": []} if len(sets) > 1 else {}),
    }


def _sets(turn: Context, found: Address) -> list[dict[str, Any]]:
    """The sets of lanes to choose from; the list's own condition says which is shown, or else it is the first."""
    spec = lanes.set_field(found.resource)
    if spec is None:
        return []
    parameter, known = f"{spec.name}__eq", lanes.sets_of(turn, spec)
    asked = found.parameters.get(parameter, "")
    chosen = asked if asked in {str(one) for one, _title in known} else str(known[0][0]) if known else ""
    return [
        {"id": one, "title": title, "url": found.url(**{parameter: str(one)}), "active": str(one) == chosen}
        for one, title in known
    ]


def lane_field(resource: Resource) -> Field:
    """The field a board is laid out by; 404 where there is none."""
    spec = resource.lanes
    if spec is None:
        abort(404)
    return spec


def _query(found: Address, spec: Field) -> Query:
    return found.query(summary(found.resource, without=[spec.name]).fields, limit=PAGE)


def _move_url(turn: Context, resource: Resource, spec: Field) -> str:
    return f"/{resource.path}/move" if may(turn, resource, "edit") and spec.writable else ""


def _heading(lane: Lane) -> dict[str, Any]:
    return {"value": lane.text, "title": str(lane.title), "color": lane.color, "open": lane.open}


def _figures(turn: Context, resource: Resource, figures: Figures) -> dict[str, Any]:
    """Count and sums as people read them."""
    more = "+" if figures.capped else ""
    sums = figures.sums or [None] * len(lanes.totalled(resource))
    return {
        "count": f"{number(figures.count)}{more}",
        "sums": [f"{money(turn, one)}{more}" if one is not None else "" for one in sums],
    }


def _cards(turn: Context, found: Address, spec: Field, value: Any, page: Page) -> dict[str, Any]:
    shown = summary(found.resource, without=[spec.name])
    small = [one for one in (shown.amount, *shown.details) if one is not None]
    more = {"lane": "" if value is None else str(value), "cursor": page.next_cursor}
    return {
        "cards": [
            {
                "id": row["id"],
                "url": f"{found.path}/{row['id']}",
                "title": row[shown.title.name] or "—",
                "version": row["version"],
                "fields": card_fields(turn, small, row),
            }
            for row in page.rows
        ],
        "more_url": found.url(path=f"{found.path}/lane", **more) if page.next_cursor else "",
    }


@needs("see")
def lane(turn: Context, resource: Resource) -> str:
    """The next cards of one lane."""
    found, spec = read_address(turn, resource, request.args), lane_field(resource)
    value, query = _asked_lane(spec, request.args), _query(found, spec)
    query.filters = [*query.filters, in_lane(spec, value)]
    shown = _cards(turn, found, spec, value, read_page(turn, query))
    return render_template("_board_cards.html", lane=shown, move_url=_move_url(turn, resource, spec))


def _asked_lane(spec: Field, parameters: Mapping[str, str]) -> Any:
    """The lane that an address names; 404 for what can be none."""
    try:
        return lanes.read_value(spec, parameters.get("lane", ""))
    except ValueError:
        abort(404)


@needs("edit")
def move(turn: Context, resource: Resource) -> Any:
    """A card was put into another lane: 200 with the lanes' new figures or a dialog that asks first, or why not."""
    spec, mark = lane_field(resource), uuid7()
    try:
        record = service.get(turn, resource.model, UUID(request.form.get("id", "")))
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    before = value_of(record, spec)
    try:
        value = lanes.read_value(spec, text := request.form.get("value", ""))
        if version == record.version and (ask := asked(turn, record, {spec.name: value})):
            return answered(ask_url=dialog_url(resource, record, ask, {spec.name: [text]}, version, stay=BOARD))
        service.update(turn, record, {spec.name: value}, version=version)
    except StaleError:
        return refused(
            409, _("Somebody else changed this in the meantime. Load the page again and move the card then.")
        )
    except InvalidError as error:
        return refused(422, *(text for texts in error.errors.values() for text in texts))
    except ValueError:
        return refused(422, _("There is no such lane."))
    query = _query(read_address(turn, resource, _query_of_page()), spec)
    figures = lanes.figures(turn, query, spec, [before, value])
    told = [
        {"value": "" if one is None else str(one), **_figures(turn, resource, figures.get(one, Figures()))}
        for one in dict.fromkeys((before, value))
    ]
    return answered(version=record.version, lanes=told, undo_url=undo_url(resource, mark))


def _query_of_page() -> dict[str, str]:
    """The conditions of the board the card was moved on: the figures answered are of those."""
    return dict(parse_qsl(urlsplit(request.referrer or "").query))
