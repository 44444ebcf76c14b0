"""Pages: views translate between requests and services, and hold no rule of their own."""

from flask import Flask


def install(app: Flask) -> None:
    """Wire everything that answers requests to an application."""
    from core import api
    from core.web import (
        account,
        assets,
        csrf,
        entity,
        errors,
        gate,
        headers,
        health,
        home,
        i18n,
        jobs,
        modules,
        sheets,
        shell,
        suspended,
        vendor,
    )

    assets.install(app)
    i18n.install(app)
    headers.install(app)
    csrf.install(app)
    gate.install(app)
    errors.install(app)
    shell.install(app)
    suspended.install(app)
    for module in (account, health, home, jobs, modules):
        app.register_blueprint(module.blueprint)
    vendor.install(app)
    entity.install(app)
    sheets.install(app)
    api.install(app)
