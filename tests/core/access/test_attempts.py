"""Limits on guessing."""

import os
from uuid import uuid4

import pytest
from limits import RateLimitItemPerHour

from core.access.attempts import Attempts, TooManyAttemptsError

FEW = {"per_account": RateLimitItemPerHour(3), "per_address": RateLimitItemPerHour(4)}


@pytest.fixture(params=["memory", "redis", "redis that is down"])
def attempts(request: pytest.FixtureRequest) -> Attempts:
    urls = {"memory": "", "redis": os.environ["GHEP_TEST_REDIS_URL"], "redis that is down": "redis://127.0.0.1:1/0"}
    return Attempts(urls[request.param], **FEW)


@pytest.fixture
def place() -> str:
    """Counters outlive a test, so each has a place of its own."""
    return uuid4().hex


@pytest.fixture
def address() -> str:
    return f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"


def test_an_account_can_be_tried_so_many_times(attempts: Attempts, place: str, address: str) -> None:
    for _try in range(3):
        attempts.begin(place, "lan@example.com", address)
    with pytest.raises(TooManyAttemptsError) as error:
        attempts.begin(place, "lan@example.com", address)
    assert 0 < error.value.seconds <= 3600


def test_another_account_and_another_place_are_counted_apart(attempts: Attempts, place: str, address: str) -> None:
    for _try in range(3):
        attempts.begin(place, "lan@example.com", address)
    attempts.begin(place, "mai@example.com", address)
    attempts.begin(f"{place}x", "lan@example.com", address)


def test_whoever_gets_in_begins_anew(attempts: Attempts, place: str, address: str) -> None:
    for _try in range(7):
        attempts.begin(place, "lan@example.com", address)
        attempts.succeeded(place, "lan@example.com")


def test_an_address_that_fails_often_is_refused_for_every_account(attempts: Attempts, place: str, address: str) -> None:
    for number in range(4):
        attempts.begin(place, f"{number}@example.com", address)
        attempts.failed(address)
    with pytest.raises(TooManyAttemptsError):
        attempts.begin(place, "another@example.com", address)


def test_an_office_that_signs_in_without_failing_is_never_refused(attempts: Attempts, place: str, address: str) -> None:
    for number in range(9):
        attempts.begin(place, f"{number}@example.com", address)
        attempts.succeeded(place, f"{number}@example.com")


def test_a_network_of_ipv6_counts_as_one(attempts: Attempts, place: str, address: str) -> None:
    for number in range(4):
        attempts.failed(f"{address.removesuffix('1')}{number + 1}")
    with pytest.raises(TooManyAttemptsError):
        attempts.begin(place, "lan@example.com", f"{address.removesuffix('1')}ffff")


@pytest.mark.parametrize("name", ["", "\0", "x" * 100_000, "\ud800", "lan@example.com\r\nSET x"])
def test_any_text_can_be_counted(attempts: Attempts, place: str, address: str, name: str) -> None:
    attempts.begin(place, name, address)


def test_processes_count_together() -> None:
    place, address = uuid4().hex, f"2001:db8:{uuid4().hex[:4]}::1"
    one, other = (Attempts(os.environ["GHEP_TEST_REDIS_URL"], **FEW) for _process in range(2))
    for attempts in (one, other, one):
        attempts.begin(place, "lan@example.com", address)
    with pytest.raises(TooManyAttemptsError):
        other.begin(place, "lan@example.com", address)
