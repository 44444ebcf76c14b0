"""Pages that plugins bring themselves are part of the whole: signed in, of the company, and gone with the module."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from core.context import Context
from core.plugin.enablement import switch_off
from core.testing import limited


def test_hook_blueprints(app: Flask, context: Context, make_client: Callable[..., FlaskClient]) -> None:
    client, passer_by = make_client(context), app.test_client()
    assert client.get("/dummy/count").get_data(as_text=True) == "things: 0"
    assert passer_by.get("/dummy/count").headers["Location"] == "/login?next=/dummy/count"
    assert passer_by.get("/dummy/hello").get_data(as_text=True) == "hello"
    switch_off(context, "dummy")
    context.session.commit()
    assert client.get("/dummy/count").status_code == 404


def test_a_page_of_a_plugin_asks_for_the_right_it_needs(
    context: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
) -> None:
    colleague = make_context(context.company)
    assert make_client(context, grants=limited(core_customer=["see"])).get("/dummy/count").status_code == 403
    assert make_client(colleague, grants=limited(dummy_thing=["see"])).get("/dummy/count").status_code == 200
