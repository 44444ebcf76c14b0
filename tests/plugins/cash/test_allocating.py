"""What is paid of which document: whatever is done, debt is documents less what pays them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import sdk
from core.context import Context
from core.entity.errors import InvalidError
from core.notifications.models import Notification
from plugins.cash import debts, vouchers
from plugins.cash.models import Allocation, Fund, Payment, Receipt

from .conftest import DAY, Till


def test_a_voucher_names_a_document_and_the_rest_follows(till: Till) -> None:
    stay = till.stay(900_000, name="Mực")
    receipt = till.receipt(600_000, stay)
    assert (receipt.customer_id, receipt.invoice, receipt.party) == (till.lan.id, "Mực", "Chị Lan")
    assert receipt.number.startswith("PT-")
    assert till.paid(stay) == 600_000
    till.advance(400_000, stay)
    assert till.paid(stay) == 900_000  # a hundred thousand are left over, as the customer's credit
    found = debts.debts_of(till.context, [till.lan.id])[till.lan.id]
    assert [int(one) for one in (found.debt, found.credit, found.owed)] == [0, 100_000, -100_000]


def test_what_waits_or_is_cancelled_pays_nothing(till: Till) -> None:
    stay = till.stay(500_000)
    receipt = till.receipt(500_000, stay, state="pending")
    assert till.paid(stay) == 0
    sdk.update(till.context, receipt, {"state": "paid"})
    assert till.paid(stay) == 500_000
    assert vouchers.cancel(till.context, receipt) is receipt
    assert (receipt.state, till.paid(stay)) == ("cancelled", 0)
    with pytest.raises(InvalidError):
        sdk.update(till.context, receipt, {"state": "paid"})


def test_money_goes_back_no_further_than_it_came(till: Till) -> None:
    stay = till.stay(500_000)
    till.receipt(300_000, stay)
    till.payment(400_000, stay)
    assert till.paid(stay) == 0


def test_what_was_given_back_again_is_cancelled_before_what_was_received(till: Till) -> None:
    stay = till.stay(500_000)
    receipt, refund = till.receipt(300_000, stay), till.payment(200_000, stay)
    with pytest.raises(InvalidError), till.context.session.begin_nested():
        vouchers.cancel(till.context, receipt)
    vouchers.cancel(till.context, refund)
    vouchers.cancel(till.context, receipt)
    assert till.paid(stay) == 0


def test_a_voucher_is_divided_by_hand_within_what_is_left(till: Till) -> None:
    first, second = till.stay(300_000, name="A"), till.stay(500_000, name="B")
    receipt = till.receipt(700_000)
    for wrong in ({first: 300_001}, {first: 300_000, second: 400_001}, {first: 0}):
        with pytest.raises(InvalidError):
            till.divide(receipt, wrong)
        till.context.session.rollback()
        till = make_again(till)
        first, second = till.stay(300_000, name="A"), till.stay(500_000, name="B")
        receipt = till.receipt(700_000)
    till.divide(receipt, {first: 300_000, second: 400_000})
    assert (till.paid(first), till.paid(second)) == (300_000, 400_000)
    with pytest.raises(InvalidError) as refused:
        sdk.update(till.context, receipt, {"amount": Decimal(600_000)})
    assert "amount" in refused.value.errors
    stranger = sdk.create(till.context, sdk.Customer, {"name": "Anh Tú"})
    foreign = till.stay(100_000, customer=stranger.id)
    with pytest.raises(InvalidError):
        till.divide(receipt, {foreign: 50_000})


def make_again(till: Till) -> Till:
    """After a rollback: what was committed is there still."""
    return Till(till.context, till.box, till.bank, till.lan)


def test_a_closed_day_stays_and_is_undone_by_a_counter_entry(till: Till) -> None:
    yesterday = till.context.today() - timedelta(days=1)
    stay = till.stay(800_000, on=DAY)
    receipt = till.receipt(800_000, stay, on=yesterday)
    vouchers.close(till.context, yesterday)
    with pytest.raises(InvalidError):
        sdk.update(till.context, receipt, {"amount": Decimal(1)})
    with pytest.raises(InvalidError) as refused:
        till.receipt(5, on=yesterday)
    assert set(refused.value.errors) == {"on"}
    counter = vouchers.cancel(till.context, receipt)
    assert isinstance(counter, Payment)
    assert (counter.on, int(counter.amount), counter.counter) == (till.context.today(), 800_000, receipt.number)
    assert (receipt.state, receipt.counter, till.paid(stay)) == ("paid", counter.number, 0)
    for one in (receipt, counter):
        with pytest.raises(InvalidError):
            vouchers.cancel(till.context, one)
    with pytest.raises(InvalidError):
        vouchers.close(till.context, yesterday - timedelta(days=1))


def test_two_receipts_at_once_never_pay_more_than_is_owed(
    till: Till, make_context: Callable[..., Context], context: Context
) -> None:
    stay = till.stay(1_000_000)
    till.context.session.commit()
    people = [make_context(context.company, name=f"Thu ngân {n}") for n in range(8)]
    given = {"document": f"kennel.stay/{stay.id}", "fund": till.box.id, "state": "paid", "amount": Decimal(300_000)}

    def pay(person: Context) -> None:
        sdk.create(person, Receipt, given)
        person.session.commit()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(pay, people))
    till.context.session.rollback()
    assert till.paid(stay) == 1_000_000
    assert debts.debts_of(till.context, [till.lan.id])[till.lan.id].credit == 1_400_000


def test_numbers_have_no_gap_whoever_gives_up(
    till: Till, make_context: Callable[..., Context], context: Context
) -> None:
    writers = [make_context(context.company, name=f"Kế toán {n}") for n in range(8)]
    values = {"customer": till.lan.id, "fund": till.box.id, "amount": Decimal(1000), "state": "paid"}

    def work(place: int) -> int:
        kept, person = 0, writers[place]
        for turn in range(6):
            sdk.create(person, Receipt, values)
            if (place * 7 + turn * 3) % 4 == 0:
                person.session.rollback()
            else:
                person.session.commit()
                kept += 1
        return kept

    with ThreadPoolExecutor(len(writers)) as pool:
        kept = sum(pool.map(work, range(len(writers))))
    till.context.session.rollback()
    numbers = sorted(till.context.session.scalars(sa.select(Receipt.number).where(Receipt.tenant_id == context.tenant)))
    assert [int(one.rsplit("-", 1)[1]) for one in numbers] == list(range(1, kept + 1))


class Books(RuleBasedStateMachine):
    """Documents that change, and vouchers that come, go and are divided; then what must hold whatever was done."""

    context: ClassVar[Context]

    @initialize()
    def begin(self) -> None:
        self.context.session.rollback()
        self.till = make_till_again(self.context)
        self.stays: list[Any] = []
        self.made: list[Any] = []

    @rule(price=st.integers(1, 2000))
    def document(self, price: int) -> None:
        self.stays.append(self.till.stay(price, name=f"S{len(self.stays)}"))

    @rule(data=st.data(), amount=st.integers(1, 1500), kind=st.sampled_from(["receipt", "payment", "advance"]))
    def voucher(self, data: Any, amount: int, kind: str) -> None:
        stay = data.draw(st.sampled_from([None, *self.stays]))
        self.made.append(getattr(self.till, kind)(amount, stay))

    @rule(data=st.data())
    def divide(self, data: Any) -> None:
        if self.made and self.stays:
            parts = data.draw(st.dictionaries(st.sampled_from(self.stays), st.integers(1, 600), max_size=3))
            self.attempt(lambda: self.till.divide(data.draw(st.sampled_from(self.made)), parts))

    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        if self.made:
            self.attempt(lambda: vouchers.cancel(self.context, data.draw(st.sampled_from(self.made))))

    @rule(data=st.data(), amount=st.integers(1, 1500))
    def change(self, data: Any, amount: int) -> None:
        if self.made:
            voucher = data.draw(st.sampled_from(self.made))
            self.attempt(lambda: sdk.update(self.context, voucher, {"amount": Decimal(amount)}))

    def attempt(self, deed: Callable[[], Any]) -> None:
        """A refusal leaves everything as it was."""
        try:
            with self.context.session.begin_nested():
                deed()
        except InvalidError:
            self.context.session.expire_all()

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "till"):
            return
        rows = self.context.session.scalars(
            sa.select(Allocation).where(Allocation.tenant_id == self.context.tenant)
        ).all()
        ids = {one.id for one in self.stays}
        paid = {one: sum(row.amount for row in rows if row.record_id == one) for one in ids}
        by = {one.id: sum(abs(row.amount) for row in rows if getattr(row, one.key) == one.id) for one in self.made}
        live = [one for one in self.made if one.state == "paid"]
        assert all(0 <= paid[one.id] <= one.price for one in self.stays)
        assert all(by[one.id] <= (one.amount if one.state == "paid" else 0) for one in self.made)
        found = debts.debts_of(self.context, [self.till.lan.id]).get(self.till.lan.id, debts.Debt())
        assert found.debt == sum(one.price for one in self.stays) - sum(paid.values())
        assert found.credit == sum(one.amount - by[one.id] for one in live if one.sign > 0)


def test_whatever_is_done_debt_is_documents_less_what_pays_them(context: Context) -> None:
    run_state_machine_as_test(
        type("TheseBooks", (Books,), {"context": context}),
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=(Phase.explicit, Phase.generate),  # shrinking would take longer than finding
        ),
    )
    context.session.rollback()


def make_till_again(context: Context) -> Till:
    """Funds with names of their own: each run of the machine begins anew in the same company."""
    fund = sdk.create(context, Fund, {"name": f"Quỹ {uuid4().hex[:8]}"})
    return Till(context, fund, fund, sdk.create(context, sdk.Customer, {"name": "Chị Lan"}))


def test_the_owner_of_a_document_hears_once_that_it_is_paid(
    till: Till, other_person: Context, make_user: Callable[..., Context]
) -> None:
    make_user(till.context)
    stay = till.stay(500_000, name="DH-2026-00007")
    till.context.session.commit()
    cashier = Till(other_person, till.box, till.bank, till.lan)
    cashier.receipt(200_000, stay)
    cashier.payment(50_000, stay)
    cashier.receipt(350_000, stay)
    other_person.session.commit()
    mine = (Notification.tenant_id == till.context.tenant, Notification.kind == "cash_paid")
    told = till.context.session.scalars(sa.select(Notification).where(*mine)).all()
    assert [(one.user_id, one.record_id) for one in told] == [(stay.owner_id, stay.id)]
