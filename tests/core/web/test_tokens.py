"""Keys for programs: made and revoked in pages, and held to their scopes by the gate."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.access.models import ApiToken
from core.access.tokens import ScopeError, create_token, tokens
from core.context import CompanyInfo, Context, ForbiddenError, Grants
from core.db.base import now
from core.entity.tables import Change
from core.testing.web import ApiClient

MINE = "/account/tokens"
CUSTOMERS, STAYS = "/api/v1/customers", "/api/v1/kennel/stays"
ANY = {"If-Match": "*"}


@pytest.fixture
def use(app: Flask) -> Callable[[str], ApiClient]:
    return lambda text: ApiClient(app).use(text)


def made_by(answer_text: str) -> str:
    found = re.search(r'value="(ghep_[^"]+)"', answer_text)
    assert found
    return found[1]


def test_a_token_is_shown_once(client: FlaskClient, use: Callable[[str], ApiClient]) -> None:
    text = made_by(client.post(MINE, data={"name": "Website", "right": "read", "days": "30"}).text)
    assert text not in client.get(MINE).text
    assert use(text).get(CUSTOMERS).status_code == 200
    assert use(text).post(CUSTOMERS, json={"name": "A"}).status_code == 403


def test_it_is_listed_with_its_use_and_revoked(
    client: FlaskClient, use: Callable[[str], ApiClient], context: Context
) -> None:
    text = made_by(client.post(MINE, data={"name": "Website", "right": "", "days": ""}).text)
    assert "Chưa dùng" in client.get(MINE).text
    use(text).get(CUSTOMERS)
    page = client.get(MINE).text
    assert "Chưa dùng" not in page
    place = re.search(r'action="(/users/[^"]+/revoke)"', page)
    assert place
    assert client.post(place[1]).status_code == 302
    assert use(text).get(CUSTOMERS).status_code == 401
    assert client.post(place[1]).status_code == 404
    actions = context.session.scalars(sa.select(Change.action).where(Change.values["token"].astext.is_not(None)))
    assert sorted(actions) == ["token_made", "token_revoked"]


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "right": "read", "days": "30"},
        {"name": "A", "right": "everything", "days": "30"},
        {"name": "A", "right": "read", "days": "99999999"},
        {"name": "A", "right": "read", "days": "30", "modules": "nonsense"},
        {"name": "A", "right": "read", "days": "30", "modules": "core,dummy"},
    ],
)
def test_what_is_not_offered_is_refused(client: FlaskClient, context: Context, form: dict[str, str]) -> None:
    assert client.post(MINE, data=form).status_code == 422
    assert context.session.scalars(sa.select(ApiToken)).all() == []


def test_a_module_token_reaches_that_module_alone(context: Context, make_api: Callable[..., ApiClient]) -> None:
    core, kennel = make_api(context, scopes=("module:core",)), make_api(context, scopes=("module:kennel",))
    made = core.post(CUSTOMERS, json={"name": "An"})
    assert made.status_code == 201
    place = made.headers["Location"]
    assert core.get(STAYS).status_code == 403
    assert kennel.get(STAYS).status_code == 200
    refused = [
        kennel.get(CUSTOMERS),
        kennel.get(place),
        kennel.get(f"{place}/changes"),
        kennel.patch(place, json={"name": "B"}, headers=ANY),
        kennel.delete(place, headers=ANY),
        kennel.post(CUSTOMERS, json={"name": "B"}),
        kennel.post(f"{CUSTOMERS}/share", json={"ids": [place[-36:]]}),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert {answer.get_json()["title"] for answer in refused} == {core.get(STAYS).get_json()["title"]}


def test_a_module_and_a_verb_narrow_together(context: Context, make_api: Callable[..., ApiClient]) -> None:
    reader = make_api(context, scopes=("read", "module:core"))
    assert reader.get(CUSTOMERS).status_code == 200
    assert reader.post(CUSTOMERS, json={"name": "A"}).status_code == 403
    assert reader.get(STAYS).status_code == 403


def test_several_modules_add_up(context: Context, make_api: Callable[..., ApiClient]) -> None:
    both = make_api(context, scopes=("module:core", "module:kennel"))
    assert (both.get(CUSTOMERS).status_code, both.get(STAYS).status_code) == (200, 200)


def test_no_scope_of_a_module_administers(context: Context, make_api: Callable[..., ApiClient]) -> None:
    core = make_api(context, scopes=("module:core",))
    assert core.get("/api/v1/me").get_json()["administrator"] is False
    assert core.post("/api/v1/users", json={"name": "A", "email": "a@example.com"}).status_code == 403
    assert core.post("/api/v1/roles", json={"name": "A"}).status_code == 403


@pytest.mark.parametrize(
    ("scope", "method", "status"),
    [
        ("read", "get", 200),
        ("read", "post", 403),
        ("read", "delete", 403),
        ("write", "post", 404),
        ("write", "delete", 403),
        ("no-delete", "delete", 403),
    ],
)
def test_the_gate_holds_methods_before_any_view(
    context: Context, make_api: Callable[..., ApiClient], scope: str, method: str, status: int
) -> None:
    path = CUSTOMERS if method == "get" else f"{CUSTOMERS}/{uuid4()}"
    answer = getattr(make_api(context, scopes=(scope,)), method)(path, **({} if method == "get" else {"headers": ANY}))
    assert answer.status_code == (405 if (scope, method) == ("write", "post") else status)


def test_a_token_of_a_module_that_is_off_cannot_be_made(context: Context) -> None:
    assert context.user is not None
    context.active = frozenset({"core"})
    with pytest.raises(ScopeError, match="module:kennel"):
        create_token(context, context.user.id, scopes=("module:kennel",))


def test_a_module_token_cannot_make_one_for_another(context: Context) -> None:
    assert context.user is not None
    context.grants = Grants(admin=True, modules=frozenset({"core"}))
    assert create_token(context, context.user.id, scopes=("module:core",))
    for scopes in ((), ("module:kennel",), ("module:core", "module:kennel"), ("read",)):
        with pytest.raises(ForbiddenError):
            create_token(context, context.user.id, scopes=scopes)


def test_an_administrator_sees_and_revokes_everybodys(
    client: FlaskClient, make_client: Callable[..., FlaskClient], make_context: Callable[..., Context],
    company: CompanyInfo, stranger: Context,
) -> None:  # fmt: skip
    colleague = make_context(company, grants=Grants(), name="Trần Anh Tuấn")
    own = make_client(colleague)
    own.post(MINE, data={"name": "Kế toán", "right": "read", "days": "30"})
    page = client.get("/settings/tokens").text
    assert "Kế toán" in page
    assert "Trần Anh Tuấn" in page
    place = re.search(r'action="(/users/[^"]+/revoke)"', page)
    assert place
    assert client.post(place[1]).status_code == 302
    assert "Kế toán" not in own.get(MINE).text


def test_nobody_else_revokes_another_persons(
    client: FlaskClient, context: Context, make_client: Callable[..., FlaskClient],
    make_context: Callable[..., Context], company: CompanyInfo, stranger: Context,
) -> None:  # fmt: skip
    assert context.user is not None
    made = create_token(context, context.user.id, name="Website")
    context.session.commit()
    place = f"/users/{context.user.id}/tokens/{made.id}/revoke"
    others = (make_client(make_context(company, grants=Grants(), name="Lê Chi")), make_client(stranger))
    assert {other.post(place).status_code for other in others} == {404}
    assert len(tokens(context, context.user.id)) == 1


def test_expired_ones_are_not_listed(client: FlaskClient, context: Context) -> None:
    assert context.user is not None
    create_token(context, context.user.id, name="Đã cũ", expires_at=now() - timedelta(1))
    context.session.commit()
    assert "Đã cũ" not in client.get(MINE).text
    assert "Đã cũ" not in client.get("/settings/tokens").text


def test_a_hostile_name_is_text(client: FlaskClient) -> None:
    name = "<script>alert(1)</script>\0" + "x" * 500
    assert client.post(MINE, data={"name": name, "right": "read", "days": "30"}).status_code == 200
    assert "<script>alert(1)" not in client.get(MINE).text
