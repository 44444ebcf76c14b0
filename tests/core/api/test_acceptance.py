"""What a program does on its first day, in the words of the acceptance."""

from core.testing.web import ApiClient


def test_what_is_created_is_listed_and_read_back(api: ApiClient) -> None:
    made = api.post("/api/v1/customers", json={"name": "Nguyễn Văn An", "mobile": "+84912345678"})
    assert made.status_code == 201
    record = made.get_json()
    assert made.headers["Location"] == f"/api/v1/customers/{record['id']}"
    assert made.headers["ETag"] == '"1"'
    listed = api.get("/api/v1/customers").get_json()
    assert listed == {"items": [record], "next_cursor": None, "total": 1, "total_is_capped": False}
    assert api.get(made.headers["Location"]).get_json() == record


def test_search_finds_without_accents(api: ApiClient) -> None:
    api.post("/api/v1/customers", json={"name": "Nguyễn Văn An"})
    api.post("/api/v1/customers", json={"name": "Trần Thị Bé"})
    assert [one["name"] for one in api.get("/api/v1/customers?q=nguyen").get_json()["items"]] == ["Nguyễn Văn An"]


def test_a_change_of_an_old_version_is_refused(api: ApiClient) -> None:
    made = api.post("/api/v1/customers", json={"name": "An"})
    place = made.headers["Location"]
    first = api.patch(place, json={"name": "Bình"}, headers={"If-Match": made.headers["ETag"]})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    stale = api.patch(place, json={"name": "Cường"}, headers={"If-Match": made.headers["ETag"]})
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert api.get(place).get_json()["name"] == "Bình"


def test_another_companys_record_is_not_there(api: ApiClient, other_api: ApiClient) -> None:
    place = other_api.post("/api/v1/customers", json={"name": "Của người khác"}).headers["Location"]
    assert api.get(place).status_code == 404
    assert api.patch(place, json={"name": "Của tôi"}, headers={"If-Match": "*"}).status_code == 404
    assert api.delete(place, headers={"If-Match": "*"}).status_code == 404
    assert other_api.get(place).get_json()["name"] == "Của người khác"


def test_an_unknown_field_is_named(api: ApiClient) -> None:
    answer = api.post("/api/v1/customers", json={"name": "An", "colour": "red"})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert list(answer.get_json()["errors"]) == ["colour"]
    assert api.get("/api/v1/customers").get_json()["total"] == 0


def test_without_a_token_nobody_comes_in(api: ApiClient) -> None:
    del api.environ_base["HTTP_AUTHORIZATION"]
    answer = api.get("/api/v1/customers")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.mimetype == "application/problem+json"


def test_the_same_request_sent_twice_makes_one_record(api: ApiClient) -> None:
    key = {"Idempotency-Key": "đơn-1".encode("ascii", "replace").decode()}
    first = api.post("/api/v1/customers", json={"name": "An"}, headers=key)
    second = api.post("/api/v1/customers", json={"name": "An"}, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert api.get("/api/v1/customers").get_json()["total"] == 1
