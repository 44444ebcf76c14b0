"""Keeping no longer than needed: off by default, tried first, and never what is still in use or held."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.errors import InvalidError, MissingError
from core.jobs.drain import Drain
from core.jobs.queue import enqueue
from core.privacy.erasing import is_erased
from core.privacy.holds import hold
from core.privacy.retention import how_many, rules, set_rule
from core.privacy.work import RETAIN
from tests.core.privacy.conftest import contact, person


def aged(context: Context, record: Customer | Contact, days: int = 400) -> None:
    """Let nothing have happened to a record for so long."""
    table = type(record).__table__
    old = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id == record.id)
    context.session.execute(old.values(updated_at=now() - timedelta(days=days)))
    context.session.commit()


def night(context: Context, drain: Drain) -> None:
    enqueue(context, RETAIN)
    context.session.commit()
    drain.company(context.tenant)
    context.session.rollback()


def test_nothing_is_cleared_until_somebody_says_so(company: Context, drain: Drain) -> None:
    bay = person(company)
    aged(company, bay, 4000)
    night(company, drain)
    assert service.get(company, Customer, bay.id).name == bay.name
    assert not any(one.rule for one in rules(company))


def test_a_rule_is_tried_without_doing_anything(company: Context) -> None:
    aged(company, person(company))
    person(company, "Mới", mobile=None, email=None)
    assert how_many(company, company.resource(Customer), months=12, deed="erase") == 1
    assert how_many(company, company.resource(Customer), months=24, deed="recycle") == 0


def test_old_records_go_into_the_recycle_bin_and_can_come_back(company: Context, drain: Drain) -> None:
    old, new = person(company), person(company, "Mới", mobile=None, email=None)
    aged(company, old)
    set_rule(company, company.resource(Customer), months=12, deed="recycle", active=True)
    company.session.commit()
    night(company, drain)
    with pytest.raises(MissingError):
        service.get(company, Customer, old.id)
    service.restore(company, [service.get(company, Customer, old.id, deleted=True)])
    assert service.get(company, Customer, new.id)


def test_people_are_erased_once_and_the_run_is_told(company: Context, drain: Drain) -> None:
    bay = person(company)
    aged(company, bay)
    set_rule(company, company.resource(Customer), months=12, deed="erase", active=True)
    company.session.commit()
    for _night in range(2):
        night(company, drain)
    found = service.get(company, Customer, bay.id)
    assert is_erased(company, found)
    aged(company, found)
    assert how_many(company, company.resource(Customer), months=12, deed="erase") == 0
    assert next(one.rule.done for one in rules(company) if one.rule) == 0


def test_what_is_in_use_or_held_stays(company: Context) -> None:
    used, held = person(company), person(company, "Ông Chín", mobile=None, email=None)
    contact(company, used.id)
    hold(company, held, "Thanh tra thuế 2026")
    aged(company, used)
    aged(company, held)
    assert how_many(company, company.resource(Customer), months=12, deed="erase") == 0


def test_a_rule_says_what_is_wrong_with_it(company: Context) -> None:
    with pytest.raises(InvalidError) as refused:
        set_rule(company, company.resource(Customer), months=0, deed="burn", active=True)
    assert set(refused.value.errors) == {"months", "deed"}
