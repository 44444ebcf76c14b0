"""From what happened to runs: in the transaction in which it happened, one statement for each rule it may start."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.types import TypeEngine

from core.automation import conditions, triggers
from core.automation.conditions import Group
from core.automation.models import Automation, AutomationRun
from core.automation.triggers import DELETED, Active
from core.db import bulk
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.i18n import Label, translator
from core.jobs.queue import Wish, enqueue_many

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.history import Entry, Line

_ = translator("core")

DRAIN = "core.automation.drain"
ROUNDS = 3
"""So often a rule may lead to itself, by way of others or not, before that is a loop."""
DEEPEST = 12
"""So many rules may follow from each other."""
_SHARE, _MOST_WORKERS = 2000, 4
"""Of many runs several workers have a share."""
_TITLE = 200
_GIVEN: dict[str, TypeEngine[Any]] = {
    "id": sa.Uuid(), "record_id": sa.Uuid(), "title": sa.Text(), "event": sa.Text(), "values": JSONB(),
    "occurrence": sa.Text(),
}  # fmt: skip


def start(context: "Context", resource: Resource, entries: "Sequence[Entry | Line]") -> None:
    """Begin the runs that these changes of an entity's records start; those *at once* are under way when it returns."""
    for rule in triggers.active(context, resource.name):
        rows = [
            row_of(entry.record_id, entry.title, event, entry.values)
            for entry in entries
            if (event := rule.event_of(resource, entry.action, entry.values))
        ]
        if rows:
            begin(context, resource, rule, rows, rule.conditions)


def row_of(
    record_id: UUID, title: str, event: str, values: Mapping[str, Any], occurrence: str | None = None
) -> dict[str, Any]:
    """A run to be; without an occurrence it is that of the record's version."""
    return {
        "id": bulk.fresh_id(), "record_id": str(record_id), "title": title[:_TITLE], "event": event, "values": values,
        "occurrence": occurrence,
    }  # fmt: skip


def begin(
    context: "Context", resource: Resource, rule: Active, rows: Sequence[Mapping[str, Any]], wanted: Group
) -> list[UUID]:
    """Begin runs of a rule on records that fit, one for each occurrence, once; gives those that are new."""
    chain = context.cause.chain if context.cause else ()
    loop = _loop(context, rule, chain)
    try:
        statement = _insert(context, resource, rule, wanted, list(chain), str(loop))
    except InvalidError:  # a field that it compares is gone: its page says so
        return []
    found = list(context.session.connection().execute(statement, bulk.sent(rows)).scalars())
    if found and not loop:
        _go(context, rule, found)
    return found


def begin_alone(context: "Context", rule: Active, row: Mapping[str, Any]) -> list[UUID]:
    """Begin a run that is about no record; nothing where its occurrence is there already."""
    values = {
        "tenant_id": context.tenant, "id": row["id"], "automation_id": rule.id, "version": rule.version,
        "entity": rule.entity, "record_id": row["record_id"], "occurrence": row["occurrence"], "event": row["event"],
        "input": row["values"], "due_at": sa.func.now(),
    }  # fmt: skip
    statement = insert(AutomationRun).values(values).on_conflict_do_nothing().returning(AutomationRun.id)
    found = list(context.session.scalars(statement))
    if found:
        _go(context, rule, found)
    return found


def _insert(
    context: "Context", resource: Resource, rule: Active, wanted: Group, chain: list[UUID], loop: str
) -> sa.Executable:
    given = bulk.given(_GIVEN)
    table, runs = resource.model.__table__, AutomationRun.__table__
    of_version = sa.cast(table.c.version, sa.Text) + "." + given.c.event
    occurrence = sa.literal("once") if rule.once else sa.func.coalesce(given.c.occurrence, of_version)
    values: dict[str, Any] = {
        "tenant_id": sa.literal(context.tenant, sa.BigInteger), "id": given.c.id, "automation_id": sa.literal(rule.id),
        "version": sa.literal(rule.version), "entity": sa.literal(resource.name), "record_id": given.c.record_id,
        "record_title": given.c.title, "occurrence": occurrence, "event": given.c.event, "input": given.c["values"],
        "state": sa.literal("loop" if loop else "waiting"), "path": sa.literal(""),
        "memory": sa.literal({}, JSONB), "chain": sa.literal(chain, sa.ARRAY(sa.Uuid)), "due_at": sa.func.now(),
        "error": sa.literal(loop), "created_at": sa.func.clock_timestamp(),
        "done_at": sa.func.now() if loop else sa.null(),
    }  # fmt: skip
    gone = given.c.event == DELETED
    # Somebody may be deleting the rule: whoever saves waits for them, and then there is nothing to begin.
    still = (
        sa.select(Automation.id)
        .where(Automation.tenant_id == context.tenant, Automation.id == rule.id)
        .with_for_update(read=True, key_share=True)
        .cte("still")
    )
    fitting = (
        sa.select(*values.values())
        .select_from(given.join(still, sa.true()).join(table, table.c.id == given.c.record_id))
        .where(table.c.tenant_id == context.tenant, gone == table.c.deleted_at.is_not(None))
        .where(conditions.holds(context, resource, wanted, given))
    )
    statement = insert(runs).from_select(list(values), fitting, include_defaults=False)
    return statement.on_conflict_do_nothing().returning(runs.c.id)


def _go(context: "Context", rule: Active, runs: Sequence[UUID]) -> None:
    """Let new runs begin: now, or when the transaction is committed."""
    if rule.at_once:
        from core.automation import engine

        engine.advance(context, engine.these(context, runs))
        return
    ask(context, min(1 + len(runs) // _SHARE, _MOST_WORKERS))


def ask(context: "Context", workers: int = 1) -> None:
    """Have what is due gone on with, once this transaction is committed."""
    enqueue_many(context, [Wish(DRAIN)] * workers)


def _loop(context: "Context", rule: Active, chain: Sequence[UUID]) -> Label:
    """Why a rule may not follow from these; empty where it may."""
    if chain.count(rule.id) < ROUNDS and len(chain) < DEEPEST:
        return ""
    mine = (Automation.tenant_id == context.tenant, Automation.id == chain[-1])
    other = context.session.scalar(sa.select(Automation.name).where(*mine)) or ""
    if chain[-1] == rule.id:
        return _("“%(rule)s” starts itself again and again. It was stopped here.", rule=rule.name)
    return _(
        "“%(one)s” and “%(other)s” start each other again and again. They were stopped here.",
        one=other,
        other=rule.name,
    )
