"""The board: a lane for each value of a choice, paged on its own, with what its cards add up to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort, render_template, request
from uuid_utils.compat import uuid7

from core.access.visibility import visible
from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError, StaleError
from core.entity.fields import Choice, Field
from core.entity.filters import Filter, column, condition
from core.entity.format import money, number
from core.entity.query import Query, read_page
from core.entity.searching import rechecks
from core.entity.titles import summary
from core.entity.values import value_of
from core.i18n import translator
from core.text import normalize
from core.web.entity.address import Address, read_address, undo_url
from core.web.entity.answers import answered, refused
from core.web.entity.cells import card_fields
from core.web.entity.turn import may, needs

_ = translator("core")

PAGE = 20
CAP = 1000
"""Sums and counts of a lane look at so many records and say “+” beyond."""


def lanes_of(turn: Context, found: Address) -> dict[str, Any]:
    """What _board.html needs: every lane with its first cards."""
    spec = lane_field(found.resource)
    totals = _totals(turn, found, spec, [one.value for one in spec.choices])
    return {
        "lanes": [_lane(turn, found, spec, one, totals[one.value]) for one in spec.choices],
        "move_url": f"{found.path}/move" if may(turn, found.resource, "edit") and spec.writable else "",
    }


def lane_field(resource: Resource) -> Field:
    """The choice a board is laid out by; 404 where there is none."""
    spec = resource.lanes
    if spec is None:
        abort(404)
    return spec


def _lane(turn: Context, found: Address, spec: Field, one: Choice, totals: dict[str, Any]) -> dict[str, Any]:
    cards = _cards(turn, found, spec, one.value)
    return {"value": one.value, "title": str(one.title), "color": one.color, **totals, **cards}


def _lane_query(found: Address, spec: Field, value: str) -> Query:
    shown = summary(found.resource, without=[spec.name])
    query = found.query([*shown.fields], limit=PAGE)
    query.filters = [*found.filters, Filter(spec, "eq", value)]
    return query


def _cards(turn: Context, found: Address, spec: Field, value: str) -> dict[str, Any]:
    query = _lane_query(found, spec, value)
    page = read_page(turn, query)
    shown = summary(found.resource, without=[spec.name])
    small = [one for one in (shown.amount, *shown.details) if one is not None]
    title = shown.title.name
    return {
        "cards": [
            {
                "id": row["id"],
                "url": f"{found.path}/{row['id']}",
                "title": row[title] or "—",
                "version": row["version"],
                "fields": card_fields(turn, small, row),
            }
            for row in page.rows
        ],
        "more_url": found.url(path=f"{found.path}/lane", lane=value, cursor=page.next_cursor)
        if page.next_cursor
        else "",
    }


def _totals(turn: Context, found: Address, spec: Field, values: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Count and sum of lanes with one statement, each capped."""
    resource = found.resource
    table, amount = resource.model.__table__, summary(resource).amount
    key, words = column(resource, spec), normalize(found.q).split()[:8]
    parts = []
    for value in values:
        where = [
            visible(turn, resource), table.c.deleted_at.is_(None), key == value,
            *(condition(turn, resource, one) for one in found.filters),
            *(table.c.search_norm.contains(word, autoescape=True) for word in words),
            *rechecks(turn, resource, words),
        ]  # fmt: skip
        summed = column(resource, amount) if amount else sa.cast(sa.null(), sa.Numeric)
        some = sa.select(summed.label("amount")).where(*where).limit(CAP + 1).subquery()
        parts.append(sa.select(sa.literal(value), sa.func.count(), sa.func.sum(some.c.amount)).select_from(some))
    return {
        value: {
            "count": f"{number(CAP)}+" if count > CAP else number(count),
            "total_text": money(turn, total) + ("+" if count > CAP else "") if total is not None else "",
        }
        for value, count, total in turn.session.execute(sa.union_all(*parts))
    }


@needs("see")
def lane(turn: Context, resource: Resource) -> str:
    """The next cards of one lane."""
    found, spec = read_address(turn, resource, request.args), lane_field(resource)
    value = request.args.get("lane", "")
    if spec.choice(value) is None:
        abort(404)
    return render_template(
        "_board_cards.html",
        lane=_cards(turn, found, spec, value),
        move_url=f"{found.path}/move" if may(turn, resource, "edit") and spec.writable else "",
    )


@needs("edit")
def move(turn: Context, resource: Resource) -> Any:
    """A card was put into another lane: 200 with the lanes' new figures, or why not."""
    spec, value, mark = lane_field(resource), request.form.get("value", ""), uuid7()
    try:
        record = service.get(turn, resource.model, UUID(request.form.get("id", "")))
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400)
    before = value_of(record, spec)
    try:
        service.update(turn, record, {spec.name: value}, version=version)
    except StaleError:
        return refused(
            409, _("Somebody else changed this in the meantime. Load the page again and move the card then.")
        )
    except InvalidError as error:
        return refused(422, *(text for texts in error.errors.values() for text in texts))
    found = read_address(turn, resource, _query_of_page())
    totals = _totals(turn, found, spec, [one for one in dict.fromkeys((before, value)) if one])
    lanes = [{"value": name, **figures} for name, figures in totals.items()]
    return answered(version=record.version, lanes=lanes, undo_url=undo_url(resource, mark))


def _query_of_page() -> dict[str, str]:
    """The conditions of the board the card was moved on: the figures answered are of those."""
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(request.referrer or "").query))
