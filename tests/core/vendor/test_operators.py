"""Operators: in by their own door, and out again."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.access.attempts import Attempts, TooManyAttemptsError
from core.access.keys import digest, operator_key, session_key
from core.access.login import Gate, SignInError
from core.access.passwords import PasswordError, Passwords
from core.db.database import Database
from core.vendor.models import Operator, OperatorSession
from core.vendor.operators import (
    OperatorCreated,
    create_operator,
    end_operator_sessions,
    identify_operator,
    sign_in_operator,
    sign_out_operator,
)
from core.vendor.service import VendorError


@pytest.fixture
def gate(passwords: Passwords) -> Gate:
    return Gate(passwords, Attempts())


@pytest.fixture
def vendor(database: Database) -> Iterator[Session]:
    with database.vendor_session() as session:
        yield session


@pytest.fixture
def operator(vendor: Session, passwords: Passwords) -> OperatorCreated:
    made = create_operator(vendor, f"Op-{uuid4().hex}@Example.com", "Ông Tư", passwords=passwords)
    vendor.commit()
    return made


@pytest.fixture
def enter(vendor: Session, gate: Gate, operator: OperatorCreated) -> Callable[..., str]:
    """Sign the operator in and give the key."""

    def do(email: str = operator.operator.email, password: str = operator.password) -> str:
        done = sign_in_operator(vendor, email, password, gate=gate, address="192.0.2.9")
        vendor.commit()
        return done.key

    return do


Enter = Callable[..., str]


def test_an_operator_signs_in(enter: Enter, vendor: Session, operator: OperatorCreated) -> None:
    key = enter(operator.operator.email.upper())
    assert identify_operator(vendor, key) == operator.operator
    assert vendor.scalar(sa.select(sa.func.count()).where(OperatorSession.key_hash == digest(key))) == 1


@pytest.mark.parametrize("password", ["", "sai rồi nhé", "x" * 100_000, "\0"])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(enter: Enter, password: str) -> None:
    with pytest.raises(SignInError) as wrong:
        enter(password=password)
    with pytest.raises(SignInError) as unknown:
        enter("nobody@example.com")
    assert wrong.value.reason == unknown.value.reason


def test_guessing_is_stopped(enter: Enter) -> None:
    for _try in range(10):
        with pytest.raises(SignInError):
            enter(password="sai rồi nhé")
    with pytest.raises(TooManyAttemptsError):
        enter()


def test_one_who_left_is_out_at_once(enter: Enter, vendor: Session, operator: OperatorCreated) -> None:
    key = enter()
    vendor.execute(sa.update(Operator).where(Operator.id == operator.operator.id).values(active=False))
    vendor.commit()
    assert identify_operator(vendor, key) is None
    with pytest.raises(SignInError):
        enter()


def test_signing_out_and_ending_every_session(enter: Enter, vendor: Session, operator: OperatorCreated) -> None:
    keys = [enter() for _time in range(3)]
    sign_out_operator(vendor, keys[0])
    sign_out_operator(vendor, "nonsense")
    assert [bool(identify_operator(vendor, key)) for key in keys] == [False, True, True]
    assert end_operator_sessions(vendor, operator.operator.id) == 2
    assert [bool(identify_operator(vendor, key)) for key in keys] == [False, False, False]


def test_a_session_ends_by_itself(enter: Enter, vendor: Session) -> None:
    key = enter()
    over = sa.update(OperatorSession).where(OperatorSession.key_hash == digest(key))
    vendor.execute(over.values(expires_at=sa.func.now()))
    vendor.commit()
    assert identify_operator(vendor, key) is None


@pytest.mark.parametrize(
    "key",
    ["", "vendor.", "vendor.x", "\0", "\ud800", session_key(1), operator_key()],
    ids=["nothing", "no secret", "short", "nul", "half a character", "a session", "never given"],
)
def test_other_keys_open_nothing(vendor: Session, key: str) -> None:
    assert identify_operator(vendor, key) is None


def test_an_address_is_used_once(vendor: Session, passwords: Passwords, operator: OperatorCreated) -> None:
    with pytest.raises(VendorError, match="already"):
        create_operator(vendor, operator.operator.email.upper(), passwords=passwords)


@pytest.mark.parametrize("email", ["", "nobody", "a\0b@example.com"])
def test_an_operator_needs_an_address(vendor: Session, passwords: Passwords, email: str) -> None:
    with pytest.raises(VendorError, match="e-mail"):
        create_operator(vendor, email, passwords=passwords)


def test_an_operator_needs_a_fitting_password(vendor: Session, passwords: Passwords) -> None:
    with pytest.raises(PasswordError):
        create_operator(vendor, "new@example.com", password="short", passwords=passwords)


def test_an_old_hash_is_renewed_on_the_way_in(enter: Enter, vendor: Session, operator: OperatorCreated) -> None:
    old = Passwords(time_cost=2, memory_kib=16).hash(operator.password)
    mine = Operator.id == operator.operator.id
    vendor.execute(sa.update(Operator).where(mine).values(password_hash=old))
    vendor.commit()
    enter()
    assert "m=8,t=1" in str(vendor.scalar(sa.select(Operator.password_hash).where(mine)))
