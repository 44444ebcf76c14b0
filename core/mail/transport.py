"""Handing messages over: to the mail server of the installation, or to a folder where none is set up."""

import logging
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import make_msgid
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from core.jobs.work import NotSentError
from core.settings import Settings, SettingsError

FOLDER = "mail"
"""Below the installation's data: where messages lie that no server was there to take."""
_SECONDS = 30
_PORTS = {"smtp": 587, "smtps": 465}
logger = logging.getLogger(__name__)


def is_configured(settings: Settings) -> bool:
    """Whether messages reach anybody."""
    return bool(settings.smtp_url)


def deliver(settings: Settings, message: EmailMessage, attempt: UUID) -> dict[str, Any]:
    """Hand a message over; what to remember of it.

    Raises :class:`NotSentError` where certainly nobody took it. Any other error leaves that open.
    """
    if "Message-ID" not in message:
        message["Message-ID"] = make_msgid(attempt.hex, domain=settings.domain)
    if not is_configured(settings):
        return {"file": _put_aside(settings, message, attempt)}
    address = read_address(settings.smtp_url)
    with _connected(address) as server:
        refused = hand_over(server, message)
    return {"server": address.hostname, "refused": refused}


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> list[str]:
    """Give a message to a server that listens; the addresses it did not take, of several.

    Raises :class:`NotSentError` where it took none. Any other error leaves that open.
    """
    try:
        return sorted(server.send_message(message))
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise NotSentError(f"The mail server refused the message: {error}") from error


def read_address(url: str) -> SplitResult:
    """Take the address of a mail server apart. Raises :class:`SettingsError`."""
    parts = urlsplit(url)
    try:
        usable = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("GHEP_SMTP_URL: an address such as smtp://user:password@mail.example.com:587 is needed.")
    return parts


def _connected(address: SplitResult) -> smtplib.SMTP:
    """A connection that is ready to take messages; nothing has been sent so far."""
    host, port = address.hostname or "", address.port or _PORTS[address.scheme]
    trust = ssl.create_default_context()
    server: smtplib.SMTP | None = None
    try:
        if address.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trust)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=trust)
        if address.username:
            _sign_in(server, address)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:  # smtplib speaks ASCII passwords alone
        if server is not None:
            server.close()
        raise NotSentError(f"The mail server {host}:{port} cannot be used: {error}") from error
    return server


def _sign_in(server: smtplib.SMTP, address: SplitResult) -> None:
    if not (isinstance(server.sock, ssl.SSLSocket) or _is_near(address.hostname or "")):
        raise smtplib.SMTPNotSupportedError("it offers no encryption, and a password is never sent without.")
    server.login(unquote(address.username or ""), unquote(address.password or ""))


def _is_near(host: str) -> bool:
    """Whether it is this very machine: nobody listens in between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _put_aside(settings: Settings, message: EmailMessage, attempt: UUID) -> str:
    """Keep a message as a file that only the installation's user may read."""
    folder = settings.var / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{attempt}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes())
    logger.warning("GHEP_SMTP_URL is not set: a message to %s was written to %s", message["To"], path)
    return path.name
