"""Who may do what through the API: roles, scopes of tokens, browsers, and what nobody can give themselves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from core.access.tokens import tokens
from core.context import Context
from core.entity.tables import StoredFile
from core.testing import limited, limited_to
from core.testing.web import ApiClient

LIST = "/api/v1/customers"


def me(api: ApiClient) -> str:
    """The id of whoever a program acts as."""
    found: str = api.get("/api/v1/me").get_json()["user"]["id"]
    return found


ANY = {"If-Match": "*"}
ACTS: dict[str, Callable[[ApiClient, str], Any]] = {
    "list": lambda api, _place: api.get(LIST),
    "read": lambda api, place: api.get(place),
    "changes": lambda api, place: api.get(f"{place}/changes"),
    "create": lambda api, _place: api.post(LIST, json={"name": "Mới"}),
    "change": lambda api, place: api.patch(place, json={"name": "Khác"}, headers=ANY),
    "delete": lambda api, place: api.delete(place, headers=ANY),
    "share": lambda api, place: api.post(f"{LIST}/share", json={"ids": [place[-36:]], "mode": "replace"}),
    "transfer": lambda api, place: api.post(f"{LIST}/transfer", json={"ids": [place[-36:]], "users": [me(api)]}),
    "access": lambda api, place: api.get(f"{place}/visibility"),
    "restore": lambda api, place: api.post(f"{place}/restore"),
    "recycle bin": lambda api, _place: api.get(f"{LIST}?deleted=true"),
}


@pytest.fixture
def place(api: ApiClient) -> str:
    """The address of a customer of this company."""
    return api.post(LIST, json={"name": "An"}).headers["Location"]


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read", {"list", "read", "changes", "access"}),
        ("write", {"list", "read", "changes", "access", "create", "change"}),
        ("no-delete", {"list", "read", "changes", "access", "create", "change", "share", "transfer"}),
    ],
)
def test_a_scope_narrows_what_its_token_may_do(
    context: Context, make_api: Callable[..., ApiClient], place: str, scope: str, allowed: set[str]
) -> None:
    narrow = make_api(context, scopes=(scope,))
    assert {name for name, act in ACTS.items() if act(narrow, place).status_code < 400} == allowed
    assert {act(narrow, place).status_code for name, act in ACTS.items() if name not in allowed} == {403}


def test_a_role_narrows_what_its_people_may_do(
    context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient], place: str
) -> None:
    grants = limited(core_customer=["see", "edit"])
    program = make_api(make_context(context.company, grants=grants), grants=grants)
    allowed = {"list", "read", "changes", "change", "access"}
    assert {name for name, act in ACTS.items() if act(program, place).status_code < 400} == allowed
    assert program.get("/api/v1/contacts").status_code == 403


@pytest.mark.parametrize(
    "verbs", [{"*": ["see", "create", "edit"]}, {"core_user": ["see", "edit"], "core_role": ["see", "create"]}]
)
def test_nobody_makes_themselves_an_administrator(
    context: Context,
    make_context: Callable[..., Context],
    make_api: Callable[..., ApiClient],
    api: ApiClient,
    verbs: dict[str, list[str]],
) -> None:
    grants = limited(**verbs)
    program = make_api(make_context(context.company, grants=grants), grants=grants)
    me = program.get("/api/v1/me").get_json()["user"]["id"]
    role = api.post("/api/v1/roles", json={"name": "Toàn quyền", "admin": True}).get_json()["id"]
    assert program.post("/api/v1/roles", json={"name": "Của tôi", "admin": True}).status_code == 403
    assert program.patch(f"/api/v1/users/{me}", json={"roles": [role]}, headers=ANY).status_code == 403


def test_nobody_puts_themselves_into_a_department(
    context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient], api: ApiClient
) -> None:
    grants = limited(**{"*": ["see", "create", "edit", "delete", "import"]})
    program = make_api(make_context(context.company, grants=grants), grants=grants)
    me = program.get("/api/v1/me").get_json()["user"]["id"]
    department = api.post("/api/v1/departments", json={"name": "Kinh doanh"}).get_json()["id"]
    assert program.get(f"/api/v1/departments/{department}").get_json()["name"] == "Kinh doanh"
    for change in ({"members": [me]}, {"head": me}):
        assert program.patch(f"/api/v1/departments/{department}", json=change, headers=ANY).status_code == 403
    assert program.post("/api/v1/departments", json={"name": "Của tôi", "members": [me]}).status_code == 403


def test_a_narrowed_token_of_an_administrator_does_not_administer(
    context: Context, make_api: Callable[..., ApiClient]
) -> None:
    for scope in ("write", "no-delete"):
        narrow = make_api(context, scopes=(scope,))
        assert narrow.post("/api/v1/roles", json={"name": "Của tôi", "admin": True}).status_code == 403


def test_who_may_make_but_not_see_is_told_the_name_of_what_was_made(
    context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient], api: ApiClient
) -> None:
    grants = limited(core_customer=["create"])
    program = make_api(make_context(context.company, grants=grants), grants=grants)
    made = program.post(LIST, json={"name": "Từ biểu mẫu"})
    assert (made.status_code, set(made.get_json())) == (201, {"id", "version"})
    assert api.get(made.headers["Location"]).get_json()["name"] == "Từ biểu mẫu"


def test_a_file_that_somebody_else_has_sent_is_not_put_into_ones_own_record(
    context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient], place: str
) -> None:
    """It would be theirs to read from then on."""
    grants = limited_to("own", core_customer=["see", "create", "edit"])
    program = make_api(make_context(context.company, grants=grants), grants=grants)
    assert context.user is not None
    for record in (None, UUID(place[-36:])):
        about = {"entity": "core.customer", "record_id": record, "user_id": context.user.id}
        theirs = StoredFile(name="a.png", size=1, media_type="image/png", sha256=bytes(32), **about)
        context.session.add(theirs)
        context.session.commit()
        told = program.post(LIST, json={"name": "An", "picture": str(theirs.id)})
        assert set(told.get_json(force=True)["errors"]) == {"picture"}


@pytest.mark.parametrize("token", ["", "x", "ghep_1_2_3", "ghep_9" + "9" * 30, "Bearer", "\u00e9"])
def test_a_token_that_opens_nothing_is_not_looked_behind(api: ApiClient, token: str) -> None:
    for address in (LIST, "/api/v1/nothing", "/api/v1/openapi.json"):
        answer = api.get(address, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_revoked_token_opens_nothing_any_more(api: ApiClient, context: Context) -> None:
    from core.access.tokens import revoke_token

    assert context.user is not None
    assert api.get(LIST).status_code == 200
    for token in tokens(context, context.user.id):
        revoke_token(context, context.user.id, token.id)
    context.session.commit()
    assert api.get(LIST).status_code == 401


def test_a_browser_that_is_signed_in_may_use_the_api_from_its_own_pages_alone(client: FlaskClient) -> None:
    assert client.get(LIST).status_code == 200
    assert client.post(LIST, json={"name": "An"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = client.post(LIST, json={"name": "Giả"}, headers=headers)
        assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert client.get(LIST).get_json()["total"] == 1


def test_a_token_of_one_company_does_not_open_the_address_of_another(
    api: ApiClient, stranger: Context, context: Context
) -> None:
    assert api.get(LIST, base_url=f"http://{context.company.slug}.localhost").status_code == 200
    assert api.get(LIST, base_url=f"http://{stranger.company.slug}.localhost").status_code == 401
