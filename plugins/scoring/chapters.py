"""What there is to give points for, in the order of the manual: figures for what is known, rows that people add."""

from dataclasses import dataclass

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Text, TransactionType
from plugins.sales.api import Pipeline, Stage

from . import kinds

_ = sdk.translator("plugins.scoring")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that points are given for: a stage, a type, a status."""

    kind: str
    key: str
    title: Text | str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rules that people add: from some limit on, or for some words, so many points."""

    kind: str
    what: Text
    """What stands in the first column."""
    sort: str
    """How that is typed: money, minutes, text or path."""

    @property
    def is_limit(self) -> bool:
        """Whether it is a figure, and not words."""
        return self.kind in kinds.LIMITED


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the page of rules: with a figure for each of the things there are, or with rows."""

    title: Text
    text: Text
    named: tuple[Named, ...] = ()
    rows: Rows | None = None

    @property
    def kinds(self) -> set[str]:
        """The kinds of rules it holds."""
        return {one.kind for one in self.named} | ({self.rows.kind} if self.rows else set())


def chapters(context: Context) -> list[Chapter]:
    """All that this company may give points for."""
    types = _("A transaction gives the points of its type once it is carried out.")
    found = [Chapter(kinds.TITLES[kinds.TRANSACTION_TYPE], types, _types(context))]
    if "sales" in context.active:
        found += _quotes()
    found += _mail()
    if "sales" in context.active:
        staged = _("An opportunity gives the points of the stage that it is in.")
        found.append(Chapter(kinds.TITLES[kinds.OPPORTUNITY_STAGE], staged, _stages(context)))
    return found + _web()


def _quotes() -> list[Chapter]:
    return [
        Chapter(
            kinds.TITLES[kinds.QUOTE_VALUE],
            _("A quote gives the points of the highest limit that it reaches."),
            rows=Rows(kinds.QUOTE_VALUE, _("From"), "money"),
        ),
        Chapter(
            kinds.TITLES[kinds.QUOTE_COUNT],
            _("Of several versions of a quote the newest counts."),
            (Named(kinds.QUOTE_COUNT, "", _("For each quote")),),
        ),
    ]


def _mail() -> list[Chapter]:
    return [
        Chapter(
            _("Action in an e-mail"),
            _("For e-mails whose sender can tell it."),
            (Named(kinds.EMAIL_OPEN, "", _("Open")), Named(kinds.EMAIL_CLICK, "", _("Click"))),
        ),
        Chapter(
            kinds.TITLES[kinds.CAMPAIGN_STATUS],
            _("A recipient of a campaign gives the points of the status that they have."),
            tuple(Named(kinds.CAMPAIGN_STATUS, one.value, one.title) for one in kinds.STATUSES),
        ),
        Chapter(
            kinds.TITLES[kinds.CAMPAIGN_ACTION],
            _("Such as Submitform: as the campaign calls it."),
            rows=Rows(kinds.CAMPAIGN_ACTION, _("Action"), "text"),
        ),
    ]


def _web() -> list[Chapter]:
    return [
        Chapter(
            kinds.TITLES[kinds.WEB_TIME],
            _("A visit gives the points of the highest limit that it reaches. Web analytics must be connected."),
            rows=Rows(kinds.WEB_TIME, _("From minutes"), "minutes"),
        ),
        Chapter(
            kinds.TITLES[kinds.WEB_PAGE],
            _("Each visit of the page gives its points. Web analytics must be connected."),
            rows=Rows(kinds.WEB_PAGE, _("Path"), "path"),
        ),
    ]


def _types(context: Context) -> tuple[Named, ...]:
    table = TransactionType.__table__
    alive = sa.select(table.c.id, table.c.name).where(table.c.tenant_id == context.tenant, table.c.deleted_at.is_(None))
    rows = context.session.connection().execute(alive.order_by(table.c.name, table.c.id))
    return tuple(Named(kinds.TRANSACTION_TYPE, str(row.id), row.name) for row in rows)


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
    return tuple(
        Named(kinds.OPPORTUNITY_STAGE, str(row.id), f"{row.pipeline}: {row.name}" if several else row.name)
        for row in rows
    )
