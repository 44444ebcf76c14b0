"""Lock 1 alone: the ORM names the company in every statement. Row security is off: the role is a superuser."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from core.context import Context
from core.customers.models import Contact, Customer
from core.db.session import CrossTenantError, TenantSession
from tests.core.db.conftest import Pair


@pytest.fixture
def session(owner: sa.Engine, pair: Pair) -> Iterator[TenantSession]:
    with TenantSession(owner, pair.ours) as session:
        yield session
        session.rollback()


def test_the_other_locks_are_off(session: TenantSession, pair: Pair) -> None:
    statement = sa.text("SELECT count(*) FROM core_customer WHERE id = ANY(:ids)")
    assert session.connection().scalar(statement, {"ids": [pair.our_customer, pair.their_customer]}) == 2


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(Customer.id),
        sa.select(aliased(Customer).id),
        sa.select(sa.select(Customer.id).subquery().c.id),
        sa.select(sa.select(Customer.id).cte().c.id),
        sa.select(Customer.id).where(sa.exists().where(Customer.deleted_at.is_(None))),
        sa.union(sa.select(Customer.id), sa.select(Customer.id)),
    ],
    ids=["select", "alias", "subquery", "cte", "exists", "union"],
)
def test_a_select_finds_the_companys_rows_alone(session: TenantSession, pair: Pair, statement: sa.Select[Any]) -> None:
    assert list(session.scalars(statement)) == [pair.our_customer]


def test_a_join_meets_no_foreign_row(session: TenantSession, pair: Pair) -> None:
    other = aliased(Customer)
    statement = sa.select(other.id).select_from(Customer).join(other, Customer.kind == other.kind)
    assert list(session.scalars(statement)) == [pair.our_customer]


def test_a_count_counts_no_foreign_row(session: TenantSession) -> None:
    assert session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 1


def test_a_foreign_key_is_not_found(session: TenantSession, pair: Pair) -> None:
    assert session.get(Customer, (pair.theirs, pair.their_customer)) is None


def test_a_bulk_change_touches_no_foreign_row(session: TenantSession, pair: Pair) -> None:
    session.execute(sa.update(Customer).values(name="Đổi hết"))
    statement = sa.text("SELECT name FROM core_customer WHERE id = :id")
    assert session.connection().scalar(statement, {"id": pair.their_customer}) == "Khách của người"


def test_a_bulk_deletion_touches_no_foreign_row(session: TenantSession, pair: Pair) -> None:
    session.execute(sa.delete(Contact))
    session.execute(sa.delete(Customer))
    statement = sa.text("SELECT count(*) FROM core_customer WHERE id = :id")
    assert session.connection().scalar(statement, {"id": pair.their_customer}) == 1


def test_a_new_row_belongs_to_the_sessions_company(session: TenantSession, pair: Pair) -> None:
    customer = Customer(name="Khách mới", kind="individual")
    session.add(customer)
    session.flush()
    assert customer.tenant_id == pair.ours


def test_a_row_of_another_company_cannot_be_written(session: TenantSession, pair: Pair) -> None:
    session.add(Customer(tenant_id=pair.theirs, name="Khách lạ", kind="individual"))
    with pytest.raises(CrossTenantError):
        session.flush()


def test_a_row_cannot_be_moved_to_another_company(session: TenantSession, pair: Pair) -> None:
    customer = session.scalars(sa.select(Customer)).one()
    customer.tenant_id = pair.theirs
    with pytest.raises(CrossTenantError):
        session.flush()


def test_an_object_of_another_companys_session_cannot_be_written(
    session: TenantSession, stranger: Context, pair: Pair
) -> None:
    theirs = stranger.session.scalars(sa.select(Customer)).one()
    stranger.session.expunge(theirs)
    session.add(theirs)
    theirs.name = "Của ta rồi"
    with pytest.raises(CrossTenantError):
        session.flush()
