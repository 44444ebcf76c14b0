"""Checks with records in two companies: that they can be made, and that neither company meets the other's."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.query import Query, read_all
from core.testing.conformance.bench import Bench, Person, Trial
from core.testing.values import NoSampleError


def records(bench: Bench) -> Iterator[str]:
    """Records of each entity can be made from values of the right kind."""
    trial = bench.trial
    try:
        trial.fill(trial.ours, trial.mark)
        trial.fill(trial.theirs)
    except NoSampleError as error:
        yield f"{error}; give values that fit with --values"


def contents(bench: Bench, context: Context) -> dict[str, dict[str, str]]:
    """Every row of the plugin's tables in one company, by its key."""
    found: dict[str, dict[str, str]] = {}
    for table in bench.unit.tables():
        key, row = sa.func.concat_ws(" ", *table.primary_key.columns), sa.func.row_to_json(table.table_valued())
        statement = sa.select(key, row.cast(sa.Text)).select_from(table).where(table.c.tenant_id == context.tenant)
        found[table.name] = dict(context.session.execute(statement).tuples().all())
    context.session.rollback()
    return found


def isolation(bench: Bench) -> Iterator[str]:
    """A company meets nothing of another's: not in the services, the ORM, raw SQL, the API or a page."""
    trial = bench.trial
    for resource in bench.resources:
        ids = trial.records[trial.ours.context.tenant, resource.name]
        for door, look in _DOORS.items():
            if look(trial, resource, ids[0]):
                yield f"{resource.name}: another company's record is met {door}"
    for table in bench.unit.tables():
        yield from _raw(trial, table)
    for _name, path in pages(bench, trial.ours):
        trial.ours.browser.get(path)  # whatever is remembered of it must not be shown to others
    for name, path in pages(bench, trial.theirs):
        shown = trial.theirs.browser.get(path).get_data(as_text=True)
        if trial.mark in shown or trial.mark[::-1] in shown:
            yield f"the page {name} shows another company's data"


def _by_service(trial: Trial, resource: Resource, record_id: UUID) -> bool:
    with suppress(MissingError):
        service.get(trial.theirs.context, resource.model, record_id)
        return True
    return False


def _by_list(trial: Trial, resource: Resource, record_id: UUID) -> bool:
    rows = [row["id"] for page in read_all(trial.theirs.context, Query(resource)) for row in page]
    return record_id in rows


def _by_orm(trial: Trial, resource: Resource, record_id: UUID) -> bool:
    model: type[Entity] = resource.model
    return trial.theirs.context.session.scalar(sa.select(model).where(model.id == record_id)) is not None


def _by_api(trial: Trial, resource: Resource, record_id: UUID) -> bool:
    path, api = f"/api/v1/{resource.path}/{record_id}", trial.theirs.api
    answers = [api.get(path), api.patch(path, json={}, headers={"If-Match": "*"})]
    answers += [api.delete(path, headers={"If-Match": "*"})] if "delete" in resource.verbs else []
    listed = str(record_id) in api.get(f"/api/v1/{resource.path}").get_data(as_text=True)
    return listed or any(answer.status_code not in {404, 405} for answer in answers)


def _by_page(trial: Trial, resource: Resource, record_id: UUID) -> bool:
    browser = trial.theirs.browser
    addresses = [f"/{resource.path}/{record_id}", f"/{resource.path}/{record_id}/edit"]
    return any(browser.get(path).status_code != 404 for path in addresses)


_DOORS: dict[str, Callable[[Trial, Resource, UUID], bool]] = {
    "by the services": _by_service,
    "in lists": _by_list,
    "by the ORM": _by_orm,
    "by the API": _by_api,
    "on pages": _by_page,
}


def _raw(trial: Trial, table: sa.Table) -> Iterator[str]:
    """Statements on a bare connection, of one company and of none: the database itself must hold."""
    session, ours = trial.theirs.context.session, trial.ours.context.tenant
    foreign, count = table.c.tenant_id != session.tenant, sa.select(sa.func.count()).select_from(table)
    if session.connection().scalar(count.where(foreign)):
        yield f"{table.name}: another company's rows can be read"
    attempts: dict[str, sa.Update | sa.Delete] = {
        "changed": sa.update(table).where(foreign).values(tenant_id=table.c.tenant_id),
        "deleted": sa.delete(table).where(foreign),
        "given away": sa.update(table).where(table.c.tenant_id == session.tenant).values(tenant_id=ours),
    }
    for verb, statement in attempts.items():
        with suppress(DBAPIError):  # refused, as it should be
            if session.connection().execute(statement).rowcount:
                yield f"{table.name}: rows can be {verb} across companies"
        session.rollback()
    with trial.database.reader() as connection:
        if connection.scalar(count):
            yield f"{table.name}: rows are seen without a company"


def pages(bench: Bench, person: Person) -> list[tuple[str, str]]:
    """Name and address of the pages the plugin can show something on, core's first."""
    found = core_pages(person)
    for resource in bench.resources:
        record = bench.trial.records[person.context.tenant, resource.name][0]
        found.append((f"the list of {resource.name}", f"/{resource.path}"))
        found.append((f"a {resource.name}", f"/{resource.path}/{record}"))
    return found


def core_pages(person: Person) -> list[tuple[str, str]]:
    """Name and address of core's pages that plugins add to."""
    context = person.context
    customer = context.session.scalar(sa.select(Customer.id).where(Customer.tenant_id == context.tenant).limit(1))
    context.session.rollback()
    found = [("home", "/"), ("customers", "/customers")]
    return [*found, ("a customer", f"/customers/{customer}")] if customer else found
