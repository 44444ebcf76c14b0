"""Who is there already: by any spelling, across entities, and no more told than one may see."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.duplicates import Match, duplicates
from core.entity.identity import Identity
from tests.core.bulk.conftest import People, counted


def alike(person: Context, record: UUID | None = None, **values: Any) -> list[Match]:
    return duplicates(person, person.resource(Customer), values, record)


def test_a_telephone_is_found_however_it_was_written(people: People) -> None:
    people.customer(people.an, "Công ty A", mobile="+84912345678")
    customer = people.an.resource(Customer)
    for text in ("0912 345 678", "84912345678", "+84 912.345.678", "912345678"):
        value = customer.fields["mobile"].kind.parse(text, customer.fields["mobile"], people.an.company.zone)
        (found,) = alike(people.an, mobile=value)
        assert (found.title, found.fields, found.seen) == ("Công ty A", ("mobile",), True)


def test_every_telephone_of_a_customer_counts_and_those_of_contacts(people: People) -> None:
    a = people.customer(people.an, "A", phones=[{"value": "+842838223344", "label": "Cơ quan"}])
    service.create(people.an, Contact, {"name": "Lan", "customer": a, "email": "lan@a.vn"})
    assert [one.title for one in alike(people.an, mobile="+842838223344")] == ["A"]
    assert [one.title for one in alike(people.an, emails=[{"value": "lan@a.vn", "label": ""}])] == ["Lan"]


def test_tax_code_and_id_number_without_their_punctuation(people: People) -> None:
    people.customer(people.an, "A", tax_code="0101234567-001", id_number="001085012345")
    assert [one.fields for one in alike(people.an, tax_code="0101234567001")] == [("tax_code",)]
    assert [one.fields for one in alike(people.an, id_number="001085012345")] == [("id_number",)]
    assert alike(people.an, tax_code="0101234567") == []


def test_of_a_match_one_may_not_see_only_the_owner_is_told(people: People) -> None:
    people.customer(people.an, "Bí mật", mobile="+84912345678", email="bimat@a.vn")
    (found,) = alike(people.binh, mobile="+84912345678")
    assert (found.seen, found.owner) == (False, "Nguyễn An")
    assert (found.resource, found.id, found.title) == (None, None, "")


def test_another_company_is_not_asked(people: People, stranger: Context) -> None:
    people.customer(people.an, "A", mobile="+84912345678")
    assert alike(stranger, mobile="+84912345678") == []


def test_a_record_is_no_duplicate_of_itself_nor_of_what_hangs_on_it(people: People) -> None:
    a = people.customer(people.an, "A", mobile="+84912345678")
    lan = service.create(people.an, Contact, {"name": "Lan", "customer": a, "mobile": "+84912345678"})
    assert alike(people.an, a, mobile="+84912345678") == []
    contact = people.an.resource(Contact)
    assert duplicates(people.an, contact, {"mobile": "+84912345678", "customer": a}, lan.id) == []


def test_what_was_changed_or_deleted_is_found_no_more_and_what_came_back_is(people: People) -> None:
    a = people.customer(people.an, "A", mobile="+84912345678")
    record = service.get(people.an, Customer, a)
    service.update(people.an, record, {"mobile": "+84987654321"})
    assert alike(people.an, mobile="+84912345678") == []
    assert [one.title for one in alike(people.an, mobile="+84987654321")] == ["A"]
    service.delete(people.an, [record])
    assert alike(people.an, mobile="+84987654321") == []
    service.restore(people.an, [record])
    assert [one.title for one in alike(people.an, mobile="+84987654321")] == ["A"]


def test_all_values_and_entities_are_looked_up_with_one_statement_by_index(people: People) -> None:
    values: dict[str, Any] = {"mobile": "+84912345678", "email": "a@a.vn", "tax_code": "0101234567"}
    alike(people.boss, **values)
    with counted(people.boss.session) as statements:
        alike(people.boss, **values)
    assert len(statements) == 1
    table = Identity.__table__
    assert {"tenant_id", "scheme", "value"} <= {
        column.name for index in table.indexes if index.name == "ix_core_identity_value" for column in index.columns
    }


def test_what_is_imported_is_known_too(people: People) -> None:
    rows = [{"name": f"K{n}", "mobile": f"+8491234567{n}"} for n in range(3)]
    service.insert_many(people.an, Customer, rows)
    count = sa.select(sa.func.count()).where(Identity.tenant_id == people.an.tenant)
    assert people.an.session.scalar(count) == 3
    assert [one.title for one in alike(people.an, mobile="+84912345671")] == ["K1"]
