"""What a plugin says of itself, and what it contributes: frozen data, nothing computed."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core import API
from core.i18n import Label, translator

if TYPE_CHECKING:
    from core.context import Context
    from core.entity.fields import Choice
    from core.jobs.work import Work

_ = translator("core")

_NAME = re.compile(r"[a-z][a-z0-9_]{1,23}")  # longer ones would not fit what is named after them in the database


class ManifestError(ValueError):
    """A plugin says something of itself that cannot be; ``reason`` is for the vendor."""

    def __init__(self, reason: Label) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The top of every plugin: ``MANIFEST = Manifest(name=…, title=…, version=…, api=…)``."""

    name: str
    title: Label
    version: str
    api: str
    """The range of the plugin API it works with, such as ``>=1,<2``."""
    summary: Label = ""
    """One sentence for the Modules page: what a company gets."""
    icon: str = "puzzle"
    requires: tuple[str, ...] = ()
    """Plugins that must be there and switched on; their ``api.py`` may be imported."""
    uses: tuple[str, ...] = ()
    """Plugins that must be there, and which a company may switch off all the same: their ``api.py`` may be imported and
    their tables pointed at. Ask ``context.active`` before counting on one."""
    weight: int = 50

    @property
    def stands_on(self) -> tuple[str, ...]:
        """The plugins whose code and tables it needs."""
        return (*self.requires, *self.uses)

    def problem(self) -> Label | None:
        """Why this plugin cannot run here, or None."""
        if not _NAME.fullmatch(self.name):
            return _(
                "The name %(name)s must be lower-case letters, digits and underscores, 2 to 24 of them.",
                name=repr(self.name),
            )
        try:
            fits = API in SpecifierSet(self.api)
        except InvalidSpecifier:
            return _(
                "The range %(range)s of the plugin API cannot be read; write something like '>=1,<2'.",
                range=repr(self.api),
            )
        return None if fits else _("It is made for plugin API %(range)s; this is %(api)s.", range=self.api, api=API)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handler:
    """Work to do on a topic: a job of the plugin's own, or an event of some entity."""

    topic: str
    run: "Callable[[Context, Work], None]"
    title: Label = ""
    retries: int = 12
    """Attempts before the job is given up and shown as dead."""
    given_up: "Callable[[Context, Mapping[str, Any], str], None] | None" = None
    """Told, with its payload and how it ended (cancelled, skipped or dead), of a job that will not be done; in the
    transaction that ends it. One that is stopped at a checkpoint of its own is told by that alone."""
    plugin: str = ""
    """Filled in at boot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Work that recurs: its topic is enqueued every ``every``, counted in the company's own zone."""

    name: str
    topic: str
    every: timedelta
    at_hour: int | None = None
    """For periods of days: the hour of the company's day."""
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationKind:
    """A kind of news people may get: each chooses for it the bell, e-mail, both or neither."""

    name: str
    title: Label
    help: Label = ""
    icon: str = "bell"
    bell: bool = True
    """Whether it rings for whoever has chosen nothing."""
    mail: bool = False
    """Whether it is sent to whoever has chosen nothing."""
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """What a vendor sells to one kind of company."""

    name: str
    title: Label
    plugins: tuple[str, ...]
    """Modules entitled and switched on when a company is made from it."""
    automations: str = ""
    """A file in the plugin's package, as the page of automations saves it; a rule with ``active: true`` is switched on.
    They are made once: for a company made from the bundle, or when its last module goes on."""
    summary: Label = ""
    icon: str = "package"
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationItem:
    """A line of the menu."""

    name: str
    title: Label
    url: str
    icon: str = "point"
    group: Label = ""
    permission: tuple[str, str] | None = None
    """Entity and verb it needs; ``("*", "admin")`` for administrators."""
    settings: bool = False
    """Whether it stands among the settings, as something that is set up once; administrators go there if nobody else
    is named."""
    text: Label = ""
    """What one finds there, said on the page of settings."""
    covers: tuple[str, ...] = ()
    """Entities that are set up there, such as ``core.tier``: they have no place of their own among the settings then."""
    weight: int = 50
    """The lightest stand first in their group, among its entities."""
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardItem:
    """One line of a card that lists things."""

    title: str
    url: str = ""
    subtitle: Label = ""
    value: str = ""
    """A short one, at the end of the line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card of the home page, or beside a record: a number, a short list, or both."""

    name: str
    title: Label
    value: Label = ""
    text: Label = ""
    url: str = ""
    icon: str = ""
    items: tuple[CardItem, ...] = ()
    pictures: tuple["Picture", ...] = ()
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a timeline, what is said of it, and where that leads."""

    file: UUID
    text: Label
    url: str = ""


@dataclass(kw_only=True, slots=True)
class TimelineItem:
    """One thing that happened to a record.

    Not frozen: a record's page makes thirty, and freezing doubles what that costs.
    """

    at: datetime
    title: Label
    who: str = ""
    icon: str = "point"
    text: Label = ""
    changes: tuple[tuple[Label, str, str], ...] = ()
    """Field title, old and new value as text."""
    line: UUID | None = None
    """The line of the change log it is."""
    restores: tuple[str, ...] = ()
    """Of each of the changes the field that can be given its old value again, or nothing."""
    kind: str = ""
    """What it is filtered by: the name of an entity of activities, ``change``, or nothing."""
    url: str = ""
    """Where there is more about it."""
    state: "Choice | None" = None
    record: str = ""
    """The activity it is, such as ``core.call/0190…``: the page offers what can be done with it."""
    file: UUID | None = None
    pictures: tuple[Picture, ...] = ()
    ahead: bool = False
    """Planned and not done yet: it stands above all that has happened, the soonest first."""
    late: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalData:
    """A table of what is kept about a person, for the copy that is handed to them."""

    name: str
    title: Label
    columns: tuple[Label, ...]
    rows: tuple[tuple[Any, ...], ...]
    """Values as JSON knows them; text is better than codes, for people read it."""
    files: tuple[UUID, ...] = ()
    """Uploaded files that belong to it."""
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordAction:
    """A button of a record's page, or of an entity's list."""

    name: str
    title: Label
    url: str
    icon: str = "point"
    method: str = "get"
    """``get`` leads to a page, ``dialog`` opens one in place, ``post`` acts at once (on a record's page)."""
    primary: bool = False
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something to know of a record before one goes on with it."""

    name: str
    text: Label
    kind: str = "warning"
    """``warning``, ``danger`` or ``info``."""
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkAction:
    """What can be done with the ticked rows of a list: its address is posted their ``ids`` and answers with a dialog."""

    name: str
    title: Label
    url: str
    icon: str = "point"
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A record that got a new owner."""

    record_id: UUID
    old: UUID | None
    new: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferOption:
    """Something that goes along with a change of owners, if it is ticked."""

    name: str
    title: Label
    run: "Callable[[Context, Sequence[Passed]], Mapping[UUID, Any]]"
    """Does it for a set of records, and answers what it did to which, as JSON knows it."""
    undo: "Callable[[Context, Sequence[Passed], Mapping[UUID, Any]], None]"
    """The opposite, for records that went back to their old owners; what was changed since it leaves alone."""
    help: Label = ""
    weight: int = 50
    plugin: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plugin is not running, for the vendor's page."""

    plugin: str
    phase: str
    reason: Label
    distribution: str = ""
    version: str = ""
    details: Any = field(default=None, compare=False)


def merge(answers: Iterable[tuple[str, Any]]) -> list[Any]:
    """Put contributions in order: core first, then weight, plugin and name. Two of one name are an error.

    ``answers`` are pairs of plugin name and contribution; each comes out knowing its plugin.
    """
    found: dict[str, Any] = {}
    for plugin, answer in answers:
        if answer.name in found:
            reason = _(
                "%(one)s and %(other)s both contribute a %(what)s %(name)s.",
                one=plugin, other=found[answer.name].plugin, what=type(answer).__name__, name=repr(answer.name),
            )  # fmt: skip
            raise ManifestError(reason)
        found[answer.name] = replace(answer, plugin=plugin)
    return sorted(found.values(), key=lambda one: (one.plugin != "core", one.weight, one.plugin, one.name))
