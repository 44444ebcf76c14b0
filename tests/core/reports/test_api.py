"""Reports for programs: the same figures, of what the program's person may see; what is kept is theirs."""

from collections.abc import Callable
from uuid import uuid4

from core.context import Context, Grants
from core.customers.models import Customer
from core.entity import service
from core.testing.web import ApiClient

SEES_OWN = Grants(verbs={"*": {"see": "own", "create": "own"}})


def test_figures_lead_to_the_list_that_has_just_these(
    api: ApiClient, context: Context, make_context: Callable[..., Context], make_api: Callable[..., ApiClient]
) -> None:
    colleague = make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")
    for who, kind in ((context, "organisation"), (context, "individual"), (colleague, "individual")):
        service.create(who, Customer, {"name": f"{kind} {who.user and who.user.name}", "kind": kind})
        who.session.commit()
    url = "/api/v1/reports/figures?entity=core.customer&by=kind&period=this_year&compare=1"
    found = api.get(url).get_json()
    assert found["total"] == [{"measure": "count", "value": 3, "before": 0}]
    for group in found["groups"]:
        listed = api.get("/api/v1/customers", query_string=group["records"]).get_json()
        assert listed["total"] == group["figures"][0]["value"]
    theirs = make_api(colleague, grants=SEES_OWN)
    assert theirs.get(url).get_json()["total"][0]["value"] == 1
    refused = api.get("/api/v1/reports/figures?entity=core.customer&by=nothing")
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["by"])
    assert api.get("/api/v1/reports/core.sources/figures").status_code == 200


def test_reports_are_kept_changed_and_deleted(api: ApiClient, other_api: ApiClient, powerless_api: ApiClient) -> None:
    asked = {"title": "Theo loại hình", "definition": {"entity": "core.customer", "by": ["kind"], "chart": "pie"}}
    made = api.post("/api/v1/reports", json=asked)
    assert made.status_code == 201
    report = made.get_json()
    assert (report["title"], report["definition"]["by"], report["kept"]) == ("Theo loại hình", ["kind"], True)
    url = f"/api/v1/reports/{report['id']}"
    assert api.get(url).get_json() == report
    assert report["id"] in {one["id"] for one in api.get("/api/v1/reports").get_json()["items"]}
    changed = api.put(url, json={**asked, "title": "Khác"}).get_json()
    assert changed["title"] == "Khác"
    assert api.put(url, json={**asked, "definition": {"entity": "core.customer", "by": ["x"]}}).status_code == 422
    assert powerless_api.post("/api/v1/reports", json=asked).status_code == 422
    for other in (other_api, powerless_api):
        assert other.get(url).status_code == 404
        assert other.get(f"{url}/figures").status_code == 404
        assert other.put(url, json=asked).status_code == 404
        assert other.delete(url).status_code == 404
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404
    assert api.get(f"/api/v1/reports/{uuid4()}").status_code == 404
