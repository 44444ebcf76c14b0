"""Templates: values of dicts come first, what is not safe is escaped once, and functions are given what they want."""

from typing import Any

import pytest
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from core.app import Application
from core.templating import Templates


class Thing:
    """Something that is no dict."""

    title = "An"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ one.title }}", "A"),
        ("{{ one.inner.title }}", "B"),
        ("{{ one.items }}", "mine"),
        ("{{ one.nothing }}", ""),
        ("{{ one.nothing or 'else' }}", "else"),
        ("{{ thing.title }}{{ thing.nothing }}", "An"),
        ("{{ one|items|list|length }}", "3"),
        ("{{ [one.inner, thing]|map(attribute='title')|join(',') }}", "B,An"),
    ],
)
def test_a_template_says(text: str, said: str) -> None:
    one = {"title": "A", "items": "mine", "inner": {"title": "B"}}
    assert Templates(Flask(__name__)).from_string(text).render(one=one, thing=Thing()) == said


class Told:
    """Something that says itself how it stands in HTML."""

    def __html__(self) -> str:
        return "<u>&amp;</u>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ text }}", "&lt;b&gt;&amp;"),
        ("{{ safe }}", "<i>&amp;</i>"),
        ("{{ told }}", "<u>&amp;</u>"),
        ("{{ 3 }}{{ nothing }}{{ none }}", "3None"),
        ("{{ text|safe }}{{ text|e }}", "<b>&&lt;b&gt;&amp;"),
        ("{{ safe ~ text }}", "<i>&amp;</i>&lt;b&gt;&amp;"),
        ("{% set kept %}<p>{{ text }}</p>{% endset %}{{ kept }}", "<p>&lt;b&gt;&amp;</p>"),
        ("{% macro put(x) %}<p>{{ x }}{{ caller() }}</p>{% endmacro %}{% call put(text) %}{{ text }}{% endcall %}",
         "<p>&lt;b&gt;&amp;&lt;b&gt;&amp;</p>"),
        ("{% for one in [text, safe] %}{{ one }},{% endfor %}", "&lt;b&gt;&amp;,<i>&amp;</i>,"),
        ("{% filter upper %}{{ text }}{% endfilter %}", "&LT;B&GT;&AMP;"),
        ("{% autoescape false %}{{ text }}{% endautoescape %}", "<b>&"),
    ],
)  # fmt: skip
def test_what_is_not_safe_is_escaped_and_only_once(text: str, said: str) -> None:
    values = {"text": "<b>&", "safe": Markup("<i>&amp;</i>"), "told": Told(), "none": None}
    assert Templates(Flask(__name__), autoescape=True).from_string(text).render(**values) == said


def test_functions_are_called_with_what_they_want() -> None:
    @pass_context
    def known(context: Context, name: str, **more: Any) -> str:
        return f"{context.get(name)}{more}"

    class Called:
        def __call__(self, value: str) -> str:
            return f"[{value}]"

    environment = Templates(Flask(__name__))
    environment.globals.update(known=known, called=Called(), plain=lambda *args, **more: f"{args}{more}")
    text = (
        "{{ known('x') }} {% for y in [1] %}{% set z = y + 1 %}{{ known('z') }} {{ plain(z, k=z) }}{% endfor %}"
        " {% block b %}{% set w = 5 %}{{ known('w', a=1) }}{% endblock %} {{ called('c') }} {{ 'abc'.upper() }}"
    )
    assert environment.from_string(text).render(x="X") == "X{} 2{} (2,){'k': 2} 5{'a': 1} [c] ABC"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("a",), "1"),
        (("b",), None),
        (("b", "else"), "else"),
        (("a", 0, int), 1),
        (("x", 7, int), 7),
        (("b", 7, int), 7),
    ],
)
def test_what_a_request_has_not_is_its_default(asked: tuple[Any, ...], found: Any) -> None:
    app = Application(__name__)
    with app.test_request_context("/?a=1&a=2&x=word", headers={"Cookie": "a=1; x=word"}) as made:
        assert made.request.args.get(*asked) == made.request.cookies.get(*asked) == found
