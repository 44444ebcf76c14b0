"""The ledger: brought into step with what records are worth, by entries that are only added, each statement a set.

Whoever writes it holds the company's settings locked until the commit, so what is compared is what is there. Doing it
again finds nothing to add. The score beside a customer is the sum of their entries, kept by the same statement.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from core.sdk import Context

from . import kinds
from .bases import bases, subject_of
from .models import Entry, Score, Settings

_RULE = ("subject", "kind", "key")
_LINE = (*_RULE, "customer_id")
_CUSTOMER = "core.customer/"


def locked(context: Context) -> Settings:
    """The company's settings, and nobody else writes its ledger until this transaction ends."""
    statement = sa.select(Settings).where(Settings.tenant_id == context.tenant).with_for_update()
    statement = statement.execution_options(populate_existing=True)
    found = context.session.scalar(statement)
    if found is None:
        context.session.execute(insert(Settings).values(tenant_id=context.tenant).on_conflict_do_nothing())
        found = context.session.scalars(statement).one()
    return found


def settle_records(context: Context, entity: str, ids: Collection[UUID]) -> None:
    """Bring the entries for these records into step."""
    subjects = [subject_of(entity, one) for one in ids]
    found = [one for one in bases(context) if one.entity == entity]
    _settle(context, found, "record", ids, Entry.__table__.c.subject.in_(subjects))


def settle_customers(context: Context, ids: Collection[UUID]) -> None:
    """Bring all entries of these customers into step, and their scores."""
    _settle(context, bases(context), "customer_id", ids, _of(ids))
    _add_up(context, ids)


def _of(ids: Collection[UUID]) -> sa.ColumnElement[bool]:
    return Entry.__table__.c.customer_id == sa.any_(_ids(ids))


def _ids(ids: Collection[UUID]) -> sa.ColumnElement[Any]:
    return sa.literal(list(ids), ARRAY(sa.Uuid))


def _settle(context: Context, found: Sequence[Any], column: str, ids: Collection[UUID], ours: Any) -> None:
    """Compare what ``found`` says with what was entered, and enter the differences."""
    if not found or not ids:
        return
    settings, entries = locked(context), Entry.__table__
    worth = [(one.entity, one.worth(context).subquery()) for one in found]
    parts = [
        sa.select(
            (sa.literal(f"{entity}/", sa.Text) + sa.cast(one.c.record, sa.Text)).label("subject"),
            one.c.kind, one.c.key, one.c.customer_id, one.c.points,
        ).where(one.c[column] == sa.any_(_ids(ids)))
        for entity, one in worth
    ]  # fmt: skip
    wanted = sa.union_all(*parts).cte("wanted")
    entered = (
        sa.select(*(entries.c[name] for name in _LINE), sa.func.sum(entries.c.points).label("points"))
        .where(entries.c.tenant_id == context.tenant, ours)
        .where(entries.c.kind.in_({kind for one in found for kind in one.kinds}))
        .group_by(*(entries.c[name] for name in _LINE))
        .cte("entered")
    )
    same = sa.and_(*(wanted.c[name] == entered.c[name] for name in _LINE))
    missing = sa.func.coalesce(wanted.c.points, 0) - sa.func.coalesce(entered.c.points, 0)
    line = [sa.func.coalesce(wanted.c[name], entered.c[name]).label(name) for name in _LINE]
    due = sa.select(*line, missing.label("points")).select_from(wanted.join(entered, same, full=True))
    moved = _enter(context, settings, due.where(missing != 0))
    if moved:
        _ease(context, settings, moved)


def fade(context: Context) -> int:
    """Take a share of each score that nothing has moved for the days the company says; how many there were."""
    settings, scores = locked(context), Score.__table__
    if not settings.decay_percent:
        return 0
    share = sa.func.round(sa.cast(scores.c.score, sa.Numeric) * settings.decay_percent / 100)
    long_ago = scores.c.moved_at <= sa.func.now() - sa.func.make_interval(0, 0, 0, settings.decay_days)
    due = _fading(scores.c.id, -sa.func.greatest(1, share)).where(
        scores.c.tenant_id == context.tenant, scores.c.score > 0, long_ago
    )
    return len(_enter(context, settings, due))


def _ease(context: Context, settings: Settings, ids: Collection[UUID]) -> None:
    """Give back what faded of points that were taken back since: nobody loses what they do not have."""
    entries = Entry.__table__
    faded = sa.func.coalesce(sa.func.sum(entries.c.points).filter(entries.c.kind == kinds.DECAY), 0)
    earned = sa.func.greatest(sa.func.sum(entries.c.points) - faded, 0)
    due = (
        _fading(entries.c.customer_id, -faded - earned)
        .where(entries.c.tenant_id == context.tenant, _of(ids))
        .group_by(entries.c.customer_id)
        .having(-faded > earned)
    )
    _enter(context, settings, due)


def _fading(customer: sa.ColumnElement[UUID], points: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Entries of what time takes."""
    return sa.select(
        (sa.literal(_CUSTOMER, sa.Text) + sa.cast(customer, sa.Text)).label("subject"),
        sa.literal(kinds.DECAY, sa.Text).label("kind"),
        sa.literal("", sa.Text).label("key"),
        customer.label("customer_id"),
        points.label("points"),
    )


def _enter(context: Context, settings: Settings, lines: sa.Select[Any]) -> list[UUID]:
    """Add lines to the ledger and to the scores, in one statement; gives the customers."""
    due, entries = lines.cte("due"), Entry.__table__
    before = [entries.c.tenant_id == context.tenant, *(entries.c[name] == due.c[name] for name in _RULE)]
    last = sa.select(sa.func.max(entries.c.turn)).where(*before).correlate(due).scalar_subquery()
    # What is taken back comes before what is given: a quote may have gone from one customer to another.
    place = sa.func.row_number().over(
        partition_by=[due.c[name] for name in _RULE], order_by=[due.c.points, due.c.customer_id]
    )
    rows = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sa.func.gen_random_uuid(), *(due.c[name] for name in _LINE),
        sa.func.coalesce(last, 0) + place, sa.cast(due.c.points, sa.Integer), sa.func.now(),
    )  # fmt: skip
    columns = ("tenant_id", "id", *_LINE, "turn", "points", "at")
    added = sa.insert(entries).from_select(columns, rows, include_defaults=False)
    made = added.returning(entries.c.customer_id, entries.c.points).cte("made")
    sums = sa.select(made.c.customer_id, sa.func.sum(made.c.points).label("points")).group_by(made.c.customer_id)
    return _put(context, settings, sums.subquery("sums"), add=True)


def _put(context: Context, settings: Settings, sums: Any, *, add: bool) -> list[UUID]:
    """Set scores to these sums, or add the sums to them; gives the customers whose row differs now."""
    scores, total = Score.__table__, sa.cast(sums.c.points, sa.BigInteger)
    rows = sa.select(
        sa.literal(context.tenant, sa.BigInteger), sums.c.customer_id, total, stars_of(settings, total), sa.func.now()
    )
    made = insert(scores).from_select(("tenant_id", "id", "score", "stars", "moved_at"), rows, include_defaults=False)
    now = scores.c.score + made.excluded.score if add else made.excluded.score
    differs = sa.tuple_(scores.c.score, scores.c.stars).is_distinct_from(sa.tuple_(now, stars_of(settings, now)))
    statement = made.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_={
            "score": now,
            "stars": stars_of(settings, now),
            "moved_at": made.excluded.moved_at if add else scores.c.moved_at,
        },
        where=sa.true() if add else differs,
    ).returning(scores.c.id)
    return list(context.session.connection().execute(statement).scalars())


def _add_up(context: Context, ids: Collection[UUID]) -> None:
    """Work out the scores of customers from the ledger itself: after a merge, or when the levels are others."""
    entries, scores = Entry.__table__, Score.__table__
    sums = (
        sa.select(entries.c.customer_id, sa.func.sum(entries.c.points).label("points"))
        .where(entries.c.tenant_id == context.tenant, _of(ids))
        .group_by(entries.c.customer_id)
    )
    _put(context, locked(context), sums.subquery("sums"), add=False)
    theirs = sa.exists().where(entries.c.tenant_id == scores.c.tenant_id, entries.c.customer_id == scores.c.id)
    gone = sa.delete(scores).where(scores.c.tenant_id == context.tenant, scores.c.id == sa.any_(_ids(ids)), ~theirs)
    context.session.connection().execute(gone)


def rate(context: Context) -> None:
    """Give every score the stars of the company's levels."""
    scores, stars = Score.__table__, stars_of(locked(context), Score.__table__.c.score)
    differs = scores.c.stars.is_distinct_from(stars)
    statement = sa.update(scores).where(scores.c.tenant_id == context.tenant, differs).values(stars=stars)
    context.session.connection().execute(statement)


def stars_of(settings: Settings, score: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The stars of a score, in SQL: how many of the levels it reaches; none below the first."""
    levels = sa.literal(settings.levels, ARRAY(sa.BigInteger))
    reached = sa.func.width_bucket(sa.cast(score, sa.BigInteger), levels)
    return sa.cast(sa.func.nullif(reached, 0), sa.String)
