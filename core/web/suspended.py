"""What people and programs of a suspended company are told, whatever they ask for."""

from typing import Any

from flask import Flask, Response, render_template, request

from core.i18n import translator, use_locale
from core.web.errors import problem
from core.web.gate import SuspendedError, company_slug

_ = translator("core")


def install(app: Flask) -> None:
    """Answer for companies that are suspended."""
    app.register_error_handler(SuspendedError, _answer)


def _answer(error: SuspendedError) -> Any:
    company = error.company
    with use_locale(request.cookies.get("locale") or company.locale):
        title = _("%(company)s is suspended", company=company.name)
        text = _("Nothing is lost, and nobody can work in it for now. Ask your provider to open it again.")
        if request.path.startswith("/api/"):
            return problem(403, detail=f"{title}. {text}")
        if "HX-Request" in request.headers:  # a part of a page: have the whole page say it
            return Response(status=204, headers={"HX-Redirect": "/"})
        # On the bare host the same browser may go on to another company.
        actions = [] if company_slug() else [{"title": _("Sign in elsewhere"), "url": "/login", "icon": "login"}]
        return render_template("message.html", title=title, text=text, glyph="lock", actions=actions), 403
