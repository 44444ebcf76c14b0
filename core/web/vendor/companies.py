"""The companies hosted here, and making one from a bundle."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from core.access.identify import enter
from core.app import platform
from core.entity.errors import InvalidError
from core.entity.format import number
from core.i18n import Label, translator, use_locale
from core.vendor.overview import CompanyOverview, companies_by_state, companies_overview
from core.vendor.service import OPEN, SUSPENDED, CompanyCreated, InvalidCompanyError, create_company
from core.web.gate import public
from core.web.vendor.company import STATES, page, rows_text
from core.web.vendor.door import operator
from core.web.vendor.shell import at

_ = translator("core")
blueprint = Blueprint("companies", __name__)
logger = logging.getLogger(__name__)

PAGE = 50
_PERSON = {"name": "admin_name", "email": "admin_email"}
"""Fields of the administrator, as this form calls them."""


@blueprint.get("/companies")
@public
def listing() -> str:
    """A page of companies, found by part of a name or code."""
    q, after = request.args.get("q", ""), request.args.get("after", "").replace("\0", "")
    database = platform().database
    found = companies_overview(database, platform().registry, q=q, after=after, limit=PAGE + 1)
    shown, rest = found[:PAGE], found[PAGE:]
    states = companies_by_state(database)
    figures = [
        {"label": _("Companies"), "value": number(states.get(OPEN, 0) + states.get(SUSPENDED, 0))},
        {"label": _("Suspended"), "value": number(states.get(SUSPENDED, 0))},
    ]
    return render_template(
        "vendor/companies.html",
        rows=[_row(one) for one in shown],
        q=q,
        figures=figures,
        new_url=url_for("vendor.companies.new"),
        next_url=url_for("vendor.companies.listing", q=q or None, after=shown[-1].slug) if rest else "",
    )


def _row(one: CompanyOverview) -> dict[str, Any]:
    text, color = STATES[one.state]
    return {
        "name": one.name,
        "slug": one.slug,
        "url": url_for("vendor.company.show", slug=one.slug),
        "state": {"text": text, "color": color},
        "users": number(one.users),
        "rows": rows_text(one.rows, capped=one.rows_are_capped),
        "modules": len(one.modules),
        "last_text": at(one.last_activity),
        "suspend_url": url_for("vendor.company.suspend", slug=one.slug) if one.state == OPEN else "",
        "resume_url": url_for("vendor.company.resume", slug=one.slug) if one.state == SUSPENDED else "",
    }


@blueprint.get("/new")
@public
def new() -> str:
    """The form of a new company."""
    return _form({}, {})


@blueprint.post("/new")
@public
def create() -> Any:
    """Make a company, and show its administrator's password: this answer is the only place it is ever written in."""
    values = {
        name: request.form.get(name, "").strip() for name in ("name", "slug", "admin_name", "admin_email", "bundle")
    }
    values["slug"] = values["slug"].lower()
    settings = platform().settings
    try:
        made = create_company(
            platform().database, platform().hooks, values["slug"], values["name"], bundle=values["bundle"],
            admin_email=values["admin_email"], admin_name=values["admin_name"], passwords=platform().doors.passwords,
            locale=settings.locale, timezone=settings.timezone, operator=operator().email,
        )  # fmt: skip
    except InvalidCompanyError as error:
        return _form(values, _texts(error.errors, {"email": "admin_email"})), 422
    except InvalidError as error:
        return _form(values, _texts(error.errors, _PERSON)), 422
    problem = "" if not request.form.get("demo") or _fill(made) else _("Its demonstration data could not be made.")
    return page(made.company.slug, password={"email": made.email, "text": made.password}, problem=problem), 201


def _texts(errors: Mapping[str, Iterable[Label]], names: Mapping[str, str]) -> dict[str, str]:
    """Messages by the names of this form's fields."""
    return {names.get(field, field): " ".join(str(text) for text in texts) for field, texts in errors.items()}


def _form(values: dict[str, str], errors: dict[str, str]) -> str:
    registry = platform().registry
    bundles = [
        {
            "name": one.name,
            "title": one.title,
            "text": one.summary,
            "icon": one.icon,
            "modules": [registry.plugins[name].manifest.title for name in one.plugins],
        }
        for one in registry.bundles.values()
        if all(name in registry.plugins for plugin in one.plugins for name in registry.requirements(plugin))
    ]
    return render_template(
        "vendor/company_new.html",
        action=url_for("vendor.companies.create"),
        cancel_url=url_for("vendor.companies.listing"),
        values={**values, "demo": request.form.get("demo", "")},
        errors=errors,
        bundles=bundles,
        domain=platform().settings.domain,
    )


def _fill(made: CompanyCreated) -> bool:
    """Fill the new company with demo data; whether that worked. The company is there in either case."""
    from core.vendor.demo import fill

    try:
        with platform().database.session(made.company.id) as session, session.begin(), use_locale(made.company.locale):
            turn = enter(session, platform().hooks, source="command")
            assert turn is not None, "it was just made"
            fill(turn)
    except Exception:
        logger.exception("no demo data for company %s", made.company.slug)
        return False
    return True
