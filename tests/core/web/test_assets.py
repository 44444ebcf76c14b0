"""The built front end as templates see it, and the parts of pages drawn without a template."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader
from markupsafe import Markup

from core.i18n import use_locale
from core.web.assets import Assets, initials, install
from core.web.parts import Kept
from core.web.rows import cell


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A build of a style sheet and three icons, two of which the product names itself."""
    (tmp_path / "manifest.json").write_text(
        json.dumps({"app.css": "app-1A2B3C4D.css", "icons.svg": "icons-5E6F7A8B.svg"})
    )
    (tmp_path / "icons.json").write_text(json.dumps(["puzzle", "check"]))
    (tmp_path / "icons-outline.json").write_text(json.dumps({"paw": '<path d="M2 2"/>'}))
    return tmp_path


@dataclass
class Value:
    """As core.entity.format.Shown."""

    text: str = ""
    raw: Any = ""
    url: str = ""
    color: str | None = None
    items: list["Value"] = field(default_factory=list)
    empty: bool = False


@dataclass
class Shape:
    kind: str = "text"
    title: str = "Name"


def test_an_asset_has_the_name_that_its_content_gave_it(built: Path) -> None:
    assert Assets(built).url("app.css") == "/static/dist/app-1A2B3C4D.css"


def test_a_file_the_build_does_not_know_keeps_its_name(built: Path) -> None:
    assert Assets(built).url("other.css") == "/static/dist/other.css"


def test_without_a_build_pages_still_come_and_the_log_says_once_what_to_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assets = Assets(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert assets.url("app.css") == "/static/dist/app.css"
        assert assets.url("app.js") == "/static/dist/app.js"
        assert "<svg" in assets.icon("check")
    assert caplog.text.count("npm ci && node build.mjs") == 1


def test_an_icon_of_the_product_is_one_of_a_file_and_hidden_from_screen_readers(built: Path) -> None:
    drawn = Assets(built).icon("check")
    assert '<use href="/static/dist/icons-5E6F7A8B.svg#check">' in drawn
    assert 'aria-hidden="true"' in drawn


def test_an_icon_that_says_something_is_an_image_with_a_name(built: Path) -> None:
    drawn = Assets(built).icon("check", 'Yes & "sure"')
    assert 'role="img" aria-label="Yes &amp; &#34;sure&#34;"' in drawn


def test_a_plugin_may_name_any_outline_icon(built: Path) -> None:
    assert "M2 2" in Assets(built).icon("paw")


def test_an_unknown_icon_is_a_puzzle_piece_and_is_logged(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert "#puzzle" in Assets(built).icon("no-such-icon")
    assert "no-such-icon" in caplog.text


def test_an_icon_is_read_once(built: Path) -> None:
    assets = Assets(built)
    first = assets.icon("paw")
    (built / "icons-outline.json").unlink()
    assert assets.icon("paw") == first


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Nguyễn Thị Minh Anh", "MA"), ("Bông", "B"), ("an phát", "AP"), ("(x) 12 b", "1B"), ("", "?"), ("  ", "?")],
)
def test_initials_are_those_of_the_given_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_templates_have_assets_icons_and_cells(built: Path) -> None:
    app = Flask(__name__)
    install(app, built)
    with app.test_request_context():
        page = render_template_string(
            "{{ asset('app.css') }}|{{ icon('check') }}|{{ list_cell(f, v) }}",
            f=Shape("choice"),
            v=Value("Mới", color="blue"),
        )
    assert page.startswith("/static/dist/app-1A2B3C4D.css|<svg")
    assert page.endswith('|<span class="chip c-blue">Mới</span>')


def test_an_empty_value_is_nothing_on_a_card() -> None:
    assert cell(Shape("money"), Value(empty=True), Assets(Path()).icon) == ""


def test_a_part_is_rendered_once_per_key_and_language() -> None:
    kept, asked = Kept(most=5), count(1)
    with use_locale("vi"):
        assert kept.get("a", lambda: f"a{next(asked)}") == kept.get("a", lambda: f"a{next(asked)}") == "a1"
        assert kept.get("b", lambda: f"b{next(asked)}") == "b2"
    with use_locale("en"):
        assert kept.get("a", lambda: f"a{next(asked)}") == "a3"


def test_parts_that_are_not_used_are_forgotten() -> None:
    kept, asked = Kept(most=2), count(1)
    for key in ("a", "b", "c", "a"):
        kept.get(key, lambda: str(next(asked)))
    assert next(asked) == 5


@pytest.fixture
def drawing(built: Path) -> Callable[..., Flask]:
    """An app whose one template, shown.html, has this text and knows these names."""

    def make(text: str, **known: Any) -> Flask:
        app = Flask(__name__)
        install(app, built)
        app.jinja_env.globals.update(known)
        app.jinja_loader = _Templates({"shown.html": text})
        return app

    return make


def test_what_is_drawn_of_values_is_drawn_again_for_others_alone(drawing: Callable[..., Flask]) -> None:
    asked = count(1)
    app = drawing("{{ items[0].title }}{{ other }}{{ said() }}", said=lambda: next(asked))
    with app.test_request_context():
        for title, shown in (("<a>", "&lt;a&gt;1"), ("<a>", "&lt;a&gt;1"), ("b", "b2")):
            text = "{{ drawn('shown.html', items=items) }}"
            assert render_template_string(text, items=[{"title": title}], other="not given") == shown


def test_what_is_safe_is_not_taken_for_the_same_text_that_is_not(drawing: Callable[..., Flask]) -> None:
    with drawing("{{ text }}").test_request_context():
        for text, shown in ((Markup("<b>"), "<b>"), ("<b>", "&lt;b&gt;"), (Markup("<b>"), "<b>")):
            assert render_template_string("{{ drawn('shown.html', text=text) }}", text=text) == shown


def test_what_is_alike_for_all_records_is_drawn_once_for_them_all(drawing: Callable[..., Flask]) -> None:
    asked = count(1)
    app = drawing("{{ url }} {{ text }} {{ items[0] }} {{ said() }}", said=lambda: next(asked))
    with app.test_request_context():
        for record in (uuid4(), uuid4()):
            text = "{{ drawn('shown.html', about=record, url=url, text=text, items=['<b>']) }}"
            values = {"record": record, "url": f"/x/{record}/edit?a=1&b=2", "text": Markup("<i>")}
            drawn = render_template_string(text, **values)
            assert drawn == f"/x/{record}/edit?a=1&amp;b=2 <i> &lt;b&gt; 1"


class _Templates(DictLoader):
    """Templates of a test."""
