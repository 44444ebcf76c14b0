"""The entries of a timeline, drawn without a template: escaped, and with what can be done at once."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core.entity.fields import Choice
from core.i18n import use_locale
from core.plugin.manifest import Picture, TimelineItem
from core.web.assets import Assets
from core.web.timeline_items import Changed, Deeds, Entry, timeline_items

ICON = Assets(Path()).icon
ITEM = TimelineItem(at=datetime(2026, 1, 1, tzinfo=UTC), who="<Hạnh>", icon="pencil", title='Gọi "lại"')
PLAIN = Entry(ITEM, "01/01/2026 07:00")
TASKS = Deeds("core.task", "Công việc <100%>", "/tasks/", plans=True, checks_in=False, edits=True, deletes=True)


def _activity(deeds: Deeds = TASKS, **told: Any) -> Entry:
    return Entry(replace(ITEM, url="/tasks/1", **told), "01/01/2026 07:00", (), "1", deeds)


def _drawn(*entries: Entry) -> str:
    with use_locale("vi"):
        return timeline_items(entries, 7, ICON)


def test_somebody_did_something() -> None:
    drawn = _drawn(PLAIN)
    assert '<span class="strong">&lt;Hạnh&gt;</span> Gọi &quot;lại&quot;' in drawn
    assert '<time datetime="2026-01-01T00:00:00+00:00">01/01/2026 07:00</time>' in drawn
    assert "<button" not in drawn
    assert "<form" not in drawn


def test_an_activity_is_ticked_closed_repeated_edited_and_deleted_where_it_stands() -> None:
    drawn = _drawn(_activity(ahead=True))
    assert 'hx-post="/activities/core.task/1/tick"' in drawn
    assert "checked" not in drawn
    for address in (
        "/activities/core.task/1/close",
        "/activities/core.task/1/repeat",
        "/tasks/1/edit?quick=1&amp;stay=timeline",
    ):
        assert f'hx-get="{address}"' in drawn
    assert 'hx-post="/activities/core.task/1/delete"' in drawn
    assert 'aria-label="Xóa: Gọi &quot;lại&quot;"' in drawn
    assert "Công việc &lt;100%&gt; · &lt;Hạnh&gt;" in drawn


def test_a_title_may_hold_what_stands_for_a_title() -> None:
    assert 'aria-label="Xóa: 100%(title)s 5%"' in _drawn(_activity(title="100%(title)s 5%"))


def test_what_is_done_is_ticked_and_what_is_late_says_so() -> None:
    done = _drawn(_activity())
    assert " checked " in done
    assert "/close" not in done
    late = _drawn(_activity(late=True))
    assert late.startswith('<li class="late">')
    assert '<span class="overdue">Quá hạn</span>' in late


def test_one_without_rights_is_only_read() -> None:
    read = replace(TASKS, plans=False, edits=False, deletes=False)
    drawn = _drawn(_activity(read, ahead=True))
    assert '<span class="mark" title="Công việc &lt;100%&gt;">' in drawn
    assert 'class="acts"' not in drawn


def test_a_visit_is_checked_in_with_a_picture() -> None:
    assert 'data-check-in="/activities/core.task/1/check-in"' in _drawn(_activity(replace(TASKS, checks_in=True)))


def test_a_state_a_file_and_the_pictures_of_a_check_in_are_shown() -> None:
    picture = Picture(UUID(int=2), "Huế <1>", "https://maps.example/?q=1&z=2")
    drawn = _drawn(_activity(state=Choice("done", "<Xong>"), file=UUID(int=1), pictures=(picture,)))
    assert '<span class="chip c-secondary">&lt;Xong&gt;</span>' in drawn
    assert f'href="/files/{UUID(int=1)}"' in drawn
    assert f'<img src="/files/{UUID(int=2)}?small=1"' in drawn
    assert 'href="https://maps.example/?q=1&amp;z=2" target="_blank" rel="noopener noreferrer"' in drawn
    assert "<figcaption>Huế &lt;1&gt;" in drawn


def test_a_change_shows_both_values_and_leads_back_to_the_old_one() -> None:
    change = Changed("Tên", "<cũ>", "", "/x/restore?field=name")
    drawn = _drawn(PLAIN._replace(changes=[change]))
    assert '<span class="was">&lt;cũ&gt;</span>' in drawn
    assert "<span>(trống)</span>" in drawn
    assert 'hx-post="/x/restore?field=name"' in drawn
    assert '<input type="hidden" name="version" value="7">' in drawn
    assert 'title="Khôi phục: Tên = &lt;cũ&gt;"' in drawn
    assert "restore-value" not in _drawn(PLAIN._replace(changes=[change._replace(restore_url="")]))


def test_a_text_from_elsewhere_with_a_nul_is_drawn_like_any_other() -> None:
    assert "a\0&lt;b" in _drawn(PLAIN, PLAIN._replace(item=replace(ITEM, title="a\0<b")))


def test_behind_the_last_of_many_stands_the_way_to_earlier_ones() -> None:
    with use_locale("vi"):
        drawn = timeline_items([PLAIN], 7, ICON, "/tasks/1/timeline?before=1&kind=x")
    assert drawn.count("<li") == 2
    assert 'hx-get="/tasks/1/timeline?before=1&amp;kind=x" hx-target="closest li"' in drawn
    assert "Trước đó" in drawn
    assert "hx-get" not in _drawn(PLAIN)
