"""The board of opportunities: a pipeline at a time, its stages as lanes."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.sdk import Context, Customer, create
from plugins.sales.models import Opportunity, Pipeline, Stage
from plugins.sales.pipelines import add_preset, furnish
from tests.core.web.entity.conftest import Pages

BOARD = "/sales/opportunities?mode=board"


@pytest.fixture
def pages(client: FlaskClient) -> Pages:
    """The administrator's browser."""
    return Pages(client)


@pytest.fixture
def pipelines(context: Context) -> list[Any]:
    """Two of them, in their order."""
    furnish(context)
    add_preset(context, "interest")
    context.session.commit()
    return list(context.session.scalars(sa.select(Pipeline).order_by(Pipeline.position, Pipeline.name)))


def test_a_board_shows_the_stages_of_one_pipeline_and_leads_to_the_others(
    context: Context, pages: Pages, pipelines: list[Any]
) -> None:
    customer = create(context, Customer, {"name": "Công ty Sao Mai"})
    stages = {}
    for pipeline in pipelines:
        ordered = sa.select(Stage).where(Stage.pipeline_id == pipeline.id).order_by(Stage.position)
        stages[pipeline.id] = list(context.session.scalars(ordered))
        values = {"name": f"Bán theo {pipeline.name}", "customer": customer.id, "expected_on": date(2026, 3, 1)}
        create(context, Opportunity, {**values, "stage": stages[pipeline.id][0].id})
    context.session.commit()
    first, second = pipelines[:2]
    for url, shown, other in ((BOARD, first, second), (f"{BOARD}&pipeline__eq={second.id}", second, first)):
        page = pages.get(url)
        assert re.findall(r'class="lane c-\w+" data-value="([^"]+)"', page) == [str(one.id) for one in stages[shown.id]]
        assert f"Bán theo {shown.name}" in page
        assert f"Bán theo {other.name}" not in page
        assert f"pipeline__eq={other.id}" in page.split('id="lane-sets"')[1].split("</div>")[0]
