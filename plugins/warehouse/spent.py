"""What goods on slips have cost: kept on their lines, in step with the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import TRANSIT, Entry, Stock, Warehouse
from .slips import GoodsIssue, IssueLine, Transfer, TransferLine

KEPT: dict[str, tuple[type[GoodsIssue | Transfer], type[IssueLine | TransferLine]]] = {
    "warehouse.goods_issue": (GoodsIssue, IssueLine),
    "warehouse.transfer": (Transfer, TransferLine),
}


def note_costs(context: Context, documents: Iterable[tuple[str, UUID]]) -> None:
    """Work out the costs of these documents from the ledger, those of each kind in two statements."""
    context.session.flush()
    ids: dict[str, list[UUID]] = defaultdict(list)
    for entity, one in documents:
        if entity in KEPT:
            ids[entity].append(one)
    for entity, some in ids.items():
        model, line = KEPT[entity]
        left = (
            sa.select(Entry.line_id, (-sa.func.sum(Entry.value)).label("cost"))
            .where(Entry.tenant_id == context.tenant, Entry.entity == entity, Entry.record_id.in_(some))
            .join(Stock, sa.and_(Stock.tenant_id == Entry.tenant_id, Stock.id == Entry.stock_id))
            .join(Warehouse, sa.and_(Warehouse.tenant_id == Stock.tenant_id, Warehouse.id == Stock.warehouse_id))
            .where(Entry.quantity < 0, Entry.follows_id.is_(None), Warehouse.kind != TRANSIT.value)
            .group_by(Entry.line_id)
            .subquery()
        )
        lines = (
            sa.update(line).where(line.tenant_id == context.tenant, line.id == left.c.line_id).values(cost=left.c.cost)
        )
        total = sa.select(sa.func.coalesce(sa.func.sum(line.cost), Decimal(0))).where(
            line.tenant_id == context.tenant, line.document_id == model.id
        )
        whole = (
            sa.update(model)
            .where(model.tenant_id == context.tenant, model.id.in_(some))
            .values(cost=total.scalar_subquery(), version=model.version)
        )
        for statement in (lines, whole):
            context.session.execute(statement.execution_options(synchronize_session="fetch"))
