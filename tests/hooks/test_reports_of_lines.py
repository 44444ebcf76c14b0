"""Lines of documents in reports, with the dummy's slips: grouped and added up, as far as their documents are seen."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.filters import read_filters
from core.entity.query import Query, compared_fields, count
from core.plugin.boot import Registry
from core.reports.definition import Definition
from core.reports.drill import records_of
from core.reports.running import ALL, Result, run
from core.testing import limited_to

SLIP = "dummy.slip"
BY_HAND = """
SELECT l.state, count(*), sum(l.amount), avg(l.quantity) FROM dummy_slip_line l
JOIN dummy_slip s ON s.tenant_id = l.tenant_id AND s.id = l.document_id
WHERE s.tenant_id = :tenant AND s.deleted_at IS NULL AND (:all OR s.owner_id = :me) GROUP BY 1
"""


@pytest.fixture
def viewers(context: Context, make_context: Callable[..., Context], registry: Registry) -> list[tuple[Context, bool]]:
    """Somebody who sees every slip and somebody who sees their own; one slip is deleted."""
    model: Any = registry.resources[SLIP].model
    grants = limited_to("own", dummy_slip=["see", "create", "delete"])
    other = make_context(context.company, grants=grants, name="Trần Anh Tuấn")
    for who in (context, other):
        for place in range(3):
            goods = [
                {
                    "name": f"Hàng {n}",
                    "quantity": Decimal(n + 1),
                    "price": Decimal(1000),
                    "state": ("open", "done")[n % 2],
                }
                for n in range(3 + place)
            ]
            made = service.create(who, model, {"note": "Phiếu", "discount": Decimal(500), "goods": goods})
        service.delete(who, [made])
        who.session.commit()
    return [(context, True), (other, False)]


def told(result: Result) -> dict[Any, tuple[Any, ...]]:
    return {key.value: tuple(one.value for one in result.at(at)) for at, key in enumerate(result.rows)}


def test_lines_are_counted_as_far_as_their_documents_are_seen(viewers: list[tuple[Context, bool]]) -> None:
    show = ("count:goods", "sum:goods.amount", "avg:goods.quantity")
    for who, everything in viewers:
        assert who.user is not None
        values = {"tenant": who.tenant, "me": who.user.id, "all": everything}
        expected = {row[0]: tuple(row[1:]) for row in who.session.connection().execute(sa.text(BY_HAND), values)}
        found = run(who, Definition(entity=SLIP, by=("goods.state",), show=show))
        assert told(found) == expected
        for key in found.rows:
            behind = records_of(found, key)
            assert behind == {"goods.state__eq": key.value}
            filters = read_filters(compared_fields(who, found.plan.resource), behind.items())
            assert count(who, Query(found.plan.resource, filters=filters))[0] == (4 if everything else 2)
        assert found.at(ALL)[0].value == sum(one[0] for one in expected.values())


def test_documents_and_their_lines_stand_side_by_side(viewers: list[tuple[Context, bool]]) -> None:
    who, _everything = viewers[0]
    found = run(who, Definition(entity=SLIP, by=("owner",), show=("count", "sum:discount", "count:goods")))
    assert set(told(found).values()) == {(2, Decimal(1000), 7)}
    # By a field of the lines a document would count once for each of them.
    for show in (("count",), ("sum:discount",), ("count:goods", "count")):
        with pytest.raises(InvalidError):
            run(who, Definition(entity=SLIP, by=("goods.state",), show=show))
    for wrong in ({"by": ("goods.nothing",)}, {"show": ("sum:goods.name",)}, {"show": ("count:nothing",)}):
        with pytest.raises(InvalidError):
            run(who, Definition(entity=SLIP, **wrong))  # type: ignore[arg-type] # one of them at a time
