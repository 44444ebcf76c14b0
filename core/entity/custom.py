"""Fields that a company adds to an entity: declared in a table, kept in each record's ``custom`` column."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from core.entity.entity import Entity, Resource
from core.entity.fields import Choice, Field
from core.entity.kinds import KINDS

if TYPE_CHECKING:
    from core.context import Context
    from core.plugin.boot import Registry

PREFIX = "custom."
OWN_FIELDS = """
(SELECT coalesce(json_agg(json_build_array(entity, key, title, kind, required, listed, help, options)
    ORDER BY position, id)::text, '[]')
  FROM core_custom_field WHERE tenant_id = %(tenant)s AND retired_at IS NULL)
"""
"""SQL: the own fields of company ``tenant`` as one text, for whatever is asked at the same time."""
READ = "own_fields"
"""Where a turn keeps that text if it was read already."""
_DECLARED = "custom_fields"


class _OwnField(NamedTuple):
    """One of that text."""

    entity: str
    key: str
    title: str
    kind: str
    required: bool
    listed: bool
    help: str
    options: dict[str, Any]


CUSTOM_KINDS = ("text", "long_text", "integer", "decimal", "money", "date", "boolean", "choice", "multi_choice", "link")


def custom_fields(context: "Context", resource: Resource) -> dict[str, Field]:
    """The company's own fields of one entity, under the names ``custom.<key>``; no links into modules that are off."""
    own = _all(context).get(resource.name)
    return {name: spec for name, spec in own.items() if _is_awake(context, spec)} if own else {}


def sleeping_custom_fields(context: "Context", resource: Resource) -> dict[str, Field]:
    """Those that link into modules that are off."""
    own = _all(context).get(resource.name)
    return {name: spec for name, spec in own.items() if not _is_awake(context, spec)} if own else {}


def _is_awake(context: "Context", spec: Field) -> bool:
    return spec.target is None or context.runs(spec.target)


def _all(context: "Context") -> dict[str, dict[str, Field]]:
    """Those of every entity, read once a turn: a page asks for several."""
    if _DECLARED not in context.cache:
        if READ not in context.cache:
            [(context.cache[READ],)] = context.session.rows(
                f"SELECT {OWN_FIELDS}", {"tenant": context.tenant}
            )  # this module's own text
        context.cache[_DECLARED] = _declared(context.hooks.registry, context.cache[READ])
    fields: dict[str, dict[str, Field]] = context.cache[_DECLARED]
    return fields


def linking_to(context: "Context", resource: Resource) -> frozenset[str]:
    """The names of the entities that have a link to this one among the company's own fields."""
    _all(context)
    return _linking(context.hooks.registry, context.cache[READ]).get(resource.model, frozenset())


@lru_cache(maxsize=500)
def _linking(registry: "Registry", text: str) -> dict[type[Entity], frozenset[str]]:
    pairs = [(one.target, name) for name, some in _declared(registry, text).items() for one in some.values()]
    return {target: frozenset(name for one, name in pairs if one is target) for target, _name in pairs if target}


def forget(context: "Context") -> None:
    """Read them anew when they are asked for next: one of them was changed."""
    for name in (READ, _DECLARED):
        context.cache.pop(name, None)


@lru_cache(maxsize=500)
def _declared(registry: "Registry", text: str) -> dict[str, dict[str, Field]]:
    """What that text declares, entity by entity."""
    found: dict[str, dict[str, Field]] = {}
    for row in map(_OwnField._make, orjson.loads(text)):
        if (spec := _as_field(registry, row)) is not None:
            found.setdefault(row.entity, {})[spec.name] = spec
    return found


def _as_field(registry: "Registry", row: Any) -> Field | None:
    """The declaration that a row of ``core_custom_field`` stands for; None for a link into a module that is not there."""
    target: Any = None
    if row.kind == "link":
        found = registry.resources.get(str(row.options.get("target", "")))
        if found is None:
            return None
        target = found.model
    choices = tuple(
        Choice(one["value"], one["title"], one.get("color", "secondary")) for one in row.options.get("choices", ())
    )
    return Field(
        title=row.title,
        name=f"{PREFIX}{row.key}",
        kind=KINDS[row.kind],
        required=row.required,
        listed=row.listed,
        help=row.help,
        choices=choices,
        target=target,
        key=row.key,
        length=2000 if row.kind == "text" else 200,
    )
