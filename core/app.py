"""The WSGI application: settings, boot, wiring. No logic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, current_app
from werkzeug.datastructures import ImmutableMultiDict

from core.access.identify import ChangedError, Recent
from core.access.login import Gate
from core.access.vault import Vault
from core.building import uncollected
from core.db.database import Database
from core.db.security import refuse_unsafe_role
from core.files.storage import storage_of
from core.jobs.bell import Bell
from core.mail.transport import is_configured, read_address
from core.plugin.boot import Registry, boot
from core.plugin.facade import Hooks
from core.plugin.health import Health
from core.routing import LazyRule
from core.settings import Settings
from core.templating import Templates

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

EXTENSION = "ghep"
FORM_MEMORY = 4 << 20
FORM_PARTS = 2000
_BODILESS = {*range(100, 200), 204, 304}


@dataclass(frozen=True, slots=True)
class Platform:
    """What one application owns; hangs on ``app.extensions``."""

    settings: Settings
    registry: Registry
    database: Database
    hooks: Hooks
    doors: Gate
    """Checks passwords and counts tries."""
    vault: Vault
    """Opens the secrets of second factors."""
    bell: Bell
    recent: Recent


def platform() -> Platform:
    """The platform of the application that answers the current request."""
    found: Platform = current_app.extensions[EXTENSION]
    return found


@uncollected()
def make_platform(settings: Settings, registry: Registry | None = None) -> Platform:
    """What web, worker, scheduler and commands share.

    Refuses a database role that could see every company, and the address of a mail server
    or of a storage that is none.
    """
    if is_configured(settings):
        read_address(settings.smtp_url)
    storage_of(settings)
    registry = registry or boot(settings.plugins, safe_mode=settings.safe_mode)
    bell = Bell(settings.redis_url)
    database = Database(settings.database_url, settings.secret_key, bell=bell)
    try:
        with database.reader() as connection:
            refuse_unsafe_role(connection, registry.tables())
    except BaseException:
        database.close()
        bell.close()
        raise
    hooks = Hooks(registry, Health(database.engine).report)
    vault = Vault.of(settings)
    return Platform(settings, registry, database, hooks, Gate.make(settings.redis_url), vault, bell, Recent())


class _Named(ImmutableMultiDict[str, str]):
    """Cookies and parameters: finds at once that one is not there, where Werkzeug makes an exception first."""

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        """The first value of a name, or the default."""
        if key not in self:
            return args[0] if args else options.get("default")
        return super().get(key, *args, **options)


class Asked(Request):
    """A request that is quickly asked for what it has not."""

    dict_storage_class = _Named
    parameter_storage_class = _Named


class Answer(Response):
    """A response that hands the server a finished body in one piece, and not as a stream it has to follow."""

    beside: Sequence[tuple[str, str]] = ()
    """Headers of every answer, which go out as they are."""

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        """The body."""
        if not self.is_sequence or environ["REQUEST_METHOD"] == "HEAD" or self.status_code in _BODILESS:
            return super().get_app_iter(environ)
        body = list(self.iter_encoded())
        self.close()
        return body

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Body, status and headers."""
        body, status, headers = super().get_wsgi_response(environ)
        return body, status, [*headers, *self.beside]


class Application(Flask):
    """Flask, quicker to start where there are thousands of addresses."""

    request_class = Asked
    response_class = Answer
    url_rule_class = LazyRule
    jinja_environment = Templates
    jinja_options = {"cache_size": -1}  # every template there is stays loaded

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, from the beginning again where whoever asks is not what was assumed of them."""
        while True:
            try:
                return super().wsgi_app(environ, start_response)
            except ChangedError:  # what was assumed is taken back
                continue

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: none of ours is a coroutine, so nobody need look at each of them for each request."""
        return func


@uncollected()
def create_app(settings: Settings | None = None, registry: Registry | None = None) -> Flask:
    """Build the application of one process. Raises where it must not start; the message is for the operator."""
    from core import web

    settings = settings or Settings.from_env()
    app = Application("core", static_folder=str(Path(__file__).parent / "static"), static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload + FORM_MEMORY,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
        MAX_FORM_PARTS=FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.extensions[EXTENSION] = make_platform(settings, registry)
    web.install(app)
    return app


__all__ = ["Platform", "create_app", "make_platform", "platform"]
