"""The REST API: the same services as the pages use, with the same checks, for programs."""

from flask import Flask

PREFIX = "/api/v1"


def install(app: Flask) -> None:
    """Give every entity of every plugin its addresses, and describe them all in one OpenAPI document."""
    from core.api import (
        access_requests,
        approvals,
        automations,
        bulk_operations,
        document,
        emails,
        headers,
        me,
        modules,
        notifications,
        personal_data,
        privacy,
        public_links,
        records,
        reminders,
        reports,
        rules,
        webhooks,
    )
    from core.api.spec import Document
    from core.app import EXTENSION

    registry = app.extensions[EXTENSION].registry
    owners: dict[str, str] = app.extensions.setdefault("ghep_blueprints", {})
    for resource in registry.resources.values():
        blueprint = records.blueprint(resource)
        owners[blueprint.name] = resource.plugin
        app.register_blueprint(blueprint)
    for part in (
        access_requests,
        approvals,
        automations,
        bulk_operations,
        emails,
        me,
        modules,
        notifications,
        personal_data,
        privacy,
        public_links,
        reminders,
        reports,
        rules,
        webhooks,
    ):
        app.register_blueprint(part.blueprint())
    app.register_blueprint(document.blueprint(Document(app, registry), registry))
    headers.install(app)
