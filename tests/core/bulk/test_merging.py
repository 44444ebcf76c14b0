"""Records that are one: values, pointers, shares, old addresses; and taking it all back."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.bulk import undoing
from core.bulk.merging import led_to, merge
from core.bulk.models import BulkOperation, Merged
from core.bulk.sharing import share
from core.context import Context, ForbiddenError
from core.customers.models import Contact, Customer, Tag
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.entity.errors import InvalidError, MissingError, StaleError
from core.entity.tables import Change
from tests.core.bulk.conftest import People, me


def merged(person: Context, keep: UUID, *losers: UUID, **values: Any) -> BulkOperation:
    operation = merge(person, Customer, keep, losers, values)
    person.session.commit()
    return operation


def read(person: Context, record: UUID) -> Customer:
    person.session.expire_all()
    return service.get(person, Customer, record)


def test_chosen_values_survive_and_gaps_are_filled(people: People) -> None:
    an = people.an
    keep = people.customer(an, "Công ty A", sector="Trà", mobile="+84912345678")
    loser = people.customer(an, "Cty A", sector="Chè", website="a.vn", mobile="+84987654321")
    merged(an, keep, loser, sector="Chè")
    found = read(an, keep)
    assert (found.name, found.sector, found.website) == ("Công ty A", "Chè", "a.vn")
    with pytest.raises(MissingError):
        read(an, loser)


def test_several_values_and_links_are_united(people: People) -> None:
    an = people.an
    tags = [service.create(people.boss, Tag, {"name": name}).id for name in ("Vip", "Nợ")]
    people.boss.session.commit()
    keep = people.customer(an, "A", tags=tags[:1], phones=[{"value": "+842838223344", "label": ""}])
    loser = people.customer(an, "B", tags=tags[1:], phones=[{"value": "+842838223355", "label": "Kho"}])
    merged(an, keep, loser)
    found = read(an, keep)
    assert {one.name for one in found.tags} == {"Vip", "Nợ"}
    assert [one["value"] for one in found.phones] == ["+842838223344", "+842838223355"]


def test_everything_that_points_at_the_losers_moves_and_says_so(people: People) -> None:
    an = people.an
    keep, first, second = (people.customer(an, name) for name in "ABC")
    contacts = [
        service.create(an, Contact, {"name": f"L{n}", "customer": one}) for n, one in enumerate((first, second))
    ]
    an.session.commit()
    merged(an, keep, first, second)
    assert {service.get(an, Contact, one.id).customer.id for one in contacts} == {keep}
    lines = an.session.scalars(
        sa.select(Change).where(Change.tenant_id == an.tenant, Change.record_id == contacts[0].id).order_by(Change.id)
    ).all()
    assert lines[-1].values["customer"] == [str(first), str(keep)]


def test_whoever_saw_one_of_them_sees_the_one_that_is_left(people: People, context: Context) -> None:
    keep = people.customer(people.an, "A")
    theirs = people.customer(people.binh, "B")
    merged(people.boss, keep, theirs)
    assert read(people.binh, keep).name == "A"
    (given,) = context.session.scalars(sa.select(Share).where(Share.tenant_id == context.tenant))
    assert (given.user_id, given.access, given.record_id) == (me(people.binh), "edit", keep)


def test_an_old_address_leads_to_the_survivor_however_often_that_was_merged(people: People) -> None:
    a, b, c = (people.customer(people.an, name) for name in "ABC")
    merged(people.an, b, a)
    merged(people.an, c, b)
    resource = people.an.resource(Customer)
    assert led_to(people.an, resource, a) == c
    assert led_to(people.binh, resource, a) is None


def test_undo_makes_them_two_again(people: People) -> None:
    an = people.an
    keep = people.customer(an, "A", sector="Trà")
    loser = people.customer(an, "B", sector="Chè", mobile="+84912345678")
    contact = service.create(an, Contact, {"name": "Lan", "customer": loser}).id
    share(an, Customer, [loser], Targets([me(people.binh)]), "add", Terms())
    an.session.commit()
    operation = merged(an, keep, loser, sector="Chè")
    assert read(people.binh, keep).name == "A"
    assert undoing.undo(an, operation.id).kept == 0
    an.session.commit()
    found, back = read(an, keep), read(an, loser)
    assert (found.sector, found.mobile, back.name, back.mobile) == ("Trà", None, "B", "+84912345678")
    assert service.get(an, Contact, contact).customer.id == loser
    with pytest.raises(MissingError):
        read(people.binh, keep)
    assert an.session.scalars(sa.select(Merged).where(Merged.tenant_id == an.tenant)).all() == []


def test_undo_leaves_what_was_changed_since_and_names_it(people: People) -> None:
    an = people.an
    keep, loser, third = people.customer(an, "A"), people.customer(an, "B", sector="Chè"), people.customer(an, "C")
    moved = service.create(an, Contact, {"name": "Đã chuyển", "customer": loser})
    stayed = service.create(an, Contact, {"name": "Ở lại", "customer": loser})
    an.session.commit()
    operation = merged(an, keep, loser)
    service.update(an, service.get(an, Contact, moved.id), {"customer": third})
    service.update(an, read(an, keep), {"sector": "Cà phê"})
    an.session.commit()
    undone = undoing.undo(an, operation.id)
    an.session.commit()
    assert sorted(undone.asked["kept"]) == ["A: Ngành nghề", "Đã chuyển"]
    an.session.expire_all()
    assert service.get(an, Contact, moved.id).customer.id == third
    assert service.get(an, Contact, stayed.id).customer.id == loser
    assert read(an, keep).sector == "Cà phê"


def test_only_whoever_did_it_takes_it_back_once_and_within_thirty_days(people: People) -> None:
    an = people.an
    operation = merged(an, people.customer(an, "A"), people.customer(an, "B"))
    with pytest.raises(MissingError):
        undoing.undo(people.binh, operation.id)
    operation.at = now() - timedelta(days=31)
    an.session.commit()
    with pytest.raises(InvalidError):
        undoing.undo(an, operation.id)
    operation.at = now()
    an.session.commit()
    undoing.undo(an, operation.id)
    with pytest.raises(InvalidError):
        undoing.undo(an, operation.id)


def test_the_right_to_delete_the_losers_is_needed_and_to_see_all_of_them(people: People) -> None:
    mine, theirs = people.customer(people.binh, "B"), people.customer(people.an, "A")
    with pytest.raises(MissingError):
        merge(people.binh, Customer, mine, [theirs], {})
    share(people.an, Customer, [theirs], Targets([me(people.binh)]), "add", Terms(access="edit"))
    people.an.session.commit()
    with pytest.raises(ForbiddenError):
        merge(people.binh, Customer, mine, [theirs], {})
    people.binh.session.rollback()
    assert read(people.binh, mine).name == "B"


@pytest.mark.parametrize(("losers", "named"), [([], "merge"), (["keep"], "merge")])
def test_one_alone_is_no_merge(people: People, losers: list[str], named: str) -> None:
    keep = people.customer(people.an, "A")
    with pytest.raises(InvalidError) as caught:
        merge(people.an, Customer, keep, [keep for _one in losers], {})
    assert set(caught.value.errors) == {named}


def test_a_chosen_value_that_does_not_fit_is_named_and_nothing_happens(people: People) -> None:
    keep, loser = people.customer(people.an, "A"), people.customer(people.an, "B")
    with pytest.raises(InvalidError) as caught:
        merge(people.an, Customer, keep, [loser], {"tax_code": "1"})
    assert set(caught.value.errors) == {"tax_code"}
    people.an.session.rollback()
    assert read(people.an, loser).name == "B"


def test_two_people_merge_the_same_two_one_wins_and_nothing_is_lost(people: People, database: Database) -> None:
    one, other = people.customer(people.an, "A", sector="Trà"), people.customer(people.an, "B", website="b.vn")
    contact = service.create(people.an, Contact, {"name": "Lan", "customer": other}).id
    people.an.session.commit()
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def attempt(keep: UUID, loser: UUID) -> None:
        with database.session(people.an.tenant) as session:
            turn = replace(people.an, session=session, cache={})
            together.wait()
            try:
                merge(turn, Customer, keep, [loser], {})
                session.commit()
                outcomes.append("merged")
            except StaleError:
                session.rollback()
                outcomes.append("stale")

    threads = [threading.Thread(target=attempt, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "stale"]
    (left,) = people.an.session.scalars(
        sa.select(Customer).where(Customer.tenant_id == people.an.tenant, Customer.deleted_at.is_(None))
    )
    assert (left.sector, left.website) == ("Trà", "b.vn")
    assert service.get(people.an, Contact, contact).customer.id == left.id


def test_a_contact_may_be_merged_too_and_a_tag_may_not(people: People, make_user: Callable[..., Context]) -> None:
    customer = people.customer(people.an, "A")
    lan, lan2 = (service.create(people.an, Contact, {"name": n, "customer": customer}).id for n in ("Lan", "Chị Lan"))
    merge(people.an, Contact, lan, [lan2], {})
    tags = [service.create(people.boss, Tag, {"name": name}).id for name in ("Vip", "Nợ")]
    with pytest.raises(InvalidError):
        merge(people.boss, Tag, tags[0], tags[1:], {})
