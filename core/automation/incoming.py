"""Automations that another program starts: a request to an address that nobody can guess, each once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from core.automation import conditions
from core.automation.conditions import EVERYTHING
from core.automation.models import Automation
from core.automation.starting import begin, begin_alone, row_of
from core.automation.triggers import WEBHOOK, Active
from core.automation.values import inside
from core.bulk.parts import title_column
from core.context import Context
from core.entity.errors import InvalidError, MissingError
from core.entity.filters import Filter, condition
from core.entity.history import NOBODY
from core.i18n import translator
from core.rules.reading import fields_of

_ = translator("core")

LARGEST = 64 * 1024
_LONGEST_KEY = 80


def receive(context: Context, secret: bytes, said: Mapping[str, Any], key: str = "") -> list[UUID]:
    """Start the automation of an address with what a request brought; nothing where its key was there already.

    The record is found by the field the automation names; without one, or where none is found, the run is about no
    record, which conditions do not fit. Raises :class:`MissingError` for an address that there is not.
    """
    rule = _rule(context, secret)
    row = row_of(NOBODY, "", WEBHOOK, said, f"{WEBHOOK}.{key[:_LONGEST_KEY] or uuid4().hex}")
    found = _record(context, rule, said)
    if found is not None:
        row |= {"record_id": str(found[0]), "title": found[1] or ""}
        return begin(context, context.resource(rule.entity), rule, [row], rule.conditions)
    return begin_alone(context, rule, row) if rule.conditions == EVERYTHING else []


def _rule(context: Context, secret: bytes) -> Active:
    former = sa.and_(Automation.former_secret == secret, Automation.former_until > sa.func.now())
    statement = sa.select(Automation).where(
        Automation.tenant_id == context.tenant, sa.or_(Automation.secret == secret, former), Automation.active,
        Automation.trigger["on"].astext == WEBHOOK, Automation.modules.contained_by(sorted(context.active)),
    )  # fmt: skip
    rule = context.session.scalar(statement)
    if rule is None:
        raise MissingError("core.automation", "")
    group = conditions.read(rule.conditions)
    return Active(rule.id, rule.entity, rule.name, rule.version, rule.trigger, group, rule.at_once, once=False)


def _record(context: Context, rule: Active, said: Mapping[str, Any]) -> tuple[UUID, str | None] | None:
    """The record that the request is about, the newest of several."""
    resource = context.resource(rule.entity)
    spec = fields_of(context, resource).get(rule.trigger.get("field", ""))
    value = inside(said, rule.trigger.get("from", "")) if spec is not None else None
    if spec is None or value in (None, "") or isinstance(value, Mapping | list):
        return None
    table = resource.model.__table__
    try:
        same = condition(context, resource, Filter(spec, "eq", str(value)))
    except InvalidError:
        return None
    statement = (
        sa.select(table.c.id, title_column(resource.model))
        .where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), same)
        .order_by(table.c.updated_at.desc())
        .limit(1)
    )
    row = context.session.connection().execute(statement).one_or_none()
    return (row[0], row[1]) if row else None
