"""Pipelines: the stages companies begin with, and what a stage means for the opportunities in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context, Text

from .documents import ContractStatus
from .models import LOST, OPEN, WON, LossReason, Pipeline, Stage

_ = sdk.translator("plugins.sales")


@dataclass(frozen=True, slots=True)
class Preset:
    """A pipeline to begin with: its stages as name, meaning, probability and colour."""

    title: Text
    stages: tuple[tuple[Text, str, int, str], ...]


PRESETS: Mapping[str, Preset] = {
    "needs": Preset(
        _("From need to deal"),
        (
            (_("Exploring needs"), OPEN.value, 10, "blue"),
            (_("Proposing a quote"), OPEN.value, 40, "teal"),
            (_("Negotiating"), OPEN.value, 70, "orange"),
            (_("Closed, won"), WON.value, 100, "green"),
            (_("Closed, lost"), LOST.value, 0, "red"),
        ),
    ),
    "interest": Preset(
        _("From interest to approval"),
        (
            (_("Interested"), OPEN.value, 20, "blue"),
            (_("In negotiation"), OPEN.value, 50, "orange"),
            (_("Waiting for approval"), OPEN.value, 80, "purple"),
            (_("Succeeded"), WON.value, 100, "green"),
            (_("Failed"), LOST.value, 0, "red"),
        ),
    ),
}
"""Stages as salespeople know them; a company changes them as it likes."""
STATUSES = (
    (_("Being drawn up"), "secondary", False),
    (_("Signed"), "blue", True),
    (_("Being carried out"), "orange", True),
    (_("Settled"), "green", True),
    (_("Cancelled"), "red", False),
)
"""Of a contract: name, colour, and whether it counts as debt."""
REASONS = (
    _("Price too high"),
    _("Chose a competitor"),
    _("No budget"),
    _("No need any more"),
    _("Could not be reached"),
)


def furnish(context: Context) -> None:
    """Give a company that has no pipeline one to begin with, statuses of contracts, and reasons for losing."""
    if not _any(context, Pipeline):
        add_preset(context, "needs")
    if not _any(context, ContractStatus):
        rows = [
            {"name": str(title), "position": place, "color": color, "counts": counts}
            for place, (title, color, counts) in enumerate(STATUSES)
        ]
        sdk.create_many(context, ContractStatus, rows)
    if not _any(context, LossReason):
        sdk.create_many(context, LossReason, [{"name": str(one)} for one in REASONS])


def add_preset(context: Context, name: str) -> Pipeline:
    """Make a pipeline with the stages of a preset. Raises KeyError for a name that is none."""
    preset, position = PRESETS[name], _last_position(context) + 1
    pipeline = sdk.create(context, Pipeline, {"name": str(preset.title), "position": position})
    rows = [
        {
            "name": str(title), "pipeline": pipeline.id, "position": place, "outcome": outcome,
            "probability": Decimal(probability), "color": color,
        }
        for place, (title, outcome, probability, color) in enumerate(preset.stages)
    ]  # fmt: skip
    sdk.create_many(context, Stage, rows)
    return pipeline


def first_stage(context: Context, outcome: str = OPEN.value) -> UUID:
    """The first stage of the first pipeline that means this. Raises :class:`core.sdk.InvalidError` where none does."""
    found = context.session.scalar(
        sa.select(Stage.id)
        .join(Pipeline, sa.and_(Pipeline.tenant_id == Stage.tenant_id, Pipeline.id == Stage.pipeline_id))
        .where(Stage.tenant_id == context.tenant, Stage.outcome == outcome, *alive(Stage), *alive(Pipeline))
        .order_by(Pipeline.position, Pipeline.id, Stage.position, Stage.id)
        .limit(1)
    )
    if found is None:
        raise sdk.InvalidError({"stage": [_("There is no such stage yet. Add one in the settings of sales.")]})
    return found


def stages(context: Context, ids: Iterable[UUID]) -> dict[UUID, Stage]:
    """The stages with these ids. What they mean holds for everybody, whatever they may see in the settings."""
    wanted = sa.select(Stage).where(Stage.tenant_id == context.tenant, Stage.id.in_(set(ids)))
    return {stage.id: stage for stage in context.session.scalars(wanted)}


def alive(model: type[sdk.Entity]) -> tuple[sa.ColumnElement[bool]]:
    """The condition that a record is not in the recycle bin."""
    return (model.deleted_at.is_(None),)


def _any(context: Context, model: type[sdk.Entity]) -> bool:
    return context.session.scalar(sa.select(model.id).where(model.tenant_id == context.tenant).limit(1)) is not None


def _last_position(context: Context) -> int:
    highest = sa.select(sa.func.max(Pipeline.position)).where(Pipeline.tenant_id == context.tenant)
    return context.session.scalar(highest) or 0
