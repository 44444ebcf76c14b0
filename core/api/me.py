"""Who one is: the first thing a program asks."""

from flask import Blueprint, Response

from core.api import PREFIX
from core.api.about import about
from core.api.describe import Json
from core.api.headers import json_answer
from core.api.shapes import MeSchema
from core.context import VERBS, Context
from core.i18n import translator
from core.web.gate import context

_ = translator("core")
NAME, RULE, ENDPOINT = "api_me", "/me", "me"


def blueprint() -> Blueprint:
    """The address of what concerns oneself."""
    made = Blueprint(NAME, __name__, url_prefix=PREFIX)

    def me() -> Response:
        """Who one is, where, and what one may do."""
        return json_answer(myself(context()))

    made.add_url_rule(RULE, ENDPOINT, me)
    return made


def described() -> Json:
    """The operation object."""
    return about("me", "me", _("Who one is, where, and what one may do"), MeSchema)


def myself(context: Context) -> dict[str, object]:
    """The company, the person, the modules that are on, and the rights of the key they came in with."""
    assert context.user is not None, "the gate lets nobody else in"
    company, user = context.company, context.user
    plugins = context.hooks.registry.plugins
    return {
        "company": {
            "slug": company.slug,
            "name": company.name,
            "currency": company.currency,
            "timezone": company.timezone,
            "locale": company.locale,
        },
        "user": {"id": str(user.id), "name": user.name, "email": user.email},
        "administrator": context.can("*", "admin"),
        "modules": [
            {"name": name, "title": str(plugin.manifest.title), "version": plugin.manifest.version}
            for name, plugin in plugins.items()
            if name in context.active
        ],
        "permissions": {
            one.name: [verb for verb in VERBS if context.can(one.name, verb)] for one in context.resources()
        },
    }
