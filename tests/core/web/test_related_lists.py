"""The lists beside a record, drawn without a template: escaped, and what is empty in one card."""

from dataclasses import replace
from pathlib import Path

from core.entity.format import Shown
from core.i18n import use_locale
from core.web.assets import Assets
from core.web.related_lists import Line, RelatedList, related_lists

ICON = Assets(Path()).icon
LINE = Line("/quotes/1", 'BG "1"', "<Xuân> · 01/02/2026", None, "1.000 đ")
QUOTES = RelatedList(
    title="Báo giá & đơn", count_text="7", lines=[LINE], url="/quotes?customer__eq=1&x=2", more=True,
    new_url="/quotes/new?customer=1",
)  # fmt: skip
EMPTY = replace(QUOTES, title="Hợp đồng", count_text="0", lines=[], url="", more=False)


def _drawn(*found: RelatedList) -> str:
    with use_locale("vi"):
        return related_lists(found, ICON)


def test_each_record_is_recognised_and_leads_to_its_page() -> None:
    drawn = _drawn(QUOTES)
    assert '<li><a href="/quotes/1"><span>BG &quot;1&quot;</span><b class="num">1.000 đ</b>' in drawn
    assert "<small>&lt;Xuân&gt; · 01/02/2026</small>" in drawn
    assert "None" not in drawn


def test_the_state_of_a_record_stands_in_place_of_its_amount() -> None:
    drawn = _drawn(replace(QUOTES, lines=[LINE._replace(state=Shown("<Gửi>", color="info"))]))
    assert '<span class="chip c-info">&lt;Gửi&gt;</span>' in drawn
    assert "1.000 đ" not in drawn


def test_the_title_leads_to_all_of_them_and_a_plus_to_a_new_one() -> None:
    drawn = _drawn(QUOTES)
    assert drawn.count('href="/quotes?customer__eq=1&amp;x=2"') == 2, "the title, and See all"
    assert 'hx-get="/quotes/new?customer=1&amp;quick=1&amp;stay=1"' in drawn
    assert 'aria-label="Thêm mới: Báo giá &amp; đơn"' in drawn
    assert "Xem tất cả" not in _drawn(replace(QUOTES, more=False))
    assert "Thêm mới" not in _drawn(replace(QUOTES, new_url=""))


def test_lists_with_nothing_in_them_share_the_last_card() -> None:
    drawn = _drawn(EMPTY, QUOTES, replace(EMPTY, title="Xe", new_url=""), replace(EMPTY, title="Nợ", new_url=""))
    assert drawn.count("<section") == 2
    assert drawn.index("Báo giá") < drawn.index("Chưa có") < drawn.index("Thêm mới: Hợp đồng")
    assert "Xe · Nợ" in drawn
    assert _drawn() == ""
