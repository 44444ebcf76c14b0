"""Records that people reach a state of only through steps of approval: once each, in their order, of what was read."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from ghep_kennel import Stay

from core.approvals import service as approvals
from core.approvals import steps
from core.approvals.holding import steps_of
from core.approvals.models import ApprovalAnswer
from core.approvals.steps import StepDraft
from core.context import Context, ForbiddenError
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.entity.documents import Approval
from core.entity.entity import Resource
from core.entity.errors import InvalidError, MissingError
from core.notifications.models import Notification
from core.testing import limited, limited_to
from core.testing.web import browser, enrol, program

VALUES = {"pet": "Mướp", "arrives": "2026-03-01", "leaves": "2026-03-04", "price": "60000000"}
SELLER = limited_to("own", kennel_stay=["see", "create", "edit"], core_customer=["see", "create"])
HEAD = limited(kennel_stay=["see"], core_customer=["see"])


@pytest.fixture(autouse=True)
def approvable(redeclare: Callable[..., Resource]) -> None:
    """Stays begin only after they were approved, in these tests."""
    redeclare("kennel.stay", approval=Approval("state", "staying", "price", ("collected",)))


@dataclass
class Office:
    """A company with two steps: the head of department, and above 50 million the director."""

    admin: Context
    seller: Context
    head: Context
    director: Context

    def stay(self, **values: object) -> Stay:
        """A stay that the seller wrote."""
        customer = service.create(self.seller, Customer, {"name": "Chị Lan"})
        given = {**VALUES, **values, "customer": customer.id}
        made = service.create(self.seller, Stay, {**given, "price": Decimal(str(given["price"])), **_days(given)})
        self.seller.session.commit()
        return made

    def seen_by(self, person: Context, stay: Stay) -> Stay:
        """The same stay, as somebody reads it now."""
        person.session.rollback()
        person.session.expire_all()
        return service.get(person, Stay, stay.id)

    def answer(self, person: Context, stay: Stay, step: int, *, approve: bool = True, reason: str = "") -> str:
        """Somebody's answer, saved."""
        try:
            said = approvals.answer(person, self.seen_by(person, stay), step, approve=approve, reason=reason)
        except (InvalidError, ForbiddenError):
            person.session.rollback()
            raise
        person.session.commit()
        return said

    def ask(self, stay: Stay) -> Stay:
        """The seller requests approval."""
        record = self.seen_by(self.seller, stay)
        approvals.request(self.seller, record)
        self.seller.session.commit()
        return record


def _days(values: dict[str, object]) -> dict[str, object]:
    from datetime import date

    return {name: date.fromisoformat(str(values[name])) for name in ("arrives", "leaves")}


@pytest.fixture
def office(make_context: Callable[..., Context], context: Context, database: Database) -> Iterator[Office]:
    """Its people, and its chain."""

    def person(name: str, grants: object) -> Context:
        return enrol(database, make_context(context.company, grants=grants, name=name))

    enrol(database, context)
    found = Office(context, person("Người bán", SELLER), person("Trưởng phòng", HEAD), person("Giám đốc", HEAD))
    resource = context.resource(Stay)
    steps.add(context, resource, StepDraft("Trưởng phòng", people=[_me(found.head)]))
    steps.add(context, resource, StepDraft("Giám đốc", [_me(found.director)], at_least=Decimal(50_000_000)))
    context.session.commit()
    yield found
    for one in (found.seller, found.head, found.director):
        one.session.rollback()


def _me(person: Context) -> UUID:
    assert person.user is not None
    return person.user.id


def _told(office: Office, person: Context) -> list[str]:
    office.admin.session.rollback()
    mine = (Notification.tenant_id == office.admin.tenant, Notification.user_id == _me(person))
    return list(office.admin.session.scalars(sa.select(Notification.kind).where(*mine)))


def test_nobody_chooses_the_approved_state_by_hand_nor_jumps_over_it(office: Office) -> None:
    stay = office.stay()
    for value in ("staying", "collected"):
        for person in (office.seller, office.admin):
            with pytest.raises(InvalidError) as refused:
                service.update(person, office.seen_by(person, stay), {"state": value})
            assert set(refused.value.errors) == {"state"}
    with pytest.raises(InvalidError):
        office.stay(state="staying")
    office.seller.session.rollback()
    assert service.update(office.seller, office.seen_by(office.seller, stay), {"state": "cancelled"})


def test_each_step_is_asked_in_its_order_and_the_last_one_sets_the_state(office: Office) -> None:
    stay = office.ask(office.stay())
    assert _told(office, office.head) == ["approval"]
    assert [one.step for one in approvals.waiting(office.head)] == ["Trưởng phòng"]
    assert approvals.waiting(office.director) == []
    with pytest.raises(ForbiddenError):
        office.answer(office.director, stay, 0)
    assert office.answer(office.head, stay, 0) == "open"
    assert [one.record_id for one in approvals.waiting(office.director)] == [stay.id]
    assert office.answer(office.director, stay, 1) == "approved"
    assert office.seen_by(office.seller, stay).state == "staying"
    assert _told(office, office.seller) == ["approval"]
    # Beyond the approved state the seller goes on alone, as anywhere.
    assert service.update(office.seller, office.seen_by(office.seller, stay), {"state": "collected"})


def test_a_small_amount_needs_fewer_steps(office: Office) -> None:
    stay = office.ask(office.stay(price=49_999_999))
    assert office.answer(office.head, stay, 0) == "approved"


def test_a_rejection_says_why_and_approval_can_be_requested_again(office: Office) -> None:
    stay = office.ask(office.stay())
    with pytest.raises(InvalidError) as refused:
        office.answer(office.head, stay, 0, approve=False)
    assert set(refused.value.errors) == {"reason"}
    assert office.answer(office.head, stay, 0, approve=False, reason="Giá quá thấp") == "rejected"
    found = approvals.progress(office.seller, office.seen_by(office.seller, stay))
    assert found is not None
    assert found.steps[0].answer is not None
    assert found.steps[0].answer.reason == "Giá quá thấp"
    assert approvals.needs_request(office.seller, office.seen_by(office.seller, stay))
    office.ask(stay)
    assert office.answer(office.head, stay, 0) == "open"


def test_changing_what_was_asked_about_voids_the_request(office: Office) -> None:
    stay = office.ask(office.stay())
    service.update(office.seller, office.seen_by(office.seller, stay), {"price": Decimal(10)})
    office.seller.session.commit()
    with pytest.raises(InvalidError):
        office.answer(office.head, stay, 0)
    assert approvals.waiting(office.head) == []
    found = approvals.progress(office.seller, office.seen_by(office.seller, stay))
    assert found is not None
    assert found.state == "void"


def test_an_approved_record_that_went_back_needs_approval_again(office: Office) -> None:
    stay = office.ask(office.stay(price=1))
    office.answer(office.head, stay, 0)
    service.update(
        office.seller, office.seen_by(office.seller, stay), {"state": "booked", "price": Decimal(99_000_000)}
    )
    office.seller.session.commit()
    with pytest.raises(InvalidError):
        service.update(office.seller, office.seen_by(office.seller, stay), {"state": "staying"})


def test_of_two_answers_at_once_one_counts(office: Office, make_context: Callable[..., Context]) -> None:
    stay = office.ask(office.stay(price=1))
    people, stay_id = [make_context(office.admin.company, name=f"Quản trị {n}") for n in range(6)], stay.id

    def press(person: Context) -> bool:
        try:
            approvals.answer(person, service.get(person, Stay, stay_id, lock=True), 0, approve=True)
            person.session.commit()
        except InvalidError:
            person.session.rollback()
            return False
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        pressed = list(pool.map(press, people))
    assert pressed.count(True) == 1
    office.admin.session.rollback()
    mine = (ApprovalAnswer.tenant_id == office.admin.tenant,)
    assert office.admin.session.scalar(sa.select(sa.func.count()).where(*mine)) == 1


def test_without_steps_the_state_is_free_and_steps_are_the_administrators(office: Office) -> None:
    stay, resource = office.stay(), office.admin.resource(Stay)
    with pytest.raises(ForbiddenError):
        steps.add(office.seller, resource, StepDraft("Tôi", [_me(office.seller)]))
    with pytest.raises(InvalidError) as refused:
        steps.add(office.admin, resource, StepDraft("", [UUID(int=5)], at_least=Decimal(-1)))
    assert set(refused.value.errors) == {"name", "people", "at_least"}
    office.admin.session.rollback()
    for step in list(steps_of(office.admin, resource)):
        steps.remove(office.admin, step)
    office.admin.session.commit()
    office.seller.cache.clear()
    assert service.update(office.seller, office.seen_by(office.seller, stay), {"state": "staying"})


def test_pages_and_programs_do_the_same(office: Office, app: Flask, stranger: Context, database: Database) -> None:
    stay = office.stay()
    place = f"/approvals/kennel.stay/{stay.id}"
    page, boss = browser(app, office.seller), browser(app, office.head)
    settings = browser(app, office.admin).get("/settings/approvals")
    assert "Trưởng phòng" in settings.get_data(as_text=True)
    assert page.get("/settings/approvals").status_code == 403
    assert "/request" in page.get(f"/kennel/stays/{stay.id}").get_data(as_text=True)
    assert page.post(f"{place}/request").status_code == 302
    shown = boss.get(f"/kennel/stays/{stay.id}").get_data(as_text=True)
    assert f"{place}/approve?step=0" in shown
    assert f"{place}/approve" not in page.get(f"/kennel/stays/{stay.id}").get_data(as_text=True)
    assert stay.pet in boss.get("/my-day").get_data(as_text=True)
    assert boss.post(f"{place}/approve?step=0").status_code == 302
    api, said = program(app, office.director), {"entity": "kennel.stay", "record": str(stay.id), "step": 1}
    assert api.get("/api/v1/approvals/waiting").get_json()["items"][0]["record"] == str(stay.id)
    assert api.post("/api/v1/approvals/answer", json={**said, "verdict": "rejected"}).status_code == 422
    refused = program(app, office.seller).post("/api/v1/approvals/answer", json={**said, "verdict": "approved"})
    assert refused.status_code == 403
    answer = api.post("/api/v1/approvals/answer", json={**said, "verdict": "approved"})
    assert answer.get_json()["items"][0]["state"] == "approved"
    foreign = program(app, enrol(database, stranger))
    assert foreign.post("/api/v1/approvals/answer", json={**said, "verdict": "approved"}).status_code == 404
    with pytest.raises(MissingError):
        service.get(stranger, Stay, stay.id)
