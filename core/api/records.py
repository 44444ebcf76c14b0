"""The addresses of one entity's records: each view reads a request, calls a service and writes the answer."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Blueprint, Response, request, url_for

from core.access.audience import audience
from core.access.requests import ask
from core.api import PREFIX
from core.api.body import read_values
from core.api.bulk_operations import later
from core.api.changes import read_changes
from core.api.duplicates import read_duplicates, read_reason
from core.api.grouping import RegroupRequestSchema
from core.api.headers import etag, is_known, json_answer, once, read_condition, require_version
from core.api.listing import dump_of, read_list
from core.api.merging import read_merge
from core.api.operations import operations_of
from core.api.sharing import ShareRequestSchema, TransferRequestSchema, ids_of, targets_of, terms_of, written
from core.bulk.merging import led_to, merge
from core.bulk.sharing import received, share, transfer
from core.context import Context
from core.customers.grouping import groups_named, regroup
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.entity.query import Query, read_page, read_record
from core.entity.schema import change_schema, create_schema, loader, record_fields
from core.web.gate import at_once, context
from core.web.paper import paper

_CREATED, _ACCEPTED, _NOTHING, _MOVED, _UNCHANGED = 201, 202, 204, 301, 304


@dataclass
class Records:
    """What can be done with the records of one entity."""

    resource: Resource

    @cached_property
    def create_loader(self) -> ma.Schema:
        """Reads new records."""
        return loader(create_schema(self.resource))

    @cached_property
    def change_loader(self) -> ma.Schema:
        """Reads changes."""
        return loader(change_schema(self.resource))

    @cached_property
    def share_loader(self) -> ma.Schema:
        """Reads what is to be shared."""
        return loader(ShareRequestSchema)

    @cached_property
    def transfer_loader(self) -> ma.Schema:
        """Reads what is to be passed on."""
        return loader(TransferRequestSchema)

    @cached_property
    def regroup_loader(self) -> ma.Schema:
        """Reads which groups are meant."""
        return loader(RegroupRequestSchema)

    @at_once
    def list(self) -> Response:
        """A page of records in the asked order."""
        turn = self._enter("see")
        query = read_list(turn, turn.seen(self.resource), request.args)
        if query.deleted:
            turn.require(self.resource.name, "delete")
        turn.session.finish_with_next()
        page = read_page(turn, query)
        dump = dump_of(turn, query)
        return json_answer(
            {
                "items": [dump(row) for row in page.rows],
                "next_cursor": page.next_cursor or None,
                "total": page.total,
                "total_is_capped": page.capped,
            }
        )

    def create(self) -> Response:
        """Save a new record."""
        turn = self._enter("create")
        values = read_values(turn, self.resource, self.create_loader)
        record = service.create(turn, self.resource.model, values)
        place = url_for(f"{blueprint_name(self.resource)}.read", record_id=record.id)
        return self._written(turn, record, _CREATED, Location=place)

    @at_once
    def read(self, record_id: UUID) -> Response:
        """One record."""
        turn = self._enter("see")
        try:
            turn.session.finish_with_next()
            row, body = self._one(turn, record_id)
        except MissingError:
            if kept := led_to(turn, self.resource, record_id):
                return Response(status=_MOVED, headers={"Location": url_for(".read", record_id=kept)})
            raise
        if is_known(row["version"]):
            return Response(status=_UNCHANGED, headers={"ETag": etag(row["version"])})
        return json_answer(body, ETag=etag(row["version"]))

    def change(self, record_id: UUID) -> Response:
        """Change some fields of a record, if it is still the version that is meant."""
        turn = self._enter("edit")
        condition = read_condition()
        record = service.get(turn, self.resource.model, record_id, lock=True)
        require_version(condition, record.version)
        values = read_values(turn, self.resource, self.change_loader)
        service.update(turn, record, values)
        return self._written(turn, record)

    def delete(self, record_id: UUID) -> Response:
        """Put a record into the recycle bin, if it is still the version that is meant."""
        turn = self._enter("delete")
        condition = read_condition()
        record = service.get(turn, self.resource.model, record_id, lock=True)
        require_version(condition, record.version)
        service.delete(turn, [record])
        return Response(status=_NOTHING)

    def restore(self, record_id: UUID) -> Response:
        """Take a record out of the recycle bin again."""
        turn = self._enter("delete")
        record = service.get(turn, self.resource.model, record_id, deleted=True, lock=True)
        service.restore(turn, [record])
        return self._written(turn, record)

    def changes(self, record_id: UUID) -> Response:
        """What was done with a record, the newest first."""
        turn = self._enter("see")
        return json_answer(read_changes(turn, self.resource, record_id, request.args))

    def share(self) -> Response:
        """Share records with people and departments, or take shares back."""
        turn = self._enter("share")
        values = read_values(turn, self.resource, self.share_loader)
        ids = ids_of(values)
        operation = share(turn, self.resource.model, ids, targets_of(turn, values), values["mode"], terms_of(values))
        return later(turn, operation) or json_answer({"count": operation.done, "operation": str(operation.id)})

    def transfer(self) -> Response:
        """Give records new owners."""
        turn = self._enter("transfer")
        values = read_values(turn, self.resource, self.transfer_loader)
        targets, options = targets_of(turn, values), values["options"]
        operation = transfer(turn, self.resource.model, ids_of(values), targets, even=values["evenly"], options=options)
        dealt = [{"user_id": str(person), "count": count} for person, count in received(turn, operation).items()]
        return later(turn, operation) or json_answer(
            {"count": operation.done, "received": dealt, "operation": str(operation.id)}
        )

    def merge(self) -> Response:
        """Make several records one; those that are no more lead to it from now on."""
        turn = self._enter("edit")
        keep, losers, values = read_merge(turn, self.resource, self.change_loader)
        operation = merge(turn, self.resource.model, keep, losers, values)
        _row, body = self._one(turn, keep)
        return json_answer({"record": body, "operation": str(operation.id)}, ETag=etag(body["version"]))

    def regroup(self) -> Response:
        """Put customers into groups, or take them out."""
        turn = self._enter("edit")
        values = read_values(turn, self.resource, self.regroup_loader)
        operation = regroup(turn, ids_of(values), groups_named(turn, values["groups"]), values["mode"])
        return later(turn, operation) or json_answer({"count": operation.done, "operation": str(operation.id)})

    def duplicates(self) -> Response:
        """Who is there already with values that somebody is about to save."""
        return json_answer(read_duplicates(self._enter("create"), self.resource))

    def pdf(self, record_id: UUID, name: str) -> Response:
        """A record on paper."""
        turn = self._enter("see")
        record = service.get(turn, self.resource.model, record_id)
        return paper(turn, turn.seen(self.resource), name, [record])

    def ask(self, record_id: UUID) -> Response:
        """Ask for access to a record; the answer is the same whether there is one or not."""
        turn = self._enter("see")
        ask(turn, self.resource, record_id, reason=read_reason(turn, self.resource))
        return json_answer({"asked": True}, _ACCEPTED)

    def access(self, record_id: UUID) -> Response:
        """Who sees a record, and why."""
        turn = self._enter("see")
        record = service.get(turn, self.resource.model, record_id)
        return json_answer(written(audience(turn, self.resource, record)))

    def _enter(self, verb: str) -> Context:
        turn = context()
        turn.require(self.resource.name, verb)
        return turn

    def _one(self, turn: Context, record_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
        """A record as the database has it now: its row and its JSON."""
        resource = turn.seen(self.resource)
        query = Query(self.resource, (*record_fields(resource).values(), *resource.lines.values()), titles=False)
        row = read_record(turn, self.resource, query.columns, record_id, titles=False)
        if not row:
            raise MissingError(self.resource.name, record_id)
        return row, dump_of(turn, query)(row)

    def _written(self, turn: Context, record: Entity, status: int = 200, **headers: str) -> Response:
        """A record after it was written; no more than its name for those who may write and not see."""
        try:
            _row, body = self._one(turn, record.id)
        except MissingError:
            body = {"id": str(record.id), "version": record.version}
        return json_answer(body, status, ETag=etag(body["version"]), **headers)


def blueprint_name(resource: Resource) -> str:
    """The blueprint of an entity's API."""
    return f"api_{resource.name.replace('.', '_')}"


def blueprint(resource: Resource) -> Blueprint:
    """The addresses of one entity."""
    made = Blueprint(blueprint_name(resource), __name__, url_prefix=f"{PREFIX}/{resource.path}")
    records = Records(resource)
    for operation in operations_of(resource):
        view = getattr(records, operation.name)
        view = once(view) if operation.writes else view
        made.add_url_rule(operation.rule, operation.name, view, methods=[operation.method])
    return made
