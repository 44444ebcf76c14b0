"""Text as a search sees it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import digits, normalize


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Đặng Thị Bưởi", "dang thi buoi"),
        ("Nguyễn Ngọc Ánh", "nguyen ngoc anh"),
        ("Kỹ thuật viên", "ky thuat vien"),
        ("QUỐC", "quoc"),
        ("Khánh Hoà", "khanh hoa"),
        ("Khánh Hòa", "khanh hoa"),
        ("Lý / Lí", "ly li"),
        ("  Công ty  TNHH “Á-Âu”, (chi nhánh 2) ", "cong ty tnhh a au chi nhanh 2"),
        ("Straße 5", "strasse 5"),
        ("ten_cong.ty@example.vn", "ten cong ty example vn"),
        ("Ðồng Nai", "dong nai"),  # with the Icelandic letter that old fonts put in place of Đ
        ("", ""),
        ("…", ""),
    ],
)
def test_text_loses_case_accents_and_punctuation(written: str, searched: str) -> None:
    assert normalize(written) == searched


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_composed_and_decomposed_text_are_the_same_to_a_search(text: str) -> None:
    assert normalize(unicodedata.normalize("NFC", text)) == normalize(unicodedata.normalize("NFD", text))


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_normalised_text_has_no_capital_and_no_doubled_or_outer_blank(text: str) -> None:
    searched = normalize(text)
    assert searched == " ".join(searched.split()) == searched.casefold()


def test_digits_keep_the_number_alone_in_any_script() -> None:
    assert digits("+84 (0)912.345-678") == "840912345678"
    assert digits("０９１２") == "0912"
    assert digits("không có số") == ""
