"""Cells and rows of lists as HTML, written in Python: a list page is made of little else, and a template takes thrice as long."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markupsafe import Markup

Draw = Callable[[Any], str]
"""How one column's values look: takes a value, gives HTML."""

PLAIN = frozenset(
    ("text", "entity", "long_text", "phone", "email", "phones", "emails", "address", "number", "time", "computed")
)
NUMBERS = frozenset(("money", "integer", "decimal", "percent"))
DATES = frozenset(("date", "datetime"))
TRUE = (True, "true", "1", "on")


def cell(f: Any, v: Any, icon: Callable[..., str]) -> Markup:
    """One value in a list, a card or a fact: short, and nothing at all for what is empty."""
    return Markup("") if v.empty else Markup(_inner(f.kind, icon)(v))  # noqa: S704 - every part of it is escaped


def table_rows(rows: Sequence[Any], icon: Callable[..., str], *, ticks: bool) -> Markup:
    """The ``<tr>`` of a page of rows; columns are read from the first."""
    if not rows:
        return Markup("")
    draw = [(_column(c.f, icon), bool(c.f.important)) for c in rows[0].cells]
    acts = _actions(icon)
    html: list[str] = []
    for row in rows:
        url, title = escape(row.url), escape(row.title)
        html.append(f'<tr data-url="{url}">')
        if ticks:
            checked = " checked" if row.selected else ""
            html.append(
                f'<td class="tick"><input class="form-check-input" type="checkbox" name="ids" value="{escape(row.id)}" '
                f'aria-label="{title}"{checked}></td>'
            )
        for (one, important), c in zip(draw, row.cells, strict=True):
            v = c.v
            if important:
                html.append(f'<td class="key"><a href="{url}">{escape(v.text) or title}</a></td>')
            else:
                html.append("<td></td>" if v.empty else one(v))
        html.append(acts(row, title))
    return Markup("".join(html))  # noqa: S704 - every part of it is escaped


def _column(f: Any, icon: Callable[..., str]) -> Draw:
    """The drawing of a whole cell; what depends on the column alone is made once."""
    kind = f.kind
    if kind in PLAIN:
        return lambda v: f"<td>{escape(v.text)}</td>"
    said = f' data-label="{escape(f.title)}"'
    classes = "n " if kind in NUMBERS else "num " if kind in DATES else ""
    start = f'<td class="{classes}k-{kind}"{"" if kind in {"choice", "link", "links", "multi_choice"} else said}>'
    if kind in NUMBERS or kind in DATES:
        return lambda v: f"{start}{escape(v.text)}</td>"
    inner = _inner(kind, icon)
    return lambda v: f"{start}{inner(v)}</td>"


def _inner(kind: str, icon: Callable[..., str]) -> Draw:
    """The drawing of a value alone."""
    if kind == "choice":
        return lambda v: _chip(v, "")
    if kind == "multi_choice":
        return lambda v: "".join(_chip(one, " plain") for one in v.items)
    if kind == "links":
        return lambda v: ", ".join(_link(one) for one in v.items)
    if kind == "boolean":
        return lambda v: icon("check", str(v.text)) if v.raw in TRUE else ""
    if kind == "image":
        return lambda v: f'<img class="thumb" src="{escape(v.url)}" alt="" loading="lazy">' if v.url else _link(v)
    return _link


def _chip(v: Any, extra: str) -> str:
    return f'<span class="chip{extra} c-{escape(v.color or "secondary")}">{escape(v.text)}</span>'


def _link(v: Any) -> str:
    return f'<a href="{escape(v.url)}">{escape(v.text)}</a>' if v.url else escape(v.text)


def _actions(icon: Callable[..., str]) -> Callable[[Any, str], str]:
    """The last cell. An icon is drawn in full once, as a symbol, and named in every row after."""
    known: dict[tuple[str, str], tuple[str, str, str]] = {}
    drawn: set[str] = set()

    def symbol(name: str) -> str:
        svg = icon(name)
        body = svg[svg.index(">") + 1 : svg.rindex("<")]
        return f'<symbol id="i-{escape(name)}" viewBox="0 0 24 24">{body}</symbol>'

    def button(one: Any, title: str) -> str:
        """A button is the same in every row but for its address and the record's name."""
        key = (one.title, one.icon)
        if key not in known:
            what = escape(one.title)
            known[key] = (
                f'" aria-label="{what}: ',
                f'" title="{what}"><svg class="icon" width="18" height="18" aria-hidden="true">',
                f'<use href="#i-{escape(one.icon)}"></use></svg></a>',
            )
        said, opening, end = known[key]
        first = "" if one.icon in drawn else symbol(one.icon)
        drawn.add(one.icon)
        return f'<a class="btn btn-ghost btn-icon" href="{escape(one.url)}{said}{title}{opening}{first}{end}'

    def cell_of(row: Any, title: str) -> str:
        if not row.actions:
            return '<td class="acts"></td></tr>'
        buttons = "".join([button(one, title) for one in row.actions])
        return f'<td class="acts"><span class="row-acts">{buttons}</span></td></tr>'

    return cell_of
