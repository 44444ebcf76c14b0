"""One company as the vendor sees it: what it may have, how much it holds, whether it is open. None of its rows."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.app import platform
from core.entity.errors import InvalidError
from core.entity.format import number
from core.i18n import Label, Text, translator
from core.vendor import service
from core.vendor.overview import CAPPED, CompanyOverview, company_overview
from core.vendor.service import MAKING, OPEN, SUSPENDED, InvalidCompanyError
from core.web.entity.turn import go
from core.web.gate import public
from core.web.modules import ask
from core.web.vendor.door import operator
from core.web.vendor.shell import at

_ = translator("core")
blueprint = Blueprint("company", __name__, url_prefix="/companies/<slug>")

STATES: dict[str, tuple[Text, str]] = {
    OPEN: (_("In use"), "green"),
    SUSPENDED: (_("Suspended"), "red"),
    MAKING: (_("Being made"), "secondary"),
}
"""What a company's states are called, and their colours."""


def rows_text(count: int, *, capped: bool) -> str:
    """A number of rows; with a plus where it was not counted to the end."""
    return f"{number(count)}+" if capped else number(count)


@blueprint.get("")
@public
def show(slug: str) -> str:
    """One company."""
    return page(slug)


def page(
    slug: str,
    *,
    password: dict[str, str] | None = None,
    problem: Label = "",
    name: str | None = None,
    error: Label = "",
) -> str:
    """A company's page; with ``password`` it is the one time that it is shown, with ``error`` what is wrong of ``name``."""
    found = company_overview(platform().database, platform().registry, slug)
    with platform().database.vendor_session() as session:
        entitled = set(service.entitlements(session, slug))
    return render_template(
        "vendor/company.html",
        company=_head(found),
        figures=_figures(found),
        modules=_modules(found, entitled),
        records=_records(found),
        password=password,
        problem=problem,
        name=found.name if name is None else name,
        name_error=error,
        rename_url=url_for("vendor.company.rename", slug=slug),
        companies_url=url_for("vendor.companies.listing"),
        log_url=url_for("vendor.log.listing", company=slug),
        suspend_url=url_for("vendor.company.suspend", slug=slug) if found.state == OPEN else "",
        resume_url=url_for("vendor.company.resume", slug=slug) if found.state == SUSPENDED else "",
    )


@blueprint.post("/suspend")
@public
def suspend(slug: str) -> AnyResponse:
    """Let nobody of a company in."""
    with platform().database.vendor_session() as session, session.begin():
        service.suspend(session, slug, operator=operator().email)
    return go(_url(slug), _("The company is suspended. Its people and programs are out; its data stays."))


@blueprint.post("/resume")
@public
def resume(slug: str) -> AnyResponse:
    """Open a company again."""
    with platform().database.vendor_session() as session, session.begin():
        service.resume(session, slug, operator=operator().email)
    return go(_url(slug), _("The company is open again."))


@blueprint.post("/rename")
@public
def rename(slug: str) -> Any:
    """Call a company something else."""
    wanted = request.form.get("name", "")
    try:
        with platform().database.vendor_session() as session, session.begin():
            service.rename(session, slug, wanted, operator=operator().email)
    except InvalidCompanyError as error:
        return page(slug, name=wanted, error=error.reason), 422
    return go(_url(slug), _("The company is called %(name)s now.", name=wanted.strip()))


@blueprint.post("/modules/<plugin>")
@public
def entitle(slug: str, plugin: str) -> Any:
    """Let a company have a module, or take it away; asks first where others would stop with it."""
    wanted = request.form.get("active")
    if wanted == "1":
        return _entitle(slug, plugin)
    if wanted == "0":
        return _withdraw(slug, plugin)
    raise InvalidError({"active": [_("Say 1 for on or 0 for off.")]})


def _entitle(slug: str, plugin: str) -> AnyResponse:
    with platform().database.vendor_session() as session, session.begin():
        given = service.entitle(session, platform().registry, slug, plugin, operator=operator().email)
    names = ", ".join(_title(name) for name in given)
    return go(_url(slug), _("The company may switch on: %(modules)s.", modules=names) if given else "")


def _withdraw(slug: str, plugin: str) -> Any:
    registry = platform().registry
    with platform().database.vendor_session() as session, session.begin():
        entitled = service.entitlements(session, slug)
        dependants = [name for name in registry.dependants(plugin) if name in entitled]
        if dependants and request.form.get("together") != "1":
            return ask(
                {"title": _title(plugin)}, [_title(name) for name in dependants], kind="dependants",
                url=url_for("vendor.company.entitle", slug=slug, plugin=plugin), cancel_url=_url(slug),
            )  # fmt: skip
        wanted, who = (*reversed(dependants), plugin), operator().email
        taken = [name for name in wanted if service.withdraw(session, slug, name, operator=who)]
    names = ", ".join(_title(name) for name in taken)
    return go(_url(slug), _("The company has no longer: %(modules)s. The data stays.", modules=names) if taken else "")


def _url(slug: str) -> str:
    return url_for("vendor.company.show", slug=slug)


def _title(plugin: str) -> str:
    found = platform().registry.plugins.get(plugin)
    return str(found.manifest.title) if found else plugin


def _head(found: CompanyOverview) -> dict[str, Any]:
    text, color = STATES[found.state]
    return {
        "name": found.name,
        "slug": found.slug,
        "address": _address(found.slug) if found.state != MAKING else "",
        "state": {"text": text, "color": color},
        "created_text": at(found.created_at),
        "last_text": at(found.last_activity),
    }


def _address(slug: str) -> str:
    """Where its people go, by the port that this page came through."""
    here = urlsplit(request.host_url)
    port = f":{here.port}" if here.port else ""
    return f"{here.scheme}://{slug}.{platform().settings.domain}{port}/"


def _figures(found: CompanyOverview) -> list[dict[str, Any]]:
    bundle = platform().registry.bundles.get(found.bundle)
    return [
        {"label": _("Users"), "value": number(found.users)},
        {"label": _("Records"), "value": rows_text(found.rows, capped=found.rows_are_capped)},
        {"label": _("Bundle"), "value": bundle.title if bundle else found.bundle or "—"},
    ]


def _modules(found: CompanyOverview, entitled: set[str]) -> list[dict[str, Any]]:
    """Every module that could be had, then those that were and are not installed any more."""
    plugins = platform().registry.plugins
    lines = [
        {"name": name, "title": one.manifest.title, "icon": one.manifest.icon, "text": one.manifest.summary}
        for name, one in plugins.items()
        if name != "core"
    ]
    gone: list[dict[str, Any]] = [
        {"name": name, "title": name, "icon": "puzzle-off", "text": _("It is not running here.")}
        for name in sorted(entitled - set(plugins))
    ]
    return [
        {
            **line,
            "entitled": line["name"] in entitled,
            "active": line["name"] in found.modules,
            "url": url_for("vendor.company.entitle", slug=found.slug, plugin=line["name"]),
        }
        for line in (*lines, *gone)
    ]


def _records(found: CompanyOverview) -> list[dict[str, Any]]:
    """How many rows each entity has."""
    resources = platform().registry.resources
    return [
        {
            "title": resources[name].plural,
            "icon": resources[name].icon,
            "count": rows_text(min(count, CAPPED), capped=count > CAPPED),
        }
        for name, count in found.records.items()
        if count
    ]
