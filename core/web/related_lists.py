"""The lists beside a record as HTML, written in Python like the rows of lists: its page is made of little else."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from core.entity.format import Shown
from core.i18n import translator
from core.web.rows import Icon, chip, escaped, html_of

_ = translator("core")


class Line(NamedTuple):
    """A record of a list: how it is recognised, and how it stands."""

    url: str
    title: str
    subtitle: str
    state: Shown | None
    value: str


@dataclass(frozen=True, slots=True)
class RelatedList:
    """The newest records of one entity that belong to a record."""

    title: str
    count_text: str
    lines: Sequence[Line]
    url: str
    """Of all of them; empty where there are none."""
    more: bool
    new_url: str
    """Empty for those who may not add one."""


def related_lists(found: Sequence[RelatedList], icon: Icon) -> Markup:
    """A card for each list, and one for all that are empty."""
    cards = [_card(one, icon) for one in found if one.lines]
    if empty := [one for one in found if not one.lines]:
        cards.append(_none_yet(empty, icon))
    return Markup("".join(cards))  # noqa: S704 - every part of it is escaped


def _framed(head: str, body: str) -> str:
    return f'<section class="card"><div class="card-head">{head}</div>{body}</section>\n'


def _card(one: RelatedList, icon: Icon) -> str:
    url, title = escape(one.url), escape(one.title)
    head = f'<h2><a href="{url}">{title}</a> <b class="count">{one.count_text}</b></h2>'
    if one.new_url:
        head += _adding(one, "btn-ghost btn-icon btn-sm", icon("plus"))
    more = f'<li><a href="{url}"><span class="text-muted">{html_of(_("See all"))}</span></a></li>' if one.more else ""
    return _framed(head, f'<ul class="related">{_lines(one.lines)}{more}</ul>')


def _none_yet(empty: Sequence[RelatedList], icon: Icon) -> str:
    """Of what there is none: the way to the first, and by name what a person cannot add."""
    ways = [_adding(one, "btn-sm", f"{icon('plus')}{escape(one.title)}") for one in empty if one.new_url]
    if named := " · ".join(escape(one.title) for one in empty if not one.new_url):
        ways.append(f'<small class="text-muted">{named}</small>')
    return _framed(f"<h2>{html_of(_('None yet'))}</h2>", f'<div class="card-body none-yet">{"".join(ways)}</div>')


def _lines(lines: Sequence[Line]) -> str:
    """The ``<li>`` of each record; of all of them the texts are made safe at once, which is several times as quick."""
    texts = iter(escaped([text for one in lines for text in (one.url, one.title, one.value, one.subtitle)]))
    parts = []
    for one, url, title, value, subtitle in zip(lines, texts, texts, texts, texts, strict=True):
        standing = chip(one.state) if one.state else f'<b class="num">{value}</b>' if value else ""
        small = f"<small>{subtitle}</small>" if subtitle else ""
        parts.append(f'<li><a href="{url}"><span>{title}</span>{standing}{small}</a></li>')
    return "".join(parts)


def _adding(one: RelatedList, classes: str, inside: str) -> str:
    """A link to a new one: in a dialog over the record where scripts run."""
    url, said = escape(one.new_url), html_of(_("Add new"))
    return (
        f'<a class="btn {classes}" href="{url}" hx-get="{url}&amp;quick=1&amp;stay=1" hx-target="#dialog-body" '
        f'aria-label="{said}: {escape(one.title)}">{inside}</a>'
    )
