"""Pages: views translate between requests and services, and hold no rule of their own."""

from flask import Flask


def install(app: Flask) -> None:
    """Wire everything that answers requests to an application."""
    from core import api
    from core.web import account, assets, csrf, errors, gate, headers, home, i18n, shell

    assets.install(app)
    i18n.install(app)
    headers.install(app)
    csrf.install(app)
    gate.install(app)
    errors.install(app)
    shell.install(app)
    for module in (account, home):
        app.register_blueprint(module.blueprint)
    api.install(app)
