"""What a company sets: by which method goods are costed, whether stock is overdrawn, which days are closed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.sdk import Context, InvalidError, create, update
from plugins.catalog.api import Product
from plugins.warehouse import policy, recosting, stocks
from plugins.warehouse.models import OnHand, Rule, Stock, Warehouse
from plugins.warehouse.slips import GoodsIssue

Move = Callable[..., Any]
ISSUERS = 16


def stock_of(context: Context, product: Product) -> Stock:
    context.session.flush()
    found = sa.select(Stock).where(Stock.tenant_id == context.tenant, Stock.product_id == product.id)
    return context.session.scalars(found.execution_options(populate_existing=True)).one()


def keep(context: Context, **said: Any) -> None:
    policy.keep(context, **{"method": "average", "overdraws": False, "closed_until": None, "law": "", **said})


def test_of_sixteen_who_issue_at_once_none_takes_what_is_not_there(
    context: Context, database: Database, warehouse: Warehouse, oil: Product, receive: Move
) -> None:
    receive(oil, 10, 100_000)
    context.session.commit()
    values = {"warehouse": warehouse.id, "state": "approved", "goods": [{"product": oil.id, "quantity": Decimal(3)}]}

    def issue(_who: int) -> bool:
        with database.session(context.tenant) as session:
            mine = Context(session, context.company, context.hooks, context.active, context.grants, context.user)
            try:
                create(mine, GoodsIssue, values)
            except InvalidError:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(ISSUERS) as pool:
        done = list(pool.map(issue, range(ISSUERS)))
    assert sum(done) == 3
    left = stock_of(context, oil)
    assert [left.on_hand, left.value] == [1, 100_000]
    beside = context.session.get(OnHand, (context.tenant, oil.id), populate_existing=True)
    assert beside is not None
    assert beside.on_hand == 1


def test_on_a_closed_day_nothing_moves_and_what_is_cancelled_comes_back_later(
    context: Context, oil: Product, receive: Move, issue: Move
) -> None:
    today = context.today()
    receive(oil, 10, 100_000, on=today - timedelta(days=9))
    taken = issue(oil, 4, on=today - timedelta(days=8))
    keep(context, closed_until=today - timedelta(days=5))
    context.session.commit()
    with pytest.raises(InvalidError, match="on"):
        issue(oil, 1, on=today - timedelta(days=5))
    context.session.rollback()
    with pytest.raises(InvalidError):
        keep(context, closed_until=None)
    update(context, taken, {"state": "cancelled"})
    left = stock_of(context, oil)
    assert [left.on_hand, left.value, left.last_on] == [10, 1_000_000, today]


def test_nothing_leaves_on_an_earlier_day_than_it_came(
    context: Context, oil: Product, receive: Move, issue: Move
) -> None:
    today = context.today()
    receive(oil, 10, 100_000, on=today - timedelta(days=3))
    context.session.commit()
    with pytest.raises(InvalidError, match="Dầu máy"):
        issue(oil, 1, on=today - timedelta(days=4))
    context.session.rollback()
    keep(context, overdraws=True)
    slip = issue(oil, 1, on=today - timedelta(days=4))
    assert slip.cost == 100_000


def test_by_another_method_everything_is_costed_anew(
    context: Context, oil: Product, receive: Move, issue: Move
) -> None:
    receive(oil, 10, 100_000)
    receive(oil, 10, 200_000)
    taken = issue(oil, 10)
    assert taken.cost == 1_500_000
    keep(context, method="fifo")

    class Job:
        done, cursor = 0, dict[str, str]()

        def progress(self, *_done: int) -> None: ...

        def checkpoint(self, **_cursor: str) -> None: ...

    recosting.recost_all(context, Job())  # type: ignore[arg-type] # all that it asks of a job
    context.session.refresh(taken)
    assert taken.cost == 1_000_000
    assert stock_of(context, oil).value == 2_000_000


def test_stock_is_called_as_its_product_is(context: Context, oil: Product, receive: Move) -> None:
    receive(oil, 10, 100_000)
    update(context, oil, {"name": "Nhớt tổng hợp"})
    stocks.rename(context, SimpleNamespace(payload={"id": str(oil.id)}))  # type: ignore[arg-type] # all it asks of a job
    context.session.expire_all()
    assert stock_of(context, oil).name == "Nhớt tổng hợp"


def test_a_minimum_that_is_raised_tells_that_stock_is_low(context: Context, oil: Product, receive: Move) -> None:
    receive(oil, 10, 100_000)
    assert stock_of(context, oil).level == "enough"
    rule = create(context, Rule, {"product": oil.id, "minimum": Decimal(12)})
    assert stock_of(context, oil).level == "low"
    update(context, rule, {"minimum": Decimal(5)})
    assert stock_of(context, oil).level == "enough"
