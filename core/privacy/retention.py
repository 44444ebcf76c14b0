"""Keeping no longer than needed: what becomes of records that nothing has happened to for months. Off by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from core.context import Context
from core.db.base import now
from core.entity import service
from core.entity.entity import Resource, target_class
from core.entity.errors import InvalidError
from core.entity.history import note
from core.entity.tables import Change
from core.i18n import Text, translator
from core.jobs.work import Work
from core.privacy.erasing import forget_person, of_a_person
from core.privacy.models import LegalHold, RetentionRule

_ = translator("core")

RECYCLE, ERASE = "recycle", "erase"
DEEDS: dict[str, Text] = {RECYCLE: _("Into the recycle bin"), ERASE: _("Erase personal data")}
MOST_MONTHS = 600
BATCH = 200
_MONTH = timedelta(days=365.2425 / 12)


@dataclass(frozen=True, slots=True)
class Rule:
    """An entity with what is to become of its records; without a rule nothing is."""

    resource: Resource
    rule: RetentionRule | None

    @property
    def deeds(self) -> tuple[str, ...]:
        """What can be done: only people can be erased."""
        return (RECYCLE, ERASE) if self.resource.person else (RECYCLE,)


def rules(context: Context) -> list[Rule]:
    """Every entity whose records belong to somebody, with its rule."""
    context.require("*", "admin")
    statement = sa.select(RetentionRule).where(RetentionRule.tenant_id == context.tenant)
    known = {one.entity: one for one in context.session.scalars(statement)}
    resources = [one for one in context.resources() if one.owned and "delete" in one.verbs]
    return [Rule(one, known.get(one.name)) for one in resources]


def set_rule(context: Context, resource: Resource, *, months: int, deed: str, active: bool) -> None:
    """Say what is to become of an entity's records. Raises :class:`InvalidError` naming what is wrong."""
    _check(context, resource, months, deed)
    values = {"months": months, "deed": deed, "active": active}
    context.session.execute(
        insert(RetentionRule)
        .values(tenant_id=context.tenant, id=uuid7(), entity=resource.name, done=0, **values)
        .on_conflict_do_update(index_elements=["tenant_id", "entity"], set_=values)
    )
    context.session.expire_all()
    note(context, resource.name, "retention_changed", title=str(resource.plural), values=values)


def _check(context: Context, resource: Resource, months: int, deed: str) -> None:
    rule = _rule_of(context, resource)
    problems = []
    if not 1 <= months <= MOST_MONTHS:
        problems.append(("months", _("Between 1 and %(n)s months.", n=MOST_MONTHS)))
    if deed not in rule.deeds:
        problems.append(("deed", _("Choose one of the listed values.")))
    if error := InvalidError.of(problems):
        raise error


def _rule_of(context: Context, resource: Resource) -> Rule:
    found = next((one for one in rules(context) if one.resource.name == resource.name), None)
    if found is None:
        raise InvalidError({"": [_("Records of this kind are kept.")]})
    return found


def how_many(context: Context, resource: Resource, *, months: int, deed: str) -> int:
    """How many records a rule would concern now: a dry run. Raises :class:`InvalidError` as :func:`set_rule` does."""
    context.require("*", "admin")
    _check(context, resource, months, deed)
    due = _due(context, resource, months, deed).subquery()
    return int(context.session.scalar(sa.select(sa.func.count()).select_from(due)) or 0)


def _due(context: Context, resource: Resource, months: int, deed: str) -> sa.Select[UUID]:
    """Records that neither they nor anything that links to them has changed for so long, and that no hold keeps."""
    table, before = resource.model.__table__, now() - months * _MONTH
    hold = sa.exists().where(
        LegalHold.tenant_id == context.tenant, LegalHold.record_id == table.c.id, LegalHold.released_at.is_(None)
    )
    statement = sa.select(table.c.id).where(
        table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None), table.c.updated_at < before, sa.not_(hold),
        *(sa.not_(one) for one in _busy(context, resource, table, before)),
    )  # fmt: skip
    if deed == ERASE:
        erased = sa.exists().where(Change.tenant_id == context.tenant, Change.record_id == table.c.id, *of_a_person())
        statement = statement.where(sa.not_(erased))
    return statement.order_by(table.c.updated_at, table.c.id)


def _busy(
    context: Context, resource: Resource, table: sa.FromClause, before: datetime
) -> Sequence[sa.ColumnElement[bool]]:
    found = []
    for other in context.hooks.registry.resources.values():
        for spec in other.model.__fields__.values():
            if spec.kind.name == "link" and target_class(spec) is resource.model:
                theirs = other.model.__table__.alias()
                found.append(
                    sa.exists().where(
                        theirs.c.tenant_id == context.tenant, theirs.c[spec.column] == table.c.id,
                        theirs.c.updated_at >= before,
                    )
                )  # fmt: skip
    return found


def run(context: Context, work: Work) -> None:
    """Do what the rules say, a part a transaction: every night, and nothing where no rule is switched on."""
    for one in rules(context):
        rule = one.rule
        if rule is None or not rule.active or rule.deed not in one.deeds:
            continue
        months, deed, rule_id, done = rule.months, rule.deed, rule.id, 0
        while ids := list(context.session.scalars(_due(context, one.resource, months, deed).limit(BATCH))):
            _do(context, one.resource, ids, deed, months)
            done += len(ids)
            work.progress(work.done + len(ids))
            work.checkpoint()
        mine = sa.update(RetentionRule).where(RetentionRule.tenant_id == context.tenant, RetentionRule.id == rule_id)
        context.session.execute(mine.values(ran_at=now(), done=done))
        work.checkpoint()


def _do(context: Context, resource: Resource, ids: Sequence[UUID], deed: str, months: int) -> None:
    model = resource.model
    statement = sa.select(model).where(model.tenant_id == context.tenant, model.id.in_(ids)).order_by(model.id)
    records = list(context.session.scalars(statement.with_for_update().execution_options(populate_existing=True)))
    if deed == RECYCLE:
        service.discard(context, records, action="deleted")
        return
    reason = str(_("Nothing happened for %(n)s months.", n=months))
    for record in records:
        forget_person(context, record, reason, people=False, silence=False)
