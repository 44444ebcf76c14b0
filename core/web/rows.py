"""Cells and rows of lists as HTML, written in Python: a list page is made of little else, and a template takes thrice as long."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from markupsafe import Markup

from core.context import Context
from core.entity.fields import Field
from core.entity.format import link_url, sayer, show_row
from core.i18n import Label, translator

_ = translator("core")

Row = Mapping[str, Any]
Icon = Callable[..., str]
Draw = Callable[[Any, Row], str]
"""How one column looks: takes a value that is not empty and its row, gives HTML."""

PLAIN = frozenset(
    ("text", "entity", "long_text", "phone", "email", "phones", "emails", "address", "number", "time", "computed")
)
NUMBERS = frozenset(("money", "integer", "decimal", "percent"))
DATES = frozenset(("date", "datetime"))
CHIPS = frozenset(("choice", "link", "links", "record", "multi_choice"))
TRUE = (True, "true", "1", "on")


@dataclass(frozen=True, slots=True)
class Table:
    """A page of records and the columns it shows of them."""

    context: Context
    path: str
    """What the records' addresses begin with."""
    title: str
    """The field that says what a record is called."""
    columns: Sequence[Field]
    rows: Sequence[Row]
    may_edit: bool = False

    def __len__(self) -> int:
        return len(self.rows)


def cell(f: Any, v: Any, icon: Icon) -> Markup:
    """One value on a card or a fact: short, and nothing at all for what is empty."""
    return Markup("" if v.empty else _inner(f.kind, v, icon))  # noqa: S704 - every part of it is escaped


def table_rows(table: Table, icon: Icon, *, ticks: bool) -> Markup:
    """The ``<tr>`` of each row.

    What stands around the values is the same in every row: it is put together once, and the values, drawn column by
    column, are set into it.
    """
    # As text by a detour: a UUID writes itself in Python, one by one.
    keys = orjson.loads(orjson.dumps([row["id"] for row in table.rows]))
    titles = escaped([str(row.get(table.title) or "—") for row in table.rows])
    parts = [_Part(f'<tr data-url="{around(table.path)}%s">', keys)]
    if ticks:
        parts.append(_Part(_TICK, keys, titles))
    parts += (_column(table, spec, icon, keys) for spec in table.columns)
    parts.append(_actions(table, keys, titles, icon))
    row = "".join(part.html for part in parts) + "</tr>"
    html = "".join(map(row.__mod__, zip(*(values for part in parts for values in part.values), strict=True)))
    return Markup(html)  # noqa: S704 - every part of it is escaped


class _Part:
    """A part of each row: its HTML with ``%s`` for the values of these columns."""

    __slots__ = ("html", "values")

    def __init__(self, html: str, *values: Sequence[str]) -> None:
        self.html, self.values = html, values


def around(text: str) -> str:
    """A text as a part's HTML."""
    return escape(text).replace("%", "%%")


def escaped(texts: Sequence[str]) -> list[str]:
    """Many texts made safe at once, which is several times as quick."""
    safe = escape("\0".join(texts)).split("\0") if texts else []
    # The database lets no NUL into any text; what comes from elsewhere may have one.
    return safe if len(safe) == len(texts) else [escape(text) for text in texts]


_TICK = '<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="%s" aria-label="%s"></td>'


def _column(table: Table, spec: Field, icon: Icon, keys: Sequence[str]) -> _Part:
    """The cells of a column; one with nothing in it is an empty element, which phones do not show."""
    kind, drawn = spec.kind.name, _drawn(table, spec, icon)
    if spec.name == table.title:
        named = [html or "—" for html in drawn]
        return _Part(f'<td class="key"><a href="{around(table.path)}%s">%s</a></td>', keys, named)
    if not any(drawn):
        return _Part("<td></td>")
    if kind in PLAIN:
        return _Part("<td>%s</td>", drawn)
    classes = "n " if kind in NUMBERS else "num " if kind in DATES else ""
    said = "" if kind in CHIPS else f' data-label="{around(str(spec.title))}"'
    return _Part(f'<td class="{classes}k-{kind}"{said}>%s</td>', drawn)


def _drawn(table: Table, spec: Field, icon: Icon) -> list[str]:
    """What stands in the cells of a column."""
    name, rows = spec.name, table.rows
    values = [row[name] for row in rows]
    if values.count(None) == len(values):  # a column that nobody fills in
        return [""] * len(values)
    # Nothing, an empty text and an empty list show nothing; nought and No are something.
    if say := sayer(table.context, spec):
        return escaped([say(value) if value or value == 0 else "" for value in values])
    draw = _drawing(table.context, spec, icon)
    return [draw(value, row) if value or value == 0 else "" for value, row in zip(values, rows, strict=True)]


def _drawing(context: Context, spec: Field, icon: Icon) -> Draw:
    """The drawing of a value that is more than text."""
    kind = spec.kind.name

    def whatever(_value: Any, row: Row) -> str:
        shown = show_row(context, spec, row)
        return "" if shown.empty else _inner(kind, shown, icon)

    if kind in {"choice", "boolean"}:
        return _remembering(whatever)
    if kind in {"link", "links"}:
        return _links(spec, link_url(context, spec))
    if kind == "image":
        return lambda value, _row: _image(f"/files/{value}?small=1")
    return whatever


def _remembering(draw: Draw) -> Draw:
    """A drawing of few different values, each made once."""
    known: dict[Any, str] = {}

    def one_of_few(value: Any, row: Row) -> str:
        if value not in known:
            known[value] = draw(value, row)
        return known[value]

    return one_of_few


def _links(spec: Field, start: str) -> Draw:
    """The drawing of what a record links to; plain text where one may not go there."""
    titles = f"{spec.name}__title"

    def link(key: Any, title: str | None) -> str:
        text = escape(title or "—")
        return f'<a href="{start}{key}">{text}</a>' if start else text

    if spec.kind.name == "link":
        return lambda value, row: link(value, row[titles])
    return lambda value, row: ", ".join(map(link, value, row[titles]))


def _inner(kind: str, v: Any, icon: Icon) -> str:
    """A value as it is shown anywhere in brief."""
    if kind == "choice":
        return chip(v)
    if kind == "multi_choice":
        return "".join(chip(one, " plain") for one in v.items)
    if kind == "links":
        return ", ".join(_link(one) for one in v.items)
    if kind == "boolean":
        return icon("check", str(v.text)) if v.raw in TRUE else ""
    return _image(v.url) if kind == "image" and v.url else _link(v)


def _image(url: str) -> str:
    return f'<img class="thumb" src="{escape(url)}" alt="" loading="lazy">'


def chip(v: Any, extra: str = "") -> str:
    """A choice's value."""
    return f'<span class="chip{extra} c-{escape(v.color or "secondary")}">{escape(v.text)}</span>'


def html_of(text: Label) -> str:
    """A label as HTML."""
    return escape(str(text))


def _link(v: Any) -> str:
    return f'<a href="{escape(v.url)}">{escape(v.text)}</a>' if v.url else escape(v.text)


def _actions(table: Table, keys: Sequence[str], titles: Sequence[str], icon: Icon) -> _Part:
    """The last cells: what can be done with a row without opening it."""
    phone = next((spec.name for spec in table.columns if spec.kind.name == "phone"), None)
    numbers = escaped([row[phone] or "" for row in table.rows]) if phone else [""] * len(keys)
    call = _button("tel:%s", str(_("Call")), icon("phone"))
    calls = [call % one if one[0] else "" for one in zip(numbers, titles, strict=True)]
    if table.may_edit:
        edit = _button(f"{around(table.path)}%s/edit", str(_("Edit")), icon("pencil"))
        return _Part(f'<td class="acts"><span class="row-acts">{edit}%s</span></td>', keys, titles, calls)
    shown = [f'<span class="row-acts">{html}</span>' if html else "" for html in calls]
    return _Part('<td class="acts">%s</td>', shown)


def _button(url: str, what: str, glyph: str) -> str:
    """A button that is the same in every row but for its address and the record's name."""
    said = around(what)
    return (
        f'<a class="btn btn-ghost btn-icon" href="{url}" aria-label="{said}: %s" title="{said}">'
        f"{glyph.replace('%', '%%')}</a>"
    )
