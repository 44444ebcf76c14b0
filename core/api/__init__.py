"""The REST API: the same services as the pages use, with the same checks, for programs."""

from flask import Flask

PREFIX = "/api/v1"


def install(app: Flask) -> None:
    """Give every entity of every plugin its addresses, and describe them all in one OpenAPI document."""
    from core.api import headers, me, records
    from core.api.document import Api, document_blueprint
    from core.app import EXTENSION

    api = Api(app)
    owners: dict[str, str] = app.extensions.setdefault("ghep_blueprints", {})
    for resource in app.extensions[EXTENSION].registry.resources.values():
        blueprint = records.blueprint(resource)
        owners[blueprint.name] = resource.plugin
        api.register_blueprint(blueprint)
    api.register_blueprint(me.blueprint())
    app.register_blueprint(document_blueprint(api))
    headers.install(app)
