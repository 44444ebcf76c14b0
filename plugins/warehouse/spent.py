"""What goods on slips have cost: kept on their lines, in step with the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from core.sdk import Context

from .models import Entry
from .slips import GoodsIssue, IssueLine, ReceiptLine, Transfer, TransferLine

LINES: dict[str, type[ReceiptLine | IssueLine | TransferLine]] = {
    "warehouse.goods_receipt": ReceiptLine,
    "warehouse.goods_issue": IssueLine,
    "warehouse.transfer": TransferLine,
}
SLIPS: dict[str, type[GoodsIssue | Transfer]] = {
    "warehouse.goods_issue": GoodsIssue,
    "warehouse.transfer": Transfer,
}
"""Those that say what all their lines cost together."""


def note_costs(context: Context, documents: Iterable[tuple[str, UUID]]) -> None:
    """Work out the costs of these documents from the ledger, those of each kind in two statements."""
    context.session.flush()
    ids: dict[str, list[UUID]] = defaultdict(list)
    for entity, one in documents:
        if entity in LINES:
            ids[entity].append(one)
    for entity, some in ids.items():
        statements = [_of_lines(context, entity, some)]
        if entity in SLIPS:
            statements.append(_of_slips(context, SLIPS[entity], LINES[entity], some))
        for statement in statements:
            context.session.execute(statement.execution_options(synchronize_session="fetch"))


def _of_lines(context: Context, entity: str, ids: list[UUID]) -> sa.Update:
    """What left costs what the ledger says; what came in too, where its document does not say what it is worth."""
    line = LINES[entity]
    side = (Entry.quantity > 0, Entry.given.is_(None)) if line is ReceiptLine else (Entry.quantity < 0,)
    costs = (
        sa.select(Entry.line_id, sa.func.abs(sa.func.sum(Entry.value)).label("cost"))
        .where(Entry.tenant_id == context.tenant, Entry.entity == entity, Entry.record_id.in_(ids), *side)
        .where(Entry.follows_id.is_(None), Entry.takes_back_id.is_(None))  # what is on its way follows what left
        .group_by(Entry.line_id)
        .subquery()
    )
    return sa.update(line).where(line.tenant_id == context.tenant, line.id == costs.c.line_id).values(cost=costs.c.cost)


def _of_slips(
    context: Context,
    slip: type[GoodsIssue | Transfer],
    line: type[ReceiptLine | IssueLine | TransferLine],
    ids: list[UUID],
) -> sa.Update:
    total = sa.select(sa.func.coalesce(sa.func.sum(line.cost), 0)).where(
        line.tenant_id == context.tenant, line.document_id == slip.id
    )
    mine = (slip.tenant_id == context.tenant, slip.id.in_(ids))
    return sa.update(slip).where(*mine).values(cost=total.scalar_subquery(), version=slip.version)
