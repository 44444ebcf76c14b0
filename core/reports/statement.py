"""A report as one statement.

Each entity that is counted gives *parts*: its visible records, grouped by the dimensions. Parts can be put together to
any coarser group (an average is kept as a sum and a number), so the greatest few, the others together, and all totals
are worked out from them in the same statement; nothing is counted twice.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.access.visibility import visible
from core.entity.entity import Resource, target_class, title_field
from core.entity.fields import Field
from core.entity.filters import column, condition, whole_days
from core.entity.page_statement import alive
from core.reports.definition import COUNT
from core.reports.offered import Dimension, Measure, Source
from core.reports.periods import Days
from core.reports.plan import Plan

if TYPE_CHECKING:
    from core.context import Context

MOST = (500, 40)
"""Groups of the first and of the second dimension; what is beyond is counted together as the others."""
TOTAL, OTHERS, KEY, PLACE, TITLE, POSITION = "total", "others", "key", "place", "title", "position"
"""What the columns of each dimension begin with."""
NOW, BEFORE = "now", "before"
"""What the columns of each measure begin with."""
_Wrap = Callable[[Any], sa.ColumnElement[Any]]
_TOGETHER: dict[str, Any] = {COUNT: sa.func.sum, "sum": sa.func.sum, "min": sa.func.min, "max": sa.func.max}


def statement_of(context: "Context", plan: Plan) -> sa.Select[Any]:
    """The whole report: a row for each group and each total, titles of what is linked to included."""
    parts = [_parts(context, plan, source) for source in plan.sources]
    found = (sa.union_all(*parts) if len(parts) > 1 else parts[0]).cte("parts")
    figures = _figures(plan, _folded(plan, found) if plan.dimensions else found).subquery("figures")
    columns: list[Any] = list(figures.c)
    for place, dimension in enumerate(plan.dimensions):
        columns += _called(context.tenant, dimension, figures.c[f"{KEY}{place}"], place)
    return sa.select(*columns)


def _parts(context: "Context", plan: Plan, source: Source) -> sa.Select[Any]:
    """One entity's records, or lines, by the dimensions, each measure of it with all that putting together takes."""
    resource, table = source.resource, source.resource.model.__table__
    fields = [dimension_value(context, plan, source, one) for one in plan.dimensions]
    keys = [one.label(f"{KEY}{place}") for place, one in enumerate(fields)]
    where = [table.c.tenant_id == context.tenant, alive(resource), visible(context, resource)]
    where += [condition(context, resource, one) for one in plan.filters]
    now, before = _spans(context, plan, resource)
    if now is not None:
        where.append(now if before is None else sa.or_(now, before))
    measures: list[Any] = []
    for place, measure in enumerate(plan.measures):
        own = measure.resource.name == resource.name and measure.lines is source.lines
        # Without a period to compare with there is nothing to tell apart.
        measures += _measured(measure, f"{NOW}{place}", now if before is not None else None, own=own)
        if before is not None:
            measures += _measured(measure, f"{BEFORE}{place}", before, own=own)
    return sa.select(*keys, *measures).select_from(_rows(source)).where(*where).group_by(*fields)


def _rows(source: Source) -> sa.FromClause:
    """The records, or their lines beside them: what may be seen of these the record says."""
    table = source.resource.model.__table__
    if source.lines is None:
        return table
    lines = source.lines.target.__table__
    return table.join(lines, sa.and_(lines.c.tenant_id == table.c.tenant_id, lines.c.document_id == table.c.id))


def dimension_value(context: "Context", plan: Plan, source: Source, dimension: Dimension) -> sa.ColumnElement[Any]:
    """What a record is grouped by. Days of the period before stand at the place of those they are compared with."""
    left = source.column(dimension.field, dimension.lines)
    if dimension.field.kind.name == "address":
        return left["province"].astext  # type: ignore[no-any-return] # a JSONB value
    if not dimension.step:
        return left
    clock = _clock(context, dimension.field, left)
    if plan.before and plan.days and plan.dates(dimension):
        begin = sa.cast(sa.literal(plan.days.first), sa.DateTime)
        clock = sa.case((clock < begin, clock + _shift(plan.days)), else_=clock)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{dimension.step}'"), clock), sa.Date)


def _clock(context: "Context", spec: Field, left: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A date or a moment as the company's clock shows it, which no setting of the session can change."""
    if spec.kind.name == "datetime":
        return sa.func.timezone(context.company.timezone, left, type_=sa.DateTime())
    return sa.cast(left, sa.DateTime)


def _shift(days: Days) -> sa.ColumnElement[Any]:
    """From the period before to this one."""
    months = days.months
    away = 0 if months else (days.first - days.before.first).days
    return sa.func.make_interval(0, months, 0, away, type_=sa.Interval())


def _spans(context: "Context", plan: Plan, resource: Resource) -> tuple[Any, Any]:
    """The conditions of the period and of the one before; None where there is none."""
    if plan.on is None or plan.days is None:
        return None, None
    left, kind = column(resource, plan.on), plan.on.kind.name
    spans = [whole_days(context, left, kind, one.first, one.last) if one else None for one in (plan.days, plan.before)]
    return spans[0], spans[1]


def _measured(measure: Measure, name: str, when: Any, *, own: bool) -> list[sa.ColumnElement[Any]]:
    """A measure over a group's records; nothing of another entity's."""
    whole, number = sa.Numeric(), sa.BigInteger()
    if not own:
        nothing = sa.cast(sa.null(), number if measure.how == COUNT else whole).label(name)
        return [nothing, sa.cast(sa.null(), number).label(f"{name}n")] if measure.how == "avg" else [nothing]

    def over(function: Any) -> Any:
        return function if when is None else function.filter(when)

    if measure.field is None:
        return [over(sa.func.count()).label(name)]
    value = sa.cast(Source(measure.resource, measure.lines).column(measure.field, measure.lines), whole)
    if measure.how == "avg":
        return [over(sa.func.sum(value)).label(name), over(sa.func.count(value)).label(f"{name}n")]
    return [over(getattr(sa.func, measure.how)(value)).label(name)]


def _together(measure: Measure, rows: Any, name: str, wrap: _Wrap = lambda one: one) -> sa.ColumnElement[Any]:
    """A measure over several parts."""
    if measure.how == "avg":
        return wrap(sa.func.sum(rows.c[name])) / sa.func.nullif(wrap(sa.func.sum(rows.c[f"{name}n"])), 0)
    return wrap(_TOGETHER[measure.how](rows.c[name]))


def _folded(plan: Plan, parts: Any) -> sa.Subquery:
    """The parts with their groups' places by the first measure; those beyond what is shown lose their key."""
    weights = [
        _together(plan.measures[0], parts, f"{NOW}0", _per(parts.c[f"{KEY}{place}"])).label(f"weight{place}")
        for place in range(len(plan.dimensions))
    ]
    weighed = sa.select(*parts.c, *weights).subquery("weighed")
    order = [_order(one, weighed, place) for place, one in enumerate(plan.dimensions)]
    ranks = [sa.func.dense_rank().over(order_by=one).label(f"{PLACE}{place}") for place, one in enumerate(order)]
    ranked = sa.select(*weighed.c, *ranks).subquery("ranked")
    keys: list[Any] = []
    for place, most in enumerate(shown(plan)):
        rank, key = ranked.c[f"{PLACE}{place}"], ranked.c[f"{KEY}{place}"]
        keys += [sa.case((rank <= most, key)).label(f"{KEY}{place}"), (rank > most).label(f"{OTHERS}{place}"), rank]
    figures = [one for one in ranked.c if one.name.startswith((NOW, BEFORE))]
    return sa.select(*keys, *figures).subquery("folded")


def shown(plan: Plan) -> list[int]:
    """How many groups of each dimension are shown: the greatest few of the first that is no date, if so asked."""
    most = list(MOST[: len(plan.dimensions)])
    undated = [place for place, one in enumerate(plan.dimensions) if not one.step]
    if plan.definition.top and undated:
        most[undated[0]] = min(plan.definition.top, most[undated[0]])
    return most


def _per(key: sa.ColumnElement[Any]) -> _Wrap:
    return lambda one: one.over(partition_by=key)


def _order(dimension: Dimension, weighed: Any, place: int) -> Sequence[Any]:
    """The greatest first, and of dates the latest; the key makes every place one group's own."""
    key = weighed.c[f"{KEY}{place}"]
    if dimension.step:
        return [key.desc().nulls_last()]
    return [weighed.c[f"weight{place}"].desc().nulls_last(), key]


def _figures(plan: Plan, rows: Any) -> sa.Select[Any]:
    """Every group with its figures, the totals of rows and columns, and the total of all."""
    names = [NOW, BEFORE] if plan.before else [NOW]
    figures = [
        _together(measure, rows, f"{name}{place}").label(f"{name}{place}")
        for place, measure in enumerate(plan.measures)
        for name in names
    ]
    if not plan.dimensions:
        return sa.select(*figures)
    groups: list[list[Any]] = []
    about: list[Any] = []
    for place in range(len(plan.dimensions)):
        key, others = rows.c[f"{KEY}{place}"], rows.c[f"{OTHERS}{place}"]
        groups.append([key, others])
        about += [key, others, sa.func.grouping(key).label(f"{TOTAL}{place}")]
        about.append(sa.func.min(rows.c[f"{PLACE}{place}"]).label(f"{PLACE}{place}"))
    every = [one for group in groups for one in group]
    sets = [every, *(groups if len(groups) > 1 else []), []]
    return sa.select(*about, *figures).group_by(sa.func.grouping_sets(*(sa.tuple_(*one) for one in sets)))


def _called(tenant: int, dimension: Dimension, key: sa.ColumnElement[Any], place: int) -> list[sa.ColumnElement[Any]]:
    """What the record is called that a group is about, and its place among its kind where records have one."""
    if dimension.field.kind.name != "link":
        return []
    model = target_class(dimension.field)
    table = model.__table__.alias()
    about = sa.select(sa.cast(table.c[model.__fields__[title_field(model)].column], sa.Text))
    about = about.where(table.c.tenant_id == tenant, table.c.id == key)
    found: list[sa.ColumnElement[Any]] = [about.scalar_subquery().label(f"{TITLE}{place}")]
    position = table.c.get("position")
    if position is not None and isinstance(position.type, sa.Integer):
        found.append(about.with_only_columns(position).scalar_subquery().label(f"{POSITION}{place}"))
    return found
