"""A list's address into a query: what may be asked for, and what is said about the rest."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import MultiDict

from core.api.parameters import Reader, one_of, page_size, read_parameters
from core.context import Context
from core.entity.custom import PREFIX
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter, read_filters
from core.entity.query import CAP, PAGE, STANDARD, Query, list_fields
from core.entity.schema import Row, dumper, record_fields
from core.i18n import translator
from core.standing import standing

_ = translator("core")

COUNTS: dict[str, int | None] = {"capped": CAP, "exact": None, "none": 0}
_NEWEST = (STANDARD["updated_at"], True)
_ALWAYS = {"id", "version"}


def sortable(resource: Resource, added: Mapping[str, Field] = MappingProxyType({})) -> dict[str, Field]:
    """The fields a list may be ordered by: those with an index for it; ``added`` are those other modules add."""
    declared = {name: spec for name, spec in (*resource.fields.items(), *added.items()) if spec.sort}
    return {"updated_at": STANDARD["updated_at"], **declared}


def read_list(context: Context, resource: Resource, parameters: MultiDict[str, str]) -> Query:
    """The query that an address asks for. Raises :class:`InvalidError` naming each parameter that is wrong."""
    usual, readers = _readers(context, resource.name)
    values, problems = read_parameters(parameters, readers, conditions=True)
    filters: list[Filter] = []
    try:
        if any("__" in name for name in parameters):
            filters = read_filters(_comparable(context, resource, parameters), parameters.items(multi=True))
    except InvalidError as error:
        problems += [(name, text) for name, texts in error.errors.items() for text in texts]
    if wrong := InvalidError.of(problems):
        raise wrong
    sort, descending = values.get("sort", _NEWEST)
    return Query(
        resource,
        columns=values.get("fields", usual),
        filters=filters,
        q=values.get("q", ""),
        sort=sort,
        descending=descending,
        limit=values.get("limit", PAGE),
        cursor=values.get("cursor", ""),
        deleted=values.get("deleted", False),
        titles=False,
        total=values.get("count", CAP),
    )


@standing
def _readers(context: Context, name: str) -> tuple[tuple[Field, ...], Mapping[str, Reader]]:
    """The fields that a list of the entity of a name tells where none are asked for, and what reads its parameters."""
    resource = context.seen(context.resource(name))
    told, added = record_fields(resource), context.added(resource)
    return tuple(told.values()), {
        "limit": page_size,
        "cursor": str,
        "sort": partial(_sort, sortable(resource, added)),
        "q": str,
        "count": one_of(COUNTS),
        "fields": partial(_columns, {**told, **resource.lines, **added}),
        "deleted": one_of({"true": True, "false": False}),
    }


def dump_of(context: Context, query: Query) -> Callable[[Row], dict[str, Any]]:
    """What turns the query's rows into the API's JSON."""
    return dumper(query.columns, lambda: [spec.key for spec in context.fields(query.resource).values() if spec.key])


def _comparable(context: Context, resource: Resource, parameters: MultiDict[str, str]) -> dict[str, Field]:
    """The fields conditions may name; the company's own are only looked up where one is named."""
    if any(name.startswith(PREFIX) for name in parameters):
        return list_fields(context, resource)
    return {**resource.fields, **context.added(resource), **STANDARD}


def _sort(known: Mapping[str, Field], text: str) -> tuple[Field, bool]:
    name = text.removeprefix("-")
    if name not in known:
        raise ValueError(
            _("This list can be sorted by: %(names)s; with - before it in descending order.", names=", ".join(known))
        )
    return known[name], text.startswith("-")


def _columns(known: Mapping[str, Field], text: str) -> tuple[Field, ...]:
    names = dict.fromkeys(text.split(","))
    if missing := [name for name in names if name not in known and name not in _ALWAYS]:
        raise ValueError(_("There are no such fields: %(names)s.", names=", ".join(missing)))
    return tuple(known[name] for name in names if name in known)
