"""The entries of a timeline as HTML, written in Python like the rows of lists: a record's page has thirty of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from core.entity.format import Shown
from core.i18n import Label, current_locale, translator
from core.plugin.manifest import Picture, TimelineItem
from core.web.rows import Icon, around, chip, escaped, html_of

_ = translator("core")

_EMPTY = _("(empty)")


@dataclass(frozen=True, slots=True, eq=False)
class Deeds:
    """What a person may do with the activities of an entity where they stand."""

    entity: str
    title: Label
    """What one of them is called."""
    path: str
    """What their addresses begin with."""
    plans: bool
    """Tick them off, close those that are ahead with a result, and repeat them."""
    checks_in: bool
    edits: bool
    deletes: bool


class Changed(NamedTuple):
    """What became of a field."""

    title: str
    old: str
    new: str
    restore_url: str
    """Empty where the old value cannot be had back."""


class Entry(NamedTuple):
    """Something that happened or is planned, with what a page adds to it."""

    item: TimelineItem
    at_text: str
    changes: Sequence[Changed] = ()
    key: str = ""
    """The id of the activity it is, if it is one."""
    deeds: Deeds | None = None


def timeline_items(entries: Sequence[Entry], version: int, icon: Icon, more_url: str = "") -> Markup:
    """The ``<li>`` of each entry, and of the way to earlier ones.

    ``version`` is the record's, whose old values can be restored.
    """
    items = [one.item for one in entries]
    texts = iter(escaped([said for one in items for said in (str(one.title), str(one.text), one.who, one.url)]))
    said = map(_Texts, texts, texts, texts, texts)
    drawn = [_entry(one, some, version, icon) for one, some in zip(entries, said, strict=True)]
    if more_url:
        drawn.append(_earlier(escape(more_url), icon))
    return Markup("".join(drawn))  # noqa: S704 - every part of it is escaped


def _earlier(url: str, icon: Icon) -> str:
    return (
        f'<li><span class="mark">{icon("history")}</span><div><button type="button" class="btn btn-sm" hx-get="{url}" '
        f'hx-target="closest li" hx-swap="outerHTML">{html_of(_("Earlier"))}</button></div></li>'
    )


class _Texts(NamedTuple):
    """The texts of an entry, as HTML."""

    title: str
    text: str
    who: str
    url: str


def _entry(one: Entry, said: _Texts, version: int, icon: Icon) -> str:
    item, kind, acts = one.item, "", ""
    if one.deeds:
        frame = _frame(one.deeds, item.icon or "activity", icon, current_locale(), ahead=item.ahead)
        own = {"key": one.key, "title": said.title}
        mark, kind, acts = frame.mark % own, frame.kind, frame.acts % own
    else:
        mark = f'<span class="mark">{icon(item.icon or "activity")}</span>'
    late = ' class="late"' if item.late else ""
    text = f'<div class="text">{said.text}</div>' if said.text else ""
    byline = _byline(item, said, kind, icon) if item.url or item.file else ""
    pictures = _pictures(item.pictures, icon) if item.pictures else ""
    changes = _changes(one.changes, version, icon) if one.changes else ""
    return f"<li{late}>{mark}<div>{_head(one, said)}{text}{byline}{pictures}{acts}{changes}</div></li>\n"


def _head(one: Entry, said: _Texts) -> str:
    state = one.item.state
    if said.url:
        standing = f" {chip(Shown(str(state.title), color=state.color))}" if state else ""
        shown = f'<a href="{said.url}">{said.title}</a>{standing}'
    else:
        shown = (f'<span class="strong">{said.who}</span> ' if said.who else "") + said.title
    at = one.item.at.isoformat(timespec="seconds")
    return f'<div class="head"><span>{shown}</span><time datetime="{at}">{one.at_text}</time></div>'


def _byline(item: TimelineItem, said: _Texts, kind: str, icon: Icon) -> str:
    """What it is, who did it, and what is urgent about it or attached."""
    who = f" · {said.who}" if said.who and said.url else ""
    late = f' · <span class="overdue">{html_of(_("Overdue"))}</span>' if item.late else ""
    file = f' · <a href="/files/{item.file}">{icon("paperclip")}{html_of(_("Open the file"))}</a>' if item.file else ""
    return f'<div class="by">{kind}{who}{late}{file}</div>'


def _pictures(pictures: Sequence[Picture], icon: Icon) -> str:
    return f'<div class="pictures">{"".join(_picture(each, icon) for each in pictures)}</div>'


def _picture(each: Picture, icon: Icon) -> str:
    url, link = f"/files/{each.file}", ""
    if each.url:
        link = (
            f' · <a href="{escape(each.url)}" target="_blank" rel="noopener noreferrer">'
            f"{icon('map-pin')}{html_of(_('Show on the map'))}</a>"
        )
    alt = html_of(_("Picture of the check-in"))
    return (
        f'<figure><a href="{url}"><img src="{url}?small=1" alt="{alt}" loading="lazy"></a>'
        f"<figcaption>{html_of(each.text)}{link}</figcaption></figure>"
    )


class _Frame(NamedTuple):
    """What all activities of an entity have in common, with ``%(key)s`` and ``%(title)s`` for what is one's own."""

    mark: str
    """What stands before it: a tick for what can be completed, a picture for the rest."""
    kind: str
    acts: str
    """What may be done with it where it stands."""


@lru_cache(maxsize=1000)
def _frame(deeds: Deeds, glyph: str, icon: Icon, _locale: str, *, ahead: bool) -> _Frame:
    url, kind, sign = f"/activities/{deeds.entity}/%(key)s", html_of(deeds.title), icon(glyph)
    if deeds.plans:
        mark, kind = _tick(f"{url}/tick", done=not ahead), f"{sign}{kind}"
    else:
        mark = f'<span class="mark" title="{around(str(deeds.title))}">{sign}</span>'
    buttons = []
    if deeds.plans and ahead:
        buttons.append(_close(f"{url}/close", icon))
    if deeds.checks_in:
        buttons.append(_check_in(f"{url}/check-in", icon))
    if deeds.plans and ahead:
        buttons.append(_dialog(f"{url}/repeat", _("Repeat"), icon("repeat")))
    if deeds.edits:
        edit = f"{around(deeds.path)}%(key)s/edit?quick=1&amp;stay=timeline"
        buttons.append(_dialog(edit, _("Edit"), icon("pencil")))
    if deeds.deletes:
        buttons.append(_form(f"{url}/delete", _small(_("Delete"), icon("trash"), "")))
    return _Frame(mark, kind, f'<div class="acts">{"".join(buttons)}</div>' if buttons else "")


def _tick(url: str, *, done: bool) -> str:
    checked = " checked" if done else ""
    return (
        f'<form class="mark" method="post" action="{url}" hx-post="{url}" hx-swap="none" hx-trigger="change">'
        f'<input class="form-check-input" type="checkbox" name="done" value="1"{checked} '
        f'aria-label="{_said(_("Completed"))}: %(title)s"></form>'
    )


def _close(url: str, icon: Icon) -> str:
    return (
        f'<button type="button" class="btn btn-sm" hx-get="{url}" hx-target="#dialog-body">'
        f"{icon('check')}{_said(_('Close with a result'))}</button>"
    )


def _check_in(url: str, icon: Icon) -> str:
    said = _said(_("Check-in"))
    return (
        f'<label class="btn btn-sm" tabindex="0">{icon("camera")}{said}<input type="file" accept="image/*" '
        f'capture="environment" class="visually-hidden" data-check-in="{url}" aria-label="{said}: %(title)s"></label>'
    )


def _dialog(url: str, what: Label, glyph: str) -> str:
    return _small(what, glyph, f' type="button" hx-get="{url}" hx-target="#dialog-body"')


def _small(what: Label, glyph: str, does: str) -> str:
    said = _said(what)
    return (
        f'<button class="btn btn-ghost btn-icon btn-sm"{does} title="{said}" aria-label="{said}: %(title)s">'
        f"{glyph}</button>"
    )


def _said(text: Label) -> str:
    """A label as HTML of a frame."""
    return around(str(text))


def _form(url: str, inside: str, extra: str = "") -> str:
    return f'<form{extra} method="post" action="{url}" hx-post="{url}" hx-swap="none">{inside}</form>'


def _changes(changes: Sequence[Changed], version: int, icon: Icon) -> str:
    return f'<ul class="changes">{"".join(_change(each, version, icon) for each in changes)}</ul>'


def _change(each: Changed, version: int, icon: Icon) -> str:
    """A field's old and new value, and the way back."""
    old, empty = each.old, str(_EMPTY)
    was = f'<span class="was">{escape(old)}</span>{icon("arrow-right")}' if old else ""
    back = ""
    if each.restore_url:
        said = html_of(_("Restore: %(field)s = %(value)s", field=each.title, value=old or empty))
        button = (
            f'<input type="hidden" name="version" value="{version}"><button class="btn btn-ghost btn-icon btn-sm" '
            f'title="{said}" aria-label="{said}">{icon("arrow-back-up")}</button>'
        )
        back = _form(escape(each.restore_url), button, ' class="restore-value"')
    return f'<li><span class="text-muted">{escape(each.title)}:</span>{was}<span>{escape(each.new or empty)}</span>{back}</li>'
