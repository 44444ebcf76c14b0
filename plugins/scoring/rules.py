"""The rules of a company: read for the page, and kept as it says. Then all scores are computed anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, InvalidError, TransactionType
from plugins.sales.api import Pipeline, Stage

from . import kinds, recomputing
from .ledger import locked
from .models import Rule

_ = sdk.translator("plugins.scoring")
MOST_POINTS = 10_000
MOST_RULES = 500
_LONGEST = 200


class Line(NamedTuple):
    """A rule, as people write it."""

    kind: str
    key: str
    at_least: Decimal
    points: int

    @property
    def what(self) -> tuple[str, str, Decimal]:
        """What it is about: two rules cannot be about the same."""
        return self.kind, self.key, self.at_least


@dataclass(frozen=True, slots=True)
class Named:
    """Something that points are given for, by its key."""

    key: str
    title: sdk.Text | str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Kinds whose rules are known beforehand: a figure for each of the things there are."""

    kind: str
    title: sdk.Text
    text: sdk.Text
    names: tuple[Named, ...]


def read(context: Context) -> list[Line]:
    """The company's rules, by their limits."""
    table = Rule.__table__
    statement = sa.select(table.c.kind, table.c.key, table.c.at_least, table.c.points)
    ordered = statement.where(table.c.tenant_id == context.tenant).order_by(table.c.kind, table.c.at_least, table.c.key)
    return [Line(*row) for row in context.session.connection().execute(ordered)]


def chapters(context: Context) -> list[Chapter]:
    """What there is to give points for, by kind: transaction types, quotes, e-mails, statuses, stages."""
    whatever = (Named("", _("Each time")),)
    found = [
        Chapter(
            kinds.TRANSACTION_TYPE, kinds.TITLES[kinds.TRANSACTION_TYPE],
            _("A transaction gives the points of its type once it is carried out."), _types(context),
        ),
        Chapter(kinds.EMAIL_OPEN, kinds.TITLES[kinds.EMAIL_OPEN], _("For e-mails whose sender can tell it."), whatever),
        Chapter(kinds.EMAIL_CLICK, kinds.TITLES[kinds.EMAIL_CLICK], _("For e-mails whose sender can tell it."), whatever),
        Chapter(
            kinds.CAMPAIGN_STATUS, kinds.TITLES[kinds.CAMPAIGN_STATUS],
            _("A recipient of a campaign gives the points of the status that they have."),
            tuple(Named(one.value, one.title) for one in kinds.STATUSES),
        ),
    ]  # fmt: skip
    if "sales" in context.active:
        each = (Named("", _("For each quote")),)
        counted = _("Of several versions of a quote the newest counts.")
        staged = _("An opportunity gives the points of the stage that it is in.")
        found.insert(1, Chapter(kinds.QUOTE_COUNT, kinds.TITLES[kinds.QUOTE_COUNT], counted, each))
        title = kinds.TITLES[kinds.OPPORTUNITY_STAGE]
        found.append(Chapter(kinds.OPPORTUNITY_STAGE, title, staged, _stages(context)))
    return found


def lists(context: Context) -> list[kinds.Limits]:
    """The kinds whose rules are rows that people add."""
    return [one for one in kinds.LISTS if one.kind != kinds.QUOTE_VALUE or "sales" in context.active]


def _types(context: Context) -> tuple[Named, ...]:
    table = TransactionType.__table__
    alive = sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    rows = context.session.connection().execute(alive.order_by(table.c.name, table.c.id))
    return tuple(Named(str(row.id), row.name) for row in rows)


def _stages(context: Context) -> tuple[Named, ...]:
    """By pipeline, in their order; the pipeline is said where there are several."""
    stages, pipelines = Stage.__table__, Pipeline.__table__
    same = sa.and_(pipelines.c.tenant_id == stages.c.tenant_id, pipelines.c.id == stages.c.pipeline_id)
    statement = (
        sa.select(stages.c.id, stages.c.name, pipelines.c.name.label("pipeline"))
        .join_from(stages, pipelines, same)
        .where(stages.c.tenant_id == context.tenant, stages.c.deleted_at.is_(None), pipelines.c.deleted_at.is_(None))
        .order_by(pipelines.c.position, pipelines.c.id, stages.c.position, stages.c.id)
    )
    rows = context.session.connection().execute(statement).all()
    several = len({row.pipeline for row in rows}) > 1
    return tuple(Named(str(row.id), f"{row.pipeline}: {row.name}" if several else row.name) for row in rows)


def save(context: Context, lines: Sequence[Line]) -> None:
    """Let these be the rules, of all kinds whose modules are on, and have the scores computed anew.

    An administrator's right. Raises :class:`core.sdk.InvalidError` for what cannot be a rule.
    """
    context.require("*", "admin")
    _check(lines)
    locked(context)
    shown = {one.kind for one in chapters(context)} | {one.kind for one in lists(context)}
    kept = [one for one in lines if one.kind in shown and one.points]
    if sorted(kept) == sorted(one for one in read(context) if one.kind in shown):
        return
    gone = sa.delete(Rule).where(Rule.tenant_id == context.tenant, Rule.kind.in_(shown))
    context.session.execute(gone)
    context.session.add_all(Rule(**one._asdict()) for one in kept)
    context.session.flush()
    recomputing.ask(context)


def _check(lines: Iterable[Line]) -> None:
    problems: dict[str, list[sdk.Text]] = {}
    known = set()
    for count, one in enumerate(lines, 1):
        if abs(one.points) > MOST_POINTS:
            problems[one.kind] = [_("Points lie between -%(n)s and %(n)s.", n=MOST_POINTS)]
        elif one.at_least < 0:
            problems[one.kind] = [_("A limit cannot be below zero.")]
        elif len(one.key) > _LONGEST:
            problems[one.kind] = [_("At most %(n)s characters.", n=_LONGEST)]
        elif one.what in known:
            problems[one.kind] = [_("There are two lines for the same.")]
        elif count > MOST_RULES:
            problems[one.kind] = [_("At most %(n)s lines.", n=MOST_RULES)]
        known.add(one.what)
    if problems:
        raise InvalidError(problems)  # type: ignore[arg-type] # texts are labels
