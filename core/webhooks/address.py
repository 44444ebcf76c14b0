"""Which addresses of others this server may be made to reach: public ones, and what the installation allows besides."""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from core.i18n import Text, translator

_ = translator("core")

Network = IPv4Network | IPv6Network
LONGEST = 2000
_PORTS = {"https": 443, "http": 80}
_FIRST_OPEN_PORT = 1024
"""Below it stand mail servers and the like, which a request may be mistaken by for one of theirs."""
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_NEVER = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "168.63.129.16/32",  # a cloud's own servers, at an address that is public everywhere else
        # IPv6 that leads to IPv4: mapped, translated (NAT64), tunnelled (Teredo, 6to4), and what is nobody's.
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "100::/64", "fec0::/10",
    )
)  # fmt: skip
"""Beside what Python's own tables call private, loopback, link-local, multicast, reserved or unspecified."""


class TargetError(ValueError):
    """An address that is not to be reached; the argument says why in words."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    path: str
    """With the query."""


def networks(allowed: Sequence[str]) -> tuple[Network, ...]:
    """The networks of a setting. Raises ValueError."""
    return tuple(ip_network(one.strip()) for one in allowed if one.strip())


def read_target(url: str) -> Target:
    """Take an address apart. Raises :class:`TargetError` for one that cannot be meant for a webhook."""
    if not url or len(url) > LONGEST or _ODD.search(url):
        raise TargetError(_("Write an address such as https://example.com/webhook."))
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError:
        raise TargetError(_("Write an address such as https://example.com/webhook.")) from None
    if parts.scheme not in _PORTS or not host or parts.fragment:
        raise TargetError(_("Write an address such as https://example.com/webhook."))
    if parts.username is not None or parts.password is not None:
        raise TargetError(_("The address may hold no name or password; what is sent is signed."))
    if _is_disguised(host):
        raise TargetError(_("Write the host by its name, or as a plain IP address."))
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and port < _FIRST_OPEN_PORT:
        raise TargetError(_("This port is not open for webhooks."))
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def _is_disguised(host: str) -> bool:
    """Whether it is a number that some resolvers take for an address: 2130706433, 0x7f.1, 0177.0.0.1."""
    if ":" in host:
        return "%" in host
    if not _NUMERIC.fullmatch(host.rpartition(".")[2]):
        return False
    try:
        return str(IPv4Address(host)) != host
    except ValueError:
        return True


def is_allowed(address: str, allow: Sequence[Network] = ()) -> bool:
    """Whether an IP address may be reached."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return is_named(found, allow) or not _is_inside(found)


def is_named(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    """Whether one of the networks holds an address."""
    return any(address.version == one.version and address in one for one in networks)


def _is_inside(address: IPv4Address | IPv6Address) -> bool:
    return (
        not address.is_global
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or is_named(address, _NEVER)
    )


def check(url: str, allow: Sequence[Network] = ()) -> Target:
    """What can be said of an address before anybody looks its host up. Raises :class:`TargetError`."""
    target = read_target(url)
    try:
        literal = ip_address(target.host)
    except ValueError:
        literal = None
    if literal is not None and not is_allowed(target.host, allow):
        raise TargetError(_("This address lies inside a network and is not reached from here."))
    if literal is None and "." not in target.host and not allow:
        raise TargetError(_("Write the host by its whole name, such as example.com."))
    if target.scheme == "http" and not allow:
        raise TargetError(_("Only https is encrypted: the address must begin with https://."))
    return target


def resolve(target: Target, allow: Sequence[Network] = ()) -> list[str]:
    """The IP addresses of a host, looked up once: whoever connects uses these and asks nobody again.

    Raises :class:`TargetError` if any of them lies inside a network, and OSError where there are none.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(is_allowed(one, allow) for one in addresses):
        raise TargetError(_("This address lies inside a network and is not reached from here."))
    if target.scheme == "http" and not all(is_named(ip_address(one), allow) for one in addresses):
        raise TargetError(_("Only https is encrypted: the address must begin with https://."))
    return addresses
