"""Deeds on any number of records: in parts, each committed whole, that can be stopped, go on and be taken back.

A deed first notes which records it is for, then does one part of them after the other. Few records are done at once,
in the transaction of whoever asked; many by a job. Taking back goes the same way, record by record: what somebody
has changed since stays as it is and is named.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from core.access.visibility import visible
from core.acts.models import Act, ActItem
from core.acts.parts import COUNTED, Deed, run, take_back, title_column
from core.context import Context, ForbiddenError
from core.db.base import now
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.entity.filters import column
from core.entity.query import Query, matching
from core.i18n import translator
from core.jobs.queue import enqueue

_ = translator("core")

WINDOW = timedelta(days=30)
"""As long as a deed can be taken back."""
AT_ONCE = 1000
"""Records that one request does by itself; more are a job's."""
RUN, UNDO = "core.acts.run", "core.acts.undo"
UNDOABLE = ("done", "cancelled", "undone")
"""States in which a deed can be taken back, as far as it was done and is not taken back already."""
Chosen = Sequence[UUID] | Query
"""The records a deed is for: in an order, or all that match."""


def begin(context: Context, resource: Resource, kind: str, deed: Deed, chosen: Chosen, asked: dict[str, Any]) -> Act:
    """Do something to records: at once where they are few, by a job where they are many.

    Raises MissingError for an id that leads nowhere and ForbiddenError for one it may not be done to; of all that
    match, those it may not be done to are left out.
    """
    act = note(context, resource, kind, deed, chosen, asked)
    if act.total > AT_ONCE:
        act.job_id = next(iter(enqueue(context, RUN, {"act": str(act.id)}, title=str(resource.plural))), None)
        context.session.flush()
    else:
        run(context, act, deed)
    return act


def note(context: Context, resource: Resource, kind: str, deed: Deed, chosen: Chosen, asked: dict[str, Any]) -> Act:
    """Write down what shall be done to which records, as :func:`begin`, and do nothing yet."""
    context.require(resource.name, deed.verb)
    user = context.user
    act = Act(
        id=uuid7(), kind=kind, entity=resource.name, asked=asked, user_id=user.id if user else None,
        user_name=user.name if user else "",
    )  # fmt: skip
    context.session.add(act)
    context.session.flush()
    act.total = _note(context, resource, act, deed.verb, chosen)
    act.title = _first_title(context, resource, act)
    context.session.flush()
    return act


def _note(context: Context, resource: Resource, act: Act, verb: str, chosen: Chosen) -> int:
    """Write down the records it is for, in their order."""
    if isinstance(chosen, Query):
        table = resource.model.__table__
        keys = (table.c.updated_at if chosen.sort is None else column(resource, chosen.sort), table.c.id)
        order = sa.func.row_number().over(order_by=[one.desc() if chosen.descending else one.asc() for one in keys])
        found = matching(context, chosen).where(visible(context, resource, verb))
        source: Any = found.with_only_columns(table.c.id, (order - 1).label("position"))
    else:
        ids = list(dict.fromkeys(chosen))
        _insist(context, resource, verb, ids)
        given = _numbered(ids)
        source = sa.select(given.c.id, (given.c.position - 1).label("position"))
    source = source.subquery("chosen")
    columns = ("tenant_id", "id", "act_id", "place", "state", "record_id", "position")
    values = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sa.func.gen_random_uuid(), sa.literal(act.id), sa.literal(""),
        sa.literal("waiting"), *source.c,
    )  # fmt: skip
    statement = sa.insert(ActItem).from_select(columns, values, include_defaults=False)
    return int(context.session.connection().execute(statement, execution_options=COUNTED).rowcount)


def _numbered(ids: Sequence[UUID]) -> Any:
    given = sa.func.unnest(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))
    return given.table_valued(sa.column("id", sa.Uuid), with_ordinality="position").render_derived("given")


def _insist(context: Context, resource: Resource, verb: str, ids: Sequence[UUID]) -> None:
    """Every one of the records is there for this person, and it may be done to every one."""
    table = resource.model.__table__
    statement = sa.select(table.c.id, visible(context, resource, verb)).where(
        table.c.tenant_id == context.tenant,
        table.c.id == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid))),
        table.c.deleted_at.is_(None),
        visible(context, resource),
    )
    allowed: dict[UUID, bool] = dict(context.session.connection().execute(statement).all())
    for one in ids:
        if one not in allowed:
            raise MissingError(resource.name, one)
    if not all(allowed.values()):
        raise ForbiddenError(resource.name, verb)


def _first_title(context: Context, resource: Resource, act: Act) -> str:
    table = resource.model.__table__
    statement = (
        sa.select(title_column(resource.model))
        .join(ActItem, sa.and_(ActItem.tenant_id == table.c.tenant_id, ActItem.record_id == table.c.id))
        .where(table.c.tenant_id == context.tenant, ActItem.tenant_id == context.tenant, ActItem.act_id == act.id)
        .order_by(ActItem.position)
        .limit(1)
    )
    return str(context.session.connection().execute(statement).scalar() or "")[:200]


def ask_undo(context: Context, act: Act, deed: Deed) -> None:
    """Take a deed back, at once or by a job. Raises InvalidError where it is too late or there is nothing to undo."""
    require_undoable(act)
    act.state = "undoing"
    if act.done > AT_ONCE:
        act.job_id = next(iter(enqueue(context, UNDO, {"act": str(act.id)}, title=act.title)), None)
        context.session.flush()
    else:
        take_back(context, act, deed)


def require_undoable(act: Act) -> None:
    """Raise InvalidError where it is too late, or there is nothing to undo."""
    if not undoable(act):
        raise InvalidError({"": [_("There is nothing to undo here any more.")]})


def undoable(act: Act) -> bool:
    """Whether a deed can still be taken back."""
    left = act.done - act.undone - act.kept if act.kind != "merge" else int(act.state == "done")
    return act.state in UNDOABLE and left > 0 and act.at > now() - WINDOW


def undo_until(act: Act) -> datetime | None:
    """How long a deed can be taken back; None where it cannot."""
    return act.at + WINDOW if undoable(act) else None


def get(context: Context, act_id: UUID, *, lock: bool = False) -> Act:
    """A deed of one's own; an administrator's to look at and to undo too. Raises MissingError."""
    statement = _mine(context).where(Act.id == act_id)
    found = context.session.scalar(
        statement.with_for_update().execution_options(populate_existing=True) if lock else statement
    )
    if found is None:
        raise MissingError("core.act", act_id)
    return found


def listed(context: Context, *, limit: int = 50, before: UUID | None = None) -> list[Act]:
    """The newest deeds; from ``before``, the last one's id, those before it."""
    statement = _mine(context).order_by(Act.id.desc()).limit(limit)
    return list(context.session.scalars(statement if before is None else statement.where(Act.id < before)))


def _mine(context: Context) -> sa.Select[Act]:
    statement = sa.select(Act).where(Act.tenant_id == context.tenant)
    if context.can("*", "admin"):
        return statement
    return statement.where(Act.user_id == context.user.id if context.user else sa.false())


def kept(context: Context, act: Act, most: int = 100) -> list[tuple[UUID | None, str]]:
    """What the undoing left alone, because it was changed since: id and title; of a merge the titles alone."""
    if act.kind == "merge":
        left: list[str] = act.asked.get("kept", [])
        return [(None, title) for title in left[:most]]
    resource = context.hooks.registry.resources[act.entity]
    table, item = resource.model.__table__, ActItem.__table__
    statement = (
        sa.select(table.c.id, title_column(resource.model))
        .join(item, sa.and_(item.c.tenant_id == table.c.tenant_id, item.c.record_id == table.c.id))
        .where(table.c.tenant_id == context.tenant, item.c.tenant_id == context.tenant, item.c.act_id == act.id)
        .where(item.c.state == "kept")
        .order_by(item.c.position)
        .limit(most)
    )
    return [(record, title or "") for record, title in context.session.connection().execute(statement)]
