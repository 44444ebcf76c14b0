"""The order in which what a company has set up stands: statuses of contracts, pipelines, and the stages of one."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .documents import ContractStatus
from .models import Pipeline, Stage
from .pipelines import alive

Placed = Pipeline | Stage | ContractStatus
ORDERED: dict[str, type[Placed]] = {"contract-status": ContractStatus, "pipeline": Pipeline, "stage": Stage}
"""What can be put into order, as addresses name it."""


def in_order(
    context: Context, model: type[Placed], pipeline: UUID | None = None, *, lock: bool = False
) -> list[Placed]:
    """The records as they stand now; of stages those of one pipeline."""
    found = sa.select(model).where(model.tenant_id == context.tenant, *alive(model))
    if issubclass(model, Stage):
        found = found.where(model.pipeline_id == pipeline)
    found = found.order_by(model.position, model.id)
    return list(context.session.scalars(found.with_for_update() if lock else found))


def arrange(context: Context, model: type[Placed], ids: Sequence[UUID], pipeline: UUID | None = None) -> int:
    """Put them into this order; how many stand elsewhere now. What is not named stays behind, in the order it has.

    What was deleted leaves a gap and nothing moves for it (CTR-02).
    """
    places = {one: place for place, one in enumerate(ids)}
    present = in_order(context, model, pipeline, lock=True)
    wanted = sorted(present, key=lambda one: places.get(one.id, len(places)))
    if wanted == present:
        return 0
    return len(sdk.update_each(context, [(one, {"position": place}) for place, one in enumerate(wanted)]))
