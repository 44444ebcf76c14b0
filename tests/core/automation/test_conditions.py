"""Conditions, asked of whole sets in SQL, mean what a model in Python says they mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.automation import acting, conditions
from core.automation.conditions import Condition, Group
from core.context import Context
from core.customers.models import Customer, Source
from core.entity import service as records

Row = Mapping[str, Any]
NAMES, SOURCES, KINDS = ["Lan", "Lan Anh", "Hoa", "hoà"], ["Zalo", "Facebook"], ["individual", "organisation"]
COMPARE = {"lt": int.__lt__, "lte": int.__le__, "gt": int.__gt__, "gte": int.__ge__, "eq": int.__eq__}

rows = st.lists(
    st.fixed_dictionaries({
        "name": st.sampled_from(NAMES), "employees": st.none() | st.integers(0, 3), "kind": st.sampled_from(KINDS),
        "website": st.none() | st.sampled_from(NAMES), "source": st.none() | st.sampled_from(SOURCES),
        "was": st.fixed_dictionaries({}, optional={"name": st.sampled_from(NAMES), "employees": st.none() | st.integers(0, 3), "website": st.none() | st.sampled_from(NAMES)}),
    }),
    min_size=1, max_size=6,
)  # fmt: skip
of = st.sampled_from(["new", "old"])
texts = st.sampled_from(NAMES)
tests = st.one_of(
    st.builds(Condition, st.sampled_from(["name", "website"]), st.sampled_from(["eq", "contains", "ne", "starts"]), texts, of),
    st.builds(Condition, st.just("employees"), st.sampled_from(sorted(COMPARE)), st.integers(0, 3).map(str), of),
    st.builds(Condition, st.sampled_from(["employees", "website"]), st.just("empty"), st.sampled_from(["true", "false"]), of),
    st.builds(Condition, st.just("kind"), st.just("in"), st.sampled_from([*KINDS, ",".join(KINDS)])),
    st.builds(Condition, st.just("source.name"), st.sampled_from(["eq", "contains", "ne"]), st.sampled_from([*SOURCES, "alo"])),
    st.builds(Condition, st.sampled_from(["name", "employees"]), st.just("changed")),
)  # fmt: skip
groups = st.recursive(
    st.builds(Group, st.lists(tests, max_size=3).map(tuple), st.booleans()),
    lambda inner: st.builds(Group, st.lists(tests | inner, max_size=3).map(tuple), st.booleans()),
    max_leaves=4,
)


def plain(text: str) -> str:
    return text.lower().replace("à", "a")


def holds(row: Row, one: Condition | Group) -> bool:
    if isinstance(one, Group):
        found = [holds(row, member) for member in one.members]
        return all(found) if one.every else not found or any(found)
    if one.operator == "changed":
        return one.field in row["was"]
    value = (
        row["was"].get(one.field, row[one.field])
        if one.of == "old" and "." not in one.field
        else row[one.field.partition(".")[0]]
    )
    if one.operator == "empty":
        return (value is None) == (one.value == "true")
    if one.operator == "in":
        return value in one.value.split(",")
    if one.operator == "ne":
        return value != one.value and not ("." in one.field and value is None)
    if value is None:
        return False
    if one.field == "employees":
        return bool(COMPARE[one.operator](value, int(one.value)))
    if one.operator == "eq":
        return bool(value == one.value)
    part = plain(one.value)
    return plain(value).startswith(part) if one.operator == "starts" else part in plain(value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows, groups)
def test_sql_and_model_agree(context: Context, given_rows: Sequence[Row], group: Group) -> None:
    outer = context.session.begin_nested()
    try:
        sources = {name: records.create(context, Source, {"name": name}).id for name in SOURCES}
        values = [
            {
                **{name: value for name, value in row.items() if name not in {"was", "source"}},
                "source": sources.get(row["source"]),
            }
            for row in given_rows
        ]
        made = records.create_many(context, Customer, values)
        asked = [
            (one.id, {name: [old, row[name]] for name, old in row["was"].items()})
            for one, row in zip(made, given_rows, strict=True)
        ]
        assert conditions.read(group.written()) == group
        found = acting.fitting(context, "core.customer", asked, group)
    finally:
        outer.rollback()
    assert found == [holds(row, group) for row in given_rows]
