"""Lock 3 alone: a reference cannot leave its company. Raw SQL as a superuser: no filter, no policy."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from core.customers.models import Contact, Customer, Tag
from core.plugin.boot import Registry
from tests.core.db.conftest import Pair


def _contact(pair: Pair, customer: object) -> sa.Insert:
    row = {"tenant_id": pair.ours, "id": uuid7(), "name": "Anh Tuấn", "customer_id": customer, "version": 1}
    return sa.insert(Contact.__table__).values(row)


def test_a_reference_within_the_company_is_taken(owner: sa.Engine, pair: Pair) -> None:
    with owner.connect() as connection:
        taken = _contact(pair, pair.our_customer).returning(Contact.__table__.c.customer_id)
        assert connection.scalar(taken) == pair.our_customer
        connection.rollback()


def test_a_reference_to_another_companys_row_is_refused(owner: sa.Engine, pair: Pair) -> None:
    with owner.connect() as connection, pytest.raises(IntegrityError, match="foreign key"):
        connection.execute(_contact(pair, pair.their_customer))


def test_a_reference_cannot_be_turned_to_another_companys_row(owner: sa.Engine, pair: Pair) -> None:
    with owner.connect() as connection:
        connection.execute(_contact(pair, pair.our_customer))
        with pytest.raises(IntegrityError, match="foreign key"):
            connection.execute(
                sa.text("UPDATE core_contact SET customer_id = :theirs WHERE tenant_id = :ours"),
                {"theirs": pair.their_customer, "ours": pair.ours},
            )


def test_a_row_that_is_pointed_at_cannot_change_its_company(owner: sa.Engine, pair: Pair) -> None:
    with owner.connect() as connection:
        connection.execute(_contact(pair, pair.our_customer))
        with pytest.raises(IntegrityError, match="foreign key"):
            connection.execute(
                sa.text("UPDATE core_customer SET tenant_id = :theirs WHERE id = :customer"),
                {"theirs": pair.theirs, "customer": pair.our_customer},
            )


def test_many_to_many_stays_within_the_company(owner: sa.Engine, pair: Pair) -> None:
    tag = uuid7()
    with owner.connect() as connection:
        connection.execute(sa.insert(Tag.__table__).values(tenant_id=pair.theirs, id=tag, name="Của người", version=1))
        with pytest.raises(IntegrityError, match="foreign key"):
            connection.execute(
                sa.insert(Customer.__links__["tags"]).values(
                    tenant_id=pair.ours, left_id=pair.our_customer, right_id=tag
                )
            )


def test_every_reference_in_the_database_leads_with_the_company(owner: sa.Engine, registry: Registry) -> None:
    statement = sa.text(
        "SELECT c.conname, (SELECT attname FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = c.conkey[1]),"
        " (SELECT attname FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = c.confkey[1])"
        " FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"
    )
    with owner.connect() as connection:
        found = connection.execute(statement).all()
    assert len(found) >= sum(len(table.foreign_key_constraints) for table in registry.tables())
    assert [name for name, here, there in found if (here, there) != ("tenant_id", "tenant_id")] == []
