"""Of a dict that a template is given ``one.title`` is its value, whatever a dict can do by that name."""

import pytest
from flask import Flask

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
