"""The entries of a timeline, drawn without a template: escaped, and with what can be done at once."""

from pathlib import Path
from typing import Any

from core.entity.format import Shown
from core.i18n import use_locale
from core.web.assets import Assets
from core.web.timeline_items import timeline_items

ICON = Assets(Path()).icon
PLAIN: dict[str, Any] = {
    "at": "2026-01-01T00:00:00+00:00", "at_text": "01/01/2026 07:00", "who": "<Hạnh>", "icon": "pencil",
    "title": 'Gọi "lại"', "text": "", "url": "", "state": None, "file_url": "", "late": False, "pictures": [], "changes": [],
}  # fmt: skip
ACTIVITY = {
    **PLAIN, "url": "/tasks/1", "kind_title": "Công việc", "tick_url": "/a/tick", "done": False, "close_url": "/a/close",
    "check_in_url": "", "repeat_url": "/a/repeat", "edit_url": "/tasks/1/edit?quick=1&stay=timeline", "delete_url": "/a/delete",
}  # fmt: skip


def _drawn(*items: dict[str, Any]) -> str:
    with use_locale("vi"):
        return timeline_items(items, 7, ICON)


def test_somebody_did_something() -> None:
    drawn = _drawn(PLAIN)
    assert '<span class="strong">&lt;Hạnh&gt;</span> Gọi &quot;lại&quot;' in drawn
    assert '<time datetime="2026-01-01T00:00:00+00:00">01/01/2026 07:00</time>' in drawn
    assert "<button" not in drawn
    assert "<form" not in drawn


def test_an_activity_is_ticked_closed_repeated_edited_and_deleted_where_it_stands() -> None:
    drawn = _drawn(ACTIVITY)
    assert 'hx-post="/a/tick"' in drawn
    assert "checked" not in drawn
    for address in ("/a/close", "/a/repeat", "/tasks/1/edit?quick=1&amp;stay=timeline"):
        assert f'hx-get="{address}"' in drawn
    assert 'hx-post="/a/delete"' in drawn
    assert 'aria-label="Xóa: Gọi &quot;lại&quot;"' in drawn
    assert "· &lt;Hạnh&gt;" in drawn


def test_what_is_done_is_ticked_and_what_is_late_says_so() -> None:
    assert " checked " in _drawn({**ACTIVITY, "done": True})
    late = _drawn({**ACTIVITY, "late": True})
    assert late.startswith('<li class="late">')
    assert '<span class="overdue">Quá hạn</span>' in late


def test_one_without_rights_is_only_read() -> None:
    drawn = _drawn({**ACTIVITY, "tick_url": "", "close_url": "", "repeat_url": "", "edit_url": "", "delete_url": ""})
    assert '<span class="mark" title="Công việc">' in drawn
    assert 'class="acts"' not in drawn


def test_a_state_a_file_and_the_pictures_of_a_check_in_are_shown() -> None:
    picture = {"file_url": "/files/2", "text": "Huế <1>", "url": "https://maps.example/?q=1&z=2"}
    state = Shown("<Xong>")
    drawn = _drawn({**ACTIVITY, "state": state, "file_url": "/files/1", "pictures": [picture]})
    assert '<span class="chip c-secondary">&lt;Xong&gt;</span>' in drawn
    assert 'href="/files/1"' in drawn
    assert '<img src="/files/2?small=1"' in drawn
    assert 'href="https://maps.example/?q=1&amp;z=2" target="_blank" rel="noopener noreferrer"' in drawn
    assert "<figcaption>Huế &lt;1&gt;" in drawn


def test_a_change_shows_both_values_and_leads_back_to_the_old_one() -> None:
    change = {"title": "Tên", "old": "<cũ>", "new": "", "restore_url": "/x/restore?field=name"}
    drawn = _drawn({**PLAIN, "changes": [change]})
    assert '<span class="was">&lt;cũ&gt;</span>' in drawn
    assert "<span>(trống)</span>" in drawn
    assert 'hx-post="/x/restore?field=name"' in drawn
    assert '<input type="hidden" name="version" value="7">' in drawn
    assert 'title="Khôi phục: Tên = &lt;cũ&gt;"' in drawn
    assert "restore-value" not in _drawn({**PLAIN, "changes": [{**change, "restore_url": ""}]})
