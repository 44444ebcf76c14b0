"""Orders and the money for them: whatever is done, what an order says is what vouchers pay, and debts are the rest."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.sdk import Context, Customer, Days, InvalidError, create, update
from plugins.cash.api import Debt, debt_of
from plugins.cash.models import VOUCHERS, Allocation, Fund
from plugins.cash.results import Wanted, results
from plugins.cash.vouchers import cancel
from plugins.sales.documents import Order
from plugins.sales.payments import payment_state


def goods(price: int) -> list[dict[str, Any]]:
    return [{"name": "Hàng", "quantity": Decimal(3), "price": Decimal(price), "rate": "8", "cut": Decimal(5)}]


def test_whatever_is_paid_and_given_back_orders_and_debts_say_the_same(context: Context) -> None:
    class Counter(RuleBasedStateMachine):
        """Orders that are made and changed; receipts, advances and refunds that come and are cancelled."""

        @initialize()
        def begin(self) -> None:
            context.session.rollback()
            self.fund = create(context, Fund, {"name": f"Quỹ {uuid4().hex[:8]}"})
            self.customer = create(context, Customer, {"name": "Chị Lan"})
            self.orders: list[Order] = []
            self.vouchers: list[Any] = []

        @rule(price=st.integers(1, 2000))
        def order(self, price: int) -> None:
            self.orders.append(create(context, Order, {"customer": self.customer.id, "goods": goods(price)}))

        @rule(data=st.data(), kind=st.sampled_from(VOUCHERS), amount=st.integers(1, 4000))
        def pay(self, data: Any, kind: Any, amount: int) -> None:
            if self.orders:
                order = data.draw(st.sampled_from(self.orders))
                given = {"document": f"sales.order/{order.id}", "amount": Decimal(amount), "fund": self.fund.id}
                self.vouchers.append(create(context, kind, {**given, "state": "paid"}))

        @rule(data=st.data())
        def take_back(self, data: Any) -> None:
            if self.vouchers:
                self.attempt(lambda: cancel(context, data.draw(st.sampled_from(self.vouchers))))

        @rule(data=st.data(), price=st.integers(1, 2000))
        def change(self, data: Any, price: int) -> None:
            if self.orders:
                order = data.draw(st.sampled_from(self.orders))
                self.attempt(lambda: update(context, order, {"goods": goods(price)}))

        def attempt(self, deed: Any) -> None:
            """A refusal leaves everything as it was."""
            try:
                with context.session.begin_nested():
                    deed()
            except InvalidError:
                context.session.expire_all()

        @invariant()
        def holds(self) -> None:
            if not hasattr(self, "orders"):
                return
            sums = sa.select(Allocation.record_id, sa.func.sum(Allocation.amount)).group_by(Allocation.record_id)
            rows = context.session.execute(sums.where(Allocation.tenant_id == context.tenant))
            paid: dict[Any, Decimal] = {row[0]: row[1] for row in rows}
            for order in self.orders:
                assert order.paid == paid.get(order.id, 0)
                assert order.payment == payment_state(order)
            owed = sum(order.total - order.paid for order in self.orders)
            assert debt_of(context, [self.customer.id]).get(self.customer.id, Debt()).debt == owed
            found = results(context, Wanted(days=Days(context.today(), context.today())))
            mine = [one.figures for one in found.lines if one.key == self.customer.id]
            assert sum(one.debt for one in mine) == owed

    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=10,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=(Phase.explicit, Phase.generate),  # shrinking would take longer than finding
        ),
    )
    context.session.rollback()
