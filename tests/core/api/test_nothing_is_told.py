"""Every operation of the API, whoever's plugin it is, asked by those it is not for: no record, no count, no oracle.

An id that exists and one that does not are answered alike; and what others have changes nothing in what one is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from uuid_utils.compat import uuid7

from core.access.request_models import AccessRequest
from core.access.sharing import Targets, Terms
from core.access.vault import Vault
from core.automation import service as automations
from core.automation.service import Draft as Automated
from core.bulk.merging import merge
from core.bulk.sharing import share
from core.context import Context, Grants
from core.customers.models import Customer
from core.db.base import now
from core.db.database import Database
from core.entity import service
from core.entity.entity import Resource
from core.entity.tables import StoredFile
from core.notifications.service import notify
from core.plugin.boot import Registry
from core.privacy import copies
from core.privacy.consent import WAYS, Given, give
from core.privacy.holds import hold
from core.privacy.purposes import purposes
from core.public import links
from core.reminders.service import remind
from core.reports.definition import Definition
from core.reports.models import Report
from core.rules.reading import Terms as RuleTerms
from core.rules.service import Draft, make
from core.testing.throwaway import SECRET
from core.testing.values import Sampler
from core.testing.web import ApiClient, enrol, program
from core.webhooks import deliveries
from core.webhooks import service as webhooks
from tests.core.api.asking import Answer, Asker, Asking, Operation, Place, kept, needed, operations, owned

ADDRESS = "/api/v1/openapi.json"
MARK = "bimat7q"
"""Stands in every text of the records that nobody may learn of."""
MOBILE = "+84912345678"
REFUSED = 400
THEIR_OWN = frozenset(("notifications",))
"""What needs no right: what one was told oneself, and how one wants to be told."""
ASKERS = ("nobody", "without any right", "of another company", "who sees only their own")


@dataclass
class Scene:
    """A company with something to hide, and those who ask."""

    ours: Context
    registry: Registry
    operations: list[Operation]
    askers: dict[str, Asker]

    @property
    def asking(self) -> Asking:
        """How to ask: words and numbers of our records are known to everybody."""
        return Asking(self.registry, {"q": MARK, "mobile": MOBILE})

    def fill(self) -> None:
        """Records of each entity, one of them in the recycle bin; a bulk operation, a rule, a file."""
        sampler = Sampler(self.ours, MARK)
        for resource in self.registry.resources.values():
            self.make(sampler, resource)
        self.note()

    def settle(self, asker: Asker) -> None:
        """Records of an asker's own, where they have any right."""
        if asker.context is not None:
            sampler = Sampler(asker.context, "cuaminh")
            for resource in self.registry.resources.values():
                if asker.context.can(resource.name, "create"):
                    self.make(sampler, resource)

    def make(self, sampler: Sampler, resource: Resource) -> None:
        """Two records, of which one is deleted where it can be; and a file."""
        gone = sampler.make(resource.model)
        if "delete" in resource.verbs:
            service.delete(sampler.context, [gone])
        sampler.make(resource.model)
        assert sampler.context.user is not None
        file = {"size": 1, "media_type": "image/png", "sha256": bytes(32), "user_id": sampler.context.user.id}
        sampler.context.session.add(StoredFile(name=sampler.mark, **file))
        sampler.context.session.commit()

    def note(self) -> None:
        """One of each of what is no entity's: bulk operations, rules, runs, messages, news, what privacy keeps."""
        context = self.ours
        assert context.user is not None
        customer, twin = (one.id for one in service.create_many(context, Customer, [{"name": MARK}] * 2))
        merge(context, Customer, customer, [twin], {})
        share(context, Customer, [customer], Targets([context.user.id]), "add", Terms())
        terms = RuleTerms(users=(context.user.id,))
        make(context, context.resource(Customer), "owner", Draft(MARK, terms=terms, active=False))
        webhook, _secret = webhooks.make(context, Vault(SECRET), webhooks.Draft(MARK, f"https://{MARK}.example.com/"))
        deliveries.test(context, webhook)
        welcome = [{"do": "set", "values": [{"field": "sector", "value": MARK}]}]
        automations.switch(
            context, automations.make(context, context.resource(Customer), Automated(MARK, steps=welcome)), on=True
        )
        for shown in [one for one in self.registry.resources.values() if one.public is not None][:1]:
            links.give(context, Sampler(context, MARK).make(shown.model), to=f"{MARK}@example.com")
        # The only one with this number: a search that leaves it out tells that it has it.
        newest = service.create(context, Customer, {"name": MARK, "mobile": MOBILE})
        agreed = Given([purposes(context)[0].code], ["email"], WAYS[0].value, now() - timedelta(days=1), MARK)
        give(context, newest, agreed)
        copies.ask(context, newest)
        hold(context, newest, MARK)
        service.update(context, newest, {"name": f"{MARK} 2"})
        me = context.user.id
        notify(context, [me], "assigned", MARK, record=newest)
        remind(context, newest, [me], now() + timedelta(days=1), bell=True, mail=False, title=MARK)
        context.session.add(Report(name=MARK, user_id=me, definition=Definition(entity="core.customer").as_json()))
        context.session.add(
            AccessRequest(entity="core.customer", record_id=newest.id, user_id=me, owner_id=me, about=MARK)
        )
        context.session.commit()


@pytest.fixture
def wanted() -> str:
    """How the names of the entities begin that are asked about; empty is all, and what is no entity."""
    return ""


@pytest.fixture
def scene(
    wanted: str,
    app: Flask,
    database: Database,
    registry: Registry,
    context: Context,
    stranger: Context,
    make_context: Callable[..., Context],
) -> Scene:
    """Nobody has anything yet."""

    def come(name: str, person: Context, *, owned_only: bool = False) -> Asker:
        return Asker(name, program(app, enrol(database, person)), person, owned_only=owned_only)

    nothing = Grants()
    verbs = {one.name: dict.fromkeys(one.verbs, "own") for one in owned(registry)}
    own = replace(nothing, verbs={one.name: {"see": "all"} for one in needed(registry)} | verbs)
    ours = enrol(database, context)
    document: dict[str, Any] = program(app, ours).get(ADDRESS).get_json()
    askers = (
        Asker(ASKERS[0], ApiClient(app)),
        come(ASKERS[1], make_context(context.company, grants=nothing, name="Lê Văn Chưa Có Quyền")),
        come(ASKERS[2], stranger),
        come(ASKERS[3], make_context(context.company, grants=own, name="Trần Thị Của Mình"), owned_only=True),
    )
    asked = [one for one in operations(document) if one.entity.startswith(wanted)]
    return Scene(ours, registry, asked, {one.name: one for one in askers})


def by_id(scene: Scene, asker: Asker) -> Iterator[str]:
    """What an asker can tell of ids: every operation, every place in it."""
    shared = {one.model.__tablename__ for one in scene.registry.resources.values() if not one.owned}
    # Nothing of ours changes by what they ask, so it is looked for once.
    ours = cache(lambda table, where: kept(scene.ours, table, asker, where))
    for operation in scene.operations:
        for place in scene.asking.places(operation):
            table = scene.asking.table(operation, place.name)
            assert table is not None
            if asker.owned_only and table.name in shared:
                continue
            there = ours(table, place.where)
            assert there, f"make something in {table.name}: {operation} takes its ids"
            never = told(scene, operation, asker, place, uuid7())
            for one in there:
                answer = told(scene, operation, asker, place, one)
                if answer != never:
                    yield f"{asker.name}: {operation}, {place}: {answer} where there is one, {never} where there is none"
                if MARK in answer.text or MARK[::-1] in answer.text:
                    yield f"{asker.name}: {operation}, {place} tells of a record: {answer}"


def told(scene: Scene, operation: Operation, asker: Asker, place: Place, put: UUID) -> Answer:
    """What an asker is told about an id, but for the id itself."""
    answer = asker.ask(operation, scene.asking.request(operation, asker, place, put))
    return answer._replace(text=answer.text.replace(str(put), "…"))


def test_an_id_that_exists_is_answered_like_one_that_does_not(scene: Scene) -> None:
    scene.fill()
    for asker in scene.askers.values():
        scene.settle(asker)
    assert (found := "\n".join(line for asker in scene.askers.values() for line in by_id(scene, asker))) == "", found


def test_no_id_is_left_out(scene: Scene) -> None:
    """Where one is called otherwise than its table, :mod:`tests.core.api.asking` has to be told."""
    unknown = [
        f"{one}: {name}" for one in scene.operations for name in one.ids() if scene.asking.table(one, name) is None
    ]
    assert unknown == []


def test_administrators_of_the_company_are_answered_otherwise(scene: Scene, app: Flask) -> None:
    """The questions are the right ones: those who may know do learn something from each of them."""
    boss = Asker("boss", program(app, scene.ours), scene.ours, boss=True)
    sampler = Sampler(scene.ours, MARK)
    scene.fill()
    blind = []
    for operation in scene.operations:
        resource = scene.registry.resources.get(operation.entity)
        for place in scene.asking.places(operation):
            if place.where == "query" or operation.path.endswith(("/ask", "/file")):
                # Of a filter that nothing fits one cannot tell why; who asks for access is told nothing; and a file is
                # there when a worker has written it.
                continue
            if learns(scene, operation, boss, place):
                continue
            # An operation before may have left nothing that this one could be done with.
            if resource is not None:
                scene.make(sampler, resource)
            else:
                scene.note()
            if not learns(scene, operation, boss, place):
                blind.append(f"{operation}, {place}")
    assert blind == [], "\n".join(blind)


def learns(scene: Scene, operation: Operation, boss: Asker, place: Place) -> bool:
    """Whether the administrator is told something else of an id that exists."""
    table = scene.asking.table(operation, place.name)
    assert table is not None
    never = told(scene, operation, boss, place, uuid7())
    return any(
        told(scene, operation, boss, place, one) != never
        for one in kept(scene.ours, table, scene.askers["nobody"], place.where)
    )


def plain_lists(scene: Scene, asker: Asker) -> list[Operation]:
    """The operations that are asked without an id, of what an asker may not know."""
    plain = [one for one in scene.operations if one.method == "get" and not list(one.named("path"))]
    if not asker.owned_only:
        return plain
    names = {one.name for one in owned(scene.registry)}
    # That somebody has a telephone number already is said, without a name.
    return [one for one in plain if one.entity in names and not one.path.endswith("/duplicates")]


def answers(scene: Scene) -> dict[str, Answer]:
    """What everybody is answered, with words to search for and without."""
    found = {}
    for asker in scene.askers.values():
        for one in plain_lists(scene, asker):
            found[f"{asker.name}: {one} with words"] = asker.ask(one, scene.asking.request(one, asker))
            found[f"{asker.name}: {one}"] = asker.ask(one, {"path": one.path})
    return found


def test_what_others_have_changes_nothing_in_what_one_is_told(scene: Scene) -> None:
    before = answers(scene)
    scene.fill()
    after = answers(scene)
    assert {one for one in after if after[one] != before[one]} == set()
    assert [one for one, answer in after.items() if MARK in answer.text] == []


def test_without_a_right_nothing_is_done(scene: Scene) -> None:
    scene.fill()
    counted = sa.select(sa.func.count()).select_from(Customer).where(Customer.tenant_id == scene.ours.tenant)
    before = scene.ours.session.scalar(counted)
    for asker in map(scene.askers.__getitem__, ASKERS[:2]):
        statuses = [(one, asker.ask(one, scene.asking.request(one, asker)).status) for one in scene.operations]
        done = [
            str(one)
            for one, status in statuses
            if one.method != "get" and one.entity not in THEIR_OWN and status < REFUSED
        ]
        assert done == [], asker.name
        assert scene.ours.session.scalar(counted) == before
        if asker.name == "nobody":
            assert {status for _one, status in statuses} == {401}
