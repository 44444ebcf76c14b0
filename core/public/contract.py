"""What plugins say of the page that somebody outside sees of a record, and of what they can do there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.i18n import Label

if TYPE_CHECKING:
    from core.context import Context
    from core.public.signature import Signature


@dataclass(frozen=True, slots=True)
class PublicChoice:
    """One of several things that somebody outside says yes or no to, each by itself, such as a piece of extra work."""

    key: str
    title: str
    text: str = ""
    """What it means, such as what it costs."""


@dataclass(frozen=True, slots=True)
class PublicAnswer:
    """What somebody outside said with an action."""

    name: str
    """Who they say they are."""
    reason: str = ""
    signature: "Signature | None" = None
    choices: Mapping[str, bool] = field(default_factory=dict)
    """Yes or no, by the key of what was asked; what was left open is not in it."""
    seen: str = ""
    """What they had before them when they chose: :func:`core.public.links.seen_of`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicAction:
    """Something that can be done on the page, by one of those who have a link."""

    name: str
    title: Label
    run: Callable[["Context", Any, PublicAnswer], None]
    """Given the record, locked: changes it, as nobody in particular. InvalidError refuses, and is told on the page."""
    offered: Callable[["Context", Any], bool] = lambda _context, _record: True
    """Whether it makes sense for the record as it is now."""
    asks: Callable[["Context", Any], Sequence[PublicChoice]] | None = None
    """What they say yes or no to, thing by thing. Whoever answers to what has become another meanwhile is shown that."""
    asks_reason: bool = False
    asks_signature: bool = False
    danger: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicPage:
    """A record as people outside see it."""

    template: str
    """A template of the plugin that fills a page; given the same as prints are."""
    print: str = ""
    """The print that can be saved there, and goes with e-mails."""
    recipient: Callable[["Context", Any], str] | None = None
    """The address to propose, such as the customer's."""
    actions: tuple[PublicAction, ...] = ()
    repeats: bool = False
    """Whether one link serves for several answers, one after the other: of a record that people outside follow."""
    given: Callable[["Context", Any], None] | None = None
    """Told of a record when a link to it was given away, as whoever did so."""
