"""Valid values for any entity, by the kinds of its fields: what the conformance kit fills companies with."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from core.access.visibility import visible
from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource, target_class
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.reference import Reference
from core.entity.tables import StoredFile
from core.entity.values import search_text

TRIES = 60
_WHOLE = (1, 2, 10, 100, 1000, 0)


class NoSampleError(ValueError):
    """No values were found that the entity takes; the message names the fields and what was said of them."""

    def __init__(self, resource: Resource, error: InvalidError) -> None:
        super().__init__(f"no valid {resource.name} could be made up ({error})")


@dataclass(slots=True)
class Sampler:
    """Makes records in one company, each different from the one before.

    What a kind of field takes is tried in turn until the entity's rules are content; an optional field that nothing
    fits stays empty. ``given`` has values that are better known, by the entity's name, as the API takes them.
    """

    context: Context
    mark: str
    """Stands in every text, so that a page that shows it can be told; backwards in records of core."""
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sparse: bool = False
    """Fill what is needed and no more: records that are only there to be pointed at."""
    number: int = 0
    _making: list[type[Entity]] = field(default_factory=list)

    def make(self, model: type[Entity]) -> Entity:
        """Save a record with every field that can be filled – if sparse, that must be – and those it points at."""
        resource = self.context.resource(model)
        if (only := self._only(model)) is not None:
            return only
        self._making.append(model)
        try:
            if "create" not in resource.verbs:
                return self._written(resource)
            return self._settled(resource, lambda values: service.create(self.context, model, values))
        finally:
            self._making.pop()

    def _written(self, resource: Resource) -> Entity:
        """A row of an entity that only the rules of its module make, with links of its own: two are seldom about the same."""
        self.number += 1
        fields = {
            name: spec
            for name, spec in resource.model.__fields__.items()
            if not spec.expression and spec.kind.name != "links"
        }
        values: dict[str, Any] = {}
        for position, spec in enumerate(fields.values()):
            found = list(islice(self._candidates(resource, spec, position), 2 if spec.kind.name == "link" else 1))
            if found and found[-1] is not None:
                values[spec.column] = found[-1]
        person = self.context.user.id if self.context.user else None
        record = resource.model(tenant_id=self.context.tenant, owner_id=person, created_by_id=person, **values)
        record.search_norm = search_text(record, fields)
        self.context.session.add(record)
        self.context.session.flush()
        return record

    def values(self, resource: Resource) -> dict[str, Any]:
        """Values of a record that would be saved and is not; what they point at is. None of a second where one is all."""
        kept: dict[str, Any] = {}
        if self._only(resource.model) is not None:
            return kept

        def rehearse(values: dict[str, Any]) -> Entity:
            with self.context.session.begin_nested() as savepoint:
                record = service.create(self.context, resource.model, values)
                savepoint.rollback()
            kept.update(values)
            return record

        self._settled(resource, rehearse)
        return kept

    def _only(self, model: type[Entity]) -> Entity | None:
        """The record of an entity of which a company has one, once it is there."""
        unique = (one for one in model.__table__.constraints if isinstance(one, sa.UniqueConstraint))
        if not any(set(one.columns.keys()) == {"tenant_id"} for one in unique):
            return None
        return self.context.session.scalar(sa.select(model).where(model.tenant_id == self.context.tenant))

    def _settled(self, resource: Resource, save: Callable[[dict[str, Any]], Entity]) -> Entity:
        """Try values until they are taken. Raises :class:`NoSampleError`."""
        self.number += 1
        specs = _writable(resource)
        waiting = {
            name: self._candidates(resource, replace(spec, name=name), position)
            for position, (name, spec) in enumerate(specs.items())
        }
        first = {
            name: next(rest, None) if self._begins_with(resource, name, specs[name]) else None
            for name, rest in waiting.items()
        }
        values = _without_lines_that_lack_something(specs, first)
        for _attempt in range(TRIES):
            try:
                return save(_assembled({name: value for name, value in values.items() if value is not None}))
            except InvalidError as error:
                last = error
                if not _next(specs, values, waiting, error):
                    break
        raise NoSampleError(resource, last)

    def _begins_with(self, resource: Resource, name: str, spec: Field) -> bool:
        """Whether a field has a value before any rule asks for one."""
        lines = resource.lines.get(name.partition(".")[0])
        return not self.sparse or (spec.required and (lines is None or lines.required))

    def _candidates(self, resource: Resource, spec: Field, position: int) -> Iterator[Any]:
        if spec.name == resource.members:
            return  # whoever it names would see the record, and some are made to see nothing
        if spec.name in (known := self.given.get(resource.name, {})):
            yield spec.kind.from_json(known[spec.name])
        elif spec.kind.name in {"link", "links", "file", "image"}:
            yield from self._references(spec)
        elif spec.kind.name == "record":
            yield from self._subjects(resource)
        else:
            mark = self.mark if resource.plugin != "core" else self.mark[::-1]
            yield from sample(Wanted(spec, mark, self.number, position))

    def _references(self, spec: Field) -> Iterator[Any]:
        if spec.kind.name in {"file", "image"}:
            yield self._file(spec) if spec.required else None
            return
        model = target_class(spec)
        found = self._existing(model)
        if found is None and model not in self._making:
            found = self.make(model).id
        if found is not None:
            yield [found] if spec.kind.name == "links" else found
        if spec.kind.name == "link" and model not in self._making and self._may_make(model):
            yield self.make(model).id  # another one, such as where goods go that come from the first

    def _may_make(self, model: type[Entity]) -> bool:
        return self.context.can(self.context.resource(model).name, "create")

    def _subjects(self, resource: Resource) -> Iterator[str]:
        """Records that an activity may be about."""
        for one in resource.references:
            if (found := self._existing(one.model)) is not None:
                yield str(Reference(one.name, found))

    def _existing(self, model: type[Entity]) -> UUID | None:
        table = model.__table__
        newest = sa.select(table.c.id).where(table.c.tenant_id == self.context.tenant, table.c.deleted_at.is_(None))
        if (resource := self.context.resource(model)).owned:  # those of others may not be linked to
            newest = newest.where(visible(self.context, resource))
        return self.context.session.scalar(newest.order_by(table.c.id.desc()).limit(1))

    def _file(self, spec: Field) -> UUID:
        return uploaded(self.context, spec, self.mark)


def uploaded(context: Context, spec: Field, name: str) -> UUID:
    """The row of a file that the person has just sent; nobody asks for its bytes."""
    kind = "image/png" if spec.kind.name == "image" else "text/plain"
    person = context.user.id if context.user else None
    row = StoredFile(name=name, size=1, media_type=kind, sha256=bytes(32), user_id=person)
    context.session.add(row)
    context.session.flush()
    return row.id


def body(resource: Resource, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the API takes them."""
    return {
        name: [_plain(resource.lines[name].target.__fields__, line) for line in value]
        if name in resource.lines
        else resource.fields[name].kind.to_json(value)
        for name, value in values.items()
    }


def _plain(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name].kind.to_json(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value is made for. Fields that are declared later have later dates."""

    spec: Field
    mark: str
    number: int
    position: int


def sample(wanted: Wanted) -> Iterator[Any]:
    """Values of one field, the likeliest first."""
    return iter(_SAMPLES[wanted.spec.kind.name](wanted))


def _writable(resource: Resource) -> dict[str, Field]:
    """The fields that can be set, and those of one line of each kind, as ``goods.0.price``."""
    lines = {
        f"{name}.0.{one}": spec
        for name, kind in resource.lines.items()
        if kind.writable
        for one, spec in kind.target.__fields__.items()
    }
    return {name: spec for name, spec in {**resource.fields, **lines}.items() if spec.writable}


def _without_lines_that_lack_something(specs: Mapping[str, Field], values: dict[str, Any]) -> dict[str, Any]:
    """No line at all is better than one without what it needs, such as the first product as a part of a product."""
    lacking = {
        name.partition(".")[0] for name, one in values.items() if one is None and "." in name and specs[name].required
    }
    return {name: None if name.partition(".")[0] in lacking else one for name, one in values.items()}


def _assembled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record from those of its fields and of its lines' fields."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        name, *rest = path.split(".")
        if name == "custom" or not rest:
            found[path] = value
        else:
            found.setdefault(name, [{}])[0][rest[-1]] = value
    return found


def _next(
    specs: Mapping[str, Field], values: dict[str, Any], waiting: dict[str, Iterator[Any]], error: InvalidError
) -> bool:
    """Put other values into the fields that were named; whether there were any."""
    moved = False
    for name in error.errors:
        lines = [one for one in values if one.startswith(f"{name}.") and values[one] is not None]
        if lines:  # the record may have none, or none of this kind
            values.update(dict.fromkeys(lines))
            moved = True
        following = next(waiting[name], None) if name in values else None
        if following is not None or (values.get(name) is not None and not specs[name].required):
            values[name], moved = following, True
    return moved


def _text(wanted: Wanted) -> Iterator[str]:
    mark, number = wanted.mark, wanted.number
    texts = (f"{mark} {number}", f"{mark}{number}", f"{number:010d}", "0100109106", f"{mark}{number}@example.com")
    for text in (*texts, f"30A-{number:05d}", "0912345678", "https://example.com/", "001099012345", "A", "1"):
        yield text[-wanted.spec.length :]


def _whole(wanted: Wanted) -> Iterator[int]:
    spec = wanted.spec
    low = 0 if spec.minimum is None else int(spec.minimum)
    high = low + 1000 if spec.maximum is None else int(spec.maximum)
    for value in (low + wanted.number, *(low + one for one in _WHOLE), high, datetime.now(UTC).year):
        yield min(value, high)


def _decimals(wanted: Wanted) -> Iterator[Decimal]:
    return map(Decimal, _whole(wanted))


def _moments(wanted: Wanted) -> Iterator[datetime]:
    morning = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
    for days in (-60, 0, 30, -20000, 366):
        yield morning + timedelta(days=days + wanted.position, minutes=wanted.number % 60)


def _choices(wanted: Wanted) -> Iterable[str]:
    spec = wanted.spec
    return dict.fromkeys([spec.default or spec.choices[0].value, *(one.value for one in spec.choices)])


_SAMPLES: Mapping[str, Callable[[Wanted], Iterable[Any]]] = {
    "text": _text,
    "long_text": _text,
    "phone": lambda one: (f"+8491{one.number % 10**7:07d}",),
    "email": lambda one: (f"{one.mark}{one.number}@example.com",),
    "integer": _whole,
    "decimal": _decimals,
    "money": _decimals,
    "percent": _decimals,
    "boolean": lambda _one: (True, False),
    "date": lambda one: (moment.date() for moment in _moments(one)),
    "time": lambda one: (time(8 + one.position % 12, one.number % 60), time(0), time(23, 59)),
    "datetime": _moments,
    "choice": _choices,
    "number": lambda one: (f"{one.mark}{one.number}",),
    "record": lambda _one: (str(Reference("core.customer", UUID(int=1))),),
    "multi_choice": lambda one: ([choice] for choice in _choices(one)),
    "phones": lambda one: ([{"value": f"+8498{one.number % 10**7:07d}", "label": one.mark}],),
    "emails": lambda one: ([{"value": f"{one.mark}{one.number}@example.org", "label": ""}],),
    "entity": lambda _one: ("core.customer", "core.contact"),
    "address": lambda one: ({"street": f"{one.number} {one.mark}", "province": "Cần Thơ"},),
}
