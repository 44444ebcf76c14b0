"""Limits on guessing: failed sign-ins per account and per address, counted where all processes see them."""

import hashlib
import ipaddress
import logging
import math
import time
from typing import Any

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter, RateLimiter

PER_ACCOUNT = RateLimitItemPerMinute(10, 15)
PER_ADDRESS = RateLimitItemPerMinute(100, 15)
"""Wide: a whole office may share an address, and only failures count."""
CODES_PER_ACCOUNT = RateLimitItemPerMinute(5, 15)
"""Codes of second factors are short."""
LETTERS_PER_ACCOUNT, LETTERS_PER_ADDRESS = RateLimitItemPerHour(3), RateLimitItemPerHour(30)
"""Messages that anybody can have sent to somebody else."""
PER_FEED = RateLimitItemPerHour(120)
"""A calendar's secret address; programs ask for it a few times an hour, several of one person's."""
PER_LINK = RateLimitItemPerMinute(120, 15)
"""A public link: somebody reads it, shows it to others, signs."""
_V6_NETWORK = 64
logger = logging.getLogger(__name__)


class TooManyAttemptsError(PermissionError):
    """Too many wrong passwords; ``seconds`` until the next try is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many attempts, wait {seconds} s")
        self.seconds = seconds


class Attempts:
    """Counts sign-ins. Without its server each process counts for itself, so that nothing is ever unlimited."""

    def __init__(
        self, redis_url: str = "", *, per_account: RateLimitItem = PER_ACCOUNT, per_address: RateLimitItem = PER_ADDRESS
    ) -> None:
        self._per_account, self._per_address = per_account, per_address
        self._shared: RateLimiter | None = None
        if redis_url:
            options: dict[str, Any] = {"socket_timeout": 1, "socket_connect_timeout": 1, "wrap_exceptions": True}
            self._shared = MovingWindowRateLimiter(storage_from_string(redis_url, **options))
        self._local: RateLimiter | None = None

    def begin(self, place: str, account: str, address: str) -> None:
        """Count a try on an account of a place before it is looked at. Raises :class:`TooManyAttemptsError`."""
        if not self._do("test", self._per_address, _network(address)):
            raise TooManyAttemptsError(self._wait(self._per_address, _network(address)))
        if not self._do("hit", self._per_account, _account(place, account)):
            raise TooManyAttemptsError(self._wait(self._per_account, _account(place, account)))

    def count(self, limit: RateLimitItem, name: str) -> None:
        """Count something under a limit of its own. Raises :class:`TooManyAttemptsError`."""
        if not self._do("hit", limit, _account("count", name)):
            raise TooManyAttemptsError(self._wait(limit, _account("count", name)))

    def failed(self, address: str) -> None:
        """Hold a wrong password against the address it came from."""
        self._do("hit", self._per_address, _network(address))

    def succeeded(self, place: str, account: str) -> None:
        """Forget the tries on an account: its owner is in."""
        self._do("clear", self._per_account, _account(place, account))

    def _do(self, verb: str, limit: RateLimitItem, name: str) -> Any:
        if self._shared is not None:
            try:
                return getattr(self._shared, verb)(limit, "sign-in", name)
            except StorageError as error:
                logger.warning("sign-ins are counted by this process alone: %s", error)
        if self._local is None:
            self._local = MovingWindowRateLimiter(MemoryStorage())
        return getattr(self._local, verb)(limit, "sign-in", name)

    def _wait(self, limit: RateLimitItem, name: str) -> int:
        until: float = self._do("get_window_stats", limit, name).reset_time
        return max(1, math.ceil(until - time.time()))


def _account(place: str, account: str) -> str:
    return hashlib.sha256(f"{place}\0{account}".encode(errors="replace")).hexdigest()


def _network(address: str) -> str:
    """The address, or for IPv6 its network: one customer of a provider has all of it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _V6_NETWORK), strict=False))
    return str(found)
