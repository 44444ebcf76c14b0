"""What hooks.py promises of each hook, held with a plugin that uses them all."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import hooks as contract
from core.access.models import User
from core.access.passwords import Passwords
from core.access.sharing import Targets
from core.bulk.merging import merge as merge_records
from core.bulk.sharing import transfer
from core.bulk.undoing import undo as undo_operation
from core.context import CompanyInfo, Context, Grants
from core.customers.models import Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.kinds import KINDS
from core.entity.payables import payables
from core.entity.tables import StoredFile
from core.files.service import FileRefusedError, store
from core.files.storage import DiskStorage
from core.i18n import use_locale
from core.jobs.drain import Drain
from core.jobs.models import Job, Schedule
from core.jobs.queue import enqueue
from core.jobs.scheduler import Scheduler
from core.notifications.kinds import kinds
from core.notifications.models import Notification
from core.notifications.service import LETTER, notify
from core.plugin.boot import Registry
from core.plugin.enablement import RefusedError, active_modules, switch_off, switch_on
from core.plugin.manifest import Card, ManifestError, merge
from core.plugin.models import PluginError
from core.printing.letterhead import Letterhead
from core.privacy.erasing import erase
from core.testing import limited
from core.testing.automation import automate, runs, work_off
from core.testing.throwaway import found_company
from core.testing.watch import ProvokedError, WatchedHooks
from core.vendor.service import create_company

PAGE_HOOKS = {"navigation", "cards", "timeline", "record_actions", "record_cards", "notices"}


@pytest.fixture
def thing(registry: Registry) -> Any:
    """The dummy's entity."""
    return registry.resources["dummy.thing"].model


@pytest.fixture
def parts(registry: Registry, database: Database) -> Callable[[int], list[str]]:
    """The names of a company's parts, which the dummy's hooks write, as committed."""
    model: Any = registry.resources["dummy.part"].model

    def read(company: int) -> list[str]:
        with database.session(company) as session:
            return sorted(session.scalars(sa.select(model.name)))

    return read


@pytest.fixture
def made(context: Context, thing: Any) -> Entity:
    """A thing."""
    record: Entity = service.create(context, thing, {"name": "Một vật", "count": 1, "opens": context.today()})
    context.session.commit()
    return record


@pytest.fixture
def customer(context: Context) -> Customer:
    """A customer."""
    record = service.create(context, Customer, {"name": "Chị Sáu"})
    context.session.commit()
    return record


@pytest.fixture
def drain(database: Database, hooks: WatchedHooks) -> Drain:
    """A worker in this process."""
    return Drain(database, hooks)


@pytest.fixture
def ask(hooks: WatchedHooks, customer: Customer, made: Entity) -> dict[str, Callable[[Context], list[Any]]]:
    """Each hook of a page, asked as its page does."""
    return {
        "navigation": hooks.navigation,
        "cards": hooks.cards,
        "timeline": lambda context: hooks.timeline(context, customer, 50),
        "record_actions": lambda context: hooks.record_actions(context, made),
        "record_cards": lambda context: hooks.record_cards(context, customer),
        "notices": lambda context: hooks.notices(context, made),
    }


def state_of(context: Context, topic: str) -> list[str]:
    context.session.rollback()
    return list(context.session.scalars(sa.select(Job.state).where(Job.topic == topic)))


# --- what holds for all of them --------------------------------------------------------------------------------


def test_the_dummy_uses_every_hook(registry: Registry) -> None:
    known = {name for name in dir(contract) if hasattr(getattr(contract, name), f"{contract.PROJECT}_spec")}
    used = {name for name in known if hasattr(registry.plugins["dummy"].module, name)}
    assert used == known
    assert known >= PAGE_HOOKS


def test_the_dummy_has_a_field_of_every_kind(thing: Any) -> None:
    ours = {"entity"}  # the SDK does not offer it
    assert {spec.kind.name for spec in thing.__fields__.values()} == set(KINDS) - ours


def test_answers_come_core_first_then_by_weight_then_plugin_then_name() -> None:
    answers = [
        ("spa", Card(name="a", title="", weight=1)),
        ("garage", Card(name="d", title="", weight=5)),
        ("garage", Card(name="c", title="", weight=5)),
        ("core", Card(name="z", title="", weight=99)),
        ("cash", Card(name="e", title="", weight=5)),
    ]
    assert [one.name for one in merge(answers)] == ["z", "a", "e", "c", "d"]


def test_two_answers_of_one_name_are_an_error_that_names_both_plugins() -> None:
    with use_locale("en"), pytest.raises(ManifestError, match=r"spa and garage both contribute a Card 'same'"):
        merge([("garage", Card(name="same", title="")), ("spa", Card(name="same", title=""))])


@pytest.mark.parametrize("hook", sorted(PAGE_HOOKS))
def test_one_that_raises_is_left_out_and_kept_for_the_vendor(
    context: Context, hooks: WatchedHooks, ask: dict[str, Any], database: Database, hook: str
) -> None:
    whole = [one.name if hasattr(one, "name") else one.title for one in ask[hook](context)]
    hooks.failing = hook
    rest = [one.name if hasattr(one, "name") else one.title for one in ask[hook](context)]
    assert len(rest) < len(whole)
    assert rest == [one for one in whole if one in rest]
    with database.vendor_session() as session:
        kept = sa.select(PluginError.message).where(
            PluginError.plugin == "dummy", PluginError.place == hook, PluginError.company_id == context.tenant
        )
        assert session.scalars(kept).all() == [f"ProvokedError: {hook}"]


@pytest.mark.parametrize("hook", sorted(PAGE_HOOKS))
def test_where_the_module_is_off_it_is_not_asked(
    context: Context, hooks: WatchedHooks, ask: dict[str, Any], hook: str
) -> None:
    switch_off(context, "dummy")
    ask[hook](context)
    assert hook not in hooks.calls
    switch_on(context, "dummy")
    ask[hook](context)
    assert hooks.calls.count(hook) == 1


@pytest.mark.parametrize("hook", sorted(PAGE_HOOKS))
def test_a_statement_that_fails_in_a_hook_takes_nothing_else_with_it(
    context: Context, hooks: WatchedHooks, ask: dict[str, Any], monkeypatch: pytest.MonkeyPatch, hook: str
) -> None:
    def divide(*_given: Any, **_arguments: Any) -> None:
        context.session.execute(sa.text("SELECT 1 / 0"))

    monkeypatch.setattr(WatchedHooks, "watched", lambda *_given: divide)
    record = service.create(context, Customer, {"name": "Trước đó"})
    ask[hook](context)
    assert service.get(context, Customer, record.id).name == "Trước đó"


# --- when the process starts -----------------------------------------------------------------------------------


def test_hook_entities(registry: Registry, context: Context, make_client: Callable[..., FlaskClient]) -> None:
    names = list(registry.resources)
    assert names[-5:] == ["dummy.thing", "dummy.part", "dummy.stage", "dummy.deal", "dummy.slip"]
    assert all(name.startswith("core.") for name in names[:-5])
    assert registry.resources["dummy.thing"].plugin == "dummy"
    client = make_client(context)
    assert client.get("/dummy/things").status_code == 200
    switch_off(context, "dummy")
    context.session.commit()
    assert client.get("/dummy/things").status_code == 404
    assert [one.name for one in context.resources() if one.plugin == "dummy"] == []


def test_hook_handlers(context: Context, drain: Drain, made: Entity, parts: Callable[[int], list[str]]) -> None:
    service.update(context, made, {"state": "done"})
    assert drain.company(context.tenant) == 0  # what is not committed has not happened
    context.session.commit()
    assert drain.company(context.tenant) == 1
    assert state_of(context, "dummy.thing.done") == ["done"]
    assert parts(context.tenant) == ["tick"]


def test_a_handler_that_raises_leaves_nothing_and_tries_again(
    context: Context,
    registry: Registry,
    hooks: WatchedHooks,
    drain: Drain,
    parts: Callable[[int], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handler = registry.handlers["dummy.tick"][0]

    def write_and_raise(turn: Context, work: Any) -> None:
        handler.run(turn, work)
        raise ProvokedError("late")

    monkeypatch.setitem(registry.handlers, "dummy.tick", (replace(handler, run=write_and_raise),))
    enqueue(context, "dummy.tick")
    context.session.commit()
    drain.company(context.tenant)
    assert parts(context.tenant) == []
    assert state_of(context, "dummy.tick") == ["new"]
    assert [place for place, _error in hooks.errors] == ["job dummy.tick"]


def test_a_handler_does_nothing_where_its_module_is_off(
    context: Context, drain: Drain, parts: Callable[[int], list[str]]
) -> None:
    enqueue(context, "dummy.tick")
    switch_off(context, "dummy")
    context.session.commit()
    drain.company(context.tenant)
    assert state_of(context, "dummy.tick") == ["skipped"]
    assert parts(context.tenant) == []
    assert enqueue(context, "dummy.tick") == []


def test_hook_schedules(
    context: Context, database: Database, hooks: WatchedHooks, drain: Drain, parts: Callable[[int], list[str]]
) -> None:
    switch_off(context, "dummy")
    switch_on(context, "dummy")  # which plans what recurs
    due = sa.update(Schedule).where(Schedule.tenant_id == context.tenant, Schedule.plugin == "dummy")
    for on, jobs in ((True, 1), (False, 0)):
        if not on:
            switch_off(context, "dummy")
        context.session.execute(sa.delete(Job).where(Job.tenant_id == context.tenant))
        context.session.execute(due.values(next_at=now() - timedelta(hours=3)))
        context.session.commit()
        Scheduler(database, hooks).tick()
        assert state_of(context, "dummy.tick") == ["new"] * jobs  # once, however many hours were missed
    switch_on(context, "dummy")
    enqueue(context, "dummy.tick")
    context.session.commit()
    drain.company(context.tenant)
    assert "tick" in parts(context.tenant)


def test_hook_bundles(
    registry: Registry, database: Database, hooks: WatchedHooks, parts: Callable[[int], list[str]]
) -> None:
    bundle = registry.bundles["dummies"]
    assert (bundle.plugin, bundle.plugins) == ("dummy", ("dummy",))
    company = create_company(
        database, hooks, "nha-hinh-nom", "Nhà Hình Nộm", bundle="dummies", admin_email="an@example.com",
        password="một mật khẩu đủ dài", passwords=Passwords(),
    )  # fmt: skip
    assert company.modules == ["core", "dummy"]
    assert parts(company.company.id) == ["beginning"]


def test_hook_notification_kinds(
    registry: Registry, context: Context, make_user: Callable[..., Context], made: Entity
) -> None:
    person = make_user(context).user
    assert person is not None
    assert (registry.notification_kinds["dummy_done"].plugin, list(kinds(context))[-1]) == ("dummy", "dummy_done")
    notify(context, [person.id], "dummy_done", "Xong một vật", record=made)
    (told,) = context.session.scalars(sa.select(Notification))
    (letter,) = context.session.scalars(sa.select(Job).where(Job.topic == LETTER))
    assert (told.bell, told.record_id, letter.user_id) == (False, made.id, person.id)
    context.active -= {"dummy"}
    assert "dummy_done" not in kinds(context)
    with pytest.raises(LookupError, match="dummy_done"):
        notify(context, [person.id], "dummy_done", "Xong một vật")


# --- for one company -------------------------------------------------------------------------------------------


def test_hook_module_on(context: Context, hooks: WatchedHooks, parts: Callable[[int], list[str]]) -> None:
    for _time in range(2):
        switch_off(context, "dummy")
        switch_on(context, "dummy")
        assert parts(context.tenant) == []  # it is the caller's transaction
    assert hooks.calls.count("module_on") == 2
    context.session.commit()
    assert parts(context.tenant) == ["beginning"]


def test_a_module_that_raises_when_it_is_switched_on_stays_off(
    context: Context, hooks: WatchedHooks, parts: Callable[[int], list[str]]
) -> None:
    switch_off(context, "dummy")
    hooks.failing = "module_on"
    with pytest.raises(RefusedError):
        switch_on(context, "dummy")
    context.session.commit()
    assert "dummy" not in active_modules(context)
    assert [place for place, _error in hooks.errors] == ["module_on"]
    assert parts(context.tenant) == []


def test_hook_demo(context: Context, hooks: WatchedHooks, thing: Any, parts: Callable[[int], list[str]]) -> None:
    hooks.demo(context, "core")
    assert "demo" not in hooks.calls
    hooks.demo(context, "dummy")
    assert parts(context.tenant) == []  # it is the caller's transaction
    context.session.commit()
    assert parts(context.tenant) == ["demo"]
    assert list(context.session.scalars(sa.select(thing.name))) == ["demo"]


def test_hook_transfer_options(
    context: Context, hooks: WatchedHooks, customer: Customer, parts: Callable[[int], list[str]]
) -> None:
    context.hooks, other = hooks, join_somebody(context)
    assert [one.name for one in hooks.transfer_options(context, "core.customer")] == [
        "belongings", "transactions", "past_transactions", "dummy_note",
    ]  # fmt: skip
    assert hooks.transfer_options(context, "dummy.thing") == []
    operation = transfer(context, Customer, [customer.id], Targets([other]), options=["dummy_note"])
    context.session.commit()
    assert parts(context.tenant) == [f"passed {customer.id}"]
    undo_operation(context, operation.id)
    context.session.commit()
    living = sa.select(sa.func.count()).select_from(context.resource("dummy.part").model.__table__)
    assert context.session.connection().execute(living.where(sa.text("deleted_at IS NULL"))).scalar_one() == 0
    switch_off(context, "dummy")
    with pytest.raises(InvalidError) as caught:
        transfer(context, Customer, [customer.id], Targets([other]), options=["dummy_note"])
    assert list(caught.value.errors) == ["options"]


def test_hook_workflow_actions(
    context: Context, database: Database, hooks: WatchedHooks, parts: Callable[[int], list[str]], tmp_path: Path
) -> None:
    context.hooks = hooks
    rule = automate(context, Customer, steps=[{"do": "dummy.count", "word": "sổ"}])
    assert rule.modules == ["core", "dummy"]
    service.create(context, Customer, {"name": "Lan"})
    work_off(context, database, tmp_path)
    assert parts(context.tenant) == ["sổ Lan"]
    switch_off(context, "dummy")
    service.create(context, Customer, {"name": "Hoa"})
    work_off(context, database, tmp_path)
    assert parts(context.tenant) == ["sổ Lan"], "a rule whose module is off sleeps"
    switch_on(context, "dummy")
    service.create(context, Customer, {"name": "Mai"})
    work_off(context, database, tmp_path)
    assert [one for one in parts(context.tenant) if one.startswith("sổ")] == ["sổ Lan", "sổ Mai"], "and wakes with it"


def test_hook_message_channels(context: Context, database: Database, hooks: WatchedHooks, tmp_path: Path) -> None:
    context.hooks = hooks
    step = {"do": "message", "channel": "dummy_wall", "to": "mobile", "purpose": "service", "text": "{{ record.note }}"}
    automate(context, Customer, steps=[step])
    for name, note in (("Lan", "chào"), ("Hoa", "silence")):
        service.create(context, Customer, {"name": name, "note": note, "mobile": "+84912345678"})
    work_off(context, database, tmp_path)
    assert sorted((run.record_title, run.state) for run in runs(context)) == [("Hoa", "unknown"), ("Lan", "done")]


def test_an_option_that_raises_stops_the_transfer_and_is_named(
    context: Context, hooks: WatchedHooks, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> dict[UUID, Any]:
        raise ProvokedError("transfer")

    context.hooks, other = hooks, join_somebody(context)
    (option,) = [one for one in hooks.transfer_options(context, "core.customer") if one.plugin == "dummy"]
    monkeypatch.setattr(WatchedHooks, "transfer_options", lambda *_given: [replace(option, run=fail)])
    before = customer.owner_id
    with pytest.raises(InvalidError) as caught:
        transfer(context, Customer, [customer.id], Targets([other]), options=["dummy_note"])
    assert "Hình nộm" in str(caught.value)
    context.session.rollback()
    assert service.get(context, Customer, customer.id).owner_id == before


def join_somebody(context: Context) -> UUID:
    """A colleague's id."""
    user = User(name="Anh Bảy", email="bay@example.com")
    context.session.add(user)
    context.session.flush()
    return user.id


def test_hook_merged(context: Context, hooks: WatchedHooks, thing: Any, customer: Customer) -> None:
    other = service.create(context, Customer, {"name": "Cô Sáu"})
    made = {"name": "sổ nợ", "count": 1, "opens": context.today(), "customer": other.id, "guests": [other.id]}
    record = service.create(context, thing, made)
    context.session.commit()
    operation = merge_records(context, Customer, customer.id, [other.id], {})
    assert operation.asked["plugins"]["dummy"] == {"things": [str(record.id)]}
    context.session.expire_all()
    found = service.get(context, thing, record.id)
    assert (found.customer.id, [one.id for one in found.guests]) == (customer.id, [customer.id])


def test_a_plugin_that_raises_stops_the_merge_and_is_named(
    context: Context, hooks: WatchedHooks, customer: Customer
) -> None:
    other = service.create(context, Customer, {"name": "Cô Sáu"})
    context.session.commit()
    hooks.failing = "merged"
    context.hooks = hooks
    with pytest.raises(InvalidError) as caught:
        merge_records(context, Customer, customer.id, [other.id], {})
    assert "Hình nộm" in str(caught.value)
    context.session.rollback()
    assert service.get(context, Customer, other.id).name == "Cô Sáu"


def test_hook_unmerged(context: Context, hooks: WatchedHooks, thing: Any, customer: Customer) -> None:
    other = service.create(context, Customer, {"name": "Cô Sáu"})
    made = {"name": "sổ nợ", "count": 1, "opens": context.today(), "customer": other.id, "guests": [other.id]}
    record = service.create(context, thing, made)
    context.session.commit()
    operation = merge_records(context, Customer, customer.id, [other.id], {})
    context.session.commit()
    assert undo_operation(context, operation.id).asked["kept"] == ["1 sổ"]
    context.session.commit()
    context.session.expire_all()
    found = service.get(context, thing, record.id)
    assert (found.customer.id, [one.id for one in found.guests]) == (other.id, [other.id])


def test_hook_personal_data(context: Context, hooks: WatchedHooks, customer: Customer) -> None:
    found = {one.name: one for one in hooks.personal_data(context, "core.customer", [customer.id])}
    assert (found["dummy_steps"].plugin, found["dummy_steps"].rows) == ("dummy", ((str(customer.id), "3"),))
    assert {one.plugin for one in found.values()} == {"core", "dummy"}
    hooks.failing = "personal_data"
    with pytest.raises(InvalidError):  # half of a copy would be a lie
        hooks.personal_data(context, "core.customer", [customer.id])


def test_hook_paid(context: Context, hooks: WatchedHooks, customer: Customer, made: Any, parts: Any) -> None:
    context.hooks = hooks
    service.update(context, made, {"customer": customer.id, "price": Decimal(500)})
    owed = payables(context)
    row = context.session.execute(sa.select(owed).where(owed.c.id == made.id)).one()
    assert (row.entity, row.customer_id, row.number, row.amount) == (
        "dummy.thing", customer.id, made.code, made.total
    )  # fmt: skip
    hooks.paid(context, "dummy.thing", {made.id: Decimal(300)})
    with pytest.raises(InvalidError):
        hooks.paid(context, "dummy.thing", {made.id: Decimal(-1)})
    context.session.commit()
    assert parts(context.tenant) == ["paid 300"]
    assert not context.session.execute(sa.select(payables(context, "out"))).all()


def test_hook_erased(
    context: Context, hooks: WatchedHooks, customer: Customer, made: Entity, parts: Callable[[int], list[str]]
) -> None:
    context.hooks = hooks
    service.update(context, made, {"customer": customer.id, "phone": "+84912345678", "state": "done"})
    context.session.commit()
    with pytest.raises(InvalidError, match="phải được giữ"):
        erase(context, customer, typed="Chị Sáu", reason="Khách yêu cầu")
    context.session.rollback()
    service.update(context, made, {"state": "open"})
    erase(context, customer, typed="Chị Sáu", reason="Khách yêu cầu")
    context.session.commit()
    assert parts(context.tenant) == ["forgot 1"]
    again: Any = service.get(context, type(made), made.id)
    assert (again.phone, again.customer_id, again.name) == (
        None,
        customer.id,
        "Một vật",
    )  # the book stays, the number goes


# --- for one page ----------------------------------------------------------------------------------------------


def test_hook_file_check(context: Context, hooks: WatchedHooks, tmp_path: Path) -> None:
    context.hooks, storage = hooks, DiskStorage(tmp_path)
    with use_locale("vi"), pytest.raises(FileRefusedError, match=r"^Có vi-rút trong “bao gia\.txt”\.$"):
        store(context, storage, io.BytesIO(b"a virus"), "../bao gia.txt")
    hooks.failing = "file_check"
    with use_locale("vi"), pytest.raises(FileRefusedError, match="không được lưu"):  # who cannot look lets nothing pass
        store(context, storage, io.BytesIO(b"harmless"), "bao gia.txt")
    assert list(storage.all(context.tenant)) == []
    assert context.session.scalars(sa.select(StoredFile)).all() == []
    context.active = frozenset({"core"})
    assert store(context, storage, io.BytesIO(b"a virus"), "bao gia.txt").size == len(b"a virus")


def test_hook_navigation(context: Context, hooks: WatchedHooks, make_client: Callable[..., FlaskClient]) -> None:
    found = hooks.navigation(context)
    assert [one.name for one in found if one.plugin == "dummy"] == ["administrators", "everybody"]
    assert [one.plugin for one in found] == sorted((one.plugin for one in found), key=lambda name: name != "core")
    assert "Cho quản trị viên" in make_client(context).get("/").get_data(as_text=True)
    context.grants = limited(dummy_thing=["see"])
    assert [one.name for one in hooks.navigation(context) if one.plugin == "dummy"] == ["everybody"]


def test_hook_report_presets(
    context: Context, hooks: WatchedHooks, made: Entity, make_client: Callable[..., FlaskClient]
) -> None:
    found = hooks.report_presets(context)
    assert [one.name for one in found if one.plugin == "dummy"] == ["dummy.things"]
    page = make_client(context).get("/reports/dummy.things").get_data(as_text=True)
    assert "Đồ vật theo người phụ trách" in page
    context.grants = Grants()
    assert not [one for one in hooks.report_presets(context) if one.plugin == "dummy"]


def test_hook_tours(
    context: Context, hooks: WatchedHooks, make_client: Callable[..., FlaskClient], make_context: Callable[..., Context]
) -> None:
    client = make_client(context)
    told = client.get("/tours/dummy.start").get_json()
    assert [(one["title"], one["url"], one["selector"]) for one in told["steps"]] == [
        ("Việc đầu tiên", "/", "h1"), ("Các vật", "/dummy/things", ""),
    ]  # fmt: skip
    begin = 'href="/#tour=dummy.start:0"'
    assert begin in client.get("/tours").get_data(as_text=True)
    assert begin in client.get("/").get_data(as_text=True)
    assert client.post("/tours/dummy.start/taken").status_code == 200
    assert begin not in client.get("/").get_data(as_text=True)
    assert begin in client.get("/tours").get_data(as_text=True)
    other = make_client(
        make_context(context.company, grants=limited(core_customer=["see"])), grants=limited(core_customer=["see"])
    )
    assert len(other.get("/tours/dummy.start").get_json()["steps"]) == 1
    assert other.get("/tours/dummy.more").status_code == other.post("/tours/dummy.more/taken").status_code == 404
    assert begin in other.get("/tours").get_data(as_text=True)


def test_hook_cards(
    context: Context, hooks: WatchedHooks, made: Entity, make_client: Callable[..., FlaskClient]
) -> None:
    found = hooks.cards(context)
    assert [(one.name, one.value) for one in found if one.plugin == "dummy"] == [("first", ""), ("things", "1")]
    assert found[0].plugin == "core"  # though the dummy's weigh less
    assert "Việc đầu tiên" in make_client(context).get("/").get_data(as_text=True)
    context.grants = Grants()
    assert [one for one in hooks.cards(context) if one.plugin == "dummy"] == []


def test_hook_timeline(
    context: Context, hooks: WatchedHooks, customer: Customer, make_client: Callable[..., FlaskClient]
) -> None:
    service.update(context, customer, {"sector": "Nông nghiệp"})
    context.session.flush()
    found = hooks.timeline(context, customer, 50)
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert found[-1].at < customer.created_at  # the dummy's
    assert len(hooks.timeline(context, customer, 1)) == 1
    context.session.commit()
    page = make_client(context).get(f"/customers/{customer.id}/timeline").get_data(as_text=True)
    assert "Ngày hôm trước" in page


def test_hook_bulk_actions(
    context: Context, hooks: WatchedHooks, made: Entity, make_client: Callable[..., FlaskClient]
) -> None:
    assert [one.name for one in hooks.bulk_actions(context, "dummy.thing") if one.plugin == "dummy"] == ["mark"]
    assert [one.name for one in hooks.bulk_actions(context, "core.customer") if one.plugin == "dummy"] == []
    assert "Đánh dấu" in make_client(context).get("/dummy/things").get_data(as_text=True)
    context.grants = limited(dummy_thing=["see"])
    assert hooks.bulk_actions(context, "dummy.thing") == []


def test_hook_list_actions(
    context: Context, hooks: WatchedHooks, made: Entity, make_client: Callable[..., FlaskClient]
) -> None:
    assert [one.name for one in hooks.list_actions(context, "dummy.thing") if one.plugin == "dummy"] == ["parts"]
    assert [one.name for one in hooks.list_actions(context, "core.customer") if one.plugin == "dummy"] == []
    assert '<a class="btn" href="/dummy/parts"' in make_client(context).get("/dummy/things").get_data(as_text=True)
    context.grants = limited(dummy_thing=["see"])
    assert hooks.list_actions(context, "dummy.thing") == []


def test_hook_payment_details(context: Context, hooks: WatchedHooks) -> None:
    slip: Any = service.create(
        context, context.resource("dummy.slip").model, {"goods": [{"name": "Xà phòng", "price": Decimal(5000)}]}
    )
    (way,) = hooks.payment_details(context, "dummy.slip", slip, slip.total)
    assert (way.account, way.amount, way.text) == ("0011001234567", Decimal(5000), slip.code)
    assert way.image.startswith("<svg")
    assert hooks.payment_details(context, "dummy.thing", slip, slip.total) == []
    service.create(context, Letterhead, {"name": "Công ty An Phát", "bank": "Vietcombank", "account": "0071000123456"})
    (own,) = hooks.payment_details(context, "dummy.thing", slip, slip.total)
    assert (own.account, own.holder) == ("0071000123456", "Công ty An Phát")


def test_hook_record_actions(
    context: Context, hooks: WatchedHooks, made: Entity, customer: Customer, make_client: Callable[..., FlaskClient]
) -> None:
    assert [one.name for one in hooks.record_actions(context, made) if one.plugin == "dummy"] == ["again"]
    assert [one.name for one in hooks.record_actions(context, customer) if one.plugin == "dummy"] == []
    assert "Thêm lần nữa" in make_client(context).get(f"/dummy/things/{made.id}").get_data(as_text=True)
    context.grants = limited(dummy_thing=["see"])
    assert [one for one in hooks.record_actions(context, made) if one.plugin == "dummy"] == []


def test_hook_record_cards(
    context: Context, hooks: WatchedHooks, customer: Customer, made: Entity, make_client: Callable[..., FlaskClient]
) -> None:
    assert [one.name for one in hooks.record_cards(context, customer) if one.plugin == "dummy"] == ["known"]
    assert [one for one in hooks.record_cards(context, made) if one.plugin == "dummy"] == []
    page = make_client(context).get(f"/customers/{customer.id}").get_data(as_text=True)
    assert "Việc đầu tiên" in page
    assert "+3" in page


def test_hook_notices(
    context: Context, hooks: WatchedHooks, made: Entity, customer: Customer, make_client: Callable[..., FlaskClient]
) -> None:
    assert [one.name for one in hooks.notices(context, made)] == ["dummy_done"]
    assert hooks.notices(context, customer) == []
    assert 'class="note c-warning"' in make_client(context).get(f"/dummy/things/{made.id}").get_data(as_text=True)


def test_one_companys_switch_is_not_anothers(
    app: Flask, context: Context, database: Database, hooks: WatchedHooks, make_context: Callable[..., Context]
) -> None:
    other: CompanyInfo = found_company(database)
    context.active = frozenset({"core"})
    hooks.cards(context)
    assert hooks.calls == []
    hooks.cards(make_context(other))
    assert hooks.calls == ["cards"]


def test_hook_blueprints(
    app: Flask, context: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
) -> None:
    client, passer_by, colleagues = make_client(context), app.test_client(), limited(core_customer=["see"])
    assert client.get("/dummy/count").get_data(as_text=True) == "things: 0"
    assert make_client(make_context(context.company), grants=colleagues).get("/dummy/count").status_code == 403
    assert passer_by.get("/dummy/count").headers["Location"] == "/login?next=/dummy/count"
    assert passer_by.get("/dummy/hello").get_data(as_text=True) == "hello"
    switch_off(context, "dummy")
    context.session.commit()
    assert client.get("/dummy/count").status_code == 404
