"""How a file is to be read into an entity: which column is which field, and what a duplicate is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from core.context import Context
from core.entity.custom import PREFIX
from core.entity.entity import Resource, title_field
from core.entity.fields import Field
from core.entity.filters import line_fields
from core.entity.query import STANDARD, list_fields
from core.i18n import in_every_language, translator
from core.parse import DateOrder, DecimalMark
from core.sheets.findings import Finding
from core.sheets.match import Target, propose
from core.text import normalize

_ = translator("core")

Duplicates = Literal["skip", "overwrite", "add"]
DUPLICATES: tuple[Duplicates, ...] = ("skip", "overwrite", "add")
UNREADABLE = {"file", "image", "record"}
"""Kinds a spreadsheet cannot hold."""
TELLING = ("number", "phone", "email")
"""Kinds that tell a record from others, where nothing is unique."""
UNTELLING = UNREADABLE | {"links", "multi_choice", "address", "long_text", "boolean"}
"""Kinds by which no record is told from others."""
NAMES = ("tên", "họ tên", "họ và tên", "name", "full name", "title")
"""What files call the field that people call a record by, whatever the record is."""
REASON = _("Why it was not imported")
"""The column added to the file of wrong rows; it is left out when that is imported."""


OWNER = "owner"
"""Whoever may pass records on may say in a file whose new ones are; what is there already keeps its owner."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the person chose on the mapping page, and what the file itself says."""

    columns: Mapping[int, str]
    """Index of the column to the name of the field."""
    duplicates: Duplicates = "skip"
    match: Sequence[str] = ()
    """A record is the same when all of these agree; none: nothing is ever the same."""
    sheet: str | None = None
    header_row: int | None = None
    headers: Sequence[str] = ()
    """What the columns are called, in the file the plan was made for; empty where nobody has looked."""
    notations: Mapping[int, tuple[DateOrder, DecimalMark | None]] = field(default_factory=dict)
    """How columns of dates and numbers write them, where that is not the usual way."""
    rows: int | None = None
    """How many there are below the headings; None until the file was read to its end."""
    findings: Sequence[Finding] = ()
    """What the profile that the file was read by has found in its cells."""

    @property
    def lines(self) -> set[str]:
        """The kinds of lines that the file fills: its rows are lines of documents then, told apart by ``match``."""
        return {kind for name in self.columns.values() if (kind := self.lines_of(name)) is not None}

    @staticmethod
    def lines_of(name: str) -> str | None:
        """The kind of lines that a field such as ``goods.price`` is of; None for a record's own."""
        kind, dot, _field = name.partition(".")
        return kind if dot and not name.startswith(PREFIX) else None

    def to_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        kept = asdict(self)
        return kept | {
            "columns": {str(index): name for index, name in self.columns.items()},
            "notations": {str(index): list(notation) for index, notation in self.notations.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The opposite."""
        columns = {int(index): name for index, name in kept["columns"].items()}
        notations = {int(index): (order, mark) for index, (order, mark) in kept["notations"].items()}
        rest = {
            "match": tuple(kept["match"]), "headers": tuple(kept["headers"]), "columns": columns, "notations": notations,
            "findings": tuple(Finding(**one) for one in kept.get("findings", ())),
        }  # fmt: skip
        return cls(**{**kept, **rest})


def importable(context: Context, resource: Resource) -> dict[str, Field]:
    """The fields a file may fill, of lines as ``goods.price``; and numbers, which only tell documents from each other."""
    seen = context.seen(resource)
    own = {
        name: spec
        for name, spec in context.fields(resource).items()
        if spec.kind.name == "number" or (spec.writable and spec.kind.name not in UNREADABLE)
    }
    if resource.owned and context.can(resource.name, "transfer"):
        own[OWNER] = replace(STANDARD[OWNER], readonly=False)
    settable = {name for name, spec in seen.lines.items() if spec.writable}
    lines = {name: spec for name, spec in line_fields(seen).items() if name.partition(".")[0] in settable}
    return own | {name: spec for name, spec in lines.items() if spec.writable}


def proposal(context: Context, resource: Resource, headers: Sequence[str]) -> Plan:
    """The plan a file's headings suggest, in any language."""
    fields = importable(context, resource)
    title = title_field(resource.model)
    targets = [
        Target(
            name,
            in_every_language(spec.title),
            [name, name.replace("_", " "), *spec.aliases, *(NAMES if name == title else ()), *_alone(resource, name)],
        )
        for name, spec in fields.items()
        if name != OWNER  # the people of another company are not ours: somebody has to say that they are meant
    ]
    others = _not_filled(context, resource, fields)
    columns = propose(["" if normalize(header) in others else header for header in headers], targets)
    return Plan(columns, "skip", telling(resource, fields, list(columns.values())))


def _not_filled(context: Context, resource: Resource, fields: Mapping[str, Field]) -> set[str]:
    """What columns are called that an export has and no file fills: none of them is taken for another one."""
    seen = context.seen(resource)
    known = {**list_fields(context, seen), **line_fields(seen)}
    titles = [REASON, *(spec.title for name, spec in known.items() if name not in fields)]
    taken = {normalize(text) for spec in fields.values() for text in in_every_language(spec.title)}
    return {normalize(text) for title in titles for text in in_every_language(title)} - taken


def _alone(resource: Resource, name: str) -> list[str]:
    """What a field of lines is called where nobody says that it is of lines."""
    kind, _dot, field_name = name.partition(".")
    if kind not in resource.lines:
        return []
    return in_every_language(resource.lines[kind].target.__fields__[field_name].title)


def telling(resource: Resource, fields: Mapping[str, Field], mapped: Sequence[str]) -> tuple[str, ...]:
    """The fields among those mapped by which a record is best told from others: what many rows lack comes last."""
    unique = [name for name in mapped if fields[name].unique and fields[name].required]
    sometimes = [name for name in mapped if fields[name].unique]
    kinds = [name for kind in TELLING for name in mapped if fields[name].kind.name == kind]
    title = [name for name in mapped if name == title_field(resource.model)]
    return tuple((unique or kinds or sometimes or title)[:1])
