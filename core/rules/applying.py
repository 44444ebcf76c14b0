"""What rules do with records that are being saved: in the same transaction, a set at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from core.access.shares import Share
from core.access.sharing import put, redirect_requests, set_owners
from core.context import Context
from core.db.base import now
from core.entity.entity import Entity, Resource
from core.entity.history import Entry, Line, announce, write
from core.rules import reading
from core.rules.dealing import deal
from core.rules.reading import Active


@dataclass(frozen=True, slots=True)
class Move:
    """A record that a rule gives a new owner."""

    record_id: UUID
    old: UUID | None
    new: UUID
    rule: Active


@dataclass(frozen=True, slots=True)
class Grant:
    """A record that rules let somebody see: principal and the rule that says so."""

    record_id: UUID
    to: tuple[tuple[UUID, bool, Active], ...]


def follow(context: Context, resource: Resource, records: Sequence[Entity], event: str) -> None:
    """Let the rules decide about records that were just created or changed; they are in the database already.

    Neither their version nor the moment of their change moves: for whoever saved them it is one change.
    """
    if not resource.owned or not records:
        return
    by_id = {record.id: record for record in records}
    if moves := assign(context, resource, list(by_id), reading.active(context, resource, reading.OWNER, event)):
        set_owners(context, resource, {one.record_id: one.new for one in moves}, quietly=True)
        for one in moves:
            set_committed_value(by_id[one.record_id], "owner_id", one.new)
        tell(context, resource, moves, {one.record_id: _title(by_id[one.record_id]) for one in moves})
    if grants := entitle(context, resource, list(by_id), reading.active(context, resource, reading.SHARE, event)):
        let_in(context, resource, grants, {one: by_id[one].updated_at for one in by_id})
        tell_shares(context, resource, grants, {one.record_id: _title(by_id[one.record_id]) for one in grants})


def _title(record: Entity) -> str:
    return Entry(record, "", {}).title


def assign(context: Context, resource: Resource, ids: Sequence[UUID], rules: Sequence[Active]) -> list[Move]:
    """Who shall own records by the first rule that fits each; those who are their rule's already stay."""
    if not rules:
        return []
    due: dict[UUID, list[tuple[UUID, UUID | None]]] = {}
    for record_id, owner, hits in _fitting(context, resource, ids, rules):
        rule = next((one for one, fits in zip(rules, hits, strict=True) if fits), None)
        if rule is not None and owner not in rule.people:
            due.setdefault(rule.id, []).append((record_id, owner))
    moves = []
    for rule in sorted((one for one in rules if one.id in due), key=lambda one: one.id):  # locked in one order
        some = due[rule.id]
        dealt = deal(context, rule.id, rule.people, [owner for _record, owner in some])
        moves += [Move(record, old, new, rule) for (record, old), new in zip(some, dealt, strict=True) if new]
    return moves


def entitle(context: Context, resource: Resource, ids: Sequence[UUID], rules: Sequence[Active]) -> list[Grant]:
    """Whom the rules let see records, every rule that fits; who is let in already, by whatever share, is left alone."""
    if not rules:
        return []
    wanted: dict[UUID, dict[UUID, tuple[bool, Active]]] = {}
    for record_id, owner, hits in _fitting(context, resource, ids, rules):
        for rule in (one for one, fits in zip(rules, hits, strict=True) if fits):
            for principal, group in rule.principals:
                if principal != owner:
                    wanted.setdefault(record_id, {}).setdefault(principal, (group, rule))
    there = _let_in_already(context, resource, wanted) if wanted else set()
    found = []
    for record_id, principals in wanted.items():
        to = tuple((who, *what) for who, what in principals.items() if (record_id, who) not in there)
        if to:
            found.append(Grant(record_id, to))
    return found


def _fitting(
    context: Context, resource: Resource, ids: Sequence[UUID], rules: Sequence[Active]
) -> Iterable[tuple[UUID, UUID | None, Sequence[bool]]]:
    """Records with their owners and, rule by rule, whether it fits: one statement, in the order of the ids."""
    table = resource.model.__table__
    fits = [reading.holds(context, resource, rule).label(f"rule_{place}") for place, rule in enumerate(rules)]
    statement = sa.select(table.c.id, table.c.owner_id, *fits).where(
        table.c.tenant_id == context.tenant, table.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))
    )
    rows = {row[0]: (row[0], row[1], row[2:]) for row in context.session.connection().execute(statement)}
    return [rows[one] for one in ids if one in rows]


def _let_in_already(context: Context, resource: Resource, wanted: dict[UUID, Any]) -> set[tuple[UUID, UUID]]:
    principals = {one for some in wanted.values() for one in some}
    statement = sa.select(Share.record_id, Share.principal_id).where(
        Share.tenant_id == context.tenant,
        Share.entity == resource.name,
        Share.record_id == sa.any_(sa.literal(list(wanted), sa.ARRAY(sa.Uuid))),
        Share.principal_id == sa.any_(sa.literal(list(principals), sa.ARRAY(sa.Uuid))),
    )
    return {(row[0], row[1]) for row in context.session.connection().execute(statement)}


def let_in(context: Context, resource: Resource, grants: Sequence[Grant], changed: dict[UUID, Any]) -> None:
    """Write the shares, in one statement; nobody in particular gave them."""
    moment = now()
    put(
        context,
        resource,
        [
            {
                "record_id": one.record_id, "sort_at": changed[one.record_id], "shared_by_id": None, "shared_at": moment,
                "user_id": None if group else principal, "department_id": principal if group else None,
                "access": rule.terms.access, "aspects": list(rule.terms.aspects),
                "until": moment + timedelta(days=rule.terms.days) if rule.terms.days else None,
            }
            for one in grants
            for principal, group, rule in one.to
        ],
    )  # fmt: skip


def tell(context: Context, resource: Resource, moves: Sequence[Move], titles: dict[UUID, str]) -> None:
    """Say in the log which rule it was, and tell everybody whose work depends on it."""
    redirect_requests(context, resource, [one.record_id for one in moves])
    lines = [
        Line(
            one.record_id,
            titles[one.record_id],
            "transferred",
            {"owner": [str(one.old) if one.old else None, str(one.new)], "rule": [None, one.rule.name]},
        )
        for one in moves
    ]
    write(context, resource, lines)
    announce(context, resource, lines)


def tell_shares(context: Context, resource: Resource, grants: Sequence[Grant], titles: dict[UUID, str]) -> None:
    """Say in the log whom rules let in, a line for each rule."""
    lines = []
    for one in grants:
        by_rule: dict[str, list[str]] = {}
        for principal, _group, rule in one.to:
            by_rule.setdefault(rule.name, []).append(str(principal))
        lines += [
            Line(one.record_id, titles[one.record_id], "shared", {"with": [None, who], "rule": [None, name]})
            for name, who in by_rule.items()
        ]
    write(context, resource, lines)
