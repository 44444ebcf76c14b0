"""The vendor's console: companies and plugins, for operators, on the bare host alone."""

from flask import Blueprint, Flask


def install(app: Flask) -> None:
    """Add the console to an application: its own door, its own frame, its own way to say no."""
    from core.vendor.service import NoCompanyError, VendorError
    from core.web.vendor import companies, company, door, log, plugins, second_factor, shell

    console = Blueprint("vendor", __name__, url_prefix=door.PATH)
    console.before_request(door.enter)
    console.context_processor(shell.frame)
    console.register_error_handler(NoCompanyError, door.missing)
    console.register_error_handler(VendorError, door.refused)
    for module in (door, companies, company, plugins, log, second_factor):
        console.register_blueprint(module.blueprint)
    app.register_blueprint(console)
