"""Talking to the mail servers of a person's account: signed in, encrypted, and at the address that was checked."""

import imaplib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Self

from core.access.vault import BrokenSealError, Vault
from core.i18n import Text, translator
from core.mailbox.models import PLAIN, STARTTLS, TLS, MailAccount
from core.mailbox.reach import UnreachableError, connect
from core.settings import Settings
from core.webhooks.address import Network, networks

_ = translator("core")

SECONDS = 15.0
MOST_BYTES = 30 << 20
"""Of one answer of a server."""
_FOR_GOOD = 500
_BUSY = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|OVERQUOTA)\]|too many", re.IGNORECASE)


class SignInError(UnreachableError):
    """The server does not know this name and password."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect to, and as whom."""

    host: str
    port: int
    security: str
    login: str
    password: str
    allow: tuple[Network, ...] = ()

    @property
    def place(self) -> tuple[str, int, str, str]:
        """Whom a password is shown to."""
        return self.host, self.port, self.security, self.login


@dataclass(frozen=True, slots=True)
class Access:
    """Both servers of an account, with its password opened."""

    smtp: Server
    imap: Server | None

    @classmethod
    def of(cls, account: MailAccount, settings: Settings, *, password: str | None = None) -> Self:
        """The servers of an account. Raises :class:`SignInError` where its password cannot be read any more."""
        if password is None:
            try:
                password = Vault.of(settings).open(purpose_of(account), account.password)
            except BrokenSealError:
                raise SignInError(_("The password has to be typed again.")) from None
        allow = networks(settings.mail_allow)
        smtp = Server(account.smtp_host, account.smtp_port, account.smtp_security, account.login, password, allow)
        if not account.imap_host:
            return cls(smtp, None)
        host, port, security = account.imap_host, account.imap_port, account.imap_security
        return cls(smtp, replace(smtp, host=host, port=port, security=security))


def purpose_of(account: MailAccount) -> str:
    """What a password is sealed for: it opens for nobody else's account."""
    return f"mail-account:{account.user_id}"


def check(access: Access) -> None:
    """Sign in to both servers and leave. Raises :class:`UnreachableError`."""
    with smtp(access.smtp):
        pass
    if access.imap is not None:
        with imap(access.imap) as inbox:
            _select(inbox, access.imap)


@contextmanager
def smtp(server: Server) -> Iterator[smtplib.SMTP]:
    """A connection that takes messages. Raises :class:`UnreachableError` before anything was sent."""
    connection = _Smtp(server)
    try:
        with _words(server, (smtplib.SMTPException, OSError), (smtplib.SMTPAuthenticationError, UnicodeError)):
            connection.connect(server.host, server.port)
            if server.security == STARTTLS.value:
                connection.starttls(context=ssl.create_default_context())
            connection.login(server.login, server.password)
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


@contextmanager
def imap(server: Server) -> Iterator[imaplib.IMAP4]:
    """A connection that is signed in. Raises :class:`UnreachableError`."""
    connection: imaplib.IMAP4 | None = None
    try:
        with _words(server, (imaplib.IMAP4.error, OSError, UnicodeError)):
            connection = _Imap(server)
            if server.security == STARTTLS.value:
                connection.starttls(ssl.create_default_context())
        with _words(server, (imaplib.IMAP4.abort, OSError), (imaplib.IMAP4.error, UnicodeError)):
            connection.login(server.login, server.password)
        yield connection
    finally:
        if connection is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()


def _select(inbox: imaplib.IMAP4, server: Server) -> None:
    with _words(server, (imaplib.IMAP4.error, OSError)):
        if inbox.select("INBOX", readonly=True)[0] != "OK":
            raise imaplib.IMAP4.error("there is no INBOX")


@contextmanager
def _words(
    server: Server, errors: tuple[type[Exception], ...], refusals: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Say what went wrong so that people know what to do about it."""
    try:
        yield
    except UnreachableError:
        raise
    except refusals as error:
        if _is_for_now(error):
            raise UnreachableError(_broken(server, error)) from None
        text = _("“%(host)s” does not let %(login)s in. Look at the password.", host=server.host, login=server.login)
        raise SignInError(text) from None
    except ssl.SSLError:
        text = _("“%(host)s” cannot prove on port %(port)s who it is.", host=server.host, port=server.port)
        raise UnreachableError(text) from None
    except errors as error:
        raise UnreachableError(_broken(server, error)) from None


def _is_for_now(error: Exception) -> bool:
    """Whether a server that lets nobody in will do so later: it is busy, or is asked too often."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return error.smtp_code < _FOR_GOOD
    return bool(_BUSY.search(str(error)))


def _broken(server: Server, error: Exception) -> Text:
    said = " ".join(str(error).split())[:200]
    return _("“%(host)s” breaks off: %(error)s", host=server.host, error=said or type(error).__name__)


def _open(server: Server) -> socket.socket:
    """A connection to what was looked up, and with TLS one that has proved its name."""
    found = connect(server.host, server.port, allow=server.allow, seconds=SECONDS)
    try:
        return _shielded(server, found)
    except BaseException:
        found.close()
        raise


def _shielded(server: Server, found: socket.socket) -> socket.socket:
    if server.security == TLS.value:
        return ssl.create_default_context().wrap_socket(found, server_hostname=server.host)
    if server.security == PLAIN.value and not ip_address(found.getpeername()[0]).is_loopback:
        raise UnreachableError(_("A password is only sent encrypted: choose TLS or STARTTLS."))
    return found


class _Smtp(smtplib.SMTP):
    def __init__(self, server: Server) -> None:
        super().__init__(timeout=SECONDS)
        self._server = server
        self._host = server.host

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del host, port, timeout
        return _open(self._server)


class _Imap(imaplib.IMAP4):
    """One that takes no more than it can hold."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        del timeout
        return _open(self._server)

    def read(self, size: int) -> bytes:
        if size > MOST_BYTES:
            raise self.abort(f"an answer of {size} bytes")
        return super().read(size)


__all__ = ["Access", "Server", "SignInError", "UnreachableError", "check", "imap", "purpose_of", "smtp"]
