"""Documents whose text is in the language of messages: filled in, made harmless, with their lines as tables.

What comes out is no more than text and its formatting: nothing runs, and nothing is fetched from anywhere.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import nh3
from markupsafe import Markup, escape

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.entity import known as seen_fields
from core.entity.errors import InvalidError
from core.entity.fields import Field
from core.entity.format import money, number
from core.i18n import translator
from core.messages import fields, templates
from core.messages.fields import Group, Item
from core.messages.writing import Run, Value
from core.printing.letterhead import Head, Letterhead
from core.printing.views import RecordView, View

_ = translator("core")

LETTERHEAD = "letterhead"
_OF_LETTERHEAD = tuple(name for name in Letterhead.__fields__ if name not in {"logo", "odd"})
_TAGS = frozenset(
    (
        "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p", "s", "small", "span", "strong",
        "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
    )
)  # fmt: skip
_DROPPED = frozenset(("script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"))
"""Of these what stands between goes too."""
CLASSES = ("center", "right", "plain")
"""How paragraphs and cells may be set, and tables without lines."""
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")
_MARK = Markup("\ue000{}\ue001")
"""Stands where a table is put in, after everything else was cleaned."""
_MARKS = re.compile("\ue000(\\d*)\ue001?")


def groups(context: Context, resource: Resource) -> list[Group]:
    """What the text of a print may name: as messages do, its lines, and the letterhead."""
    record, *others = fields.groups(context, resource)
    lines = tuple(Item(f"{fields.RECORD}.{name}", str(spec.title)) for name, spec in resource.lines.items())
    head = tuple(Item(f"{LETTERHEAD}.{name}", str(Letterhead.__fields__[name].title)) for name in _OF_LETTERHEAD)
    return [
        Group(record.name, record.title, (*record.items, *lines)), *others,
        Group(LETTERHEAD, str(_("Letterhead")), head),
    ]  # fmt: skip


def known(context: Context, resource: Resource) -> set[str]:
    """The names of all of them."""
    return {item.path for group in groups(context, resource) for item in group.items}


def write(context: Context, resource: Resource, source: str, head: Head, record: Entity, view: RecordView) -> Markup:
    """A text filled in for a record. Raises :class:`InvalidError` for one that cannot be.

    Of what whoever prints may not know, and of fields that are gone, nothing stands there.
    """
    try:
        names = templates.fields_of(source)
        tables = [name for name in resource.lines if f"{fields.RECORD}.{name}" in names]
        values: dict[str, Value] = dict.fromkeys(names)
        values |= fields.values(context, resource, record, names)
        values |= {name: getattr(head, name.partition(".")[2], None) for name in names if name.startswith(LETTERHEAD)}
        values |= {
            f"{fields.RECORD}.{name}": _MARK.format(place) if view[name] else None for place, name in enumerate(tables)
        }
        text = templates.render(context, source, values, html=True)
    except templates.TemplateError as error:
        raise InvalidError({"": [one.label for one in error.problems]}) from None
    drawn = [_table(context, resource, resource.lines[name], view) for name in tables]
    html = clean(text if _MARKUP.search(source) else _paragraphs(text))
    return Markup(_MARKS.sub(lambda found: _drawn(drawn, found[1]), html))  # noqa: S704 # cleaned, and tables of our own


def clean(html: str) -> str:
    """Text with its formatting, and nothing else."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes={"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        allowed_classes={tag: set(CLASSES) for tag in _TAGS},
        url_schemes=set(),
        link_rel=None,
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{block.strip()}</p>".replace("\n", "<br>") for block in text.split("\n\n") if block.strip())


def _drawn(tables: list[Markup], place: str) -> Markup:
    return tables[int(place)] if place and int(place) < len(tables) else Markup()


def _table(context: Context, resource: Resource, spec: Field, view: RecordView) -> Markup:
    """Lines as a table, with what is worked out of them beneath."""
    lines: list[View] = view[spec.name]
    shown = {**resource.line_fields(spec), **context.asleep(resource, spec)}
    columns = {
        name: one for name, one in shown.items() if one.listed and any(line[name] not in (None, "") for line in lines)
    }
    run = Run(context)
    heads = [Markup("<th>{}</th>").format(title) for title in (_("No."), *(one.title for one in columns.values()))]
    rows = [
        Markup('<tr><td class="middle">{}</td>{}</tr>').format(
            place, Markup().join(_cell(run, line[name]) for name in columns)
        )
        for place, line in enumerate(lines, 1)
    ]
    return Markup('<table class="goods"><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table>').format(
        Markup().join(heads), Markup().join(rows), _sums(context, resource, spec, view, len(columns))
    )


def _cell(run: Run, value: Any) -> Markup:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Markup('<td class="figure">{}</td>').format(number(value))
    return Markup("<td>{}</td>").format(run.text(value))


def _sums(context: Context, resource: Resource, spec: Field, view: RecordView, width: int) -> Markup:
    own: Mapping[str, Field] = seen_fields(resource.marked(resource.model.__fields__))
    found = [(own[name].title, view[name]) for name in spec.totals if name in own and view[name]]
    rows = [
        Markup('<tr><td class="figure" colspan="{}">{}</td><td class="figure">{}</td></tr>').format(
            width, escape(str(title)), money(context, amount)
        )
        for title, amount in found
    ]
    return Markup('<tbody class="sums">{}</tbody>').format(Markup().join(rows)) if rows else Markup()
