"""An automation does what it says, when it says, for whom it says – and each thing once."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.automation import service
from core.automation.models import Automation, AutomationRun
from core.automation.runs import retry
from core.automation.starting import start
from core.automation.triggers import active
from core.context import Context
from core.customers.models import Customer
from core.entity import service as records
from core.entity.errors import InvalidError
from core.entity.history import Entry
from core.entity.tables import Change
from core.privacy import purposes
from tests.core.automation.conftest import SALUTE, Office, condition

BY_WEBSITE: dict[str, Any] = {
    "do": "create",
    "entity": "core.contact",
    "values": [{"field": "name", "from": "website"}, {"field": "customer", "from": "id"}],
}
"""Fails where a customer has no website."""


def note(text: str) -> dict[str, Any]:
    return {"do": "set", "values": [{"field": "note", "value": text}]}


def test_it_runs_after_the_commit_and_the_history_names_it(office: Office) -> None:
    office.automate(SALUTE, name="Chào khách mới")
    customer = office.customer()
    assert office.read(customer).note is None
    office.work()
    assert office.read(customer).note == "Xin chào"
    assert office.states() == ["done"]
    line = office.admin.session.scalars(
        sa.select(Change).where(Change.record_id == customer.id, Change.action == "changed")
    ).one()
    assert (line.user_name, line.source, line.user_id) == ("Chào khách mới", "automation", None)


def test_at_once_is_in_the_savers_own_transaction(office: Office) -> None:
    office.automate(SALUTE, at_once=True)
    customer = records.create(office.admin, Customer, {"name": "Lan"})
    assert customer.note == "Xin chào"
    office.admin.session.rollback()
    assert office.runs() == []


def test_at_once_a_step_that_fails_lets_the_save_through(office: Office) -> None:
    office.automate(BY_WEBSITE, at_once=True)
    customer = office.customer()
    assert office.read(customer).name == "Lan"
    assert office.states() == ["failed"]
    assert "Bắt buộc nhập" in office.runs()[0].error


def test_only_the_chosen_fields_start_it(office: Office) -> None:
    office.automate(SALUTE, on={"on": "record", "events": ["changed"], "fields": ["website"]})
    customer = office.customer()
    office.change(customer, name="Lan Anh")
    assert office.runs() == []
    office.change(customer, website="https://example.com")
    assert len(office.runs()) == 1


def test_conditions_look_at_links_and_at_what_was_before(office: Office) -> None:
    before = condition("name", "eq", "Lan", of="old")
    office.automate(SALUTE, on=("changed",), when=before)
    office.change(office.customer("Lan"), name="Lan Anh")
    office.change(office.customer("Hoa"), name="Lan")
    assert [run.record_title for run in office.runs()] == ["Lan Anh"]


def test_once_for_a_record_or_every_time(office: Office) -> None:
    once = office.automate(note("một"), on=("created", "changed"), once=True)
    every = office.automate(note("hai"), on=("created", "changed"), when=condition("name", "contains", "Lan"))
    customer = office.customer("Lan")
    office.change(customer, website="https://example.com")
    assert (len(office.runs(once)), len(office.runs(every))) == (1, 2)


def test_a_second_telling_of_one_version_is_the_same_run(office: Office) -> None:
    office.automate(SALUTE)
    customer = office.customer()
    start(office.admin, office.admin.resource(Customer), [Entry(office.read(customer), "created", {})])
    assert len(office.runs()) == 1


def test_branches_waits_and_repetitions(office: Office) -> None:
    office.automate(
        {"do": "branch", "if": condition("name", "contains", "Lan"), "then": [note("quen")], "else": [note("lạ")]},
        {"do": "wait", "amount": 2, "unit": "days"},
        {"do": "repeat", "every": 10, "unit": "days", "times": 3, "steps": [note("nhắc"), note("xong")]},
    )
    known, unknown = office.customer("Lan"), office.customer("Hoa")
    office.work()
    assert [office.read(one).note for one in (known, unknown)] == ["quen", "lạ"]
    assert office.states() == ["waiting", "waiting"]
    for _round in range(3):
        office.later()
    run = office.runs()[0]
    assert run.state == "done"
    assert [path for path, _do, _state in office.steps(run)] == [
        "0", "0/then/0", "1", "2", "2/0/0", "2/0/1", "2/1/0", "2/1/1", "2/2/0", "2/2/1",
    ]  # fmt: skip


def test_a_record_is_created_with_what_is_known(office: Office) -> None:
    office.automate(
        {
            "do": "create",
            "entity": "core.contact",
            "values": [
                {"field": "name", "value": "Người nhà của {{ record.name }}"},
                {"field": "customer", "from": "id"},
            ],
        }
    )
    office.customer("Lan")
    office.work()
    found = office.admin.session.execute(sa.text("SELECT name FROM core_contact")).scalars().all()
    assert found == ["Người nhà của Lan"]


def test_owners_are_given_in_turn(office: Office) -> None:
    people = [
        records.create(office.admin, User, {"name": name, "email": f"{name}@example.com"}).id for name in ("an", "binh")
    ]
    office.automate({"do": "assign", "users": [str(one) for one in people]})
    customers = [office.customer(f"Khách {number}") for number in range(4)]
    office.work()
    assert [office.read(one).owner_id for one in customers] == [*people, *people]


def test_a_message_goes_by_mail_unless_the_person_may_not_be_contacted(office: Office, tmp_path: Path) -> None:
    purposes.furnish(office.admin)
    office.automate(
        {
            "do": "message", "channel": "email", "to": "email", "purpose": "service", "subject": "Chào {{ record.name }}",
            "text": "Cảm ơn {{ record.name }}.",
        }
    )  # fmt: skip
    office.customer("Lan", email="lan@example.com")
    office.customer("Hoa", email="hoa@example.com", do_not_contact=["email"])
    office.customer("Không thư")
    office.work()
    assert office.states() == ["done"] * 3
    assert sorted(office.steps(run)[0][2] for run in office.runs()) == ["done", "skipped", "skipped"]
    letters = [one.read_text() for one in (tmp_path / "mail").iterdir()]
    assert len(letters) == 1
    assert "lan@example.com" in letters[0]


def test_a_step_that_failed_is_done_again_from_where_it_stopped(office: Office) -> None:
    office.automate(note("đầu"), BY_WEBSITE)
    customer = office.customer()
    office.work()
    run = office.runs()[0]
    assert run.state == "failed"
    assert office.steps(run) == [("0", "set", "done"), ("1", "create", "failed")]
    office.change(customer, website="https://example.com", note="đã sửa")
    retry(office.admin, run.id)
    office.work()
    assert office.states() == ["done"]
    assert office.read(customer).note == "đã sửa", "what was done is not done again"


def test_one_record_that_cannot_be_changed_does_not_stop_the_others(office: Office) -> None:
    office.automate({"do": "set", "values": [{"field": "email", "value": "{{ record.website }}"}]})
    rows = [{"name": f"Khách {n}", "website": "không phải" if n == 7 else f"k{n}@example.com"} for n in range(20)]
    records.create_many(office.admin, Customer, rows)
    office.work()
    assert sorted(office.states()) == ["done"] * 19 + ["failed"]


def test_two_rules_that_start_each_other_are_stopped_and_named(office: Office) -> None:
    office.automate(note("tới"), on=("changed",), when=condition("note", "contains", "lui"), name="Tới")
    office.automate(note("lui"), on=("changed",), when=condition("note", "contains", "toi"), name="Lui")
    customer = office.customer()
    office.change(customer, note="lui")
    office.work()
    assert office.states().count("loop") == 1
    text = next(run.error for run in office.runs() if run.state == "loop")
    assert "Tới" in text
    assert "Lui" in text
    assert len(office.runs()) < 10


def test_a_rule_that_starts_itself_is_stopped(office: Office) -> None:
    grow = {"do": "create", "entity": "core.customer", "values": [{"field": "name", "value": "{{ record.name }}+"}]}
    office.automate(grow, name="Sinh sôi")
    office.customer("x")
    office.work()
    assert office.states().count("loop") == 1
    assert "Sinh sôi" in next(run.error for run in office.runs() if run.state == "loop")


def test_runs_go_by_the_version_they_began_with(office: Office) -> None:
    rule = office.automate({"do": "wait", "amount": 1, "unit": "days"}, note("cũ"))
    first = office.customer("Một")
    office.work()
    service.change(office.admin, rule, service.Draft(name="Mới", trigger=rule.trigger, steps=[note("mới")]), version=1)
    office.commit()
    second = office.customer("Hai")
    office.later()
    assert [office.read(one).note for one in (first, second)] == ["cũ", "mới"]
    assert [one.version for one in service.versions(office.admin, rule)] == [2, 1]


def test_switched_off_it_rests_and_goes_on_afterwards(office: Office) -> None:
    rule = office.automate({"do": "wait", "amount": 1, "unit": "days"}, SALUTE)
    customer = office.customer()
    office.work()
    service.switch(office.admin, rule, on=False)
    office.later()
    office.customer("Hoa")
    assert office.states() == ["waiting"]
    service.switch(office.admin, rule, on=True)
    office.work()
    assert office.read(customer).note == "Xin chào"


def test_what_is_wrong_is_told(office: Office) -> None:
    for steps, name in (
        ([], "steps"),
        ([{"do": "fly"}], "steps.0"),
        ([{"do": "set", "values": [{"field": "nothing", "value": 1}]}], "steps.0"),
        ([{"do": "create", "entity": "core.user", "values": [{"field": "name", "value": "x"}]}], "steps.0"),
        ([{"do": "repeat", "every": 0, "unit": "days", "times": 3, "steps": [SALUTE]}], "steps.0"),
    ):
        with pytest.raises(InvalidError) as error:
            office.automate(*steps)
        assert name in error.value.errors


def test_other_companies_know_nothing_of_it(office: Office, stranger: Context) -> None:
    rule = office.automate(SALUTE)
    records.create(stranger, Customer, {"name": "Lan"})
    stranger.session.commit()
    assert stranger.session.scalars(sa.select(AutomationRun)).all() == []
    with pytest.raises(LookupError):
        service.get(stranger, rule.id)


def test_a_rule_that_somebody_deletes_meanwhile_lets_the_save_through(office: Office) -> None:
    rule = office.automate(SALUTE)
    office.admin.cache.clear()
    assert active(office.admin, "core.customer")  # read in this turn, before it is gone
    office.admin.session.execute(sa.delete(Automation).where(Automation.id == rule.id))
    customer = records.create(office.admin, Customer, {"name": "Lan"})
    office.admin.session.commit()
    assert office.read(customer).name == "Lan"
    assert office.runs() == []
