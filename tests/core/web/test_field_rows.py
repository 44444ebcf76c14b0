"""The fields of a record's page, drawn without a template: in full, escaped, and with what can be done at once."""

from pathlib import Path

import pytest

from core.entity.format import Shown
from core.i18n import use_locale
from core.web.assets import Assets
from core.web.entity.shape import Shape
from core.web.field_rows import field_rows

ICON = Assets(Path()).icon
PHONES = Shown(
    "0912 345 678 (Zalo), 028 3822 1234",
    items=(
        Shown("0912 345 678", {"value": "+84912345678", "label": "Zalo"}, "tel:+84912345678"),
        Shown("028 3822 1234", {"value": "+842838221234", "label": ""}, "tel:+842838221234"),
    ),
)


def _drawn(kind: str, v: Shown, *, url: str = "/x/1/field", readonly: bool = False) -> str:
    with use_locale("vi"):
        return field_rows([{"f": Shape("f", "A <b>", kind, readonly=readonly), "v": v}], url, ICON)


@pytest.mark.parametrize(
    ("kind", "v", "shown", "leads"),
    [
        ("text", Shown("<b>"), "&lt;b&gt;", ""),
        ("text", Shown(), '<span class="none">—</span>', ""),
        ("phone", Shown("0912 345 678", "+84912345678", "tel:+84912345678"), "0912 345 678", 'aria-label="Gọi 0912'),
        ("email", Shown("a@b.vn", "a@b.vn", "mailto:a@b.vn"), "a@b.vn", 'href="mailto:a@b.vn"'),
        ("phones", PHONES, '<small class="text-muted">Zalo</small>', 'href="tel:+842838221234"'),
        ("choice", Shown("<VIP>", "vip", color='b"'), '<span class="chip c-b&quot;">&lt;VIP&gt;</span>', ""),
        ("multi_choice", Shown("A", items=(Shown("A"),)), '<span class="chip plain c-secondary">A</span>', ""),
        ("links", Shown("A, B", items=(Shown("A"), Shown("B", url="/b"))), "A, B", 'href="/b"'),
        ("link", Shown("<A>", "1", "/a/1"), "&lt;A&gt;", 'aria-label="Mở &lt;A&gt;"'),
        ("image", Shown("f.png", "1", "/files/1"), '<img class="picture" src="/files/1" alt="A &lt;b&gt;"', "/files/1"),
        ("boolean", Shown("Có", "true"), "Có", ""),
        ("address", Shown("1 X", {"ward": "W", "legacy": "<Q1>"}), "Trước 07/2025: &lt;Q1&gt;", ""),
        ("address", Shown("1 X", {"legacy": "Q1"}), "1 X", ""),
    ],
)
def test_every_kind_of_value_is_shown_in_full_and_leads_where_it_can(
    kind: str, v: Shown, shown: str, leads: str
) -> None:
    row = _drawn(kind, v)
    assert shown in row
    assert leads in row
    assert ("<a " in row) == bool(leads)
    assert '<dt id="t-f">A &lt;b&gt;</dt>' in row


def test_a_value_is_edited_where_it_stands_by_those_who_may_set_it() -> None:
    edits = 'hx-get="/x/1/field?field=f"'
    assert edits in _drawn("text", Shown("a"))
    assert edits not in _drawn("text", Shown("a"), readonly=True)
    assert edits not in _drawn("computed", Shown("a"))
    assert "hx-get" not in _drawn("text", Shown("a"), url="")
