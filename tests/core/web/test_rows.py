"""The rows of a list, drawn without a template: every kind of value has its cell, and all of it is escaped."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.context import CompanyInfo
from core.customers.models import Tag
from core.entity.fields import Choice, Field
from core.entity.kinds import KINDS
from core.i18n import use_locale
from core.web.assets import Assets
from core.web.rows import Table, table_rows


def _field(kind: str, **options: Any) -> Field:
    return Field(title="Name", name="f", kind=KINDS[kind], **options)


def _table(spec: Field, *values: Any, titles: Any = None, sees: bool = True, **options: Any) -> Table:
    """A table of one column, whose link leads to a page for those who may see it."""
    company = CompanyInfo(1, "s", "S", timezone="Asia/Ho_Chi_Minh")
    linked = SimpleNamespace(path="pets", name="core.pet")
    turn: Any = SimpleNamespace(
        company=company, zone=company.zone, resource=lambda _model: linked, can=lambda _name, _verb: sees
    )
    rows = [{"id": 7, "name": "Bông", "f": value, "f__title": titles} for value in values]
    return Table(turn, "/x/", "name", [spec], rows, **options)


def _drawn(spec: Field, value: Any, titles: Any = None) -> str:
    with use_locale("vi"):
        return table_rows(_table(spec, value, titles=titles), Assets(Path()).icon, ticks=False)


NEW = (Choice("new", "Mới", 'b"'), Choice("vip", "<VIP>"))


@pytest.mark.parametrize(
    ("spec", "value", "html"),
    [
        (_field("text"), "<b>", "<td>&lt;b&gt;</td>"),
        (_field("money"), Decimal(1000), '<td class="n k-money" data-label="Name">1.000 đ</td>'),
        (_field("date"), date(2026, 2, 1), '<td class="num k-date" data-label="Name">01/02/2026</td>'),
        (_field("choice", choices=NEW), "new", '<td class="k-choice"><span class="chip c-b&quot;">Mới</span></td>'),
        (_field("choice", choices=NEW), "gone", '<td class="k-choice"><span class="chip c-secondary">gone</span></td>'),
        (
            _field("multi_choice", choices=NEW),
            ["vip"],
            '<td class="k-multi_choice"><span class="chip plain c-secondary">&lt;VIP&gt;</span></td>',
        ),
        (_field("boolean"), False, "<td></td>"),
        (_field("money"), None, "<td></td>"),
        (_field("choice", choices=NEW), None, "<td></td>"),
        (_field("links", target=Tag), [], "<td></td>"),
        (_field("link", target=Tag), None, "<td></td>"),
        (_field("image"), "9", '<td class="k-image" data-label="Name"><img class="thumb" src="/files/9?small=1"'),
        (_field("address"), {"street": "<1>"}, "<td>&lt;1&gt;</td>"),
    ],
)
def test_every_kind_has_its_cell_and_is_escaped(spec: Field, value: Any, html: str) -> None:
    assert html in _drawn(spec, value)


def test_links_lead_to_the_records_and_are_escaped() -> None:
    one = _drawn(_field("link", target=Tag), "1", "<Bông>")
    assert '<td class="k-link"><a href="/pets/1">&lt;Bông&gt;</a></td>' in one
    several = _drawn(_field("links", target=Tag), ["1", "2"], ["A", "B"])
    assert '<td class="k-links"><a href="/pets/1">A</a>, <a href="/pets/2">B</a></td>' in several


def test_a_link_to_what_one_may_not_see_is_text() -> None:
    table = _table(_field("link", target=Tag), "1", titles="Bông", sees=False)
    assert '<td class="k-link">Bông</td>' in table_rows(table, Assets(Path()).icon, ticks=False)


def _titled(title: str | None, **options: Any) -> Table:
    table = _table(replace(_field("text"), name="name"), "", **options)
    return replace(table, rows=[{"id": 7, "name": title, "phone": "+84912345678"}])


def test_the_column_of_the_title_leads_to_the_record() -> None:
    rows = table_rows(_titled("<Bông>"), Assets(Path()).icon, ticks=False)
    assert '<td class="key"><a href="/x/7">&lt;Bông&gt;</a></td>' in rows


def test_a_record_without_a_title_can_still_be_opened() -> None:
    assert '<a href="/x/7">—</a>' in table_rows(_titled(None), Assets(Path()).icon, ticks=False)


def test_rows_can_be_ticked_where_something_can_be_done_with_them() -> None:
    drawn = table_rows(_titled('"T"'), Assets(Path()).icon, ticks=True)
    assert 'name="ids" value="7" aria-label="&quot;T&quot;">' in drawn
    assert "checkbox" not in table_rows(_titled("T"), Assets(Path()).icon, ticks=False)


def test_what_may_be_edited_has_a_button_for_it_in_every_row(tmp_path: Path) -> None:
    (tmp_path / "icons.json").write_text(json.dumps(["pencil"]))
    with use_locale("en"):
        drawn = table_rows(_table(_field("text"), "a", "b", "c", may_edit=True), Assets(tmp_path).icon, ticks=False)
    assert drawn.count('<use href="/static/dist/icons.svg#pencil">') == 3
    assert 'href="/x/7/edit" aria-label="Edit: Bông"' in drawn


def test_a_number_can_be_called_from_its_row() -> None:
    drawn = table_rows(_table(_field("phone"), "+84912345678", None), Assets(Path()).icon, ticks=False)
    assert drawn.count('href="tel:+84912345678"') == 1
    assert "0912 345 678" in drawn
    assert '<td class="acts"></td>' in drawn


def test_no_rows_are_nothing() -> None:
    assert table_rows(_table(_field("text")), Assets(Path()).icon, ticks=True) == ""
