"""A report on paper: its figures as a table, drawn as a PDF."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from core.context import ForbiddenError
from core.entity.format import show_day
from core.i18n import Label, translator
from core.printing import drawing
from core.reports.periods import Days
from core.reports.running import ALL, Result
from core.reports.sheet import may_export
from core.reports.wording import figure_text

if TYPE_CHECKING:
    from core.context import Context

_ = translator("core")

PDF = "application/pdf"
_PAGE = Markup(
    '<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title><style>{style}</style><body>'
    "<h1>{title}</h1><p>{under}</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></body></html>"
)
_STYLE = Markup(
    '@font-face {{ font-family: "Be"; src: url("font:latin-400"); }}'
    '@font-face {{ font-family: "Be Vietnam"; src: url("font:vietnamese-400"); }}'
    "@page {{ size: A4; margin: 15mm; }} body {{ font-family: Be, 'Be Vietnam', sans-serif; font-size: {size}pt; }}"
    "h1 {{ font-size: 15pt; margin: 0; }} p {{ margin: 2mm 0 5mm; color: #555; }} table {{ width: 100%;"
    " border-collapse: collapse; }} th, td {{ padding: 1.5mm; border-bottom: 0.2mm solid #bbb; text-align: right; }}"
    " th:first-child, td:first-child {{ text-align: left; }} tr:last-child td {{ font-weight: 600; }}"
)
_USUAL, _SMALL, _MANY = 9, 7, 7
"""Points of the text, and of a table of more columns than that."""


def pdf(context: "Context", result: Result, title: Label) -> bytes:
    """A report as a PDF. Raises ForbiddenError for whoever may not export its entities."""
    if not may_export(context, result.plan):
        raise ForbiddenError(result.plan.resource.name, "export")
    places = [*range(len(result.columns)), ALL] if result.columns else [ALL]
    heads: list[Label] = [result.plan.dimensions[0].title if result.plan.dimensions else ""]
    for place in places:
        group = None if not result.columns else result.columns[place].title if place != ALL else _("Total")
        titles = [one.title for one in result.plan.measures]
        heads += titles if group is None else [group] if len(titles) == 1 else [f"{group}: {one}" for one in titles]
    groups = [(at, key.title) for at, key in enumerate(result.rows)]
    rows = [[title, *_figures(context, result, at, places)] for at, title in [*groups, (ALL, _("Total"))]]
    return table(context, title, heads, rows, result.plan.days)


def table(
    context: "Context", title: Label, heads: Sequence[Label], rows: Iterable[Sequence[Label]], days: Days | None = None
) -> bytes:
    """A table on paper, as texts; the last row is the total. ``days`` are those it is about."""
    page = _PAGE.format(
        title=title,
        style=_STYLE.format(size=_USUAL if len(heads) <= _MANY else _SMALL),
        under=_under(context, days),
        heads=_cells("th", heads),
        rows=Markup("").join(Markup("<tr>{}</tr>").format(_cells("td", row)) for row in rows),
    )
    return drawing.pdf([str(page)], "A4", str(title))


def _figures(context: "Context", result: Result, row: int, places: Iterable[int]) -> list[Label]:
    return [
        figure_text(context, measure, figure.value)
        for place in places
        for measure, figure in zip(result.plan.measures, result.at(row, place), strict=True)
    ]


def _under(context: "Context", days: Days | None) -> str:
    """Whose figures these are, and of which days."""
    of = f" · {show_day(days.first)} – {show_day(days.last)}" if days else ""
    return f"{context.company.name}{of} · {show_day(context.today())}"


def _cells(tag: str, texts: Iterable[Label]) -> Markup:
    return Markup("").join(Markup(f"<{tag}>{{}}</{tag}>").format(str(one)) for one in texts)  # noqa: S704 # our own tags
