"""Letting rules decide about the records there are, as a bulk operation: in parts, with progress, to be taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.access.sharing import set_owners
from core.bulk.models import BulkOperation
from core.bulk.parts import BulkHandler, Done, Row
from core.bulk.service import begin
from core.bulk.sharing import Transferring, belonged, restored, shares_now
from core.context import Context
from core.entity.entity import Resource
from core.entity.history import Line, write
from core.entity.query import Query
from core.rules import reading
from core.rules.applying import assign, entitle, let_in, tell, tell_shares
from core.rules.preview import affected
from core.rules.reading import OWNER, SHARE

ASSIGN, ENTITLE = "assign", "entitle"
_KINDS = {OWNER: ASSIGN, SHARE: ENTITLE}


def apply_now(context: Context, resource: Resource, kind: str) -> BulkOperation:
    """Let all rules of a kind decide about every record, as if each had been saved just now."""
    context.require("*", "admin")
    rules = reading.active(context, resource, kind)
    chosen = Query(resource, conditions=[affected(context, resource, rules)])
    name = _KINDS[kind]
    return begin(context, resource, name, HANDLERS[name], chosen, {"rules": [one.name for one in rules]})


class Assigning(BulkHandler):
    """Records get the owners that rules say."""

    verb = "transfer"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:  # noqa: ARG002 # of the protocol
        """By the rules of this moment; what is nobody's business any more stays."""
        rules = reading.active(context, resource, OWNER)
        moves = {one.record_id: one for one in assign(context, resource, [row.record_id for row in rows], rules)}
        if moves:
            set_owners(context, resource, {one: move.new for one, move in moves.items()})
            context.session.expire_all()
            tell(context, resource, list(moves.values()), {row.record_id: row.title for row in rows})
        return [
            belonged(moves[row.record_id].old, moves[row.record_id].new) if row.record_id in moves else Done(None, None)
            for row in rows
        ]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:
        """As any transfer."""
        return Transferring().undo(context, resource, operation, rows)


class Entitling(BulkHandler):
    """Records are shown to whom rules say."""

    verb = "share"

    def do(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[Done]:  # noqa: ARG002 # of the protocol
        """By the rules of this moment."""
        rules, ids = reading.active(context, resource, SHARE), [row.record_id for row in rows]
        grants = {one.record_id: one for one in entitle(context, resource, ids, rules)}
        if grants:
            let_in(context, resource, list(grants.values()), {row.record_id: row.updated_at for row in rows})
            tell_shares(context, resource, list(grants.values()), {row.record_id: row.title for row in rows})
        present = shares_now(context, resource, list(grants), None) if grants else {}
        return [Done({}, _given(present, grants, row.record_id)) for row in rows]

    def undo(self, context: Context, resource: Resource, operation: BulkOperation, rows: Sequence[Row]) -> list[bool]:  # noqa: ARG002 # of the protocol
        """Take back what was given, where it was not changed since."""
        present = shares_now(context, resource, [row.record_id for row in rows], None)
        same = [restored(context, resource, row, present.get(row.record_id, {})) for row in rows]
        ours = [row for row, unchanged in zip(rows, same, strict=True) if unchanged and row.after]
        picked: dict[str, list[Any]] = {"mode": ["add", None]}
        write(context, resource, [Line(row.record_id, row.title, "unshared", picked) for row in ours])
        return same


def _given(present: dict[UUID, dict[str, Any]], grants: dict[UUID, Any], record_id: UUID) -> dict[str, Any]:
    if record_id not in grants:
        return {}
    new = {str(principal) for principal, _group, _rule in grants[record_id].to}
    return {who: share for who, share in present.get(record_id, {}).items() if who in new}


HANDLERS: dict[str, BulkHandler] = {ASSIGN: Assigning(), ENTITLE: Entitling()}
