"""Other programs hear what happens: signed, once under one id, as far as their endpoint's owner may know."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.models import Role, User
from core.access.scopes import HIDDEN
from core.access.vault import Vault
from core.context import CompanyInfo, Context
from core.customers.models import Contact, Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service as records
from core.entity.errors import InvalidError, MissingError
from core.jobs.drain import Drain
from core.jobs.models import Job, Sending
from core.jobs.work import Work
from core.notifications.models import Notification
from core.privacy.traces import forget
from core.settings import Settings
from core.testing.web import ApiClient
from core.webhooks import deliveries, service, signing
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.outbox import SPREAD
from core.webhooks.pausing import FIRST_REST, MOST_FAILURES, TIRED, rouse
from core.webhooks.service import Draft, Subscription
from core.webhooks.spreading import SEND
from tests.core.webhooks.conftest import LOOPBACK, Receiver

Listen = Callable[..., Webhook]
Go = Callable[[], int]
Reload = Callable[[UUID], Webhook]


def make(context: Context, name: str = "Công ty Mận", **values: Any) -> Customer:
    made = records.create(context, Customer, {"name": name, **values})
    context.session.commit()
    return made


def jobs(context: Context, *topics: str) -> list[str]:
    statement = sa.select(Job.state).where(Job.tenant_id == context.tenant, Job.topic.in_(topics or (SPREAD, SEND)))
    return list(context.session.scalars(statement))


class TestTelling:
    def test_a_new_record_is_told_as_the_api_gives_it(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, api: ApiClient
    ) -> None:
        listen()
        made = make(context, mobile="+84912345678", revenue=None)
        work()
        (event,) = receiver.events
        assert (event["entity"], event["event"], event["id"], event["version"], event["changed"]) == (
            "core.customer", "created", str(made.id), made.version, {},
        )  # fmt: skip
        assert event["record"] == api.get(f"/api/v1/customers/{made.id}").get_json()

    def test_a_change_tells_old_and_new_value(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        made = make(context)
        listen("core.customer", "changed")
        records.update(context, made, {"name": "Công ty Đào", "sector": "Cây trồng"})
        work()
        (event,) = receiver.events
        assert event["changed"] == {"name": ["Công ty Mận", "Công ty Đào"], "sector": [None, "Cây trồng"]}
        assert (event["version"], event["record"]["name"]) == (2, "Công ty Đào")

    def test_deleting_and_restoring_are_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        made = make(context)
        listen()
        records.delete(context, [made])
        work()
        records.restore(context, [records.get(context, Customer, made.id, deleted=True)])
        work()
        assert [event["event"] for event in receiver.events] == ["deleted", "restored"]

    def test_a_declared_event_is_told(self, context: Context, receiver: Receiver, listen: Listen, work: Go) -> None:
        stay = context.resource("kennel.stay")
        values = {"pet": "Mướp", "customer": make(context).id, "arrives": context.today(), "leaves": context.today()}
        made = records.create(context, stay.model, values)
        listen("kennel.stay", "collected")
        records.update(context, made, {"pet": "Vàng"})
        work()
        assert receiver.events == []
        records.update(context, made, {"state": "collected"})
        work()
        assert [event["event"] for event in receiver.events] == ["collected"]

    def test_only_what_fits_the_conditions_is_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        listen("core.customer", "created", conditions=[("sector__contains", "thủy sản")])
        make(context, "Một", sector="Thủy sản Sông Hậu")
        make(context, "Hai", sector="Xây dựng")
        work()
        assert [event["record"]["name"] for event in receiver.events] == ["Một"]

    def test_what_nobody_listens_to_leaves_no_job(self, context: Context, listen: Listen) -> None:
        listen("core.customer", "deleted")
        customer = make(context)
        records.create(context, Contact, {"name": "Minh", "customer": customer.id})
        assert jobs(context) == []

    def test_what_is_rolled_back_is_not_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        listen()
        records.create(context, Customer, {"name": "Không có"})
        context.session.rollback()
        work()
        assert receiver.got == []

    def test_another_company_hears_nothing(
        self, context: Context, stranger: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        listen()
        make(stranger)
        work()
        assert receiver.got == []
        with pytest.raises(MissingError):
            service.get(stranger, service.listed(context)[0].id)

    def test_what_the_owners_role_hides_is_not_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        listen()
        limited = {"admin": False, "grants": {"*": {"see": "all"}}, "fields": {"core.customer": {"email": HIDDEN}}}
        context.session.execute(sa.update(Role).where(Role.tenant_id == context.tenant).values(limited))
        made = make(context, email="bimat@example.com")
        records.update(context, made, {"email": "bimathon@example.com", "sector": "Mía"})
        work()
        assert "bimat" not in "".join(one.body.decode() for one in receiver.got)
        assert receiver.events[-1]["changed"] == {"sector": [None, "Mía"]}
        assert "email" not in receiver.events[-1]["record"]

    def test_records_the_owner_may_not_see_are_not_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, make_user: Callable[..., Context],
        make_context: Callable[..., Context], company: CompanyInfo,
    ) -> None:  # fmt: skip
        listen()
        own = {"admin": False, "grants": {"*": {"see": "own", "create": "all"}}}
        context.session.execute(sa.update(Role).where(Role.tenant_id == context.tenant).values(own))
        context.session.commit()
        colleague = make_user(make_context(company, name="Lê Thu"))
        make(colleague, "Của Thu")
        make(context, "Của Hạnh")
        work()
        assert [event["record"]["name"] for event in receiver.events] == ["Của Hạnh"]

    def test_thousands_of_changes_are_told_a_hundred_at_a_time(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        listen()
        records.insert_many(context, Customer, [{"name": f"Khách {n}"} for n in range(2000)])
        context.session.commit()
        assert len(jobs(context, SPREAD)) == 4
        while work():
            pass
        assert len(receiver.got) == 20
        assert len({event["id"] for event in receiver.events}) == 2000


class TestSigning:
    def test_whoever_has_the_secret_can_tell_who_sent_it(
        self, context: Context, company_admin: Context, vault: Vault, receiver: Receiver, work: Go
    ) -> None:
        draft = Draft("Kho", receiver.url, True, (Subscription("core.customer", ("created",)),))
        webhook, secret = service.make(company_admin, vault, draft, LOOPBACK)
        make(context)
        work()
        (request,) = receiver.got
        moment = int(time.time())
        assert signing.verify(secret, request.headers, request.body, moment)
        assert request.id == request.said["id"]
        assert not signing.verify(secret, request.headers, request.body + b" ", moment)
        assert not signing.verify(signing.new_secret(), request.headers, request.body, moment)
        assert not signing.verify(secret, request.headers, request.body, moment + 301)
        assert not signing.verify(secret, {**request.headers, "webhook-id": "x"}, request.body, moment)
        assert not signing.verify(secret, {}, request.body, moment)
        assert secret.encode() not in webhook.secret

    def test_while_a_secret_is_replaced_both_are_good(
        self, context: Context, vault: Vault, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        webhook = listen()
        (old,) = service.secrets_of(vault, webhook)
        new = service.rotate(context, vault, webhook)
        make(context)
        work()
        webhook.former_until = now() - timedelta(seconds=1)
        make(context, "Sau đó")
        work()
        first, second = receiver.got
        good = [
            [signing.verify(one, got.headers, got.body, int(time.time())) for one in (old, new)]
            for got in (first, second)
        ]
        assert good == [[True, True], [False, True]]

    def test_a_known_signature(self) -> None:
        """The example of Standard Webhooks."""
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # published
        found = signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
        assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class TestFailing:
    def test_what_is_not_taken_is_sent_again_under_the_same_id(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, reload: Reload
    ) -> None:
        webhook = listen()
        receiver.mood = "503"
        make(context)
        work()
        (failed,) = deliveries.listed(context, webhook)
        assert (failed.state, failed.row.status, failed.row.answer, failed.row.attempts) == (
            "waiting",
            503,
            "said 503",
            1,
        )
        assert reload(webhook.id).failures == 1
        receiver.mood = "200"
        work()
        (taken,) = deliveries.listed(context, webhook)
        assert (taken.state, taken.row.status, taken.row.error, taken.row.attempts) == ("done", 200, "", 2)
        assert len({one.id for one in receiver.got}) == 1
        assert reload(webhook.id).failing_since is None

    def test_what_keeps_failing_rests_its_messages_wait_and_one_finds_out_when_it_works_again(
        self, context: Context, company_admin: Context, listen: Listen, receiver: Receiver, work: Go, reload: Reload
    ) -> None:
        webhook = listen()
        receiver.mood = "503"
        for number in range(TIRED + 4):
            make(context, f"Công ty {number}")
            work()
        assert len(receiver.got) == TIRED, "the others were not even tried"
        resting = reload(webhook.id)
        assert (resting.active, resting.rests) == (True, 1)
        assert resting.resting_until is not None
        assert {one.state for one in deliveries.listed(context, webhook)} == {"waiting"}
        attempts = {one.row.attempts for one in deliveries.listed(context, webhook)}
        assert attempts <= {0, 1, 2, 3, 4, 5, 6, 7, 8}
        resting.resting_until = now() - timedelta(seconds=1)
        work()
        assert len(receiver.got) == TIRED + 1, "one message was sent to see whether it works"
        longer = reload(webhook.id)
        assert longer.rests == 2
        assert longer.resting_until is not None
        assert longer.resting_until > now() + FIRST_REST
        receiver.mood = "200"
        deliveries.repeat(company_admin, service.get(company_admin, webhook.id))  # a person does not wait
        company_admin.session.commit()
        work()
        assert {one.state for one in deliveries.listed(context, webhook)} == {"done"}
        assert reload(webhook.id).resting_until is None
        told = sa.select(Notification.title).where(Notification.tenant_id == context.tenant).order_by(Notification.id)
        assert [one["message"] for one in context.session.scalars(told)] == [
            "The webhook “%(name)s” rests",
        ]

    @pytest.mark.parametrize("mood", ["redirects", "hangs up", "speaks nonsense", "404"])
    def test_every_sort_of_failure_is_tried_again_and_said(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, mood: str
    ) -> None:
        webhook = listen()
        receiver.mood = mood
        make(context)
        work()
        (one,) = deliveries.listed(context, webhook)
        assert one.state == "waiting"
        assert one.row.error
        assert len(receiver.got) == 1

    def test_a_worker_that_dies_after_sending_sends_the_same_id_again(
        self, context: Context, listen: Listen, receiver: Receiver, database: Database, settings: Settings,
        monkeypatch: pytest.MonkeyPatch, work: Go,
    ) -> None:  # fmt: skip
        """Killed between the answer and the commit: the receiver knows the second by its id."""
        webhook, mark = listen(), Work._mark
        make(context)

        class Killed(BaseException):
            pass

        def die(self: Work, attempt: UUID, state: str, answer: Any = None) -> None:
            if state == "done":
                raise Killed
            mark(self, attempt, state, answer)

        with monkeypatch.context() as patched:
            patched.setattr(Work, "_mark", die)
            with pytest.raises(Killed):
                Drain(database, context.hooks, settings=settings).company(context.tenant, seconds=60)
        assert context.session.scalars(sa.select(Sending.state)).all() == ["sending"]
        let_lease_end = sa.update(Job).where(Job.tenant_id == context.tenant, Job.state == "running")
        context.session.execute(let_lease_end.values(available_at=sa.func.now()))
        work()
        assert len(receiver.got) == 2
        assert len({one.id for one in receiver.got}) == 1
        assert [one.state for one in deliveries.listed(context, webhook)] == ["done"]

    def test_what_was_given_up_can_be_sent_again_one_or_all(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        webhook = listen()
        receiver.mood = "500"
        for name in ("Một", "Hai", "Ba"):
            make(context, name)
        for _attempt in range(17):
            rouse(context, webhook.id)
            work()
        dead = deliveries.listed(context, webhook, state="given_up")
        assert deliveries.count_given_up(context, [webhook]) == {webhook.id: 3}
        receiver.mood, receiver.got = "200", []
        assert deliveries.repeat(context, webhook, dead[0].row.id) == 1
        work()
        assert [one.id for one in receiver.got] == [str(dead[0].row.id)]
        assert deliveries.repeat(context, webhook) == 2
        work()
        assert {one.id for one in receiver.got} == {str(one.row.id) for one in dead}
        assert deliveries.repeat(context, webhook) == 0

    def test_an_endpoint_that_keeps_failing_is_paused_and_the_administrator_told(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, reload: Reload
    ) -> None:
        webhook = listen()
        receiver.mood = "500"
        webhook.failures, webhook.failing_since = MOST_FAILURES, now() - timedelta(days=2)
        make(context)
        make(context, "Hai")
        work()
        found = reload(webhook.id)
        assert (found.active, found.paused) == (False, "failing")
        told = context.session.scalars(
            sa.select(Notification.user_id).where(Notification.url == f"/settings/webhooks/{found.id}")
        )
        assert told.all() == [context.user.id if context.user else None]
        make(context, "Ba")
        work()
        assert len(receiver.got) == 1
        receiver.mood = "200"
        service.switch(context, found, on=True)
        assert deliveries.repeat(context, found) == 2
        work()
        assert len({event["id"] for event in receiver.events}) == 2

    def test_an_endpoint_that_is_gone_is_paused_at_once(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, reload: Reload
    ) -> None:
        webhook = listen()
        receiver.mood = "410"
        make(context)
        work()
        assert reload(webhook.id).paused == "gone"

    def test_nobody_left_to_answer_for_it_pauses_it(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go, reload: Reload
    ) -> None:
        webhook = listen()
        context.session.execute(sa.update(User).where(User.tenant_id == context.tenant).values(active=False))
        make(context)
        work()
        assert reload(webhook.id).paused == "person"
        assert receiver.got == []

    def test_a_setting_that_was_taken_back_holds_for_what_waits(
        self, context: Context, listen: Listen, receiver: Receiver, database: Database, settings: Settings
    ) -> None:
        webhook = listen()
        make(context)
        strict = Settings(var=settings.var, secret_key=settings.secret_key)
        Drain(database, context.hooks, settings=strict).company(context.tenant, seconds=60)
        context.session.expire_all()
        assert receiver.got == []
        assert deliveries.listed(context, webhook)[0].row.error


class TestErasing:
    def test_what_tells_of_an_erased_person_is_emptied(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        webhook = listen()
        receiver.mood = "500"
        first, second = make(context, "Bà Bảy"), make(context, "Ông Tám")
        work()
        records.update(context, first, {"name": "Bà Bảy Bé"})
        forget(context, "core.customer", [first.id])
        context.session.commit()
        kept = {tuple(one.row.record_ids): one.row.body for one in deliveries.listed(context, webhook)}
        assert kept[first.id,] == ""
        assert "Ông Tám" in kept[second.id,]
        payloads = context.session.scalars(
            sa.select(sa.cast(Job.payload, sa.Text)).where(Job.tenant_id == context.tenant)
        )
        assert not any("Bảy" in one for one in payloads)

    def test_deleting_an_endpoint_takes_what_was_sent_along(self, context: Context, listen: Listen, work: Go) -> None:
        webhook = listen()
        make(context)
        work()
        service.remove(context, webhook)
        context.session.commit()
        assert context.session.scalars(sa.select(WebhookDelivery.id)).all() == []


class TestSetting:
    @pytest.mark.parametrize(
        ("draft", "fields"),
        [
            (Draft("", "https://example.com/"), ["name"]),
            (Draft("Kho", "https://127.0.0.1/"), ["url"]),
            (Draft("Kho", "http://example.com/"), ["url"]),
            (Draft("Kho", "https://example.com/", True, (Subscription("core.nothing", ("created",)),)), ["entity"]),
            (Draft("Kho", "https://example.com/", True, (Subscription("core.customer", ()),)), ["events"]),
            (Draft("Kho", "https://example.com/", True, (Subscription("core.customer", ("burnt",)),)), ["events"]),
            (
                Draft(
                    "Kho",
                    "https://example.com/",
                    True,
                    (Subscription("core.customer", ("created",), (("x__eq", "1"),)),),
                ),
                ["conditions"],
            ),
        ],
    )
    def test_what_is_wrong_is_named(
        self, company_admin: Context, vault: Vault, draft: Draft, fields: Sequence[str]
    ) -> None:
        with pytest.raises(InvalidError) as refusal:
            service.make(company_admin, vault, draft)
        assert list(refusal.value.errors) == fields

    def test_a_test_is_sent_to_an_endpoint_that_is_off(
        self, context: Context, listen: Listen, receiver: Receiver, work: Go
    ) -> None:
        webhook = listen()
        service.switch(context, webhook, on=False)
        deliveries.test(context, webhook)
        make(context)
        work()
        assert [event["event"] for event in receiver.events] == ["ping"]
