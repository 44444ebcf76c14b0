"""Sharing records and passing them on (V-10, V-12), as bulk operations that can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.shares import Share
from core.access.sharing import (
    Mode,
    Targets,
    Terms,
    check,
    grant,
    put,
    receivers,
    redirect_requests,
    set_owners,
    unshare,
)
from core.bulk.models import BulkItem, BulkOperation
from core.bulk.parts import BulkHandler, Done, Row
from core.bulk.service import Chosen, begin
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError
from core.entity.history import Line, announce, write
from core.i18n import translator
from core.plugin.manifest import Passed, TransferOption

_ = translator("core")


def share(
    context: Context, model: type[Entity], chosen: Chosen, targets: Targets, mode: Mode, terms: Terms
) -> BulkOperation:
    """Share records: ``add`` to those who see them already, ``replace`` them, or ``remove`` (V-10).

    Raises :class:`InvalidError` naming what is wrong and ForbiddenError where one of the records may not be shared.
    """
    resource = context.resource(model)
    context.require(resource.name, "share")
    check(context, targets, mode, terms)
    asked = {
        "users": [str(one) for one in targets.users],
        "departments": [str(one) for one in targets.departments],
        "mode": mode,
        "aspects": list(dict.fromkeys(terms.aspects)),
        "access": terms.access,
        "until": terms.until.isoformat() if terms.until else None,
    }
    return begin(context, resource, "share", HANDLERS["share"], chosen, asked)


def transfer(
    context: Context,
    model: type[Entity],
    chosen: Chosen,
    targets: Targets,
    *,
    even: bool = False,
    options: Sequence[str] = (),
    owner: UUID | None = None,
) -> BulkOperation:
    """Give records new owners (V-12).

    Without ``even`` the first target receives all. With it they are dealt out one by one from the top of the list
    to the bottom and over again; a department stands for its people. ``options`` are names of what plugins let go along.
    With ``owner`` those that are no longer this person's when their turn comes stay where they are.
    """
    resource = context.resource(model)
    context.require(resource.name, "transfer")
    people = receivers(context, targets)
    if not people:
        raise InvalidError({"users": [_("Choose who receives them.")]})
    _ticked(context, resource, options)
    asked = {
        "people": [str(one) for one in (people if even else people[:1])],
        "options": list(dict.fromkeys(options)),
        "owner": _text(owner),
    }
    return begin(context, resource, "transfer", HANDLERS["transfer"], chosen, asked)


def _ticked(context: Context, resource: Resource, names: Sequence[str]) -> list[TransferOption]:
    """The options of these names. Raises InvalidError for one that there is not."""
    if not names:
        return []
    known = {one.name: one for one in context.hooks.transfer_options(context, resource.name)}
    if not set(names) <= known.keys():
        raise InvalidError({"options": [_("Choose among the listed values.")]})
    return [known[name] for name in dict.fromkeys(names)]


def received(context: Context, operation: BulkOperation) -> dict[UUID, int]:
    """How many records each person received, in the order in which they were picked, or else the most first."""
    became = BulkItem.after.op("#>>")(sa.literal_column("'{}'::text[]"))
    statement = (
        sa.select(became, sa.func.count())
        .where(BulkItem.tenant_id == context.tenant, BulkItem.operation_id == operation.id, BulkItem.after.is_not(None))
        .group_by(became)
    )
    counts: dict[str, int] = dict(context.session.connection().execute(statement).all())
    people = operation.asked.get("people") or sorted(counts, key=lambda one: (-counts[one], one))
    return {UUID(one): counts.get(one, 0) for one in people}


class Transferring(BulkHandler):
    """Records get another owner."""

    verb = "transfer"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:
        """Deal them out by their place in the whole set, so that parts do not show."""
        people, owner = [UUID(one) for one in operation.asked["people"]], operation.asked.get("owner")
        ours = [row for row in rows if owner is None or _text(row.owner_id) == owner]
        dealt = {row.record_id: people[row.position % len(people)] for row in ours}
        pass_on(context, resource, ours, dealt)
        passed = [Passed(row.record_id, row.owner_id, dealt[row.record_id]) for row in ours]
        along = _take_along(context, resource, operation, passed)
        return [
            belonged(row.owner_id, dealt[row.record_id], along.get(row.record_id))
            if row.record_id in dealt
            else Done(None, None)
            for row in rows
        ]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:
        """Give them back to whom they belonged, where the new owner still has them, and what went along with them.

        What was left alone then is left alone now.
        """
        moved = [row for row in rows if row.after is not None]
        same = {row.record_id: _text(row.owner_id) == row.after for row in moved}
        ours = [row for row in moved if same[row.record_id]]
        pass_on(context, resource, ours, {row.record_id: _owner_before(row) for row in ours})
        _bring_back(context, resource, operation, ours)
        return [same.get(row.record_id, True) for row in rows]


def belonged(old: UUID | None, new: UUID, along: Mapping[str, Any] | None = None) -> Done:
    """What a bulk operation that passes records on keeps of one: whose it was and whose it became, and what went along."""
    return Done({"owner": _text(old), "along": along or {}}, str(new))


def _owner_before(row: Row) -> UUID | None:
    return UUID(row.before["owner"]) if row.before["owner"] else None


def _take_along(
    context: Context, resource: Resource, operation: BulkOperation, passed: Sequence[Passed]
) -> dict[UUID, dict[str, Any]]:
    """Let what was ticked go along: what each option did to each record."""
    found: dict[UUID, dict[str, Any]] = {}
    for option in _ticked(context, resource, operation.asked.get("options", ())):
        done = context.hooks.insist(context, option.plugin, option.name, partial(option.run, context, passed))
        for record, kept in done.items():
            found.setdefault(record, {})[option.name] = kept
    return found


def _bring_back(context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> None:
    """Undo what went along, as far as its module is still on."""
    if not operation.asked.get("options"):
        return
    for option in context.hooks.transfer_options(context, resource.name):
        kept = {row.record_id: row.before["along"][option.name] for row in rows if option.name in row.before["along"]}
        if kept:
            passed = [
                Passed(row.record_id, _owner_before(row), UUID(row.after)) for row in rows if row.record_id in kept
            ]
            context.hooks.insist(context, option.plugin, option.name, partial(option.undo, context, passed, kept))


def pass_on(context: Context, resource: Resource, rows: Sequence[Row], dealt: Mapping[UUID, UUID | None]) -> None:
    """Give records their new owners, and say so in the log and to everybody whose work depends on it."""
    if not rows:
        return
    set_owners(context, resource, dealt)
    for record in [one for one in context.session.identity_map.values() if isinstance(one, resource.model)]:
        context.session.expire(record)
    redirect_requests(context, resource, list(dealt))
    lines = [
        Line(row.record_id, row.title, "transferred", {"owner": [_text(row.owner_id), _text(dealt[row.record_id])]})
        for row in rows
    ]
    write(context, resource, lines)
    announce(context, resource, lines)


class Sharing(BulkHandler):
    """Records are shown to people and departments, or no longer."""

    verb = "share"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:
        """As the mode says; what there was is kept for each record."""
        asked, ids = operation.asked, [row.record_id for row in rows]
        targets = _targets(asked)
        picked = [*targets.users, *targets.departments]
        concerned = None if asked["mode"] == "replace" else picked
        before = shares_now(context, resource, ids, concerned)
        if asked["mode"] != "add":
            unshare(context, resource, ids, concerned)
        if asked["mode"] != "remove" and targets:
            grant(context, resource, [(row.record_id, row.updated_at) for row in rows], targets, _terms(asked))
        after = shares_now(context, resource, ids, concerned)
        named: dict[str, list[Any]] = {"with": [None, [str(one) for one in picked]], "mode": [None, asked["mode"]]}
        write(context, resource, [Line(row.record_id, row.title, "shared", named) for row in rows])
        return [Done(before.get(one, {}), after.get(one, {})) for one in ids]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:
        """Put back what there was, where nothing of it was changed since."""
        present = shares_now(context, resource, [row.record_id for row in rows], None)
        same = [restored(context, resource, row, present.get(row.record_id, {})) for row in rows]
        picked: dict[str, list[Any]] = {"mode": [operation.asked["mode"], None]}
        ours = [row for row, unchanged in zip(rows, same, strict=True) if unchanged]
        write(context, resource, [Line(row.record_id, row.title, "unshared", picked) for row in ours])
        return same


def restored(context: Context, resource: Resource, row: Row, present: Mapping[str, Any]) -> bool:
    """Give a record the shares it had; False where those it got are not what they were."""
    before, after = row.before or {}, row.after or {}
    concerned = before.keys() | after.keys()
    if any(_meant(present.get(one)) != _meant(after.get(one)) for one in concerned):
        return False
    changed = [one for one in concerned if _meant(before.get(one)) != _meant(after.get(one))]
    unshare(context, resource, [row.record_id], [UUID(one) for one in changed])
    back = [{**before[one], "record_id": row.record_id, "sort_at": row.updated_at} for one in changed if one in before]
    put(context, resource, back)
    return True


def _meant(share: Mapping[str, Any] | None) -> Any:
    """What a share lets somebody do, whoever gave it and when."""
    return None if share is None else (share["access"], sorted(share["aspects"]), share["until"])


def shares_now(
    context: Context, resource: Resource, ids: Sequence[UUID], concerned: Sequence[UUID] | None
) -> dict[UUID, dict[str, Any]]:
    """The shares of records as they can be written again: record to principal to share."""
    table = Share.__table__
    statement = sa.select(table).where(
        table.c.tenant_id == context.tenant,
        table.c.entity == resource.name,
        table.c.record_id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
    )
    if concerned is not None:
        statement = statement.where(table.c.principal_id.in_(concerned))
    found: dict[UUID, dict[str, Any]] = {}
    for row in context.session.connection().execute(statement):
        found.setdefault(row.record_id, {})[str(row.principal_id)] = {
            "user_id": _text(row.user_id),
            "department_id": _text(row.department_id),
            "access": row.access,
            "aspects": list(row.aspects),
            "until": row.until.isoformat() if row.until else None,
            "shared_by_id": _text(row.shared_by_id),
            "shared_at": row.shared_at.isoformat(),
        }
    return found


def _targets(asked: Mapping[str, Any]) -> Targets:
    return Targets([UUID(one) for one in asked["users"]], [UUID(one) for one in asked["departments"]])


def _terms(asked: Mapping[str, Any]) -> Terms:
    until = datetime.fromisoformat(asked["until"]) if asked["until"] else None
    return Terms(asked["aspects"], asked["access"], until)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


HANDLERS: dict[str, BulkHandler] = {"share": Sharing(), "transfer": Transferring()}
