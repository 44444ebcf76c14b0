"""What goes along with a customer that gets a new owner: each box by itself, and back again (OWN-06)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.activities.models import Transaction
from core.bulk.sharing import share, transfer
from core.bulk.undoing import undo
from core.context import CompanyInfo, Context, Grants
from core.customers.models import Customer
from core.db.base import now
from core.entity import service


@pytest.fixture
def an(make_context: Callable[..., Context], company: CompanyInfo) -> UUID:
    """A colleague's id."""
    found = make_context(company, grants=Grants(), name="An").user
    assert found is not None
    return found.id


def dealing(context: Context, customer: Customer, state: str) -> Transaction:
    given = {"name": state, "customer": customer.id, "state": state, "starts": now(), "ends": now() + timedelta(days=1)}
    return service.create(context, Transaction, given)


def owners(context: Context, records: dict[str, Transaction]) -> dict[str, UUID | None]:
    context.session.expire_all()
    return {name: one.owner_id for name, one in records.items()}


def shares(context: Context) -> list[tuple[Any, ...]]:
    mine = sa.select(Share.record_id, Share.user_id, Share.access).where(
        Share.tenant_id == context.tenant, Share.entity == "core.transaction"
    )
    return [tuple(row) for row in context.session.execute(mine)]


@pytest.fixture
def lan(context: Context, make_user: Callable[..., Context]) -> Customer:
    make_user(context)
    return service.create(context, Customer, {"name": "Chị Lan"})


def test_what_is_still_to_be_done_becomes_the_new_owner_s_work(context: Context, lan: Customer, an: UUID) -> None:
    records = {one: dealing(context, lan, one) for one in ("not_started", "started", "carried_out", "called_off")}
    me = lan.owner_id
    operation = transfer(context, Customer, [lan.id], Targets([an]), options=["transactions"])
    assert owners(context, records) == {"not_started": an, "started": an, "carried_out": me, "called_off": me}
    assert shares(context) == []
    service.update(context, records["started"], {"state": "carried_out"})
    undo(context, operation.id)
    assert set(owners(context, records).values()) == {me}


def test_all_there_were_are_shared_and_the_shares_taken_back(context: Context, lan: Customer, an: UUID) -> None:
    records = {one: dealing(context, lan, one) for one in ("started", "carried_out")}
    wider = records["started"].id
    share(context, Transaction, [wider], Targets([an]), "add", Terms(access="edit"))
    operation = transfer(context, Customer, [lan.id], Targets([an]), options=["past_transactions"])
    assert sorted(shares(context), key=str) == sorted(
        [(wider, an, "edit"), (records["carried_out"].id, an, "read")], key=str
    )
    assert set(owners(context, records).values()) == {lan.created_by_id}
    undo(context, operation.id)
    assert shares(context) == [(wider, an, "edit")]
