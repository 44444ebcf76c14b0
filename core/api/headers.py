"""What HTTP itself says: versions and conditions, answers given again, and the headers errors must carry."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import orjson
from flask import Flask, Response, abort, request
from werkzeug.datastructures import ETags
from werkzeug.exceptions import MethodNotAllowed

from core.api import PREFIX
from core.api.idempotency import HEADER, Answer, InFlightError, begin, fingerprint, keep
from core.web.errors import answer as error_answer
from core.web.gate import context
from core.web.proxies import itself

P = ParamSpec("P")
LARGEST = 4 << 20
"""Bytes of one body: a record is text; files go another way."""
_FAILED = 400
_KEPT = ("Content-Type", "ETag", "Location")
_UNAUTHORIZED = 401


class StaleVersionError(RuntimeError):
    """The record is not at the version the program names; carries the version it is at."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the record is at version {version}")
        self.version = version


def etag(version: int) -> str:
    """A record's version as an entity tag."""
    return f'"{version}"'


def json_answer(body: Any, status: int = 200, **headers: str) -> Response:
    """An answer of JSON."""
    return Response(orjson.dumps(body), status, mimetype="application/json", headers=headers)


def is_known(version: int) -> bool:
    """Whether the program has this version already."""
    return request.if_none_match.contains_weak(str(version))


def read_condition() -> ETags:
    """The versions a change is meant for. Answers 428 where none is named."""
    if "If-Match" not in request.headers:
        abort(428)
    return request.if_match


def require_version(condition: ETags, version: int) -> None:
    """Raise :class:`StaleVersionError` unless the condition names this version, or any."""
    if not (condition.star_tag or condition.contains(str(version))):
        raise StaleVersionError(version)


def once(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a request that is repeated with its ``Idempotency-Key`` have the first answer and no second effect."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*args, **kwargs)
        mark = fingerprint(request.method.encode(), request.full_path.encode(), request.get_data())
        kept = begin(context(), key, mark)
        if kept is not None:
            return Response(kept.body, kept.status, headers={**kept.headers, "Idempotent-Replayed": "true"})
        made = view(*args, **kwargs)
        if made.status_code < _FAILED:
            headers = {name: made.headers[name] for name in _KEPT if name in made.headers}
            keep(context(), key, mark, Answer(made.status_code, headers, made.get_data()))
        return made

    return guarded


def install(app: Flask) -> None:
    """Turn what the API's own conditions raise into answers, and complete what errors say."""
    app.register_error_handler(StaleVersionError, _stale)
    app.register_error_handler(InFlightError, _in_flight)
    app.before_request(_limit)
    app.after_request(_complete)


def _limit() -> None:
    asked = itself(request)
    if asked.path.startswith(PREFIX):
        asked.max_content_length = LARGEST


def _stale(error: StaleVersionError) -> Any:
    answer = error_answer(412)
    answer.headers["ETag"] = etag(error.version)
    return answer


def _in_flight(_error: InFlightError) -> Any:
    answer = error_answer(409)
    answer.headers["Retry-After"] = "1"
    return answer


def _complete(response: Response) -> Response:
    if response.status_code < _FAILED or not request.path.startswith(PREFIX):
        return response
    if response.status_code == _UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(request.routing_exception, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(request.routing_exception.valid_methods or ()))
    return response
