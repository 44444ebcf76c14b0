"""What may be a password, and how it is kept."""

import threading
import time
import unicodedata

import pytest
from argon2 import extract_parameters

from core.access.passwords import LONGEST, SHORTEST, PasswordError, Passwords


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(time_cost=1, memory_kib=8)


def test_a_password_is_kept_with_argon2id_at_the_agreed_cost() -> None:
    parameters = extract_parameters(Passwords().hash("mật khẩu dài"))
    assert parameters.type.name == "ID"
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (2, 19 * 1024, 1)


def test_the_right_password_matches_and_another_does_not(passwords: Passwords) -> None:
    kept = passwords.hash("mật khẩu dài")
    assert passwords.matches("mật khẩu dài", kept)
    assert not passwords.matches("mật khẩu dàí", kept)


def test_two_people_with_one_password_have_two_hashes(passwords: Passwords) -> None:
    assert passwords.hash("mật khẩu dài") != passwords.hash("mật khẩu dài")


def test_a_keyboard_may_compose_its_letters_as_it_likes(passwords: Passwords) -> None:
    kept = passwords.hash(unicodedata.normalize("NFC", "Đường Trường Sa"))
    assert passwords.matches(unicodedata.normalize("NFD", "Đường Trường Sa"), kept)
    assert passwords.matches("ｍật khẩu", passwords.hash("mật khẩu"))


@pytest.mark.parametrize("password", ["", "a", "x" * (SHORTEST - 1), "x" * (LONGEST + 1)])
def test_a_password_has_a_fitting_length(passwords: Passwords, password: str) -> None:
    with pytest.raises(PasswordError):
        passwords.hash(password)


@pytest.mark.parametrize("password", ["x" * SHORTEST, "ạ" * LONGEST, "emoji 🐱🐱🐱", "\ud800" * 10, "nul\0nul\0nul"])
def test_what_fits_may_be_anything(passwords: Passwords, password: str) -> None:
    assert passwords.matches(password, passwords.hash(password))


def test_a_long_text_does_not_match_its_beginning(passwords: Passwords) -> None:
    kept = passwords.hash("x" * LONGEST)
    assert not passwords.matches("x" * (LONGEST + 1), kept)
    assert not passwords.matches("x" * 1_000_000, kept)


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "\0"])
def test_nothing_matches_where_nothing_was_kept(passwords: Passwords, kept: str | None) -> None:
    assert not passwords.matches("mật khẩu dài", kept)


def test_asking_for_nobody_costs_what_asking_for_somebody_does() -> None:
    passwords = Passwords()
    kept = passwords.hash("mật khẩu dài")

    def cost(one: str | None) -> float:
        started = time.thread_time()
        passwords.matches("mật khẩu sai", one)
        return time.thread_time() - started

    somebody, nobody = (min(cost(one) for _try in range(3)) for one in (kept, None))
    assert nobody > somebody / 2


def test_a_hash_of_other_parameters_is_outdated(passwords: Passwords) -> None:
    kept = passwords.hash("mật khẩu dài")
    assert not passwords.outdated(kept)
    assert Passwords().outdated(kept)


class SlowHasher:
    """Counts how many are at it at once."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self.lock = threading.Lock()

    def verify(self, _kept: str, _password: bytes) -> bool:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.01)
        with self.lock:
            self.running -= 1
        return True


def test_no_more_are_hashed_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, hasher = Passwords(at_once=2), SlowHasher()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    threads = [threading.Thread(target=passwords.matches, args=("mật khẩu dài", "x")) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hasher.most == 2
