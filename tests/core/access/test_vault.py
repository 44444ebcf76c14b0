"""Secrets that are read again."""

from datetime import timedelta

import pytest

from core.access.vault import BrokenSealError, Vault


def test_what_was_sealed_is_read_again_and_looks_like_nothing() -> None:
    vault = Vault("khóa của máy")
    sealed = vault.seal("second factor of Lan", "JBSWY3DP")
    assert vault.open("second factor of Lan", sealed) == "JBSWY3DP"
    assert b"JBSWY3DP" not in sealed


def test_another_purpose_or_person_cannot_open_it() -> None:
    vault = Vault("khóa của máy")
    with pytest.raises(BrokenSealError):
        vault.open("second factor of Mai", vault.seal("second factor of Lan", "JBSWY3DP"))


def test_another_installation_cannot_open_it_and_a_renewed_secret_can() -> None:
    sealed = Vault("cũ").seal("x", "JBSWY3DP")
    with pytest.raises(BrokenSealError):
        Vault("khác").open("x", sealed)
    assert Vault("mới", "cũ").open("x", sealed) == "JBSWY3DP"


@pytest.mark.parametrize("sealed", [b"", b"x" * 5000, b"\0\xff", "\ud800".encode(errors="replace")])
def test_what_is_no_seal_is_refused(sealed: bytes) -> None:
    with pytest.raises(BrokenSealError):
        Vault("khóa").open("x", sealed)


def test_a_seal_may_have_its_time() -> None:
    vault = Vault("khóa")
    assert vault.open("x", vault.seal("x", "y"), within=timedelta(minutes=1)) == "y"
    with pytest.raises(BrokenSealError):
        vault.open("x", vault.seal("x", "y"), within=timedelta(seconds=-1))
