"""An import profile: which file of a folder is which entity, step by step, and what its cells mean.

It is written down once, as YAML, for files that come again and again or that no wizard could guess::

    format: 1
    title: Orders of the old shop
    clean:                          # misspelt values, by column; the report counts them
      product: {GTXPro: GTX Pro}
    steps:
      - file: accounts.csv
        entity: core.customer
        match: [name]               # what tells records: running it again adds nothing
        fields:
          name: account             # a column
          founded: year_established
          note: {text: "Part of {subsidiary_of}"}
          source: {value: Old shop}
          kind: {column: type, values: {corp: organisation}, others: empty, default: individual}
          birthday: {column: born, date: {"/": mdy, "-": dmy}}    # or mdy alone
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from string import Formatter
from typing import Any, Final, cast, get_args

from core.i18n import Label, translator
from core.parse.dates import DateOrder
from core.sheets.errors import Rejected
from core.sheets.plan import DUPLICATES, Duplicates
from core.yaml_text import read_yaml

_ = translator("core")

FORMAT: Final = 1
MOST_STEPS: Final = 50
ADDRESS: Final = "address"
"""In a text, ``{agent|address}`` is the value as the first part of an e-mail address."""
_RULE = frozenset(("column", "text", "value", "values", "others", "default", "date"))
_STEP = frozenset(("file", "entity", "title", "match", "duplicates", "once", "clean", "fields"))
_PROFILE = frozenset(("format", "title", "clean", "steps"))
Table = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one field is filled: from a column, from several put together, or always alike."""

    column: str = ""
    text: str = ""
    value: str = ""
    values: Table = field(default_factory=dict)
    """What the column's values mean; those that are not named stay as they are."""
    others: str = "keep"
    """``empty``: values that are not named mean nothing here."""
    default: str = ""
    """In place of nothing."""
    date: Mapping[str, DateOrder] = field(default_factory=dict)
    """What comes first in its days, by the sign between their parts; ``""`` is any sign."""

    @property
    def columns(self) -> list[str]:
        """The columns it is filled from."""
        named = [name.partition("|")[0] for _said, name, _spec, _as in Formatter().parse(self.text) if name]
        return [self.column] if self.column else named


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One file read into one entity."""

    file: str
    entity: str
    fields: Mapping[str, Rule]
    title: str = ""
    match: tuple[str, ...] = ()
    duplicates: Duplicates = "skip"
    once: bool = False
    """One record for each value of what it is matched by, in however many rows it stands."""
    clean: Mapping[str, Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """The steps in their order: what later ones point at comes first."""

    title: str
    steps: tuple[Step, ...]

    def step_for(self, entity: str, filename: str) -> Step | None:
        """The step for one file that is brought into an entity: the one that names it, or the first of the entity."""
        steps = [one for one in self.steps if one.entity == entity]
        return next((one for one in steps if one.file == filename), steps[0] if steps else None)


def read_profile(text: bytes | str) -> Profile:
    """The profile that a file says. Raises :class:`Rejected` naming the first thing wrong."""
    try:
        said = read_yaml(text)
    except ValueError as error:
        raise _wrong("", error.args[0]) from None
    known = _mapping(said, "", _PROFILE)
    steps = known.get("steps")
    if known.get("format") != FORMAT or not isinstance(steps, list) or not 0 < len(steps) <= MOST_STEPS:
        raise _wrong("steps", _("A profile has the format %(n)s and a list of steps.", n=FORMAT))
    common = _tables(known.get("clean", {}), "clean")
    return Profile(
        _word(known.get("title", ""), "title"),
        tuple(_step(one, f"steps.{place}", common) for place, one in enumerate(steps, 1)),
    )


def _step(said: Any, where: str, common: Mapping[str, Table]) -> Step:
    known = _mapping(said, where, _STEP)
    file, entity = _word(known.get("file"), f"{where}.file"), _word(known.get("entity"), f"{where}.entity")
    if not file or PurePath(file).name != file or "\\" in file:
        raise _wrong(f"{where}.file", _("Name a file of the folder, without a path."))
    duplicates = next((one for one in DUPLICATES if one == known.get("duplicates", "skip")), None)
    if duplicates is None:
        raise _wrong(f"{where}.duplicates", _("Choose one of: %(names)s.", names=", ".join(DUPLICATES)))
    rules = _mapping(known.get("fields"), f"{where}.fields")
    fields = {name: _rule(one, f"{where}.fields.{name}") for name, one in rules.items()}
    match = known.get("match", [])
    if not isinstance(match, list) or not all(isinstance(one, str) and one in fields for one in match):
        raise _wrong(f"{where}.match", _("Name fields that this step fills."))
    once = known.get("once", False)
    if not isinstance(once, bool) or (once and not match):
        raise _wrong(f"{where}.once", _("True or false; with it, say by which fields records are matched."))
    return Step(
        file=file, entity=entity, fields=fields, title=_word(known.get("title", ""), f"{where}.title"),
        match=tuple(match), duplicates=duplicates, once=once,
        clean={**common, **_tables(known.get("clean", {}), f"{where}.clean")},
    )  # fmt: skip


def _rule(said: Any, where: str) -> Rule:
    if isinstance(said, str):
        return Rule(column=said)
    known = _mapping(said, where, _RULE)
    if known.get("others", "keep") not in ("keep", "empty"):
        raise _wrong(f"{where}.others", _("Choose one of: %(names)s.", names="keep, empty"))
    rule = Rule(
        values=_table(known.get("values", {}), f"{where}.values"), others=known.get("others", "keep"),
        date=_orders(known.get("date", {}), f"{where}.date"),
        **{name: _word(known.get(name, ""), f"{where}.{name}") for name in ("column", "text", "value", "default")},
    )  # fmt: skip
    if [bool(rule.column), bool(rule.text), bool(rule.value)].count(True) != 1:
        raise _wrong(where, _("Say one of: column, text, value."))
    _check_text(rule.text, f"{where}.text")
    return rule


def _orders(said: Any, where: str) -> dict[str, DateOrder]:
    orders = {"": said} if isinstance(said, str) else _table(said, where)
    for one in orders.values():
        if one not in get_args(DateOrder):
            raise _wrong(where, _("Choose one of: %(names)s.", names=", ".join(get_args(DateOrder))))
    return cast("dict[str, DateOrder]", orders)


def _check_text(text: str, where: str) -> None:
    """Names of columns in braces, and nothing else that Python's formatting could do."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        parts = [("", "", "", "")]
    for _said, name, spec, converted in parts:
        if name is not None and (spec or converted or not name or name.partition("|")[2] not in {"", ADDRESS}):
            raise _wrong(where, _("Write names of columns in braces, such as {name} or {name|address}."))


def _mapping(said: Any, where: str, known: Iterable[str] = ()) -> dict[str, Any]:
    if not isinstance(said, dict) or not said:
        raise _wrong(where, _("Names and what they stand for are expected here."))
    for name in said:
        if known and name not in known:
            raise _wrong(f"{where}.{name}".strip("."), _("There is no such setting."))
    return said


def _tables(said: Any, where: str) -> dict[str, Table]:
    return {name: _table(one, f"{where}.{name}") for name, one in _mapping(said, where).items()} if said else {}


def _table(said: Any, where: str) -> Table:
    return {name: _word(one, f"{where}.{name}") for name, one in _mapping(said, where).items()} if said else {}


def _word(said: Any, where: str) -> str:
    """Text, or a number that stands for itself."""
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise _wrong(where, _("A text is expected here."))
    return str(said)


def _wrong(where: str, message: Label) -> Rejected:
    return Rejected(_("Import profile, %(place)s: %(problem)s", place=where, problem=message) if where else message)
