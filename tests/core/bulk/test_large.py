"""Shares and transfers of any size: a job in parts that can be stopped, goes on, and is taken back."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.bulk import parts, service, undoing
from core.bulk.models import BulkOperation
from core.bulk.sharing import received, share, transfer
from core.context import Context
from core.customers.models import Customer
from core.entity import service as records
from core.entity.query import Query
from core.jobs.drain import Drain
from core.jobs.models import Job
from tests.core.bulk.conftest import People, counted, me

MANY = 25


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many is what does not fit: here ten."""
    monkeypatch.setattr(service, "AT_ONCE", 10)
    monkeypatch.setattr(parts, "PART", 10)


@pytest.fixture
def customers(people: People) -> list[UUID]:
    """More than one request does."""
    made = records.create_many(people.an, Customer, [{"name": f"K{n:02}"} for n in range(MANY)])
    people.an.session.commit()
    return [one.id for one in made]


def fresh(person: Context, operation: BulkOperation) -> BulkOperation:
    person.session.rollback()
    person.session.expire_all()
    return service.get(person, operation.id)


def owned(person: Context) -> int:
    person.session.rollback()
    count = sa.select(sa.func.count()).where(Customer.tenant_id == person.tenant, Customer.owner_id == me(person))
    return person.session.scalar(count) or 0


def test_many_are_a_jobs_dealt_out_as_if_they_were_one_set(people: People, customers: list[UUID], drain: Drain) -> None:
    operation = transfer(people.an, Customer, customers, Targets([me(people.binh), me(people.boss)]), even=True)
    people.an.session.commit()
    assert (operation.state, operation.total, owned(people.an)) == ("waiting", MANY, MANY)
    drain.company(people.an.tenant)
    done = fresh(people.an, operation)
    assert (done.state, done.done) == ("done", MANY)
    assert received(people.an, done) == {me(people.binh): 13, me(people.boss): 12}
    (job,) = people.an.session.scalars(
        sa.select(Job).where(Job.tenant_id == people.an.tenant, Job.id == operation.job_id)
    )
    assert (job.state, job.progress, job.total) == ("done", MANY, MANY)


def test_undo_of_many_is_a_jobs_too_and_leaves_what_was_changed_since(
    people: People, customers: list[UUID], drain: Drain
) -> None:
    operation = transfer(people.an, Customer, customers, Targets([me(people.binh)]))
    people.an.session.commit()
    drain.company(people.an.tenant)
    again = transfer(people.binh, Customer, customers[:1], Targets([me(people.boss)]))
    people.binh.session.commit()
    assert (again.title, again.total, again.done) == ("K00", 1, 1)
    undoing.undo(people.an, operation.id)
    people.an.session.commit()
    drain.company(people.an.tenant)
    done = fresh(people.an, operation)
    assert (done.state, done.undone, done.kept) == ("undone", MANY - 1, 1)
    assert service.kept(people.an, done) == [(customers[0], "K00")]
    assert (owned(people.an), owned(people.binh), owned(people.boss)) == (MANY - 1, 0, 1)


def test_it_goes_on_where_it_was_stopped(people: People, customers: list[UUID], drain: Drain) -> None:
    operation = transfer(people.an, Customer, customers, Targets([me(people.binh), me(people.boss)]), even=True)
    people.an.session.commit()
    stopping = iter([False, True, *[False] * 20])
    Drain(drain.database, drain.hooks, stopping=lambda: next(stopping)).company(people.an.tenant)
    people.an.session.execute(
        sa.update(Job)
        .where(Job.tenant_id == people.an.tenant, Job.id == operation.job_id)
        .values(available_at=sa.func.now())
    )
    people.an.session.commit()
    drain.company(people.an.tenant)
    done = fresh(people.an, operation)
    assert (done.state, done.done) == ("done", MANY)
    assert received(people.an, done) == {me(people.binh): 13, me(people.boss): 12}


def test_all_that_match_are_noted_when_it_is_asked_for(people: People, customers: list[UUID], drain: Drain) -> None:
    resource = people.an.resource(Customer)
    query = Query(resource, sort=resource.fields["name"], descending=False)
    operation = share(people.an, Customer, query, Targets([me(people.binh)]), "add", Terms())
    records.create(people.an, Customer, {"name": "Sau đó"})
    people.an.session.commit()
    assert (operation.total, operation.title) == (MANY, "K00")
    drain.company(people.an.tenant)
    shares = sa.select(sa.func.count()).where(Share.tenant_id == people.an.tenant, Share.user_id == me(people.binh))
    assert people.an.session.scalar(shares) == MANY
    undoing.undo(people.an, operation.id)
    people.an.session.commit()
    drain.company(people.an.tenant)
    people.an.session.rollback()
    assert people.an.session.scalar(shares) == 0


def test_whoever_lost_the_right_meanwhile_hands_over_nothing(
    people: People, customers: list[UUID], drain: Drain, context: Context
) -> None:
    operation = transfer(people.an, Customer, customers, Targets([me(people.binh)]))
    people.an.session.commit()
    pairs = User.__links__["roles"]
    context.session.execute(
        sa.delete(pairs).where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == me(people.an))
    )
    context.session.commit()
    drain.company(people.an.tenant)
    done = fresh(people.an, operation)
    assert (done.state, done.done, owned(people.binh)) == ("done", 0, 0)


def test_undo_of_a_share_puts_back_what_there_was(people: People, customers: list[UUID]) -> None:
    an, one = people.an, customers[:1]
    share(an, Customer, one, Targets([me(people.binh)]), "add", Terms(access="edit"))
    operation = share(an, Customer, one, Targets([me(people.boss)]), "replace", Terms())
    an.session.commit()
    assert (operation.title, operation.total, operation.done, operation.state) == ("K00", 1, 1, "done")
    undoing.undo(an, operation.id)
    an.session.commit()
    (left,) = an.session.scalars(sa.select(Share).where(Share.tenant_id == an.tenant))
    assert (left.user_id, left.access) == (me(people.binh), "edit")


def test_a_share_that_was_changed_since_stays_and_is_named(people: People, customers: list[UUID]) -> None:
    an = people.an
    operation = share(an, Customer, customers[:2], Targets([me(people.binh)]), "add", Terms())
    share(an, Customer, customers[:1], Targets([me(people.binh)]), "add", Terms(access="edit"))
    an.session.commit()
    undoing.undo(an, operation.id)
    an.session.commit()
    done = fresh(an, operation)
    assert (done.undone, done.kept, service.kept(an, done)) == (1, 1, [(customers[0], "K00")])
    (left,) = an.session.scalars(sa.select(Share).where(Share.tenant_id == an.tenant))
    assert (left.record_id, left.access) == (customers[0], "edit")


def test_a_part_is_a_handful_of_statements_whatever_its_size(people: People, customers: list[UUID]) -> None:
    transfer(people.boss, Customer, customers[:1], Targets([me(people.binh)]))
    with counted(people.boss.session) as few:
        transfer(people.boss, Customer, customers[1:2], Targets([me(people.binh)]))
    with counted(people.boss.session) as more:
        transfer(people.boss, Customer, customers[2:12], Targets([me(people.binh)]))
    assert len(few) == len(more) <= 20
