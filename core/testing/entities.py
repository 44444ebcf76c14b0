"""The tests every entity inherits: give it the class and one block of data.

    class TestStay(EntityTests):
        model = Stay
        values = {"pet": "Mướp", "arrives": "2026-03-01", "leaves": "2026-03-04"}
        change = {"pet": "Vàng"}
        wrong = {"leaves": "2026-02-01"}

Values are as the API takes them. A link to a customer that is left out is filled with a new one, and so is a file.
"""

import io
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource, target_class
from core.entity.relations import FILES
from core.entity.tables import Change
from core.testing.values import Sampler, uploaded
from core.testing.values import body as values_as_json
from core.testing.web import ApiClient


class EntityTests:
    """List, form, API, permissions, other companies, module off, import and export of one entity."""

    model: ClassVar[type[Entity]]
    values: ClassVar[dict[str, Any]]
    """A valid record, as the API takes it."""
    change: ClassVar[dict[str, Any]]
    """A change that is valid on it."""
    wrong: ClassVar[dict[str, Any] | None] = None
    """Values that a rule of the trade refuses; its key is the field that is named."""

    @pytest.fixture
    def resource(self, context: Context) -> Resource:
        """The entity as registered."""
        return context.resource(self.model)

    @pytest.fixture
    def body(self, context: Context, resource: Resource) -> dict[str, Any]:
        """The values with their links filled in."""
        return self.filled(context, resource)

    def filled(self, context: Context, resource: Resource) -> dict[str, Any]:
        """Valid values in one company: links, files and lines that are needed and not given are new ones."""
        found = dict(self.values)
        for name, spec in resource.fields.items():
            if spec.kind.name in FILES and spec.required:
                found[name] = str(uploaded(context, spec, "hop-dong.txt"))
            if spec.kind.name == "link" and spec.required and name not in found:
                target = target_class(spec)
                found[name] = str(Sampler(context, f"Mẫu {uuid4().hex[:6]}", sparse=True).make(target).id)
        if any(spec.required and name not in found for name, spec in resource.lines.items()):
            made = values_as_json(resource, Sampler(context, f"Mẫu {uuid4().hex[:6]}").values(resource))
            found |= {name: made[name] for name in resource.lines if name in made and name not in found}
        context.session.commit()
        return found

    def created(self, api: ApiClient, resource: Resource, body: dict[str, Any]) -> dict[str, Any]:
        """A record made through the API."""
        answer = api.post(f"/api/v1/{resource.path}", json=body)
        assert answer.status_code == 201, answer.get_json(force=True)
        record: dict[str, Any] = answer.get_json()
        return record

    def test_a_record_goes_through_the_api_and_back(
        self, api: ApiClient, resource: Resource, body: dict[str, Any]
    ) -> None:
        """Create, read, list, change, delete."""
        record = self.created(api, resource, body)
        path = f"/api/v1/{resource.path}/{record['id']}"
        assert api.get(path).get_json() == record
        assert record["id"] in [one["id"] for one in api.get(f"/api/v1/{resource.path}").get_json()["items"]]
        changed = api.patch(path, json=self.change, headers={"If-Match": f'"{record["version"]}"'})
        assert changed.status_code == 200, changed.get_json(force=True)
        for name, value in self.change.items():
            assert changed.get_json()[name] == value
        if "delete" in resource.verbs:
            assert api.delete(path, headers={"If-Match": "*"}).status_code == 204
            assert api.get(path).status_code == 404

    def test_a_stale_change_is_refused(self, api: ApiClient, resource: Resource, body: dict[str, Any]) -> None:
        """Two people, one record."""
        record = self.created(api, resource, body)
        path = f"/api/v1/{resource.path}/{record['id']}"
        assert api.patch(path, json=self.change, headers={"If-Match": '"0"'}).status_code == 412

    def test_an_unknown_field_is_named(self, api: ApiClient, resource: Resource, body: dict[str, Any]) -> None:
        """A typing slip is no silence."""
        answer = api.post(f"/api/v1/{resource.path}", json={**body, "no_such_field": 1})
        assert answer.status_code == 422
        assert "no_such_field" in answer.get_json(force=True)["errors"]

    def test_a_rule_of_the_trade_speaks_in_the_api(
        self, api: ApiClient, resource: Resource, body: dict[str, Any]
    ) -> None:
        """The declared check, at the first of its doors."""
        if self.wrong is None:
            assert type(self).model.check is Entity.check, "give `wrong`: the entity has a rule of its own"
            return
        answer = api.post(f"/api/v1/{resource.path}", json={**body, **self.wrong})
        assert answer.status_code == 422
        assert set(answer.get_json(force=True)["errors"]) & set(self.wrong)

    def test_the_form_says_what_is_wrong_beside_the_field(self, client: FlaskClient, resource: Resource) -> None:
        """An empty form comes back with every needed field named, and nothing is saved."""
        assert client.get(f"/{resource.path}/new").status_code == 200
        needed = [
            name
            for name, spec in {**resource.fields, **resource.lines}.items()
            if spec.required and spec.writable and spec.default is None
        ]
        answer = client.post(f"/{resource.path}/new", data={})
        assert answer.status_code == (422 if needed else 302)

    def test_list_and_record_pages_open(
        self, api: ApiClient, client: FlaskClient, resource: Resource, body: dict[str, Any]
    ) -> None:
        """The derived pages show the record."""
        record = self.created(api, resource, body)
        page = client.get(f"/{resource.path}")
        assert page.status_code == 200
        assert record["id"] in page.get_data(as_text=True)
        assert client.get(f"/{resource.path}/{record['id']}").status_code == 200
        assert client.get(f"/{resource.path}/{record['id']}/edit").status_code == 200

    def test_every_change_is_in_the_log(
        self, api: ApiClient, context: Context, resource: Resource, body: dict[str, Any]
    ) -> None:
        """Who, when, old and new."""
        record = self.created(api, resource, body)
        api.patch(f"/api/v1/{resource.path}/{record['id']}", json=self.change, headers={"If-Match": "*"})
        actions = context.session.scalars(
            sa.select(Change.action).where(Change.tenant_id == context.tenant, Change.entity == resource.name)
        ).all()
        assert sorted(actions)[:2] == ["changed", "created"]

    def test_another_company_sees_nothing(
        self, api: ApiClient, other_api: ApiClient, resource: Resource, body: dict[str, Any]
    ) -> None:
        """A foreign id is no different from one that never was."""
        record = self.created(api, resource, body)
        path = f"/api/v1/{resource.path}/{record['id']}"
        assert other_api.get(path).status_code == 404
        assert other_api.patch(path, json=self.change, headers={"If-Match": "*"}).status_code == 404
        if "delete" in resource.verbs:
            assert other_api.delete(path, headers={"If-Match": "*"}).status_code == 404
        assert record["id"] not in other_api.get(f"/api/v1/{resource.path}").get_data(as_text=True)

    def test_without_a_grant_nothing_is_shown_or_done(
        self, api: ApiClient, powerless_api: ApiClient, resource: Resource, body: dict[str, Any]
    ) -> None:
        """A colleague without a role."""
        record = self.created(api, resource, body)
        path = f"/api/v1/{resource.path}/{record['id']}"
        assert powerless_api.get(f"/api/v1/{resource.path}").status_code == 403
        assert powerless_api.post(f"/api/v1/{resource.path}", json=body).status_code == 403
        assert powerless_api.get(path).status_code in {403, 404}
        assert powerless_api.patch(path, json=self.change, headers={"If-Match": "*"}).status_code in {403, 404}

    def test_switched_off_it_is_not_there_and_switched_on_nothing_is_lost(
        self, api: ApiClient, client: FlaskClient, context: Context, resource: Resource, body: dict[str, Any]
    ) -> None:
        """Off means 404 everywhere; the data stays."""
        from core.plugin.enablement import switch_off, switch_on

        record = self.created(api, resource, body)
        if resource.plugin == "core":
            return  # core is never off
        switch_off(context, resource.plugin, with_dependants=True)
        context.session.commit()
        assert api.get(f"/api/v1/{resource.path}").status_code == 404
        assert client.get(f"/{resource.path}").status_code == 404
        switch_on(context, resource.plugin, with_requirements=True)
        context.session.commit()
        assert api.get(f"/api/v1/{resource.path}/{record['id']}").get_json() == record

    def test_an_export_can_be_imported_again(
        self, api: ApiClient, context: Context, resource: Resource, body: dict[str, Any]
    ) -> None:
        """What leaves as a file comes back the same, with a row for each line of a document."""
        from core.entity.query import Query
        from core.sheets.exporter import by_lines, export_csv
        from core.sheets.importer import import_file

        if "import" not in resource.verbs:
            return  # people are invited, not imported
        record = self.created(api, resource, body)
        lines = sorted(resource.lines.values(), key=lambda spec: not spec.required)[:1]
        query = by_lines(context, Query(resource), lines[0].name) if lines else Query(resource)
        file = io.BytesIO()
        export_csv(context, resource, file, query)
        service.delete(context, [service.get(context, self.model, record["id"])])
        context.session.commit()
        outcome = import_file(context, resource, file.getvalue(), "again.csv")
        assert (outcome.created, outcome.wrong) == (1, 0), outcome
