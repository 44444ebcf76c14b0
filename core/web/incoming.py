"""The addresses by which other programs start automations: ``POST /in/<key>`` with a JSON object."""

from typing import Any

import orjson
from flask import Blueprint, abort, request

from core.access.keys import read_key
from core.app import platform
from core.automation.incoming import LARGEST, receive
from core.entity.errors import MissingError
from core.jobs.turn import begin, open_company
from core.web.gate import company_slug, public

blueprint = Blueprint("incoming", __name__)
_KEYS = ("Idempotency-Key", "Webhook-Id")
"""Headers that name a request, so that one which is sent again is known."""


@blueprint.post("/in/<key>")
@public
def arrive(key: str) -> Any:
    """Start what the address is for. 202 where it begins, 200 where it had begun already or nothing fits."""
    found = read_key(key)
    said = _body()
    if found is None:
        abort(404)
    with platform().database.reader() as connection:
        company = open_company(connection, found.tenant)
    if company is None or company_slug() not in {"", company.slug}:
        abort(404)
    with platform().database.session(company.id) as session:
        context, _locale = begin(session, company, platform().hooks)
        try:
            begun = receive(
                context, found.digest, said, next((request.headers[one] for one in _KEYS if one in request.headers), "")
            )
        except MissingError:
            abort(404)
        session.commit()
    return {"runs": [str(one) for one in begun]}, 202 if begun else 200


def _body() -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST:
        abort(413)
    try:
        said = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        abort(400)
    return said if isinstance(said, dict) else abort(422)
