"""Pages: views translate between requests and services, and hold no rule of their own."""

from importlib import import_module

from flask import Flask

PAGES = (
    "account", "activities", "approvals", "audit", "automation_runs", "automations", "bulk_operations", "calendar", "calendar_feed", "copies",
    "customers", "dashboards", "emails", "events", "file_settings", "files", "health", "home", "incoming", "jobs", "leaving", "mail_account",
    "messages", "modules", "my_day", "notification_settings", "notifications", "people", "places", "print_texts", "public_pages", "reminders", "report_dialogs", "reports", "requests", "retention",
    "roles", "rules", "second_factor", "series", "settings", "sign_in", "sign_in_policy", "tokens", "tours", "webhooks", "work",
)  # fmt: skip
"""The modules of this package that bring a blueprint."""


def install(app: Flask) -> None:
    """Wire everything that answers requests to an application."""
    from core import api
    from core.web import (
        account,
        assets,
        csrf,
        entity,
        errors,
        events,
        gate,
        headers,
        i18n,
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
    events.install(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"core.web.{name}").blueprint)
    app.add_url_rule("/theme", "theme", account.theme, methods=["POST"])
    vendor.install(app)
    entity.install(app)
    sheets.install(app)
    api.install(app)
