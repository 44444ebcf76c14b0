"""Which mail servers this installation connects to: public ones, and those of networks it was allowed besides.

The name is looked up once and what was found is what is connected to, so that nobody can answer differently later.
"""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

from core.i18n import Text, translator
from core.jobs.work import NotSentError
from core.webhooks.address import Network, is_allowed, is_named

_ = translator("core")

PORTS = frozenset((25, 143, 465, 587, 993, 2525))
"""What mail servers listen on; others are open only in networks that are allowed by the installation."""


class UnreachableError(NotSentError):
    """A server that cannot be used, so that nothing was sent; says why in words."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def connect(host: str, port: int, *, allow: Sequence[Network], seconds: float) -> socket.socket:
    """A connection to a mail server. Raises :class:`UnreachableError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise UnreachableError(_("There is no server “%(host)s”.", host=host)) from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(_is_open(one, port, allow) for one in addresses):
        raise UnreachableError(_("“%(host)s” lies inside a network and is not reached from here.", host=host))
    for address in addresses:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError:
            continue
    raise UnreachableError(_("“%(host)s” does not answer on port %(port)s.", host=host, port=port))


def _is_open(address: str, port: int, allow: Sequence[Network]) -> bool:
    return is_named(ip_address(address), allow) or (port in PORTS and is_allowed(address))
