"""Receipts that documents write themselves: for what is neither paid nor asked for, and not twice."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.sdk import InvalidError
from plugins.cash.api import ask_for, withdraw
from plugins.cash.models import Fund, Receipt


def test_a_document_asks_for_what_is_left_of_it_once(till: Any) -> None:
    stay = till.stay(900_000)
    document = ("kennel.stay", stay.id)
    till.receipt(200_000, stay)
    asked = ask_for(till.context, document)
    assert asked is not None
    assert (int(asked.amount), asked.state) == (700_000, "pending")
    assert {asked.customer_id, asked.fund_id} == {till.lan.id, till.box.id}
    assert till.paid(stay) == 200_000
    assert ask_for(till.context, document) is None

    withdraw(till.context, document)
    assert asked.state == "cancelled"
    again = ask_for(till.context, document, at_bank=True, paid=True)
    assert again is not None
    assert (int(again.amount), till.paid(stay)) == (700_000, 900_000)
    assert again.fund_id == till.bank.id
    withdraw(till.context, document)
    assert (again.state, ask_for(till.context, document)) == ("paid", None)
    assert len(till.context.session.scalars(sa.select(Receipt).where(Receipt.document.is_not(None))).all()) == 3


def test_money_that_is_asked_for_has_a_fund(context: Any, till: Any) -> None:
    stay = till.stay(100_000)
    context.session.execute(sa.update(Fund).where(Fund.tenant_id == context.tenant).values(deleted_at=sa.func.now()))
    with pytest.raises(InvalidError, match="quỹ"):
        ask_for(context, ("kennel.stay", stay.id))
