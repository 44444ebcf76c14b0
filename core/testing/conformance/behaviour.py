"""Checks of how the plugin behaves at work: rights, silence when it is off, errors, what it asks the database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.access.scopes import ALL
from core.context import Context, Grants
from core.db.base import now
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.jobs.drain import Drain
from core.jobs.models import Job, Schedule
from core.jobs.queue import enqueue
from core.jobs.scheduler import Scheduler
from core.plugin.enablement import SwitchError, switch_off, switch_on
from core.plugin.models import PluginError
from core.testing.conformance.bench import Bench, Person, Trial
from core.testing.conformance.code import HOOKS
from core.testing.conformance.records import core_pages, pages
from core.testing.values import body
from core.testing.watch import code_of
from core.testing.web import statements_of

STATEMENTS = 12
"""A page of the plugin may ask the database so often, however many records there are."""
_APPROVAL = 2
"""More on a record that goes through steps: the chain of its entity, and how far it has come."""
_FRAME = ("BEGIN", "SAVEPOINT", "RELEASE")
"""What the platform sends round the statements of a page."""
MANY = 20
_AT_START = {"entities", "handlers", "schedules", "bundles"}
_FORBIDDEN, _MISSING = 403, 404
_HIDDEN = {_FORBIDDEN, _MISSING}


def permissions(bench: Bench) -> Iterator[str]:
    """Without a grant nothing is shown or done; a grant to see allows to see and no more."""
    trial = bench.trial
    company = trial.ours.context.company
    nobody = trial.person(company, Grants())
    for resource in bench.resources:
        yield from (f"{resource.name}: {one} without a grant" for one in _allowed(bench, nobody, resource, set()))
        reader = trial.person(company, Grants(verbs={resource.name: {"see": ALL}}))
        yield from (f"{resource.name}: {one} with a grant to see" for one in _allowed(bench, reader, resource, {"see"}))
    for grants in (Grants(), Grants(verbs={"core.customer": {"see": ALL}})):
        person = trial.person(company, grants)
        for name, path in pages(bench, person):
            if trial.mark in person.browser.get(path).get_data(as_text=True):
                yield f"the page {name} shows the plugin's data to somebody without a grant"


def _allowed(bench: Bench, person: Person, resource: Resource, granted: set[str]) -> Iterator[str]:
    """What somebody can do with an entity, and should not."""
    trial = bench.trial
    record_id = trial.records[person.context.tenant, resource.name][0]
    path, api, anybody = f"/api/v1/{resource.path}", person.api, {"If-Match": "*"}
    sampler = trial.samplers[person.context.tenant]
    values = body(resource, sampler.values(resource)) if "create" in resource.verbs else {}
    trial.ours.context.session.commit()
    tries: dict[str, Callable[[], TestResponse]] = {
        "create": lambda: api.post(path, json=values),
        "edit": lambda: api.patch(f"{path}/{record_id}", json={}, headers=anybody),
        "delete": lambda: api.delete(f"{path}/{record_id}", headers=anybody),
    }
    if "see" not in granted:
        for address in (path, f"{path}/{record_id}", f"/{resource.path}", f"/{resource.path}/{record_id}"):
            client: FlaskClient = api if address.startswith("/api/") else person.browser
            if client.get(address).status_code not in _HIDDEN:
                yield f"{address} can be seen"
    for verb, attempt in tries.items():
        if verb in resource.verbs and verb not in granted and attempt().status_code not in _HIDDEN:
            yield f"the API lets one {verb}"
    for verb, address in (("create", "new"), ("edit", f"{record_id}/edit")):
        if person.browser.get(f"/{resource.path}/{address}").status_code not in _HIDDEN:
            yield f"the form to {verb} opens"


def off(bench: Bench) -> Iterator[str]:
    """Switched off it is not there: no address, no menu, no job, and not a line of its code runs."""
    trial = bench.trial
    person, drain = trial.settle(), Drain(trial.database, trial.hooks)
    drain.drain()
    context, handlers = person.context, bench.registry.handlers
    topics = [topic for topic, found in handlers.items() if any(one.plugin == bench.name for one in found)]
    waiting = [job for topic in topics for job in enqueue(context, topic, {"id": str(UUID(int=0))})]
    switch_off(context, bench.name)
    _make_due(context, bench.name)
    context.session.commit()
    with code_of(bench.folder) as ran:
        yield from _addresses(bench, person)
        drain.drain()
        Scheduler(trial.database, trial.hooks).tick()
    yield from (f"{one} runs although the plugin is off" for one in dict.fromkeys(ran))
    yield from _jobs(context, bench.name, waiting)


def _make_due(context: Context, plugin: str) -> None:
    """Let the plugin's recurring work be late."""
    statement = sa.update(Schedule).where(Schedule.tenant_id == context.tenant, Schedule.plugin == plugin)
    context.session.execute(statement.values(next_at=now() - timedelta(minutes=1)))


def _addresses(bench: Bench, person: Person) -> Iterator[str]:
    """Which of its addresses still answer, and which other pages do not, or still lead to them."""
    for resource in bench.resources:
        record_id = bench.trial.records[person.context.tenant, resource.name][0]
        for path in ("", "/new", f"/{record_id}"):
            if person.browser.get(f"/{resource.path}{path}").status_code != _MISSING:
                yield f"/{resource.path}{path} answers although the plugin is off"
        for path in ("", f"/{record_id}"):
            if person.api.get(f"/api/v1/{resource.path}{path}").status_code != _MISSING:
                yield f"/api/v1/{resource.path}{path} answers although the plugin is off"
    for name, path in core_pages(person):
        if problem := bench.trial.opened(person.browser, path):
            yield f"the page {name} {problem} while the plugin is off"
        shown = person.browser.get(path).get_data(as_text=True)
        for resource in bench.resources:
            if f'href="/{resource.path}' in shown:
                yield f"the page {name} still leads to /{resource.path}"


def _jobs(context: Context, plugin: str, waiting: list[UUID]) -> Iterator[str]:
    """Jobs that waited must have been skipped, and no new ones have come."""
    statement = sa.select(Job.id, Job.topic, Job.state).where(Job.tenant_id == context.tenant, Job.plugin == plugin)
    for job, topic, state in context.session.execute(statement):
        if job in waiting and state != "skipped":
            yield f"the job {topic} is {state} although the plugin is off"
        elif state == "new":
            yield f"the job {topic} was asked for although the plugin is off"
    context.session.rollback()


def errors(bench: Bench) -> Iterator[str]:
    """Nothing it does at work raises; and where a hook did, pages open without it and the vendor is told."""
    trial = bench.trial
    trial.hooks.errors.clear()
    for name, path in pages(bench, trial.ours):
        if problem := trial.opened(trial.ours.browser, path):
            yield f"the page {name} {problem}"
    yield from _at_work(bench)
    yield from dict.fromkeys(f"{where} raises {type(error).__name__}: {error}" for where, error in trial.hooks.errors)
    for hook in sorted(HOOKS - _AT_START - {"demo"}):
        if getattr(bench.module, hook, None) is not None:
            trial.hooks.failing = hook
            try:
                yield from _refused(bench) if hook == "module_on" else _provoked(bench, hook)
            finally:
                trial.hooks.failing = ""
                trial.calm()


def _at_work(bench: Bench) -> Iterator[str]:
    """Let demo data, events and recurring work happen."""
    trial = bench.trial
    context = trial.theirs.context
    for name in bench.registry.requirements(bench.name):
        if name != bench.name:
            trial.hooks.module_on(context, name)  # such as a fund, without which nobody pays
    try:
        trial.hooks.demo(context, bench.name)
        context.session.commit()
    except Exception as error:  # noqa: BLE001 # it is the plugin's
        context.session.rollback()
        yield f"demo raises {type(error).__name__}: {error}"
    for resource in bench.resources:
        for event in resource.events:
            _let_happen(trial, resource, dict([event.when]))
    for schedule in bench.registry.schedules.values():
        if schedule.plugin == bench.name:
            enqueue(context, schedule.topic)
    context.session.commit()
    Drain(trial.database, trial.hooks).drain()


def _let_happen(trial: Trial, resource: Resource, values: dict[str, object]) -> None:
    """Change a record so that its event happens; one whose rules forbid it now stays as it is."""
    context = trial.theirs.context
    record = service.get(context, resource.model, trial.records[context.tenant, resource.name][0])
    try:
        service.update(context, record, values)
        context.session.commit()
    except InvalidError:
        context.session.rollback()


def _provoked(bench: Bench, hook: str) -> Iterator[str]:
    """Pages must open without a hook that raises, and the vendor must be told."""
    trial = bench.trial
    trial.hooks.errors.clear()
    told = True
    for name, path in pages(bench, trial.ours):
        if problem := trial.opened(trial.ours.browser, path):
            yield f"where {hook} raises, the page {name} {problem}"
        if trial.hooks.errors:
            told = told and _is_told(trial, hook)
            trial.hooks.errors.clear()
            trial.calm()  # one on each of many pages would be a reason for quarantine
    if not told:
        yield f"where {hook} raises, the vendor is not told"


def _is_told(trial: Trial, hook: str) -> bool:
    """Whether the vendor can read that a hook raised."""
    kept = sa.select(PluginError.id).where(PluginError.plugin == trial.name, PluginError.place == hook)
    with trial.database.vendor_session() as session:
        return session.scalar(kept.limit(1)) is not None


def _refused(bench: Bench) -> Iterator[str]:
    """A plugin that raises when it is switched on stays off, and nothing is half done."""
    context = bench.trial.person(bench.trial.company()).context
    switch_off(context, bench.name)
    context.session.commit()
    try:
        switch_on(context, bench.name)
        yield "it is switched on although module_on raises"
    except SwitchError:
        if bench.name in context.active:
            yield "it counts as on although module_on raised"
    finally:
        context.session.rollback()


def budget(bench: Bench) -> Iterator[str]:
    """Its pages ask the database a fixed number of times, and few."""
    trial = bench.trial
    few = _counted(bench)
    for resource in bench.resources:
        for _number in range(MANY):
            trial.samplers[trial.ours.context.tenant].make(resource.model)
    trial.ours.context.session.commit()
    for name, (resource, statements) in _counted(bench).items():
        most = STATEMENTS + len(resource.lines) + (_APPROVAL if resource.approval else 0)
        before = len(few[name][1])
        if len(statements) > most:
            yield f"{name} takes {len(statements)} statements, {most} are allowed; the last: {statements[-1][:200]}"
        elif len(statements) > before:
            yield f"{name} takes {before} statements with few records and {len(statements)} with {MANY} more"


def _counted(bench: Bench) -> dict[str, tuple[Resource, list[str]]]:
    """The statements of each page of the plugin's entities and of their API, by its address."""
    trial, found = bench.trial, {}
    for resource in bench.resources:
        record_id = trial.records[trial.ours.context.tenant, resource.name][0]
        for client, path in (
            (trial.ours.browser, f"/{resource.path}"),
            (trial.ours.browser, f"/{resource.path}/{record_id}"),
            (trial.ours.api, f"/api/v1/{resource.path}"),
            (trial.ours.api, f"/api/v1/{resource.path}/{record_id}"),
        ):
            with statements_of(trial.app) as statements:
                client.get(path)
            asked = [" ".join(one.split()) for one in statements if not one.startswith(_FRAME)]
            found[path] = resource, asked
    return found


def statements(bench: Bench) -> Iterator[str]:
    """What it asks the database by itself names the company, and it leaves the transaction to the platform."""
    yield from (f"{where} {what}" for where, what in bench.trial.statements.culprits.items())
