"""Reports against the same figures counted by SQL written by hand, as people who see different records."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.access.models import User
from core.access.organisation import Department
from core.activities.models import Call, Task
from core.context import Context, Grants
from core.customers.models import Customer, Source
from core.entity import service
from core.entity.errors import InvalidError
from core.entity.filters import read_filters
from core.entity.query import Query, count, list_fields
from core.reports.definition import Definition
from core.reports.drill import records_of
from core.reports.running import ALL, Result, run

SEES_OWN = Grants(verbs={"*": {"see": "own", "edit": "own", "create": "own"}})
ENTITY = "core.customer"


@pytest.fixture
def colleague(context: Context, make_context: Callable[..., Context]) -> Context:
    return make_context(context.company, grants=SEES_OWN, name="Trần Anh Tuấn")


@pytest.fixture
def viewers(context: Context, colleague: Context) -> list[Context]:
    """Two people, customers of both, from several sources and with several revenues; the newest are of this month."""
    web, fair = (service.create(context, Source, {"name": name}).id for name in ("Web", "Hội chợ"))
    for who, shift in ((context, 0), (colleague, 100)):
        for place in range(7):
            values = {
                "name": f"Khách {shift + place}",
                "kind": "individual" if place % 3 else "organisation",
                "source": (web, fair, None)[place % 3],
                "revenue": Decimal(10 * place + shift) if place else None,
            }
            record = service.create(who, Customer, values)
            _made(who, record, place)
        who.session.commit()
    return [context, colleague]


def _made(context: Context, record: Any, months: int) -> None:
    """Let a record be made so many months ago, at noon of the first."""
    today = context.today()
    month = today.year * 12 + today.month - 1 - months
    at = datetime.combine(date(month // 12, month % 12 + 1, 1), time(12), context.company.zone)
    table = type(record).__table__
    context.session.flush()
    made = sa.update(table).where(table.c.tenant_id == context.tenant, table.c.id == record.id).values(created_at=at)
    context.session.connection().execute(made)


def by_hand(context: Context, group: str, figures: str, where: str = "true") -> dict[Any, tuple[Any, ...]]:
    """Figures of what a person sees: everything, or their own."""
    own = "true" if context.grants.admin else "owner_id = :me"
    text = (
        f"SELECT {group}, {figures} FROM core_customer"  # written by hand, here
        f" WHERE tenant_id = :tenant AND deleted_at IS NULL AND {own} AND {where} GROUP BY 1"
    )
    assert context.user is not None
    rows = context.session.connection().execute(sa.text(text), {"tenant": context.tenant, "me": context.user.id})
    return {row[0]: tuple(row[1:]) for row in rows}


def told(result: Result) -> dict[Any, tuple[Any, ...]]:
    return {key.value: tuple(one.value for one in result.at(place)) for place, key in enumerate(result.rows)}


def test_groups_and_measures_are_what_sql_says(viewers: list[Context]) -> None:
    for who in viewers:
        show = ("count", "sum:revenue", "avg:revenue", "min:revenue", "max:revenue")
        found = run(who, Definition(entity=ENTITY, by=("source",), show=show))
        figures = "count(*), sum(revenue), avg(revenue), min(revenue), max(revenue)"
        assert told(found) == by_hand(who, "source_id", figures)
        assert {str(one.title) for one in found.rows} == {"Web", "Hội chợ", "Chưa điền"}
        (total,) = by_hand(who, "1", figures).values()
        assert tuple(one.value for one in found.at(ALL)) == total
        plain = run(who, Definition(entity=ENTITY, show=("avg:revenue",), filters={"kind__eq": "individual"}))
        assert (plain.at(ALL)[0].value,) == by_hand(who, "1", "avg(revenue)", "kind = 'individual'")[1]


LAST_MONTHS = "to_char(date_trunc('month', created_at AT TIME ZONE 'Asia/Ho_Chi_Minh'), 'YYYY-MM')"


def test_two_dimensions_have_totals_of_rows_columns_and_all(viewers: list[Context]) -> None:
    for who in viewers:
        found = run(who, Definition(entity=ENTITY, by=("created_at:month", "kind"), show=("sum:revenue",)))
        expected = by_hand(who, f"{LAST_MONTHS} || '/' || kind", "sum(revenue)")
        told_cells = {
            f"{row.value:%Y-%m}/{column.value}": (found.at(at, across)[0].value,)
            for at, row in enumerate(found.rows)
            for across, column in enumerate(found.columns)
            if (at, across) in found.cells
        }
        assert told_cells == expected
        kinds = {key.value: (found.at(ALL, at)[0].value,) for at, key in enumerate(found.columns)}
        assert kinds == by_hand(who, "kind", "sum(revenue)")
        assert [key.value for key in found.rows] == sorted(key.value for key in found.rows)
        assert len(found.rows) == 7


def test_the_greatest_few_and_the_others_together(viewers: list[Context]) -> None:
    for who in viewers:
        show = ("sum:revenue", "count", "avg:revenue")
        found = run(who, Definition(entity=ENTITY, by=("source",), show=show, top=1))
        first, others = found.rows
        expected = sorted(
            by_hand(who, "source_id", "sum(revenue), count(*), avg(revenue)").items(), key=lambda one: -one[1][0]
        )
        assert (first.value, others.others) == (expected[0][0], True)
        assert found.at(0)[0].value == expected[0][1][0]
        rest = f"source_id IS DISTINCT FROM '{first.value}'" if first.value else "source_id IS NOT NULL"
        assert (
            tuple(one.value for one in found.at(1))
            == by_hand(who, "1", "sum(revenue), count(*), avg(revenue)", rest)[1]
        )
        assert round(sum(found.share(at) or 0 for at in range(2)), 6) == 100


def test_a_period_is_compared_with_the_one_before(viewers: list[Context]) -> None:
    today = viewers[0].today()
    first = date(today.year - (today.month < 4), (today.month - 4) % 12 + 1, 1)
    days = f"{first}..{date(today.year, today.month, 1) - timedelta(days=1)}"
    for who in viewers:
        found = run(
            who, Definition(entity=ENTITY, by=("created_at:month",), on="created_at", period=days, compare=True)
        )
        months = by_hand(who, LAST_MONTHS, "count(*)")
        assert next(key.value for key in found.rows) == first
        for at, key in enumerate(found.rows):
            earlier = key.value.year * 12 + key.value.month - 1 - 3
            before = f"{earlier // 12}-{earlier % 12 + 1:02d}"
            (figure,) = found.at(at)
            assert (figure.value, figure.before) == (months[f"{key.value:%Y-%m}"][0], months[before][0])
        assert found.at(ALL)[0].change is not None


@pytest.mark.parametrize(
    "definition",
    [
        Definition(entity=ENTITY, by=("source", "kind")),
        Definition(
            entity=ENTITY, by=("source",), top=1, filters={"source__ne": "01900000-0000-7000-8000-000000000000"}
        ),
        Definition(entity=ENTITY, by=("owner", "created_at:quarter"), period="this_year", compare=True),
        Definition(entity=ENTITY, by=("created_at:week",), period="last_30_days", compare=True),
        Definition(entity=ENTITY, by=("created_at:day", "owner_department"), period="this_month", compare=True),
        Definition(entity=ENTITY, by=("birthday:year", "address"), filters={"kind__eq": "individual"}),
    ],
)
def test_behind_every_figure_are_exactly_its_records(viewers: list[Context], definition: Definition) -> None:
    for who in viewers:
        found = run(who, definition)
        assert found.cells
        for row, column in found.cells:
            keys = found.rows[row] if row != ALL else None, found.columns[column] if column != ALL else None
            (figure,) = found.at(row, column)
            for before, value in ((False, figure.value), (True, figure.before)):
                if value is not None and (behind := records_of(found, *keys, before=before)) is not None:
                    resource = found.plan.resource
                    filters = read_filters(list_fields(who, resource), behind.items())
                    assert count(who, Query(resource, filters=filters), None)[0] == value


def test_figures_of_several_entities_stand_side_by_side(
    context: Context, colleague: Context, viewers: list[Context]
) -> None:
    service.create(context, Call, {"subject": "Gọi", "starts": datetime.now(context.zone)})
    service.create(colleague, Task, {"subject": "Việc"})
    service.create(colleague, Task, {"subject": "Việc khác"})
    context.session.commit()
    colleague.session.commit()
    found = run(context, Definition(entity=ENTITY, by=("owner",), show=("count", "core.call/count", "core.task/count")))
    assert {str(one.title): tuple(each.value for each in found.at(at)) for at, one in enumerate(found.rows)} == {
        str(context.user and context.user.name): (7, 1, 0),
        "Trần Anh Tuấn": (7, 0, 2),
    }
    with pytest.raises(InvalidError):
        run(context, Definition(entity=ENTITY, by=("source",), show=("count", "core.call/count")))


def test_the_department_of_the_owner_groups_and_narrows(
    context: Context, colleague: Context, viewers: list[Context]
) -> None:
    sales = service.create(context, Department, {"name": "Kinh doanh"})
    assert colleague.user is not None
    service.update(context, service.get(context, User, colleague.user.id), {"department": sales.id})
    found = run(context, Definition(entity=ENTITY, by=("owner_department",)))
    assert told(found) == {sales.id: (7,), None: (7,)}
    assert {str(one.title) for one in found.rows} == {"Kinh doanh", "Chưa điền"}
    narrowed = Definition(entity=ENTITY, by=("owner",), filters={"owner_department__eq": str(sales.id)})
    assert told(run(context, narrowed)) == {colleague.user.id: (7,)}


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"entity": "core.nothing"}, "entity"),
        ({"entity": "core.user"}, "entity"),
        ({"by": ("nothing",)}, "by"),
        ({"by": ("created_at",)}, "by"),
        ({"by": ("kind:month",)}, "by"),
        ({"by": ("kind", "source", "owner")}, "by"),
        ({"show": ("sum:name",)}, "show"),
        ({"show": ("median:revenue",)}, "show"),
        ({"show": ("sum:",)}, "show"),
        ({"filters": {"nothing__eq": "1"}}, "nothing__eq"),
        ({"filters": {"revenue__gt": "x"}}, "revenue__gt"),
        ({"period": "soon"}, "period"),
        ({"period": "2026-02-01..2026-01-01"}, "period"),
        ({"period": "this_month", "on": "name"}, "on"),
        ({"compare": True}, "compare"),
        ({"chart": "cube"}, "chart"),
        ({"top": -1}, "top"),
    ],
)
def test_what_cannot_be_asked_is_named(colleague: Context, asked: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidError) as refused:
        run(colleague, Definition(**{"entity": ENTITY, **asked}))
    assert where in refused.value.errors


def test_a_field_that_a_role_hides_is_nothing_at_all(viewers: list[Context]) -> None:
    who = viewers[1]
    who.grants = Grants(verbs=SEES_OWN.verbs, fields={ENTITY: {"revenue": "hidden", "source": "hidden"}})
    for asked in ({"show": ("sum:revenue",)}, {"by": ("source",)}, {"filters": {"revenue__gt": "1"}}):
        with pytest.raises(InvalidError):
            run(who, Definition(**{"entity": ENTITY, **asked}))  # type: ignore[arg-type] # one of them at a time


def test_a_report_is_one_statement(viewers: list[Context]) -> None:
    who, found = viewers[0], []
    run(who, Definition(entity=ENTITY))
    engine = who.session.connection().engine
    note = lambda *args: found.append(args[2])  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    run(who, Definition(entity=ENTITY, by=("source", "created_at:month"), period="this_year", compare=True, top=5))
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(found) == 1
