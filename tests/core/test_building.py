"""While a process builds what stays nothing is collected, and afterwards as before."""

import gc
from collections.abc import Iterator

import pytest

from core.building import uncollected


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_collecting_pauses_for_as_long_as_something_is_built() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled(), "what is built is not finished"
    assert gc.isenabled()


def test_collecting_goes_on_where_building_failed() -> None:
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_what_stays_for_good_is_not_looked_through_again() -> None:
    try:
        with uncollected():
            kept = [[number] for number in range(10)]
        assert gc.get_freeze_count() == 0
        with uncollected(for_good=True):
            assert kept
        assert gc.get_freeze_count() > len(kept)
    finally:
        gc.unfreeze()


def test_whoever_had_switched_it_off_finds_it_off() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
