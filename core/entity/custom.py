"""Fields that a company adds to an entity: declared in a table, kept in each record's ``custom`` column."""

from typing import TYPE_CHECKING, Any, NamedTuple

from core.entity.entity import Resource
from core.entity.fields import Choice, Field
from core.entity.kinds import KINDS

if TYPE_CHECKING:
    from core.context import Context

PREFIX = "custom."
_OWN_FIELDS = """
SELECT entity, key, title, kind, required, listed, help, options FROM core_custom_field
WHERE tenant_id = %(tenant)s AND retired_at IS NULL ORDER BY position, id
"""


class _OwnField(NamedTuple):
    """A row of that statement."""

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
    return {name: spec for name, spec in _all(context).get(resource.name, {}).items() if _is_awake(context, spec)}


def sleeping_custom_fields(context: "Context", resource: Resource) -> dict[str, Field]:
    """Those that link into modules that are off."""
    return {name: spec for name, spec in _all(context).get(resource.name, {}).items() if not _is_awake(context, spec)}


def _is_awake(context: "Context", spec: Field) -> bool:
    return spec.target is None or context.runs(spec.target)


def _all(context: "Context") -> dict[str, dict[str, Field]]:
    """Those of every entity, read once a turn: a page asks for several."""
    if "custom_fields" not in context.cache:
        found: dict[str, dict[str, Field]] = {}
        for row in map(_OwnField._make, context.session.rows(_OWN_FIELDS, {"tenant": context.tenant})):
            if (spec := as_field(context, row)) is not None:
                found.setdefault(row.entity, {})[spec.name] = spec
        context.cache["custom_fields"] = found
    fields: dict[str, dict[str, Field]] = context.cache["custom_fields"]
    return fields


def as_field(context: "Context", row: Any) -> Field | None:
    """The declaration that a row of ``core_custom_field`` stands for; None for a link into a module that is not there."""
    target: Any = None
    if row.kind == "link":
        found = context.hooks.registry.resources.get(str(row.options.get("target", "")))
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
