"""Asking for access: the owner hears of it and grants with one click; asking itself tells nothing."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.access.request_models import AccessRequest
from core.access.requests import ask, ask_by_key, decline, grant, received, sent
from core.access.sharing import Targets
from core.bulk.sharing import transfer
from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.errors import MissingError
from tests.core.bulk.conftest import People, me


def asked(person: Context, record: UUID) -> None:
    ask(person, person.resource(Customer), record, reason="Khách gọi cho tôi")
    person.session.commit()


def test_the_owner_grants_and_the_asker_sees_it(people: People) -> None:
    record = people.customer(people.an, "Công ty A")
    asked(people.binh, record)
    (waiting,) = received(people.an)
    assert (waiting.who, waiting.title, waiting.reason) == ("Trần Bình", "Công ty A", "Khách gọi cho tôi")
    assert grant(people.an, waiting.id) == "Trần Bình"
    people.an.session.commit()
    people.binh.session.rollback()
    people.binh.cache.clear()
    assert service.get(people.binh, Customer, record).name == "Công ty A"
    assert [one.title for one in sent(people.binh)] == ["Công ty A"]
    assert received(people.an) == []


def test_what_is_declined_stays_unseen(people: People) -> None:
    record = people.customer(people.an, "Công ty A")
    asked(people.binh, record)
    decline(people.an, received(people.an)[0].id)
    people.an.session.commit()
    people.binh.session.rollback()
    with pytest.raises(MissingError):
        service.get(people.binh, Customer, record)
    assert [(one.state, one.title, one.record_id) for one in sent(people.binh)] == [("declined", "", None)]


def test_asking_for_nothing_is_no_different_from_asking_for_something(people: People, stranger: Context) -> None:
    hidden = people.customer(people.an, "Bí mật")
    foreign = service.create(stranger, Customer, {"name": "Nhà khác"}).id
    stranger.session.commit()
    for record in (hidden, foreign, uuid4()):
        asked(people.binh, record)
    told = sent(people.binh)
    assert {(one.state, one.title, one.record_id, one.about) for one in told} == {("open", "", None, "")}
    assert len(told) == 3
    assert len(received(people.an)) == 1


def test_asking_twice_is_asking_once(people: People) -> None:
    record = people.customer(people.an, "A")
    asked(people.binh, record)
    asked(people.binh, record)
    assert len(received(people.an)) == 1


def test_from_a_duplicate_one_asks_without_knowing_which_record(people: People) -> None:
    people.customer(people.an, "A", mobile="+84912345678")
    ask_by_key(people.binh, people.binh.resource(Customer), ("party.phone", "+84912345678"))
    people.binh.session.commit()
    (waiting,) = received(people.an)
    assert (waiting.title, waiting.about) == ("A", "+84912345678")


def test_whoever_owns_it_by_then_is_asked(people: People) -> None:
    record = people.customer(people.an, "A")
    asked(people.binh, record)
    transfer(people.an, Customer, [record], Targets([me(people.boss)]))
    people.an.session.commit()
    assert (received(people.an), len(received(people.boss))) == ([], 1)


def test_nobody_else_answers(people: People) -> None:
    record = people.customer(people.an, "A")
    asked(people.binh, record)
    request = received(people.an)[0].id
    with pytest.raises(MissingError):
        grant(people.binh, request)
    with pytest.raises(MissingError):
        decline(people.boss, request)


def test_what_one_sees_already_needs_no_asking(people: People) -> None:
    asked(people.an, people.customer(people.an, "A"))
    assert (
        people.an.session.scalar(sa.select(AccessRequest.id).where(AccessRequest.tenant_id == people.an.tenant)) is None
    )
