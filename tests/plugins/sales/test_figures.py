"""The reports of sales against what one counts by hand."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from core.sdk import Context, Customer, create
from core.testing.web import ApiClient
from plugins.sales import selling
from plugins.sales.documents import Quote
from plugins.sales.figures import presets
from plugins.sales.models import LossReason, Opportunity, Pipeline, Stage
from plugins.sales.pipelines import first_stage


def figures(api: ApiClient, name: str) -> dict[str, list[Any]]:
    """Of each group the figures, by its title."""
    answer = api.get(f"/api/v1/reports/{name}/figures")
    assert answer.status_code == 200, answer.get_json(force=True)
    return {
        group["keys"][0]["title"]: [Decimal(str(one["value"])) for one in group["figures"]]
        for group in answer.get_json()["groups"]
    }


def test_failed_opportunities_are_counted_by_reason_and_the_others_by_stage(
    context: Context, customer: Customer, make_api: Callable[..., ApiClient]
) -> None:
    reasons = {name: create(context, LossReason, {"name": name}).id for name in ("Chê xa", "Đổi ý")}
    common = {"customer": customer.id, "expected_on": date(2026, 3, 1), "amount": Decimal(100)}
    for reason, times in (("Chê xa", 2), ("Đổi ý", 1)):
        for time in range(times):
            lost = {"name": f"{reason} {time}", "stage": first_stage(context, "lost"), "lost_reason": reasons[reason]}
            create(context, Opportunity, common | lost)
    create(context, Opportunity, common | {"name": "Đang theo", "stage": first_stage(context)})
    context.session.commit()
    api = make_api(context)
    assert figures(api, "sales.lost") == {"Chê xa": [2], "Đổi ý": [1]}
    assert figures(api, "sales.pipeline") == {"Tìm hiểu nhu cầu": [1, 100, 10]}


def test_every_report_that_ships_can_be_run(
    context: Context, make_quote: Callable[..., Quote], make_api: Callable[..., ApiClient]
) -> None:
    order = selling.order_of(context, make_quote())
    context.session.commit()
    api = make_api(context)
    found = {preset.name: figures(api, preset.name) for preset in presets(context)}
    assert found["sales.goods"]["Máy in laser"] == [2, Decimal(6_631_000)]
    assert list(found["sales.orders"].values()) == [[1, order.total, 0, 0]]


def test_a_report_is_looked_at_by_its_greatest_groups(
    context: Context, customer: Customer, make_client: Callable[..., FlaskClient]
) -> None:
    pipeline = create(context, Pipeline, {"name": "Bảy bước"}).id
    for n in range(7):
        stage = create(context, Stage, {"name": f"Bước {n}", "pipeline": pipeline, "position": n}).id
        deal = {"name": f"Cơ hội {n}", "customer": customer.id, "stage": stage, "expected_on": context.today()}
        create(context, Opportunity, {**deal, "amount": Decimal(1000 - n)})
    context.session.commit()
    client = make_client(context)
    shown = [client.get(f"/reports/sales.stages{asked}").get_data(as_text=True) for asked in ("", "?top=5", "?top=0")]
    assert [page.count("Bước 6") > 0 for page in shown] == [True, False, True]
    assert '<option value="5" selected>Top 5</option>' in shown[1]
