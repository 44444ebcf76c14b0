"""What a list is asked for: read from its address, and written back into addresses that ask for something else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

from uuid_utils.compat import uuid7

from core.context import Context
from core.entity.entity import Resource, title_field
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.filters import Filter, condition, read_filters
from core.entity.query import PAGE, STANDARD, Query, compared_fields, list_fields
from core.i18n import Label, translator

_ = translator("core")

MODES = ("list", "board", "calendar")
KNOWN = frozenset(("q", "sort", "columns", "view", "mode", "cursor", "at"))
LONGEST_Q = 200
ENOUGH = 7
"""Columns that fit a desk's screen; with more, or of what nobody owns, the owner is left out until somebody asks for it."""
NEVER_LISTED = frozenset(("long_text", "file"))
"""Kinds that are not columns unless somebody asks."""


@dataclass(slots=True)
class Address:
    """The parameters of a list, understood."""

    resource: Resource
    fields: dict[str, Field]
    """Everything the list may show or compare."""
    parameters: dict[str, str] = field(default_factory=dict)
    q: str = ""
    sort: Field = STANDARD["updated_at"]
    descending: bool = True
    columns: list[Field] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    problems: list[Label] = field(default_factory=list)
    """What was asked for and cannot be: said above the list, and left out of it."""
    cursor: str = ""
    view: str = ""
    mode: str = "list"

    @property
    def path(self) -> str:
        """The list's address without parameters."""
        return f"/{self.resource.path}"

    def url(self, *, path: str = "", **changes: str) -> str:
        """This list with some parameters changed; an empty value takes one away."""
        changed = {**self.parameters, "cursor": "", **changes}
        return make_url(path or self.path, changed)

    def query(self, columns: Iterable[Field] = (), *, limit: int = PAGE) -> Query:
        """What is to be read."""
        return Query(
            self.resource, columns=list(columns), filters=self.filters, q=self.q, sort=self.sort,
            descending=self.descending, limit=limit, cursor=self.cursor,
        )  # fmt: skip


def make_url(path: str, parameters: Mapping[str, str]) -> str:
    """An address; parameters without a value are left out."""
    text = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in parameters.items() if value)
    return f"{path}?{text}" if text else path


_quoted = lru_cache(maxsize=5000)(quote_plus)
"""A page has dozens of addresses, of the same few names and ids."""


def undo_url(resource: Resource, mark: UUID) -> str:
    """What the Undo button posts to: the deed lies between two marks."""
    return make_url(f"/{resource.path}/undo", {"from": str(mark), "to": str(uuid7())})


def read_address(
    turn: Context,
    resource: Resource,
    parameters: Mapping[str, str],
    preferred: Mapping[str, Any] | None = None,
    *,
    strict: bool = False,
) -> Address:
    """Understand a list's parameters.

    A list that is looked at leaves out what cannot be and says so: a saved view outlives the fields it mentions.
    One that is acted upon is ``strict`` and raises InvalidError: leaving out a condition would act on more.
    """
    found = Address(resource, list_fields(turn, resource))
    found.parameters = {name: value for name, value in parameters.items() if name in KNOWN or "__" in name}
    found.q = found.parameters.get("q", "")[:LONGEST_Q].replace("\x00", "")
    found.cursor, found.view = found.parameters.get("cursor", ""), found.parameters.get("view", "")
    wanted = found.parameters.get("mode", "list")
    found.mode = wanted if wanted in modes(resource) else "list"
    _read_sort(found, found.parameters.get("sort", ""))
    found.columns = columns(found, found.parameters.get("columns") or (preferred or {}).get("columns", ""))
    for parameter, text in found.parameters.items():
        if parameter not in KNOWN:
            _read_filter(turn, found, parameter, text)
    if strict and found.problems:
        raise InvalidError({"": found.problems})
    return found


def modes(resource: Resource) -> list[str]:
    """How an entity's records can be laid out."""
    possible = {"list": True, "board": resource.lanes is not None, "calendar": bool(resource.dates)}
    return [mode for mode in MODES if possible[mode]]


def _read_sort(found: Address, text: str) -> None:
    spec = found.fields.get(text.removeprefix("-"))
    if spec is not None and spec.sort:
        found.sort, found.descending = spec, text.startswith("-")
    elif text:
        found.problems.append(_("The list cannot be ordered by “%(name)s”.", name=text.removeprefix("-")))


def columns(found: Address, text: str) -> list[Field]:
    """The columns somebody chose, or those the declaration lists; the title always, and first."""
    fields, title = found.fields, title_field(found.resource.model)
    chosen = [name for name in text.split(",") if name in fields]
    if not chosen:
        listed = {name: spec for name, spec in fields.items() if spec.listed}
        chosen = [name for name, spec in listed.items() if spec.key or spec.kind.name not in NEVER_LISTED]
        if len(chosen) > ENOUGH or not found.resource.owned:
            chosen.remove("owner")
    return [found.resource.fields[title], *(fields[name] for name in dict.fromkeys(chosen) if name != title)]


def _read_filter(turn: Context, found: Address, parameter: str, text: str) -> None:
    """One condition; tried on the database's types here, so that a bad one spoils nothing."""
    try:
        one = read_filters(compared_fields(turn, found.resource), [(parameter, text)])[0]
        condition(turn, found.resource, one)
    except InvalidError as error:
        reasons = "; ".join(str(reason) for texts in error.errors.values() for reason in texts)
        spec = found.fields.get(parameter.rpartition("__")[0])
        name = spec.title if spec else parameter.rpartition("__")[0]
        found.problems.append(_("The condition on “%(name)s” is left out: %(reason)s", name=name, reason=reasons))
    else:
        found.filters.append(one)
