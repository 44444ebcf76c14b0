"""How much a customer may owe: warned about, or forbidden, and held when two sell to them at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.sdk import Context, Customer, InvalidError, create, update
from plugins.cash import credit
from plugins.cash.models import Fund, Receipt, Terms
from plugins.sales.documents import Order, Quote

from .conftest import Again


def goods(price: int) -> list[dict[str, Any]]:
    return [{"name": "Máy in", "price": Decimal(price), "quantity": Decimal(1)}]


def order(context: Context, customer: Customer, price: int) -> Order:
    return create(context, Order, {"customer": customer.id, "goods": goods(price)})


@pytest.fixture
def limited(context: Context, customer: Customer) -> Customer:
    """A customer who may owe ten million, in a company that does not let them owe more."""
    create(context, Terms, {"customer": customer.id, "limit": Decimal(10_000_000)})
    credit.forbid(context, forbids=True)
    context.session.commit()
    return customer


def test_what_adds_to_too_much_debt_is_refused_and_nothing_else(context: Context, limited: Customer) -> None:
    first = order(context, limited, 8_000_000)
    with pytest.raises(InvalidError, match="customer"), context.session.begin_nested():
        order(context, limited, 3_000_000)
    context.session.expire_all()
    with pytest.raises(InvalidError), context.session.begin_nested():
        update(context, first, {"goods": goods(11_000_000)})
    context.session.expire_all()
    fund = create(context, Fund, {"name": "Quỹ"})
    paid = {"document": f"sales.order/{first.id}", "fund": fund.id, "state": "paid", "amount": Decimal(5_000_000)}
    create(context, Receipt, paid)
    second = order(context, limited, 7_000_000)
    credit.forbid(context, forbids=False)
    third = order(context, limited, 9_000_000)
    credit.forbid(context, forbids=True)
    update(context, third, {"note": "Giao buổi sáng"})
    update(context, third, {"goods": goods(8_000_000)})
    update(context, second, {"payment": "cancelled"})
    with pytest.raises(InvalidError), context.session.begin_nested():
        update(context, second, {"payment": "unpaid"})


def test_of_two_orders_at_once_that_are_too_much_together_one_is_saved(
    again: Again, context: Context, limited: Customer
) -> None:
    start = Barrier(2)

    def sell(_who: int) -> bool:
        start.wait(30)
        try:
            with again(context) as turn:
                order(turn, limited, 6_000_000)
        except InvalidError:
            return False
        return True

    customer_id = limited.id
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(sell, range(2))) == [False, True]
    assert context.session.query(Order).filter_by(tenant_id=context.tenant, customer_id=customer_id).count() == 1


def test_documents_say_that_their_customer_owes_too_much(
    context: Context, limited: Customer, make_quote: Callable[..., Quote], make_client: Callable[..., FlaskClient]
) -> None:
    client, quote = make_client(context), make_quote()
    assert "nợ tối đa" not in client.get(f"/sales/quotes/{quote.id}").get_data(as_text=True)
    answer = client.post("/cash/credit", data={"forbids": "no"})
    assert answer.headers["Location"] == "/cash/credit"
    made = order(context, limited, 9_000_000)
    context.session.commit()
    assert "nợ tối đa" in client.get(f"/sales/quotes/{quote.id}").get_data(as_text=True)
    assert "nợ tối đa" not in client.get(f"/sales/orders/{made.id}").get_data(as_text=True)
    more = order(context, limited, 2_000_000)
    context.session.commit()
    assert "11.000.000" in client.get(f"/sales/orders/{more.id}").get_data(as_text=True)
