"""The entries of a timeline as HTML, written in Python like the rows of lists: a record's page has thirty of them."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from markupsafe import Markup

from core.i18n import translator
from core.web.rows import Icon, chip, html_of

_ = translator("core")

Item = Mapping[str, Any]
"""``{at_text, at, who, icon, title, text, url, state, late, kind_title, file_url, pictures,
changes: [{title, old, new, restore_url}]}`` and the addresses of what may be done with an activity."""

_EMPTY = _("(empty)")


def timeline_items(items: Iterable[Item], version: int, icon: Icon) -> Markup:
    """The ``<li>`` of each entry; ``version`` is the record's, whose old values can be restored."""
    return Markup("".join(_entry(one, version, icon) for one in items))  # noqa: S704 - every part of it is escaped


def _entry(one: Item, version: int, icon: Icon) -> str:
    late = ' class="late"' if one["late"] else ""
    parts = (
        _head(one),
        f'<div class="text">{escape(one["text"])}</div>' if one["text"] else "",
        _byline(one, icon) if one["url"] or one["file_url"] else "",
        _pictures(one, icon) if one["pictures"] else "",
        _acts(one, icon),
        _changes(one, version, icon) if one["changes"] else "",
    )
    return f"<li{late}>{_mark(one, icon)}<div>{''.join(parts)}</div></li>\n"


def _mark(one: Item, icon: Icon) -> str:
    """What stands before it: a tick for what can be completed, a picture for the rest."""
    if url := one.get("tick_url"):
        done = " checked" if one["done"] else ""
        return (
            f'<form class="mark" method="post" action="{escape(url)}" hx-post="{escape(url)}" hx-swap="none" '
            f'hx-trigger="change"><input class="form-check-input" type="checkbox" name="done" value="1"{done} '
            f'aria-label="{html_of(_("Completed"))}: {escape(one["title"])}"></form>'
        )
    kind = one.get("kind_title")
    title = f' title="{escape(kind)}"' if kind else ""
    return f'<span class="mark"{title}>{icon(one["icon"] or "activity")}</span>'


def _head(one: Item) -> str:
    title = escape(one["title"])
    if url := one["url"]:
        state = f" {chip(one['state'])}" if one["state"] else ""
        shown = f'<a href="{escape(url)}">{title}</a>{state}'
    else:
        shown = (f'<span class="strong">{escape(one["who"])}</span> ' if one["who"] else "") + title
    return f'<div class="head"><span>{shown}</span><time datetime="{one["at"]}">{escape(one["at_text"])}</time></div>'


def _byline(one: Item, icon: Icon) -> str:
    """What it is, who did it, and what is urgent about it or attached."""
    kind, who, file = one.get("kind_title", ""), one["who"] if one["url"] else "", one["file_url"]
    sign = icon(one["icon"]) if one.get("tick_url") else ""
    parts = (
        f"{sign}{escape(kind)}",
        f" · {escape(who)}" if who else "",
        f' · <span class="overdue">{html_of(_("Overdue"))}</span>' if one["late"] else "",
        f' · <a href="{escape(file)}">{icon("paperclip")}{html_of(_("Open the file"))}</a>' if file else "",
    )
    return f'<div class="by">{"".join(parts)}</div>'


def _pictures(one: Item, icon: Icon) -> str:
    return f'<div class="pictures">{"".join(_picture(each, icon) for each in one["pictures"])}</div>'


def _picture(each: Mapping[str, str], icon: Icon) -> str:
    url, link = escape(each["file_url"]), ""
    if each["url"]:
        link = (
            f' · <a href="{escape(each["url"])}" target="_blank" rel="noopener noreferrer">'
            f"{icon('map-pin')}{html_of(_('Show on the map'))}</a>"
        )
    alt = html_of(_("Picture of the check-in"))
    return (
        f'<figure><a href="{url}"><img src="{url}?small=1" alt="{alt}" loading="lazy"></a>'
        f"<figcaption>{escape(each['text'])}{link}</figcaption></figure>"
    )


def _acts(one: Item, icon: Icon) -> str:
    """What may be done with an activity where it stands."""
    title = escape(one["title"])
    buttons = []
    if url := one.get("close_url"):
        said = html_of(_("Close with a result"))
        buttons.append(
            f'<button type="button" class="btn btn-sm" hx-get="{escape(url)}" hx-target="#dialog-body">'
            f"{icon('check')}{said}</button>"
        )
    if url := one.get("check_in_url"):
        said = html_of(_("Check-in"))
        buttons.append(
            f'<label class="btn btn-sm" tabindex="0">{icon("camera")}{said}<input type="file" accept="image/*" '
            f'capture="environment" class="visually-hidden" data-check-in="{escape(url)}" '
            f'aria-label="{said}: {title}"></label>'
        )
    if url := one.get("repeat_url"):
        buttons.append(_dialog(url, html_of(_("Repeat")), title, icon("repeat")))
    if url := one.get("edit_url"):
        buttons.append(_dialog(url, html_of(_("Edit")), title, icon("pencil")))
    if url := one.get("delete_url"):
        button = _small(html_of(_("Delete")), title, icon("trash"), "")
        buttons.append(_form(url, button))
    return f'<div class="acts">{"".join(buttons)}</div>' if buttons else ""


def _dialog(url: str, said: str, title: str, glyph: str) -> str:
    return _small(said, title, glyph, f' type="button" hx-get="{escape(url)}" hx-target="#dialog-body"')


def _small(said: str, title: str, glyph: str, does: str) -> str:
    return (
        f'<button class="btn btn-ghost btn-icon btn-sm"{does} title="{said}" aria-label="{said}: {title}">'
        f"{glyph}</button>"
    )


def _form(url: str, inside: str, extra: str = "") -> str:
    return f'<form{extra} method="post" action="{escape(url)}" hx-post="{escape(url)}" hx-swap="none">{inside}</form>'


def _changes(one: Item, version: int, icon: Icon) -> str:
    return f'<ul class="changes">{"".join(_change(each, version, icon) for each in one["changes"])}</ul>'


def _change(each: Mapping[str, str], version: int, icon: Icon) -> str:
    """A field's old and new value, and the way back."""
    old, empty = each["old"], str(_EMPTY)
    was = f'<span class="was">{escape(old)}</span>{icon("arrow-right")}' if old else ""
    back = ""
    if url := each["restore_url"]:
        said = html_of(_("Restore: %(field)s = %(value)s", field=each["title"], value=old or empty))
        back = _form(
            url,
            f'<input type="hidden" name="version" value="{version}"><button class="btn btn-ghost btn-icon btn-sm" '
            f'title="{said}" aria-label="{said}">{icon("arrow-back-up")}</button>',
            ' class="restore-value"',
        )
    return (
        f'<li><span class="text-muted">{escape(each["title"])}:</span>{was}'
        f"<span>{escape(each['new'] or empty)}</span>{back}</li>"
    )
