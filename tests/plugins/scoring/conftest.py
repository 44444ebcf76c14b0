"""A company that gives points, with a customer, and a worker that does what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.sdk import Context, Customer, CustomerGroup, create
from core.testing.automation import work_off
from plugins.sales.api import Opportunity, Quote, Stage
from plugins.sales.pipelines import furnish
from plugins.scoring import rules
from plugins.scoring.models import Entry, Score
from plugins.scoring.rules import Line

MILLION = 1_000_000


@dataclass
class Board:
    """Who has how many points, and how they come to them."""

    context: Context
    lan: Customer
    work: Callable[[], None]

    def rules(self, *lines: tuple[str, str, int, int]) -> None:
        """Let these be the rules: kind, key, limit, points."""
        rules.save(self.context, [Line(kind, key, Decimal(limit), points) for kind, key, limit, points in lines])

    def score(self, customer: Customer | None = None) -> tuple[int, str | None]:
        """Points and stars, as the list shows them."""
        self.context.session.commit()
        table, one = Score.__table__, customer or self.lan
        wanted = sa.select(table.c.score, table.c.stars).where(
            table.c.tenant_id == self.context.tenant, table.c.id == one.id
        )
        row = self.context.session.connection().execute(wanted).one_or_none()
        return (row.score, row.stars) if row else (0, None)

    def entries(self, customer: Customer | None = None) -> list[tuple[str, int]]:
        """Kind and points of each entry, in their order."""
        table = Entry.__table__
        wanted = sa.select(table.c.kind, table.c.points).where(table.c.tenant_id == self.context.tenant)
        if customer is not None:
            wanted = wanted.where(table.c.customer_id == customer.id)
        ordered = wanted.order_by(table.c.at, table.c.turn, table.c.points)
        return [(kind, points) for kind, points in self.context.session.connection().execute(ordered)]

    def group(self, name: str, points: int) -> CustomerGroup:
        """A group of so many points."""
        from core.customers.models import CustomerType

        kind = self.context.session.scalar(sa.select(CustomerType).where(CustomerType.tenant_id == self.context.tenant))
        kind = kind or create(self.context, CustomerType, {"name": "Loại hình kinh doanh"})
        return create(self.context, CustomerGroup, {"name": name, "type": kind.id, "points": points})

    def quote(self, total: int, customer: UUID | None = None, **values: Any) -> Quote:
        """A quote that comes to so much."""
        goods = [{"name": "Máy in", "quantity": Decimal(1), "price": Decimal(total)}]
        return create(self.context, Quote, {"customer": customer or self.lan.id, "goods": goods, **values})

    def stages(self) -> list[Stage]:
        """Those of the first pipeline, in their order."""
        wanted = sa.select(Stage).where(Stage.tenant_id == self.context.tenant).order_by(Stage.position)
        return list(self.context.session.scalars(wanted))

    def opportunity(self, stage: Stage, customer: UUID | None = None) -> Opportunity:
        """One that has come so far."""
        values = {"name": "Máy in", "customer": customer or self.lan.id, "stage": stage.id}
        return create(self.context, Opportunity, {**values, "expected_on": date(2026, 3, 1)})


@pytest.fixture
def board(context: Context, database: Database, tmp_path: Path) -> Board:
    """A company whose pipeline has the usual stages."""
    furnish(context)
    lan = create(context, Customer, {"name": "Chị Lan"})
    return Board(context, lan, lambda: work_off(context, database, tmp_path))
