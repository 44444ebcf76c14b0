"""The product's templates: values of dicts, escaping and calls are as Jinja has them, only quicker."""

from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from core.templating import Templates


class Thing:
    """Something that is no dict."""

    title = "An"


@pytest.fixture
def environment() -> Templates:
    """Where HTML is escaped."""
    app = Flask(__name__)
    made = Templates(app)
    made.autoescape = True
    return made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ one.title }}", "A &lt;b&gt; &amp; c"),
        ("{{ one.inner.title }}", "B"),
        ("{{ one.items }}", "mine"),
        ("{{ one.nothing }}", ""),
        ("{{ one.nothing or 'else' }}", "else"),
        ("{{ thing.title }}{{ thing.nothing }}", "An"),
        ("{{ one|items|list|length }}", "3"),
        ("{% for each in many if each.on %}{{ each.name }}{% if each.inner.on %}!{% endif %}{% endfor %}", "a!"),
        ("{{ number }} {{ none }} {{ safe }} {{ quoted }}", "7 None <i> &#x27;&quot;"),
        ("{% macro said(x) %}<b>{{ x.title }}</b>{% endmacro %}{{ said(thing) }}", "<b>An</b>"),
        ("{% set kept %}<b>{{ one.title }}</b>{% endset %}{{ kept }}", "<b>A &lt;b&gt; &amp; c</b>"),
        ("{{ plain(one.inner.title, end='.') }}", "B."),
        ("{% for each in many %}{{ told('name') }}{% endfor %}", "herehere"),
        ("{% for each in many %}{% set mine = each.name %}{{ told('mine') }}{% endfor %}", "ab"),
        ("{{ [one.inner, thing]|map(attribute='title')|join(',') }}", "B,An"),
    ],
)
def test_a_template_says(environment: Templates, text: str, said: str) -> None:
    def plain(word: str, *, end: str) -> str:
        return word + end

    @pass_context
    def told(context: Context, name: str) -> Any:
        return context.get(name, "")

    values = {
        "one": {"title": "A <b> & c", "items": "mine", "inner": {"title": "B"}},
        "many": [{"on": True, "name": "a", "inner": {"on": 1}}, {"on": False, "name": "b", "inner": {}}],
        "thing": Thing(), "number": 7, "none": None, "safe": Markup("<i>"), "quoted": "'\"", "name": "here",
        "plain": plain, "told": told,
    }  # fmt: skip
    assert environment.from_string(text).render(values) == said


def test_a_value_of_nothing_is_an_error_as_ever(environment: Templates) -> None:
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nothing.title }}").render()
    with pytest.raises(TypeError, match="callable"):
        environment.from_string("{{ one.title() }}").render(one={"title": "A"})
