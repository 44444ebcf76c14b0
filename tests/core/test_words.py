"""Amounts in words, as they stand on receipts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import amount_in_words

VIETNAMESE = {
    0: "Không đồng",
    10: "Mười đồng",
    14: "Mười bốn đồng",
    15: "Mười lăm đồng",
    21: "Hai mươi mốt đồng",
    24: "Hai mươi tư đồng",
    25: "Hai mươi lăm đồng",
    55: "Năm mươi lăm đồng",
    100: "Một trăm đồng",
    105: "Một trăm lẻ năm đồng",
    111: "Một trăm mười một đồng",
    115: "Một trăm mười lăm đồng",
    121: "Một trăm hai mươi mốt đồng",
    124: "Một trăm hai mươi tư đồng",
    125: "Một trăm hai mươi lăm đồng",
    1_000: "Một nghìn đồng",
    1_001: "Một nghìn không trăm lẻ một đồng",
    1_005: "Một nghìn không trăm lẻ năm đồng",
    1_015: "Một nghìn không trăm mười lăm đồng",
    1_105: "Một nghìn một trăm lẻ năm đồng",
    15_000: "Mười lăm nghìn đồng",
    21_000: "Hai mươi mốt nghìn đồng",
    105_000: "Một trăm lẻ năm nghìn đồng",
    1_000_000: "Một triệu đồng",
    1_000_001: "Một triệu không trăm lẻ một đồng",
    1_050_000: "Một triệu không trăm năm mươi nghìn đồng",
    1_500_000: "Một triệu năm trăm nghìn đồng",
    10_005_000: "Mười triệu không trăm lẻ năm nghìn đồng",
    21_024_000: "Hai mươi mốt triệu không trăm hai mươi tư nghìn đồng",
    123_456_789: "Một trăm hai mươi ba triệu bốn trăm năm mươi sáu nghìn bảy trăm tám mươi chín đồng",
    1_000_000_000: "Một tỷ đồng",
    1_050_000_500: "Một tỷ không trăm năm mươi triệu năm trăm đồng",
    1_234_567_890: "Một tỷ hai trăm ba mươi tư triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi đồng",
    13_500_000: "Mười ba triệu năm trăm nghìn đồng",
    2_024_015: "Hai triệu không trăm hai mươi tư nghìn không trăm mười lăm đồng",
    1_000_000_005: "Một tỷ không trăm lẻ năm đồng",
    12_000_000_000_000: "Mười hai nghìn tỷ đồng",
    1_234_000_000_000: "Một nghìn hai trăm ba mươi tư tỷ đồng",
}
ENGLISH = {
    0: "Zero dong",
    21: "Twenty-one dong",
    40: "Forty dong",
    105: "One hundred five dong",
    1_500_000: "One million five hundred thousand dong",
    10_005_019: "Ten million five thousand nineteen dong",
    1_000_000_000: "One billion dong",
}


@pytest.mark.parametrize(("amount", "words"), VIETNAMESE.items())
def test_an_amount_in_vietnamese_words(amount: int, words: str) -> None:
    assert amount_in_words(amount, locale="vi") == words


@pytest.mark.parametrize(("amount", "words"), ENGLISH.items())
def test_an_amount_in_english_words(amount: int, words: str) -> None:
    assert amount_in_words(amount, locale="en") == words


def test_northern_reading_negative_amounts_and_parts_of_a_whole() -> None:
    assert amount_in_words(1_005, locale="vi", odd="linh") == "Một nghìn không trăm linh năm đồng"
    assert amount_in_words(-15_000, locale="vi") == "Âm mười lăm nghìn đồng"
    assert amount_in_words(Decimal("-2.50"), currency="USD", locale="en") == "Minus two US dollars and 50/100"
    assert amount_in_words(Decimal("12.05"), currency="EUR", locale="vi") == "Mười hai euro và 05/100"
    assert amount_in_words(Decimal("7.00"), currency="GBP", locale="vi") == "Bảy GBP"
    assert amount_in_words(Decimal("1499.5"), locale="vi") == "Một nghìn năm trăm đồng"
    assert amount_in_words(Decimal("0.004"), currency="USD", locale="en") == "Zero US dollars"


def test_what_no_document_has_is_refused() -> None:
    with pytest.raises(ValueError, match="1000000000000000000"):
        amount_in_words(10**18)


@given(st.integers(0, 10**15))
def test_no_two_amounts_share_their_words(amount: int) -> None:
    assert amount_in_words(amount, locale="vi") != amount_in_words(amount + 1, locale="vi")
    assert "  " not in amount_in_words(amount, locale="en")
