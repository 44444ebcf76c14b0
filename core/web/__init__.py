"""Pages: views translate between requests and services, and hold no rule of their own."""

from flask import Flask


def install(app: Flask) -> None:
    """Wire everything that answers requests to an application."""
    from core import api
    from core.web import (
        account,
        acts,
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
        requests,
        second_factor,
        sheets,
        shell,
        sign_in,
        sign_in_policy,
        suspended,
        tokens,
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
    for module in (
        account,
        acts,
        health,
        home,
        jobs,
        modules,
        requests,
        second_factor,
        sign_in,
        sign_in_policy,
        tokens,
    ):
        app.register_blueprint(module.blueprint)
    app.add_url_rule("/theme", "theme", account.theme, methods=["POST"])
    vendor.install(app)
    entity.install(app)
    sheets.install(app)
    api.install(app)
