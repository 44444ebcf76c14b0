"""Records nobody touches go back to the department: announced first, never those that are done with, and undone at will."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.bulk import parts
from core.bulk.models import BulkOperation
from core.bulk.undoing import undo
from core.context import UserInfo
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.jobs.queue import enqueue
from core.mail.outbox import SEND
from core.rules.models import RecallNotice
from core.rules.notices import recall_cards
from core.rules.recall import TOPIC
from core.rules.recalling import preview_recall
from core.rules.service import in_use, listed
from tests.core.rules.conftest import Office

DAYS, NOTICE = 30, 3


@pytest.fixture
def night(office: Office, drain: Drain) -> Callable[[], None]:
    """What happens every night."""

    def pass_by() -> None:
        enqueue(replace(office.admin, user=None), TOPIC)
        office.commit()
        drain.company(office.admin.tenant)
        office.fresh()
        office.admin.cache.clear()

    return pass_by


@pytest.fixture
def lying(office: Office) -> Callable[..., list[Customer]]:
    """Customers of somebody that were touched so many days ago."""

    def make(days: int, number: int = 1, owner: str = "An", **values: Any) -> list[Customer]:
        made = service.create_many(office.admin, Customer, [{"name": f"K{n}", **values} for n in range(number)])
        age(office, [one.id for one in made], days, owner=office.people[owner])
        return made

    return make


def age(office: Office, ids: list[UUID], days: int, table: Any = Customer, owner: UUID | None = None) -> None:
    values: dict[str, Any] = {"updated_at": now() - timedelta(days=days)} | ({"owner_id": owner} if owner else {})
    office.admin.session.execute(sa.update(table).where(table.id.in_(ids)).values(values))
    office.commit()


def wait(office: Office, days: int) -> None:
    """So much time goes by."""
    back = timedelta(days=days)
    for table, names in ((Customer, ("updated_at",)), (RecallNotice, ("at", "due"))):
        values = {name: getattr(table, name) - back for name in names}
        office.admin.session.execute(sa.update(table).where(table.tenant_id == office.admin.tenant).values(values))
    office.commit()


def notices(office: Office) -> int:
    counted = sa.select(sa.func.count()).select_from(RecallNotice).where(RecallNotice.tenant_id == office.admin.tenant)
    return office.admin.session.scalar(counted) or 0


def test_the_owner_is_told_first_then_the_head_receives_it(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS, notice=NOTICE)
    (old,), (fresh,) = lying(DAYS + 10), lying(DAYS - 10)
    night()
    assert (office.owner(old), notices(office)) == ("An", 1)
    sent = office.admin.session.scalars(
        sa.select(Job.payload).where(Job.tenant_id == office.admin.tenant, Job.topic == SEND)
    ).one()
    assert "1" in sent["subject"]
    night()
    assert office.owner(old) == "An"  # not before the day it was told of
    wait(office, NOTICE)
    night()
    assert (office.owner(old), office.owner(fresh), notices(office)) == ("Chi", "An", 0)


def test_whoever_touches_it_in_time_keeps_it(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS, notice=NOTICE)
    (edited,), (spoken_to,) = lying(DAYS + 10), lying(DAYS + 10)
    night()
    wait(office, NOTICE)
    service.update(office.admin, service.get(office.admin, Customer, edited.id), {"note": "Đã gọi lại"})
    service.create(office.admin, Contact, {"name": "Anh Ba", "customer": spoken_to.id})
    office.commit()
    night()
    assert (office.owner(edited), office.owner(spoken_to), notices(office)) == ("An", "An", 0)


def test_the_people_of_the_department_receive_in_turn_but_not_what_was_theirs(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS, to="turn")
    made = lying(DAYS + 1, number=6)
    night()
    assert Counter(office.owner(one) for one in made) == {"Bình": 3, "Chi": 3}


def test_what_has_nowhere_to_go_stays(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS)
    (of_the_head,) = lying(DAYS + 1, owner="Chi")
    elsewhere = office.customer()
    age(office, [elsewhere.id], DAYS + 1)
    night()
    assert (office.owner(of_the_head), office.owner(elsewhere)) == ("Chi", "Người bán")


def test_the_records_of_somebody_who_left_go_back_too(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS)
    (old,) = lying(DAYS + 1)
    office.admin.session.execute(sa.update(User).where(User.id == office.people["An"]).values(active=False))
    office.commit()
    night()
    assert office.owner(old) == "Chi"


def test_only_what_fits_the_conditions_and_only_while_the_rule_is_on(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    rule = office.rule("recall", days=DAYS, conditions=[("source__eq", str(office.zalo))], active=False)
    (zalo,), (facebook,) = lying(DAYS + 1, source=office.zalo), lying(DAYS + 1, source=office.facebook)
    night()
    assert (office.owner(zalo), office.owner(facebook)) == ("An", "An")
    rule = listed(office.admin)[0]
    rule.active = True
    office.commit()
    night()
    assert (office.owner(zalo), office.owner(facebook)) == ("Chi", "An")


def test_the_dry_run_counts_what_lies_and_who_would_receive(
    office: Office, lying: Callable[..., list[Customer]]
) -> None:
    rule = in_use(office.rule("recall", days=DAYS, to="turn"))
    lying(DAYS + 1, number=5)
    lying(DAYS - 1, number=5)
    found = preview_recall(office.admin, office.admin.resource(Customer), rule)
    assert (found.effects[0].matching, found.effects[0].acting) == (5, 5)
    assert found.people == {office.people["Bình"]: 3, office.people["Chi"]: 2}


def test_an_administrator_takes_it_back(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART", 2)
    office.rule("recall", days=DAYS)
    made = lying(DAYS + 1, number=5)
    night()
    operation = office.admin.session.scalars(
        sa.select(BulkOperation).where(BulkOperation.tenant_id == office.admin.tenant)
    ).one()
    assert (operation.kind, operation.user_id, operation.done, operation.state) == ("recall", None, 5, "done")
    undo(office.admin, operation.id)
    office.commit()
    assert {office.owner(one) for one in made} == {"An"}


def test_a_night_that_was_stopped_goes_on(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART", 2)
    office.rule("recall", days=DAYS)
    made = lying(DAYS + 1, number=5)
    night()
    operation = office.admin.session.scalars(
        sa.select(BulkOperation).where(BulkOperation.tenant_id == office.admin.tenant)
    ).one()
    undo(office.admin, operation.id)
    operation.state, operation.undone = "running", 0
    office.admin.session.execute(
        sa.text("UPDATE core_bulk_item SET state = 'waiting' WHERE tenant_id = :t AND operation_id = :a"),
        {"t": office.admin.tenant, "a": operation.id},
    )
    age(office, [one.id for one in made], DAYS + 1)
    night()
    assert {office.owner(one) for one in made} == {"Chi"}
    assert (
        len(
            office.admin.session.scalars(
                sa.select(BulkOperation).where(BulkOperation.tenant_id == office.admin.tenant)
            ).all()
        )
        == 1
    )


def test_the_home_page_shows_what_will_be_taken(
    office: Office, night: Callable[[], None], lying: Callable[..., list[Customer]]
) -> None:
    office.rule("recall", days=DAYS, notice=NOTICE)
    lying(DAYS + 1, number=2)
    assert not list(recall_cards(office.admin))
    night()
    assert not list(recall_cards(office.admin))
    office.admin.user = UserInfo(office.people["An"], "An", "")
    (card,) = recall_cards(office.admin)
    assert sorted(one.title for one in card.items) == ["K0", "K1"]


def test_what_is_done_with_stays_where_it_is(
    office: Office, night: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stay: Any = office.admin.resource("kennel.stay").model
    spec = stay.__fields__["state"]
    choices = tuple(replace(one, final=one.value == "cancelled") for one in spec.choices)
    monkeypatch.setitem(stay.__fields__, "state", replace(spec, choices=choices))
    customer = office.customer()
    office.rule("recall", entity=stay, days=DAYS)
    values = {"pet": "Mướp", "customer": customer.id, "arrives": date(2026, 3, 1), "leaves": date(2026, 3, 4)}
    made = {
        state: service.create(office.admin, stay, {**values, "state": state}).id
        for state in ("booked", "staying", "cancelled")
    }
    age(office, list(made.values()), DAYS + 1, stay, owner=office.people["An"])
    night()
    found = {state: service.get(office.admin, stay, one).owner_id for state, one in made.items()}
    head, owner = office.people["Chi"], office.people["An"]
    assert found == {"booked": head, "staying": head, "cancelled": owner}
