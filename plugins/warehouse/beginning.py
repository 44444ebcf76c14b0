"""What a company begins with: a warehouse, and one for goods that are on their way."""

import sqlalchemy as sa

from core import sdk
from core.sdk import Context

from .models import TRANSIT, Warehouse

_ = sdk.translator("plugins.warehouse")


def furnish(context: Context) -> None:
    """Make them where there are none."""
    kinds = set(context.session.scalars(sa.select(Warehouse.kind).where(Warehouse.tenant_id == context.tenant)))
    turn = context.unrestricted()
    if TRANSIT.value not in kinds:
        way = sdk.create(turn, Warehouse, {"name": str(_("Goods on their way"))})
        way.kind = TRANSIT.value
        context.session.flush()
    if kinds <= {TRANSIT.value}:
        sdk.create(turn, Warehouse, {"name": str(_("Main warehouse"))})
