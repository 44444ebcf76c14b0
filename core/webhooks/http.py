"""Sending something to an address that a stranger may have written: one request, to where was looked, within limits.

The host is looked up once and the connection goes to the very address that was checked, so a second answer of its
name server changes nothing; certificate and name are checked as ever. Redirects are answers like any other and are
not followed. A clock of its own ends everything, however slowly the other side talks.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from core.i18n import Text, translator
from core.jobs.work import NotSentError
from core.webhooks.address import Network, Target, TargetError, check, resolve

_ = translator("core")

SECONDS = 10.0
MOST_ANSWER = 64 << 10
"""Bytes that are read of an answer."""
_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    text: str
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether it took what was sent."""
        return self.status in _TAKEN


class UnreachableError(NotSentError):
    """Nobody answered; the argument says why in words.

    It may have been taken all the same: whoever sends again sends the same id, by which the other side knows it.
    """

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))


class _Guard:
    """The connection's own way to the network: to addresses that were checked, and cut off when the time is over."""

    def __init__(self, addresses: Sequence[str], port: int, seconds: float) -> None:
        self._addresses, self._port, self._seconds = addresses, port, seconds
        self._held: socket.socket | None = None
        self.expired = False

    def connect(self) -> socket.socket:
        """A connection to the first address that takes one. Raises OSError."""
        for place, address in enumerate(self._addresses):
            try:
                made = socket.create_connection((address, self._port), self._seconds)
            except OSError:
                if place + 1 == len(self._addresses):
                    raise
            else:
                self._held = made.dup()  # TLS takes the socket itself over; the twin still ends the connection
                return made
        raise OSError

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Cut the connection when the block takes too long."""
        clock = threading.Timer(self._seconds, self._expire)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            clock.join()
            if self._held is not None:
                self._held.close()

    def _expire(self) -> None:
        self.expired = True
        if self._held is not None:
            try:
                self._held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it ended in this very moment


class _Plain(HTTPConnection):
    """Without encryption, for networks that the installation allows."""

    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect()


class _Encrypted(HTTPSConnection):
    """With a certificate that must be good for the host's name."""

    guard: _Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.connect()


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = SECONDS, allow: Sequence[Network] = ()
) -> Answer:
    """Send a body and give the answer, whatever its status.

    Raises :class:`~core.webhooks.address.TargetError` for an address that is not to be reached, and
    :class:`UnreachableError` where there is no answer. ``allow`` are networks that may be reached though they are not
    public, and by http too.
    """
    target, began = check(url, allow), time.monotonic()
    try:
        addresses = resolve(target, allow)
    except OSError:
        raise UnreachableError(_("The host %(host)s is not known.", host=target.host)) from None
    guard = _Guard(addresses, target.port, timeout)
    connection = _connection(target, guard, timeout)
    try:
        with guard.watching():
            status, text = _talk(connection, target, body, headers)
    except (OSError, HTTPException, HTTPError, ValueError) as error:
        raise UnreachableError(_reason(error, guard, target)) from error
    finally:
        connection.close()
    if guard.expired:
        raise UnreachableError(_("%(host)s did not answer in time.", host=target.host))
    return Answer(status, text, time.monotonic() - began)


def _connection(target: Target, guard: _Guard, timeout: float) -> HTTPConnection:
    made: _Plain | _Encrypted
    if target.scheme == "http":
        made = _Plain(target.host, target.port, timeout=timeout)
    else:
        made = _Encrypted(target.host, target.port, timeout=timeout, ssl_context=ssl.create_default_context())
    made.guard = guard
    return made


def _talk(connection: HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """One request and as much of its answer as is kept."""
    given = {"Accept-Encoding": "identity", "Connection": "close", **headers}
    connection.request("POST", target.path, body=body, headers=given, preload_content=False, decode_content=False)
    answer = connection.getresponse()
    read = answer.read(MOST_ANSWER, decode_content=False)
    return answer.status, read.decode("utf-8", "replace").replace("\0", "")


def _reason(error: Exception, guard: _Guard, target: Target) -> Text:
    if guard.expired or isinstance(error, TimeoutError):
        return _("%(host)s did not answer in time.", host=target.host)
    if isinstance(error, ssl.SSLError):
        return _("The certificate of %(host)s is not good, or it speaks no TLS.", host=target.host)
    if isinstance(error, HTTPException | HTTPError | ValueError):
        return _("%(host)s answered with something that is no HTTP.", host=target.host)
    return _("No connection to %(host)s.", host=target.host)


__all__ = ["Answer", "TargetError", "UnreachableError", "post"]
