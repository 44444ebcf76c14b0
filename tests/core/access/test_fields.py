"""Fields that a role hides or only shows: wherever a value could leave, it does not (ADM-07)."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access.grants import set_fields
from core.access.models import Role
from core.access.rights import grants_of
from core.access.scopes import HIDDEN, READONLY
from core.context import CompanyInfo, Context, Grants
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.entity import title_field
from core.entity.errors import InvalidError
from core.entity.query import Query, list_fields, read_page
from core.entity.stream import stream
from core.testing.web import ApiClient

WORK = ("see", "create", "edit", "export", "import")
SECRET = "Bimatkhongailo"
LIMITS = {"core.customer": {"sector": HIDDEN, "email": HIDDEN, "website": READONLY, "custom.code": HIDDEN}}


def _limited(fields: dict[str, dict[str, str]] = LIMITS) -> Grants:
    return Grants(verbs={"*": dict.fromkeys(WORK, "all")}, fields=fields)


@pytest.fixture
def colleague(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """Somebody from whom a customer's sector, e-mail and a field of the company's own are hidden."""
    return make_context(company, grants=_limited(), name="Lê Thu")


@pytest.fixture
def customer(context: Context) -> Customer:
    """A customer whose hidden values contain a word that nothing else does."""
    _own_field(context)
    values = {
        "name": "Công ty Mận", "sector": SECRET, "email": f"{SECRET.lower()}@example.com",
        "website": "man.example.com", "custom.code": SECRET,
    }  # fmt: skip
    made = service.create(context, Customer, values)
    service.update(context, made, {"sector": f"{SECRET} hai"})
    context.session.commit()
    return made


def _own_field(context: Context) -> None:
    from core.entity.tables import CustomField

    context.session.add(CustomField(entity="core.customer", key="code", title="Mã", kind="text"))
    context.session.flush()
    context.cache.clear()


@pytest.fixture
def pages(make_client: Callable[..., FlaskClient], colleague: Context, customer: Customer) -> FlaskClient:
    return make_client(colleague)


@pytest.fixture
def programs(make_api: Callable[..., ApiClient], colleague: Context, customer: Customer) -> ApiClient:
    return make_api(colleague)


@pytest.mark.parametrize(
    "path",
    [
        "/customers?columns=name,sector,email,custom.code", "/customers/{id}", "/customers/{id}/edit",
        "/customers/{id}/timeline", "/customers/{id}/copy", "/search?q=man", "/options/core.customer?q=man",
        "/customers/filters", "/customers/columns", "/customers/export?format=csv&all_columns=1", "/",
    ],
)  # fmt: skip
def test_no_page_says_a_hidden_value(pages: FlaskClient, customer: Customer, path: str) -> None:
    answer = pages.get(path.format(id=customer.id))
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    assert SECRET.lower() not in answer.get_data(as_text=True).lower()


def test_a_workbook_holds_no_hidden_value(pages: FlaskClient) -> None:
    answer = pages.get("/customers/export?format=xlsx&all_columns=1")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Công ty Mận" in cells
    assert not [cell for cell in cells if SECRET.lower() in cell.lower()]


def test_no_answer_of_the_api_says_a_hidden_value(programs: ApiClient, customer: Customer) -> None:
    for path in ("", f"/{customer.id}", f"/{customer.id}/changes"):
        answer = programs.get(f"/api/v1/customers{path}")
        assert answer.status_code == 200
        assert SECRET.lower() not in answer.get_data(as_text=True).lower()
    one = programs.get(f"/api/v1/customers/{customer.id}").get_json()
    assert "sector" not in one
    assert one["website"] == "man.example.com"
    assert one["custom"] == {}


@pytest.mark.parametrize(
    "condition", ["{f}__eq=x", "{f}__contains=b", "{f}__empty=true", "sort={f}", "fields={f}", "sort=-{f}"]
)
@pytest.mark.parametrize("name", ["sector", "email", "custom.code"])
def test_a_hidden_field_is_refused_like_one_that_is_not_there(programs: ApiClient, condition: str, name: str) -> None:
    hidden = programs.get(f"/api/v1/customers?{condition.format(f=name)}")
    absent = programs.get(f"/api/v1/customers?{condition.format(f='absent')}")
    assert (hidden.status_code, absent.status_code) == (422, 422)
    said = hidden.get_data(as_text=True).replace(name, "absent")
    assert said == absent.get_data(as_text=True)


@pytest.mark.parametrize("q", [SECRET, SECRET[:4], f"{SECRET.lower()}@example.com", "Mận " + SECRET])
def test_nothing_is_found_by_what_is_hidden(pages: FlaskClient, programs: ApiClient, q: str) -> None:
    assert programs.get("/api/v1/customers", query_string={"q": q}).get_json()["items"] == []
    assert programs.get("/api/v1/customers", query_string={"q": "mận"}).get_json()["total"] == 1
    assert "Công ty Mận" not in pages.get("/search", query_string={"q": q}, headers={"HX-Request": "true"}).text


def test_setting_what_is_hidden_is_refused_like_what_is_not_there(programs: ApiClient, customer: Customer) -> None:
    said = {}
    for name in ("sector", "absent"):
        answer = programs.patch(f"/api/v1/customers/{customer.id}", json={name: 5}, headers={"If-Match": "*"})
        said[name] = (answer.status_code, answer.get_json()["errors"][name])
    assert said["sector"] == said["absent"]
    answer = programs.patch(f"/api/v1/customers/{customer.id}", json={"website": "x"}, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert "website" in answer.get_json()["errors"]


def test_editing_keeps_what_is_hidden(colleague: Context, context: Context, customer: Customer) -> None:
    record = service.get(colleague, Customer, customer.id)
    service.update(colleague, record, {"name": "Công ty Mơ"})
    colleague.session.commit()
    context.session.expire_all()
    assert context.session.get_one(Customer, (context.tenant, customer.id)).sector == f"{SECRET} hai"
    found = read_page(context, Query(context.resource(Customer), q=SECRET)).rows
    assert len(found) == 1, "whoever may know it finds it by it still"


def test_neither_form_nor_inline_edit_offers_what_cannot_be_set(pages: FlaskClient, customer: Customer) -> None:
    form = pages.get(f"/customers/{customer.id}/edit").text
    assert 'name="sector"' not in form
    assert 'name="website"' not in form
    for name in ("sector", "website"):
        assert pages.get(f"/customers/{customer.id}/field?field={name}").status_code == 404


def test_of_several_roles_the_most_generous_counts() -> None:
    customer = {"core.customer": {"see": "all", "edit": "all"}}
    strict = (False, False, customer, {"core.customer": {"sector": HIDDEN, "email": HIDDEN, "website": HIDDEN}})
    milder = (False, False, customer, {"core.customer": {"sector": READONLY, "email": HIDDEN}})
    elsewhere: tuple[Any, ...] = (False, False, {"core.contact": {"see": "all"}}, {})
    assert grants_of([strict, milder]).fields == {"core.customer": {"sector": READONLY, "email": HIDDEN}}
    assert grants_of([strict, elsewhere]).fields == grants_of([strict]).fields
    assert grants_of([strict, (True, False, {}, {})]).fields == {}


def test_what_a_record_is_called_by_cannot_be_hidden(context: Context) -> None:
    role = service.create(context, Role, {"name": "Kho"})
    resource = context.resource(Customer)
    with pytest.raises(InvalidError):
        set_fields(context, role, resource, {title_field(Customer): HIDDEN}, version=role.version)
    assert set_fields(context, role, resource, {"sector": HIDDEN}, version=role.version)
    assert role.fields == {"core.customer": {"sector": HIDDEN}}


def test_what_is_needed_cannot_be_hidden_from_those_who_add(context: Context) -> None:
    role = service.create(context, Role, {"name": "Kho"})
    role.grants = {"core.contact": {"see": "all", "create": "all"}}
    context.session.flush()
    with pytest.raises(InvalidError) as refused:
        set_fields(context, role, context.resource(Contact), {"customer": HIDDEN}, version=role.version)
    assert set(refused.value.errors) == {"customer"}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_hidden_value_never_leaves(context: Context, customer: Customer, data: st.DataObject) -> None:
    """Whatever a program of ours asks for – columns, filters, order, words –, no row says what is hidden."""
    resource = context.hooks.registry.resources["core.customer"]
    everything = list_fields(context, resource)
    names = sorted(name for name in everything if name != "name" and everything[name].kind.name != "links")
    hidden = set(data.draw(st.sets(st.sampled_from(names), min_size=1)))
    limits = {"core.customer": dict.fromkeys(hidden, HIDDEN)}
    turn = Context(context.session, context.company, context.hooks, context.active, _limited(limits), context.user)
    columns = [everything[name] for name in data.draw(st.lists(st.sampled_from(names), unique=True))]
    query = Query(resource, columns=columns, q=data.draw(st.sampled_from(["", "man", SECRET])))
    told = [item for row in read_page(turn, query).rows for item in row.items()]
    assert not [name for name, value in told if name in hidden and value not in (None, [])]
    streamed = [dict(zip(columns, one, strict=True)) for part in stream(turn, query) for one in zip(*part, strict=True)]
    assert not [spec.name for row in streamed for spec, value in row.items() if spec.name in hidden and value]
    assert not hidden & turn.fields(resource).keys()
    searched = {name for name, spec in everything.items() if spec.search and name not in hidden}
    if "email" not in searched:
        assert not read_page(turn, Query(resource, q=SECRET)).rows
