"""Tax codes: what has the form of one is taken; a check digit that does not fit is told, never refused."""

import pytest

from core.customers.tax_code import is_tax_code, warning


@pytest.mark.parametrize(
    "code",
    [
        "0100109106",
        "0101243150",
        "0312770607",
        "0300588569",
        "0100686209",
        "0305482862",
        "0100109106-001",
        "01 00109106",
    ],
)
def test_a_check_digit_that_fits_is_not_spoken_of(code: str) -> None:
    assert is_tax_code(code)
    assert warning(code) is None


@pytest.mark.parametrize("code", ["0123456789", "0100109107", "0100109107-001"])
def test_one_that_does_not_is(code: str) -> None:
    assert is_tax_code(code)
    assert warning(code) is not None


@pytest.mark.parametrize("code", ["001099012345", "123", ""])
def test_a_persons_number_has_none_and_what_is_no_code_is_refused_elsewhere(code: str) -> None:
    assert warning(code) is None
