"""Records for people outside: ``/p/<key>``. Nobody signs in, nothing is indexed, and a wrong key is told nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from markupsafe import Markup

from core.access.attempts import TooManyAttemptsError
from core.access.keys import read_key
from core.app import platform
from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import InvalidError, MissingError
from core.files.storage import storage_of
from core.i18n import translator, use_locale
from core.jobs.turn import begin, open_company
from core.printing.documents import filled
from core.printing.letterhead import head_of
from core.public import links, signature
from core.public.contract import PublicAnswer
from core.public.models import PublicLink
from core.web.gate import company_slug, public
from core.web.paper import paper
from core.web.sign_in import client_address

_ = translator("core")
blueprint = Blueprint("public_pages", __name__, url_prefix=links.PATH)
CHOICE = "choice-"
"""Before the key of what is chosen, in forms."""
_WRONG, _LONGEST_NAME, _LONGEST_REASON, _LONGEST_SIGNATURE = 422, 120, 2000, 200_000


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody outside, in front of a record."""

    turn: Context
    """What they may know: no more than whoever gave the link away."""
    inside: Context
    """What is done for them."""
    link: PublicLink
    resource: Resource
    record: Entity


@blueprint.get("/<key>")
@public
def look(key: str) -> Any:
    """The record, and what can be done."""
    with _visit(key) as visit:
        links.opened(visit.inside, visit.link, visit.resource, visit.record)
        return _page(visit, key)


@blueprint.get("/<key>/pdf")
@public
def pdf(key: str) -> Response:
    """The document, to be kept."""
    with _visit(key) as visit:
        name = links.page_of(visit.resource).print
        if not name:
            abort(404)
        return _unseen(paper(visit.turn, visit.resource, name, [visit.record], save=True))


@blueprint.post("/<key>/<action>")
@public
def act(key: str, action: str) -> Any:
    """Accept, refuse, sign: once."""
    form = request.form
    drawn = form.get("signature", "")[:_LONGEST_SIGNATURE]
    answer = PublicAnswer(
        name=" ".join(form.get("name", "").replace("\x00", "").split())[:_LONGEST_NAME],
        reason=form.get("reason", "").replace("\x00", "").strip()[:_LONGEST_REASON],
        signature=signature.read(drawn) if drawn else None,
        choices=_choices(form),
        seen=form.get("seen", ""),
    )
    with _visit(key) as visit:
        try:
            links.act(visit.inside, visit.link, visit.resource, action, answer)
        except InvalidError as error:
            visit.inside.session.rollback()
            return _page(visit, key, tried=action, errors=error.errors), _WRONG
    return redirect(f"{links.PATH}/{key}")


@contextmanager
def _visit(key: str) -> Iterator[Visit]:
    """What a key opens, in a transaction of its own and in the company's language; 404 for all that open nothing."""
    place = client_address()
    try:
        platform().doors.links.begin("public", key[:100], place)
    except TooManyAttemptsError:
        abort(429)
    found = read_key(key)
    company = None
    if found is not None:
        with platform().database.reader() as connection:
            company = open_company(connection, found.tenant)
    if found is None or company is None or company_slug() not in {"", company.slug}:
        platform().doors.links.failed(place)
        abort(404)
    with platform().database.session(company.id) as session, use_locale(company.locale):
        inside, _locale = begin(session, company, platform().hooks)
        try:
            link, resource, record = links.find(inside, found.digest)
        except MissingError:
            platform().doors.links.failed(place)
            abort(404)
        turn = links.outside(inside, link)
        yield Visit(turn, inside, link, turn.seen(resource), record)
        session.commit()


def _choices(form: Mapping[str, str]) -> dict[str, bool]:
    """What was said yes or no to."""
    said = {name.removeprefix(CHOICE): value for name, value in form.items() if name.startswith(CHOICE)}
    return {name: value == "yes" for name, value in said.items() if value in {"yes", "no"}}


def _page(visit: Visit, key: str, *, tried: str = "", errors: Any = None) -> Response:
    turn, resource, storage = visit.turn, visit.resource, storage_of(platform().settings)
    page = links.page_of(resource)
    (body,) = filled(turn, storage, resource, page.template, [visit.record], title="", size="")
    answer = Response(
        render_template(
            "public.html",
            head=head_of(turn, storage),
            locale=turn.company.locale,
            title=f"{resource.title} {visit.record.title}",
            body=Markup(body),  # noqa: S704 # a template of the plugin, everything in it escaped
            pdf_url=f"{links.PATH}/{key}/pdf" if page.print else "",
            actions=[
                {
                    "name": one.name, "title": str(one.title), "url": f"{links.PATH}/{key}/{one.name}",
                    "asks_reason": one.asks_reason, "asks_signature": one.asks_signature, "danger": one.danger,
                    "open": one.name == tried, "asks": asked, "seen": links.seen_of(asked),
                }
                for one in links.actions(turn, visit.link, resource, visit.record)
                for asked in (one.asks(turn, visit.record) if one.asks else (),)
            ],
            done=_done(visit),
            errors={name: " ".join(map(str, texts)) for name, texts in (errors or {}).items()},
            typed=request.form,
        )
    )  # fmt: skip
    return _unseen(answer)


def _done(visit: Visit) -> dict[str, Any] | None:
    """What was done by this link."""
    link = visit.link
    if link.acted_at is None:
        return None
    titles = {one.name: str(one.title) for one in links.page_of(visit.resource).actions}
    drawn = signature.Signature(link.signature).image if link.signature else ""
    zone = visit.turn.company.zone
    at = f"{link.acted_at.astimezone(zone):%d/%m/%Y %H:%M}"
    return {"what": titles.get(link.action, link.action), "name": link.name, "at": at, "image": drawn}


def _unseen(answer: Response) -> Response:
    """No search engine keeps it, and no other site learns the address."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
