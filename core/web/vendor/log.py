"""What operators did: to all companies, or to one."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from core.app import platform
from core.i18n import translator
from core.vendor.checks import is_code
from core.vendor.deeds import DeedView, deeds
from core.web.gate import public
from core.web.vendor.shell import at

_ = translator("core")
blueprint = Blueprint("log", __name__, url_prefix="/log")

PAGE = 50
_DIGITS = 18


@blueprint.get("")
@public
def listing() -> str:
    """The last deeds."""
    company = request.args.get("company", "")
    if company and not is_code(company):
        abort(404)
    with platform().database.vendor_session() as session:
        found = deeds(session, company=company, before=_before(), limit=PAGE + 1)
    shown, rest = found[:PAGE], found[PAGE:]
    return render_template(
        "vendor/log.html",
        rows=[_row(one) for one in shown],
        company=company,
        company_url=url_for("vendor.company.show", slug=company) if company else "",
        all_url=url_for("vendor.log.listing"),
        next_url=url_for("vendor.log.listing", company=company or None, before=shown[-1].id) if rest else "",
    )


def _before() -> int | None:
    """Where the page begins that is asked for."""
    text = request.args.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        abort(404)
    return int(text) if text else None


def _row(one: DeedView) -> dict[str, Any]:
    return {
        "at_text": at(one.at),
        "who": one.operator or _("A command on the server"),
        "text": one.text,
        "company": one.company,
        "company_url": url_for("vendor.company.show", slug=one.company) if one.company else "",
    }
