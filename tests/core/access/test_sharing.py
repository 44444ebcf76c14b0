"""Owners, shares and transfers, as the manual's articles V-10 and V-12 say them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.access.explain import who_sees
from core.access.models import User
from core.access.organisation import Department
from core.access.shares import Share
from core.access.sharing import Mode, Targets, Terms
from core.bulk.sharing import received, share, transfer
from core.context import Context, ForbiddenError, Grants, UserInfo
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.entity.query import Query, count, list_fields, matching_ids, read_page

WORK = ("see", "create", "edit", "share", "transfer", "export")


@dataclass(frozen=True)
class Office:
    """A company with colleagues who each see what is theirs."""

    admin: Context

    def person(self, name: str, reach: str = "own") -> Context:
        user = service.create(self.admin, User, {"name": name, "email": f"{uuid4().hex}@example.com"})
        self.admin.session.commit()
        grants = Grants(verbs={"*": dict.fromkeys(WORK, reach)})
        info = UserInfo(user.id, name, user.email)
        admin = self.admin
        return Context(admin.session, admin.company, admin.hooks, admin.active, grants, info)

    def department(self, *people: Context, parent: UUID | None = None) -> UUID:
        members = [person.user.id for person in people if person.user]
        values: dict[str, Any] = {"name": f"Phòng {uuid4().hex[:6]}", "members": members, "parent": parent}
        return service.create(self.admin, Department, values).id


@pytest.fixture
def office(context: Context) -> Office:
    return Office(context)


def _me(person: Context) -> UUID:
    assert person.user is not None
    return person.user.id


def _sees(person: Context) -> set[UUID]:
    person.cache.clear()
    resource = person.resource(Customer)
    found = {row["id"] for row in read_page(person, Query(resource, limit=200)).rows}
    by_name = list_fields(person, resource)["name"]
    assert found == {row["id"] for row in read_page(person, Query(resource, sort=by_name, limit=200)).rows}
    assert found == set(matching_ids(person, Query(resource), 200))
    assert count(person, Query(resource)) == (len(found), False)
    return found


def _customer(owner: Context, name: str = "Khách") -> UUID:
    return service.create(owner, Customer, {"name": name}).id


def test_nobody_but_the_owner_sees_a_customer_until_it_is_shared(office: Office) -> None:
    an, binh = office.person("An"), office.person("Bình")
    customer = _customer(an)
    assert _sees(an) == {customer}
    assert _sees(binh) == set()
    with pytest.raises(MissingError):
        service.get(binh, Customer, customer)


@pytest.mark.parametrize(("mode", "expected"), [("add", {"B", "C"}), ("replace", {"C"}), ("remove", {"B"})])
def test_the_three_modes_of_sharing(office: Office, mode: Mode, expected: set[str]) -> None:
    """A shared to B; then add, replace or remove C (OWN-03 … OWN-05)."""
    owner, people = office.person("A"), {"B": office.person("B"), "C": office.person("C")}
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(people["B"])]), "add", Terms())
    share(owner, Customer, [customer], Targets([_me(people["C"])]), mode, Terms())
    assert {name for name, person in people.items() if _sees(person) == {customer}} == expected


def test_removing_the_only_share_leaves_nobody(office: Office) -> None:
    owner, binh = office.person("A"), office.person("B")
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms())
    share(owner, Customer, [customer], Targets([_me(binh)]), "remove", Terms())
    assert _sees(binh) == set()


def test_a_department_stands_for_its_people_those_who_come_later_too(office: Office) -> None:
    owner, binh, chi = office.person("A"), office.person("B"), office.person("C")
    department = office.department(binh)
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets(departments=[department]), "add", Terms())
    assert (_sees(binh), _sees(chi)) == ({customer}, set())
    service.update(office.admin, service.get(office.admin, Department, department), {"members": [_me(chi)]})
    assert (_sees(binh), _sees(chi)) == (set(), {customer})


def test_what_hangs_on_a_customer_is_seen_as_far_as_it_was_shared(office: Office) -> None:
    owner, binh, chi = office.person("A"), office.person("B"), office.person("C")
    customer = _customer(owner)
    contact = service.create(owner, Contact, {"name": "Lan", "customer": customer}).id
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms(aspects=["core.contact"]))
    share(owner, Customer, [customer], Targets([_me(chi)]), "add", Terms(aspects=[]))
    assert service.get(binh, Contact, contact).name == "Lan"
    with pytest.raises(MissingError):
        service.get(chi, Contact, contact)


def test_reading_is_not_editing(office: Office) -> None:
    owner, binh = office.person("A"), office.person("B")
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms())
    record = service.get(binh, Customer, customer)
    with pytest.raises(ForbiddenError):
        service.update(binh, record, {"sector": "Trà"})
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms(access="edit"))
    assert service.update(binh, record, {"sector": "Trà"})


def test_a_share_ends_by_itself(office: Office) -> None:
    owner, binh = office.person("A"), office.person("B")
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms(until=now() + timedelta(days=1)))
    assert _sees(binh) == {customer}
    owner.session.execute(
        sa.update(Share).where(Share.tenant_id == owner.tenant).values(until=now() - timedelta(days=1))
    )
    assert _sees(binh) == set()


def test_a_share_cannot_end_before_it_begins(office: Office) -> None:
    owner, binh = office.person("A"), office.person("B")
    customer = _customer(owner)
    with pytest.raises(InvalidError) as refused:
        share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms(until=now() - timedelta(seconds=1)))
    assert set(refused.value.errors) == {"until"}
    assert _sees(binh) == set()


def test_what_one_only_sees_one_cannot_share_or_pass_on(office: Office) -> None:
    owner, binh = office.person("A"), office.person("B")
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms(access="edit"))
    with pytest.raises(ForbiddenError):
        share(binh, Customer, [customer], Targets([_me(binh)]), "add", Terms())
    with pytest.raises(ForbiddenError):
        transfer(binh, Customer, [customer], Targets([_me(binh)]))


def test_somebody_of_another_company_cannot_be_shared_with(office: Office, stranger: Context) -> None:
    owner = office.person("A")
    customer = _customer(owner)
    with pytest.raises(InvalidError):
        share(owner, Customer, [customer], Targets([_me(stranger)]), "add", Terms())
    with pytest.raises(MissingError):
        share(stranger, Customer, [customer], Targets([_me(stranger)]), "add", Terms())


def test_customers_are_dealt_out_from_the_top_of_the_list_to_the_bottom(office: Office) -> None:
    """Chia đều: five customers, two people."""
    owner, binh, chi = office.person("A"), office.person("B"), office.person("C")
    customers = [_customer(owner, f"K{n}") for n in range(5)]
    operation = transfer(owner, Customer, customers, Targets([_me(binh), _me(chi)]), even=True)
    assert received(owner, operation) == {
        _me(binh): 3,
        _me(chi): 2,
    }
    assert _sees(binh) == {customers[0], customers[2], customers[4]}
    assert _sees(chi) == {customers[1], customers[3]}
    assert _sees(owner) == set()


def test_people_and_departments_receive_in_the_order_they_were_picked(office: Office) -> None:
    owner, binh, chi, dung = (office.person(name) for name in ("A", "B", "C", "D"))
    department = office.department(dung, chi)
    customers = [_customer(owner, f"K{n}") for n in range(4)]
    picked = Targets([_me(binh)], [department], order=[department, _me(binh)])
    assert list(received(owner, transfer(owner, Customer, customers, picked, even=True)).items()) == [
        (_me(chi), 2),
        (_me(dung), 1),
        (_me(binh), 1),
    ]


def test_without_dealing_out_the_first_receives_all(office: Office) -> None:
    owner, binh, chi = office.person("A"), office.person("B"), office.person("C")
    customers = [_customer(owner) for _n in range(3)]
    transfer(owner, Customer, customers, Targets([_me(binh), _me(chi)]))
    assert _sees(binh) == set(customers)


def test_everybody_who_sees_a_customer_is_named_with_the_reason(office: Office) -> None:
    owner, binh = office.person("An"), office.person("Bình")
    customer = _customer(owner)
    share(owner, Customer, [customer], Targets([_me(binh)]), "add", Terms())
    record = service.get(owner, Customer, customer)
    # The people of this test have their rights in their contexts and not in roles: nobody else sees anything.
    assert {reason.user.name for reason in who_sees(office.admin, office.admin.resource(Customer), record)} == set()
