"""The fast dump writes what marshmallow would, for any value of any kind; and what is written can be sent again."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from core.entity.entity import Resource
from core.entity.fields import Choice, Field
from core.entity.kind import Kind
from core.entity.kinds import FIRST_MOMENT, KINDS, LAST_MOMENT
from core.entity.schema import api_field, change_schema, dumper, loader, nullable, record_fields, record_schema

CHOICES = (Choice("a", "A"), Choice("b", "B"), Choice("ĉ", "C"))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50)
moments = st.datetimes(FIRST_MOMENT.replace(tzinfo=None), LAST_MOMENT.replace(tzinfo=None), timezones=st.just(UTC))
"""As the database gives them."""


def decimals(precision: int, places: int) -> st.SearchStrategy[Decimal]:
    whole = st.integers(-(10**precision) + 1, 10**precision - 1)
    return whole.map(lambda number: Decimal(number).scaleb(-places))


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "long_text": texts,
    "phone": st.just("+84912345678"),
    "email": st.just("an@example.com"),
    "number": texts,
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": decimals(18, 4),
    "money": decimals(18, 2),
    "percent": decimals(9, 4),
    "boolean": st.booleans(),
    "date": st.dates(),
    "time": st.times(),
    "datetime": moments,
    "choice": st.sampled_from([one.value for one in CHOICES]),
    "multi_choice": st.lists(st.sampled_from([one.value for one in CHOICES])),
    "link": st.uuids(),
    "links": st.lists(st.uuids(), max_size=3),
    "record": st.uuids().map(lambda one: f"core.customer/{one}"),
    "file": st.uuids(),
    "image": st.uuids(),
    "phones": st.lists(st.fixed_dictionaries({"value": st.just("+84912345678"), "label": texts}), max_size=3),
    "emails": st.lists(st.fixed_dictionaries({"value": st.just("an@example.com"), "label": texts}), max_size=3),
    "entity": st.just("core.customer"),
    "address": st.dictionaries(st.sampled_from(["street", "ward", "province", "legacy"]), texts),
}
CUSTOM_KINDS = ("text", "long_text", "integer", "decimal", "money", "date", "boolean", "choice", "multi_choice", "link")


def declared(kind: Kind, *, key: str = "") -> Field:
    name = f"custom.{key}" if key else f"the_{kind.name}"
    return Field(title=name, name=name, kind=kind, choices=CHOICES, required=False, key=key)


@cache
def resource() -> Resource:
    fields = {f"the_{name}": declared(kind) for name, kind in KINDS.items()}
    model: Any = SimpleNamespace(__tablename__="core_thing", __lines__={}, __fields__=fields)
    return Resource(model=model, title="Thing", plural="Things").of("core")


OWN = {f"custom.{name}": declared(KINDS[name], key=name) for name in CUSTOM_KINDS}


@cache
def full_schema() -> ma.Schema:
    return record_schema(resource(), OWN)()


@cache
def input_schema() -> ma.Schema:
    return loader(change_schema(resource()))


@st.composite
def rows(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A row as the database gives it, and the same as an object with typed values for marshmallow."""
    row: dict[str, Any] = {"id": draw(st.uuids()), "version": draw(st.integers(1, 10**6))}
    for name, spec in record_fields(resource()).items():
        if name != "custom":
            value = VALUES[spec.kind.name]
            row[name] = draw(st.none() | value if nullable(spec) else value)
    own = {spec.key: draw(VALUES[spec.kind.name]) for spec in OWN.values() if draw(st.booleans())}
    kept = {key: OWN[f"custom.{key}"].kind.to_json(value) for key, value in own.items()}
    return {**row, "custom": orjson.loads(orjson.dumps(kept))}, {**row, "custom": own}


def test_every_kind_is_tried() -> None:
    assert set(VALUES) == set(KINDS)


@settings(deadline=None, max_examples=100)
@given(rows())
def test_the_fast_dump_is_the_schemas_dump(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    row, thing = pair
    dump = dumper(tuple(record_fields(resource()).values()), lambda: CUSTOM_KINDS)
    assert orjson.loads(orjson.dumps(dump(row))) == full_schema().dump(thing)


@settings(deadline=None, max_examples=100)
@given(rows())
def test_what_is_answered_can_be_sent_again(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    row, _thing = pair
    answered = dumper(tuple(record_fields(resource()).values()), lambda: CUSTOM_KINDS)(row)
    schema = input_schema()
    sent = {name: value for name, value in answered.items() if name in schema.fields}
    read = schema.load(orjson.loads(orjson.dumps(sent)))
    assert read.keys() == sent.keys()
    for name, value in read.items():
        assert value == row[name], name


def test_fields_that_are_no_more_are_not_answered() -> None:
    row = {"id": UUID(int=1), "version": 1, "custom": {"gone": 1, "here": 2}}
    fields = [record_fields(resource())["custom"]]
    assert dumper(fields, lambda: ("here", "never"))(row)["custom"] == {"here": 2}


def test_a_company_without_own_fields_is_not_asked_for_them() -> None:
    def refuse() -> tuple[str, ...]:
        raise AssertionError

    row = {"id": UUID(int=1), "version": 1, "custom": {}}
    assert dumper([record_fields(resource())["custom"]], refuse)(row)["custom"] == {}


def test_moments_are_written_in_utc() -> None:
    moment = datetime(2026, 1, 1, 6, 30, tzinfo=timezone(timedelta(hours=7)))
    spec = declared(KINDS["datetime"])
    written = KINDS["datetime"].to_json(moment)
    assert written == "2025-12-31T23:30:00+00:00"
    assert api_field(spec).deserialize(written) == moment.astimezone(UTC)
    assert (time(8, 30).isoformat(), date(2026, 1, 1).isoformat()) == ("08:30:00", "2026-01-01")
