"""The fields of a record's page as HTML, written in Python like the rows of lists: a page has thirty of them."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from markupsafe import Markup

from core.entity.format import Shown
from core.i18n import Text, current_locale, translator
from core.web.entity.shape import LABELLED, Shape
from core.web.rows import TRUE, Icon, chip, html_of

_ = translator("core")

_Lead = tuple[Callable[[str], Text], str]
"""What is said of a value's button, and its icon."""

NOTHING = '<span class="none">—</span>'
_BUTTON = '<button type="button" class="inline-value" hx-get="'
NEVER_TYPED = frozenset(("computed", "number"))
BUTTONS = 3
"""Of several telephones or addresses so many can be called or written to at once."""


def field_rows(items: Iterable[Mapping[str, Any]], field_url: str, icon: Icon, *, oob: bool = False) -> Markup:
    """Rows of a record's page, each edited where it stands; with ``oob`` it finds its place by itself."""
    url = escape(field_url)
    return Markup("".join(_row(one["f"], one["v"], url, icon, oob=oob) for one in items))  # noqa: S704 - every part of it is escaped


def detail(f: Shape, v: Shown, icon: Icon) -> Markup:
    """A value in full."""
    return Markup(_detail(f, v, icon))  # noqa: S704 - every part of it is escaped


def _row(f: Shape, v: Shown, url: str, icon: Icon, *, oob: bool) -> str:
    begin = _begun(f.name, f.title, wide=f.wide, oob=oob)
    if url and not f.readonly and f.kind not in NEVER_TYPED:
        shown = f"{_BUTTON}{url}{_asking_for(f.name, f.title, current_locale())}{_detail(f, v, icon)}</button>"
    else:
        shown = f'<div class="inline-value">{_detail(f, v, icon)}</div>'
    return f"{begin}{shown}{'' if v.empty else _action(f, v, icon)}</div></dd></div>\n"


@lru_cache(maxsize=5000)
def _begun(name: str, title: str, *, wide: bool, oob: bool) -> str:
    """What stands before a field's value."""
    name, full, swap = escape(name), " full" if wide else "", ' hx-swap-oob="true"' if oob else ""
    return (
        f'<div class="field-row{full}" id="row-{name}"{swap}><dt id="t-{name}">{escape(title)}</dt>'
        '<dd><div class="value-link">'
    )


@lru_cache(maxsize=5000)
def _asking_for(name: str, title: str, _locale: str) -> str:
    """How the button around a value asks for the field to be typed in, behind the address of the record's fields."""
    return (
        f'?field={escape(name)}" hx-target="closest .field-row" hx-swap="outerHTML" data-quiet>'
        f'<span class="visually-hidden">{html_of(_("Edit %(field)s", field=title))}:</span>'
    )


def _detail(f: Shape, v: Shown, icon: Icon) -> str:
    if v.empty:
        return NOTHING
    draw = _DETAILS.get(f.kind)
    return draw(f, v, icon) if draw else escape(" ".join(filter(None, (v.text, f.unit))))


def _several(_f: Shape, v: Shown, _icon: Icon) -> str:
    """One line for each."""
    lines = (
        f"<span>{escape(one.text)}{_small(one.raw['label']) if one.raw.get('label') else ''}</span>" for one in v.items
    )
    return f'<span class="lines">{"".join(lines)}</span>'


def _address(_f: Shape, v: Shown, _icon: Icon) -> str:
    """As it is now, and what it was before July 2025."""
    old = v.raw.get("legacy") if isinstance(v.raw, Mapping) else ""
    if not old:
        more = ""
    elif v.raw.get("ward"):
        more = _small(_("Before 07/2025: %(text)s", text=old))
    else:
        more = _small(_("Old address: edit it to see the new one"))
    return f'<span class="lines"><span>{escape(v.text)}</span>{more}</span>'


def _small(text: Text | str) -> str:
    return f' <small class="text-muted">{html_of(text)}</small>'


def _picture(f: Shape, v: Shown, _icon: Icon) -> str:
    return f'<img class="picture" src="{escape(v.url)}" alt="{escape(f.title)}" loading="lazy">'


_DETAILS: dict[str, Callable[[Shape, Shown, Icon], str]] = {
    "choice": lambda _f, v, _icon: chip(v),
    "multi_choice": lambda _f, v, _icon: "".join(chip(one, " plain") for one in v.items),
    **dict.fromkeys(LABELLED, _several),
    "address": _address,
    "image": _picture,
    "file": lambda _f, v, icon: f"{icon('paperclip')} {escape(v.text)}",
    "boolean": lambda _f, v, icon: f"{icon('check' if v.raw in TRUE else 'x')} {escape(v.text)}",
    "links": lambda _f, v, _icon: ", ".join(escape(one.text) for one in v.items),
}


def _action(f: Shape, v: Shown, icon: Icon) -> str:
    say, glyph = _LEADS.get(f.kind, _OPEN)
    return "".join(_button(one.url, say(one.text), icon(glyph)) for one in _leading(f.kind, v) if one.url)


def _leading(kind: str, v: Shown) -> Iterable[Shown]:
    """What of a value may lead somewhere."""
    if kind == "links":
        return [one for one in v.items if one.url][:1]
    return v.items[:BUTTONS] if kind in LABELLED else (v,)


def _button(url: str, said: Text, glyph: str) -> str:
    return f'<a class="btn btn-ghost btn-icon btn-sm" href="{escape(url)}" aria-label="{html_of(said)}">{glyph}</a>'


_CALL = (lambda value: _("Call %(value)s", value=value), "phone")
_WRITE = (lambda value: _("Write to %(value)s", value=value), "mail")
_OPEN: _Lead = (lambda value: _("Open %(value)s", value=value), "external-link")
_LEADS: dict[str, _Lead] = {
    "phone": _CALL,
    "phones": _CALL,
    "email": _WRITE,
    "emails": _WRITE,
    "file": (_OPEN[0], "download"),
}
