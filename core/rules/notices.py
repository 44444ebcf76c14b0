"""Telling owners what is about to be taken from them: on their home page, and by e-mail."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.access.models import User
from core.bulk.parts import title_column
from core.context import Context
from core.db.base import now
from core.entity.entity import Resource
from core.entity.format import number, show_day
from core.i18n import translator
from core.mail.outbox import send_mail
from core.plugin.manifest import Card, CardItem
from core.rules.models import RecallNotice
from core.rules.reading import Active
from core.rules.recalling import homes, owned_by, untouched

_ = translator("core")

SHOWN = 5


def withdraw(context: Context, resource: Resource, rule: Active | None) -> None:
    """Forget the notices of records that somebody touched since, that have another owner, or that no rule concerns."""
    notice, table = RecallNotice.__table__, resource.model.__table__
    gone = sa.delete(notice).where(notice.c.tenant_id == context.tenant, notice.c.entity == resource.name)
    if rule is not None and rule.terms.notice:
        lying = sa.exists().where(
            table.c.tenant_id == context.tenant, table.c.id == notice.c.record_id, table.c.owner_id == notice.c.owner_id,
            untouched(context, resource, rule, _told_after(rule)),
        )  # fmt: skip
        gone = gone.where(sa.not_(lying))
    context.session.connection().execute(gone)


def announce(context: Context, resource: Resource, rule: Active) -> int:
    """Tell the owners of records that will be taken; how many records that are."""
    table, moment = resource.model.__table__, now()
    owners = homes(context, rule)
    if not rule.terms.notice or not owners:
        return 0
    earliest = moment + timedelta(days=rule.terms.notice)
    soon = sa.func.greatest(table.c.updated_at + timedelta(days=rule.terms.days or 0), sa.literal(earliest))
    columns = ("tenant_id", "id", "entity", "record_id", "owner_id", "at", "due")
    source = sa.select(
        table.c.tenant_id, sa.func.gen_random_uuid(), sa.literal(resource.name), table.c.id, table.c.owner_id,
        sa.literal(moment), soon,
    ).where(
        table.c.tenant_id == context.tenant, owned_by(resource, owners),
        untouched(context, resource, rule, _told_after(rule)),
    )  # fmt: skip
    statement = insert(RecallNotice).from_select(columns, source, include_defaults=False)
    told = statement.on_conflict_do_nothing().returning(RecallNotice.owner_id)
    counts: dict[UUID, int] = {}
    for owner in context.session.connection().execute(told).scalars():
        counts[owner] = counts.get(owner, 0) + 1
    _write_to(context, resource, counts, rule)
    return sum(counts.values())


def _told_after(rule: Active) -> int:
    return (rule.terms.days or 0) - rule.terms.notice


def _write_to(context: Context, resource: Resource, counts: dict[UUID, int], rule: Active) -> None:
    users = User.__table__
    statement = sa.select(users.c.id, users.c.email).where(
        users.c.tenant_id == context.tenant, users.c.id.in_(counts), users.c.active, users.c.deleted_at.is_(None)
    )
    for owner, address in context.session.connection().execute(statement):
        what = {"n": number(counts[owner]), "entities": str(resource.plural).lower(), "days": rule.terms.notice}
        subject = _("%(n)s %(entities)s go back to your department in %(days)s days", **what)
        text = _(
            "Nothing has happened to %(n)s of your %(entities)s for a long time. Unless you take care of them, they go "
            "back to your department in %(days)s days. You find them on your home page.",
            **what,
        )
        send_mail(context, address, subject, text)


def recall_cards(context: Context) -> Iterable[Card]:
    """What will be taken from this person, the soonest first."""
    user = context.user
    if user is None:
        return
    for resource, count in _counted(context, user.id):
        table, notice = resource.model.__table__, RecallNotice.__table__
        statement = (
            sa.select(table.c.id, title_column(resource.model), notice.c.due)
            .join(notice, sa.and_(notice.c.tenant_id == table.c.tenant_id, notice.c.record_id == table.c.id))
            .where(
                table.c.tenant_id == context.tenant, notice.c.tenant_id == context.tenant,
                notice.c.entity == resource.name, notice.c.owner_id == user.id, table.c.owner_id == user.id,
                table.c.deleted_at.is_(None), table.c.updated_at < notice.c.at,
            )
            .order_by(notice.c.due, table.c.id)
            .limit(SHOWN)
        )  # fmt: skip
        rows = context.session.connection().execute(statement).all()
        items = tuple(
            CardItem(title=title or "—", url=f"/{resource.path}/{record}", subtitle=_go_back_on(context, due))
            for record, title, due in rows
        )
        if items:
            title = _("Going back to the department: %(n)s", n=number(count))
            yield Card(name=f"recall_{resource.plugin}_{resource.entity}", title=title, items=items, weight=1)


def _go_back_on(context: Context, due: object) -> str:
    day = due.astimezone(context.company.zone).date()  # type: ignore[attr-defined] # a moment, as the column holds it
    return str(_("on %(day)s", day=show_day(day)))


def _counted(context: Context, user: UUID) -> list[tuple[Resource, int]]:
    statement = (
        sa.select(RecallNotice.entity, sa.func.count())
        .where(RecallNotice.tenant_id == context.tenant, RecallNotice.owner_id == user)
        .group_by(RecallNotice.entity)
    )
    counts: dict[str, int] = dict(context.session.connection().execute(statement).all())
    if not counts:
        return []
    return [
        (one, counts[one.name]) for one in context.resources() if one.name in counts and context.can(one.name, "see")
    ]
