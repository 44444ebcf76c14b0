"""Conditions on fields: ``<field>__<operator>=<value>`` in addresses and in the API, typed by the field's kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from core import parse
from core.db.base import metadata
from core.entity.entity import Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.kinds import KINDS
from core.entity.presets import days_of_year, period
from core.entity.tree import below, branch_field
from core.i18n import Text, translator
from core.places import province_named
from core.text import MARKS, digits, normalize, unaccented

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

OPERATORS: dict[str, Text] = {
    "eq": _("is"),
    "ne": _("is not"),
    "in": _("is one of"),
    "exact": _("is just"),
    "contains": _("contains"),
    "starts": _("starts with"),
    "lt": _("less than"),
    "lte": _("at most"),
    "gt": _("more than"),
    "gte": _("at least"),
    "has": _("has"),
    "empty": _("is empty"),
    "preset": _("within"),
    "province": _("in the province"),
}
NO_SUCH_FIELD = _("There is no such field.")
_DAY = len("2026-01-31")
_DIGITS = 30
"""Numbers with more digits before or after the point are no values of any field."""
_COMPARISONS: dict[str, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    "eq": eq,
    "lt": lt,
    "lte": le,
    "gt": gt,
    "gte": ge,
}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


OWNERS_DEPARTMENT = Field(
    title=_("Owner's department"), name="owner_department", kind=KINDS["link"], target="core_department", readonly=True,
    required=False, listed=False,
)  # fmt: skip
"""What is known of a record by its owner: the main department they are in."""
CREATOR = Field(
    title=_("Created by"), name="created_by", kind=KINDS["link"], target="core_user", readonly=True, required=False,
    listed=False,
)  # fmt: skip
"""Who made a record, whoever owns it now."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, as it stands in an address."""

    field: Field
    operator: str
    text: str

    @property
    def parameter(self) -> str:
        """The name in the address."""
        return f"{self.field.name}__{self.operator}"


def read_filters(fields: Mapping[str, Field], parameters: Iterable[tuple[str, str]]) -> list[Filter]:
    """The conditions among an address's parameters. Raises InvalidError naming one that cannot be."""
    found: list[Filter] = []
    problems: list[tuple[str, Text]] = []
    for parameter, text in parameters:
        name, separator, operator = parameter.rpartition("__")
        if not separator:
            continue
        spec = fields.get(name)
        if spec is None:
            problems.append((parameter, NO_SUCH_FIELD))
        elif operator not in spec.kind.operators:
            problems.append((parameter, _("This field has no such comparison.")))
        else:
            found.append(Filter(spec, operator, text))
    if error := InvalidError.of(problems):
        raise error
    return found


def column(resource: Resource, spec: Field) -> sa.ColumnElement[Any]:
    """The field's value in SQL: its column, or its key in ``custom`` with the right type."""
    table = resource.model.__table__
    if spec.beside is not None:
        return _value_beside(table, spec)
    if spec.name == OWNERS_DEPARTMENT.name and not spec.key:
        return _department_of_owner(table)
    if not spec.key:
        return table.c[spec.column]
    raw = table.c.custom[spec.key]
    if spec.kind.name == "multi_choice":
        return raw
    type_ = spec.kind.column(spec)
    return raw.astext if isinstance(type_, sa.String) else sa.cast(raw.astext, type_)


def _value_beside(table: sa.Table, spec: Field) -> sa.ColumnElement[Any]:
    rows = spec.beside.__table__
    value = sa.select(rows.c[spec.column]).where(rows.c.tenant_id == table.c.tenant_id, rows.c.id == table.c.id)
    return value.correlate(table).scalar_subquery()


def _department_of_owner(table: sa.Table) -> sa.ColumnElement[Any]:
    users = metadata.tables["core_user"].alias()
    theirs = sa.select(users.c.department_id).where(
        users.c.tenant_id == table.c.tenant_id, users.c.id == table.c.owner_id
    )
    return theirs.correlate(table).scalar_subquery()


def condition(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """A filter in SQL. Raises InvalidError where its value does not fit the field."""
    spec = one.field
    if "." in spec.name and not spec.key:
        return _of_lines(context, resource, one)
    if spec.beside is not None:
        return _of_row_beside(context, resource, one)
    try:
        _refuse_nul(one.text)
        return _of_record(context, resource, one)
    except (ValueError, KeyError, ArithmeticError):
        raise InvalidError({one.parameter: [_("“%(text)s” does not fit this field.", text=one.text)]}) from None


def _of_record(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """Whether a field of the record's own is like that."""
    spec = one.field
    if spec.kind.name == "links":
        return _links(context, resource, one)
    if one.operator == "empty":
        return _empty(resource, spec, yes=_boolean(one.text))
    if one.operator == "preset":
        return _within(context, resource, spec, one.text)
    if one.operator == "province":
        return _in_province(resource, one)
    if spec.kind.name in {"phones", "emails"}:
        return _among(resource, one)
    if one.operator in {"contains", "starts"}:
        return _like(resource, one)
    if one.operator == "has":
        return _has(resource, spec, one.text)
    return _compare(context, resource, one)


def line_fields(resource: Resource) -> dict[str, Field]:
    """The fields of the lines of an entity's records, as ``goods.product``: a record has a line like that, or none."""
    found = (
        of_lines(lines, spec) for lines in resource.lines.values() for spec in resource.line_fields(lines).values()
    )
    return {spec.name: spec for spec in found}


def of_lines(lines: Field, spec: Field) -> Field:
    """A field of a kind of lines, as whoever has all fields of a record before them knows it."""
    title = _("%(lines)s: %(field)s", lines=lines.title, field=spec.title)
    return replace(spec, name=f"{lines.name}.{spec.name}", title=title, listed=False)


def _of_lines(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """Whether any of a record's lines is like that."""
    name, _dot, key = one.field.name.partition(".")
    lines = resource.model.__lines__[name].target
    inner = replace(one, field=replace(lines.__fields__[key], search=False))
    table, document = lines.__table__, resource.model.__table__
    there = (table.c.tenant_id == context.tenant, table.c.document_id == document.c.id)
    found = condition(context, replace(resource, model=lines), inner)
    return sa.exists().where(*there, found)


def _of_row_beside(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """Whether the row beside a record is like that; one without a row has no values."""
    beside = one.field.beside
    table, record = beside.__table__, resource.model.__table__
    there = (table.c.tenant_id == context.tenant, table.c.id == record.c.id)
    inner = replace(one, field=replace(one.field, beside=None))
    # A condition on the other table alone: its index finds the few of many.
    found = sa.exists().where(*there, condition(context, replace(resource, model=beside), inner))
    without = one.operator == "ne" or (one.operator == "empty" and one.text.lower() in {"true", "1"})
    return sa.or_(found, sa.not_(sa.exists().where(*there))) if without else found


def typed(spec: Field, text: str) -> Any:
    """The value of a parameter; exact forms only, as programs write them. Raises ValueError."""
    _refuse_nul(text)
    python = spec.kind.python
    if python is bool:
        return _boolean(text)
    if python is int:
        number = int(text)
        if abs(number) > 2**63 - 1:
            raise ValueError(text)
        return number
    if python is Decimal:
        amount = Decimal(text)
        if not amount.is_finite() or abs(amount.adjusted()) > _DIGITS:
            raise ValueError(text)
        return amount
    if python in {date, time, datetime}:
        return python.fromisoformat(text)
    return UUID(text) if python is UUID else text


def _refuse_nul(text: str) -> None:
    if "\x00" in text:
        raise ValueError(text)


def _boolean(text: str) -> bool:
    return _BOOLEANS[text.lower()]


def _compare(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    left = column(resource, one.field)
    if one.operator == "exact":
        return left.in_([typed(one.field, part) for part in one.text.split(",") if part])
    if one.field.kind.name == "link" and (branches := _branches(context, one)) is not None:
        return sa.or_(left.not_in(branches), left.is_(None)) if one.operator == "ne" else left.in_(branches)
    if one.operator == "in":
        return left.in_([typed(one.field, part) for part in one.text.split(",") if part])
    if one.operator == "ne" and one.field.kind.name in {"choice", "link"}:
        parts = [typed(one.field, part) for part in one.text.split(",") if part]
        return sa.or_(left.not_in(parts), left.is_(None))
    if one.field.kind.name == "datetime" and len(one.text) == _DAY:
        return _compare_day(context, left, one)
    value = parse.phone(one.text) if one.field.kind.name == "phone" else typed(one.field, one.text)
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=context.company.zone)
    if one.operator == "ne":
        return sa.or_(left != value, left.is_(None))
    return _COMPARISONS[one.operator](left, value)


def _branches(context: "Context", one: Filter) -> Any:
    """The ids of what was asked for and of all that lies below it; None where nothing does by declaration."""
    target = target_class(one.field)
    branch = branch_field(target)
    if branch is None:
        return None
    return below(target, branch, context.tenant, [UUID(part) for part in one.text.split(",") if part])


def _compare_day(context: "Context", left: sa.ColumnElement[Any], one: Filter) -> sa.ColumnElement[bool]:
    """Moments against a day: the day is whole, in the company's zone."""
    day = date.fromisoformat(one.text)
    begin = datetime.combine(day, time(), context.company.zone)
    end = datetime.combine(day + timedelta(days=1), time(), context.company.zone)
    if one.operator == "ne":
        return sa.or_(left < begin, left >= end, left.is_(None))
    comparisons = {
        "eq": sa.and_(left >= begin, left < end), "lt": left < begin, "lte": left < end, "gt": left >= end, "gte": left >= begin
    }  # fmt: skip
    return comparisons[one.operator]


def _empty(resource: Resource, spec: Field, *, yes: bool) -> sa.ColumnElement[bool]:
    left = column(resource, spec)
    if spec.kind.many:
        in_json = spec.key or spec.kind.name != "multi_choice"
        nothing = sa.func.coalesce(sa.func.jsonb_array_length(left) if in_json else sa.func.cardinality(left), 0) == 0
    else:
        nothing = left.is_(None)
    return nothing if yes else sa.not_(nothing)


def _within(context: "Context", resource: Resource, spec: Field, name: str) -> sa.ColumnElement[bool]:
    first, last = period(name, context.today())
    left = column(resource, spec)
    if spec.yearly:
        return sa.func.to_char(left, "MMDD").in_(days_of_year(first, last))
    return whole_days(context, left, spec.kind.name, first, last)


def whole_days(
    context: "Context", left: sa.ColumnElement[Any], kind: str, first: date, last: date
) -> sa.ColumnElement[bool]:
    """Whether a date or a moment lies between two days of the company, both of them counted."""
    if kind == "datetime":
        zone = context.company.zone
        begin = datetime.combine(first, time(), zone)
        return sa.and_(left >= begin, left < datetime.combine(last + timedelta(days=1), time(), zone))
    return sa.and_(left >= first, left <= last)


def _like(resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    left = column(resource, one.field)
    if one.field.kind.name == "address":
        left = sa.cast(left, sa.Text)
    if one.field.kind.name == "phone":
        return _like_phone(left, one)
    found, text = folded(left), unaccented(one.text)
    if one.operator == "starts":
        return found.startswith(text, autoescape=True)
    words = normalize(one.text) if one.field.search else ""
    # The search column is cheaper to look through, and holds at least what any searched field holds.
    hint = resource.model.__table__.c.search_norm.contains(words, autoescape=True) if words else sa.true()
    return sa.and_(hint, found.contains(text, autoescape=True))


def folded(left: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The twin of :func:`core.text.unaccented` in SQL, whatever the database's locale takes for a letter."""
    plain = sa.func.regexp_replace(sa.func.normalize(left, sa.text("NFD")), f"[{MARKS}]", "", "g")
    return sa.func.translate(sa.func.lower(plain), "đĐ", "dd")


def _like_phone(left: sa.ColumnElement[Any], one: Filter) -> sa.ColumnElement[bool]:
    """Numbers are kept as +84… and typed as 0…: the national part is in both."""
    number = digits(one.text).removeprefix("84").lstrip("0")
    if not number:
        raise ValueError(one.text)
    return left.startswith(f"+84{number}") if one.operator == "starts" else left.contains(number)


def _among(resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """Whether any of a list of labelled values is the one, or has a part of it: of telephones the last digits, say."""
    left, phones = column(resource, one.field), one.field.kind.name == "phones"
    if one.operator == "eq":
        wanted = parse.phone(one.text) if phones else parse.email(one.text)
        found, part = left.contains([{"value": wanted}]), digits(wanted or "") if phones else wanted or ""
    else:
        part = digits(one.text).removeprefix("84").lstrip("0") if phones else unaccented(one.text)
        if not part:
            raise ValueError(one.text)
        values = sa.func.jsonb_path_query_array(left, sa.text("'$[*].value'"))
        found = sa.cast(values, sa.Text).contains(part, autoescape=True)
    hint = resource.model.__table__.c.search_norm.contains(normalize(part), autoescape=True)
    return sa.and_(hint, found) if one.field.search else found


def _in_province(resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    """Provinces are kept by their usual names, so those are compared."""
    wanted = [province_named(part) or part for part in one.text.split(",") if part]
    return column(resource, one.field)["province"].astext.in_(wanted)  # type: ignore[no-any-return] # a JSONB comparison


def _has(resource: Resource, spec: Field, text: str) -> sa.ColumnElement[bool]:
    """Whether it holds any of the values."""
    left = column(resource, spec)
    values = sa.cast(sa.literal([part for part in text.split(",") if part], ARRAY(sa.String)), ARRAY(sa.String))
    if spec.key:
        return sa.cast(left, JSONB).has_any(sa.cast(values, ARRAY(sa.Text)))  # type: ignore[no-any-return] # a JSONB comparison
    return left.overlap(values)  # type: ignore[no-any-return] # an array's comparison


def _links(context: "Context", resource: Resource, one: Filter) -> sa.ColumnElement[bool]:
    pairs, table = resource.model.__links__[one.field.name], resource.model.__table__
    linked = sa.exists().where(pairs.c.tenant_id == context.tenant, pairs.c.left_id == table.c.id)
    if one.operator == "empty":
        return sa.not_(linked) if _boolean(one.text) else linked
    wanted = _branches(context, one)
    if wanted is None:
        wanted = [UUID(part) for part in one.text.split(",") if part]
    found = linked.where(pairs.c.right_id.in_(wanted))
    return sa.not_(found) if one.operator == "ne" else found
